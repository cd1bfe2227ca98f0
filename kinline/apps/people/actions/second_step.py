"""Taking away the second step of a colleague who lost their phone; they set up a new one."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff, StaffPlace, not_ended
from kinline.apps.people.models import Account, Grant
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.core.refusal import Refusal


@transaction.atomic
def reset(*, staff: Staff, account_id: UUID, place: str, reason: str, now: datetime) -> None:
    """Remove code app and recovery codes of a member of staff at `place`, and sign them out.

    They give their password next time and must set the second step up before anything else.
    `reason` is why, in the resetter's words; every facility concerned reads it in its audit.
    Raises Refused (staff.not_own_second_step, staff.rights_elsewhere, staff.no_second_step,
    staff.reason_needed) and NotFound: nobody of that id holds a right there, or not yours.
    """
    held = list(Grant.objects.filter(not_ended(now), account=account_id))
    places = [here for here in staff.places_with(Right.CHANGE_STAFF) if _is_at(here, held)]
    if place not in {here.place for here in places}:
        raise NotFound
    reason = typed(reason)
    if refusals := list(_why_not(staff, account_id, places, held, reason)):
        raise Refused(*refusals)
    Authenticator.objects.filter(user=account_id).delete()
    Account.objects.filter(pk=account_id).update(sessions_ended=F("sessions_ended") + 1)
    subject = Named("account", str(account_id))
    for here in places:
        tell(staff, "account.second_step_reset", subject, here.place, now, purpose=reason)


def _is_at(here: StaffPlace, held: list[Grant]) -> bool:
    return any(here.facility == one.facility_id or here.agency == one.agency_id for one in held)


def _why_not(
    staff: Staff, account_id: UUID, places: list[StaffPlace], held: list[Grant], reason: str
) -> Iterator[Refusal]:
    if account_id == staff.account:
        yield wrong("staff.not_own_second_step", "account")
    if not all(any(here.holds(one, Right.CHANGE_STAFF) for here in places) for one in held):
        yield wrong("staff.rights_elsewhere", "account")
    if not Authenticator.objects.filter(user=account_id).exists():
        yield wrong("staff.no_second_step", "account")
    if not reason:
        yield wrong("staff.reason_needed", "reason")
