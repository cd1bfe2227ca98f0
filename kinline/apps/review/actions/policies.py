"""What a facility has looked at: set and ended by its staff, never changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import Refused, wrong
from kinline.apps.people.access import Staff, access_facility
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.review.about import NOBODY, Whom, about
from kinline.apps.review.access import access_policy
from kinline.apps.review.models import Policy
from kinline.apps.text import typed
from kinline.core.message.terms import Direction, Service
from kinline.core.refusal import Refusal
from kinline.core.review.terms import Mode

LONGEST_REASON = 300
MOST_TARGET_MINUTES = 14 * 24 * 60


@dataclass(frozen=True, slots=True)
class Wish:
    """A policy as staff ask for it. None for service or direction: for every one."""

    mode: Mode
    target_minutes: int
    sample_percent: int | None = None
    service: Service | None = None
    direction: Direction | None = None
    reason: str = ""
    until: datetime | None = None


@transaction.atomic
def set_policy(*, staff: Staff, place: str, wish: Wish, now: datetime, whom: Whom = NOBODY) -> UUID:
    """Have something looked at from now on, everywhere here or, with `whom`, of one somebody.

    Raises NotFound, also for somebody whom nothing was written with here; and Refused with every
    mistake: policy.percent_wrong, policy.target_wrong, policy.reason_needed, policy.end_needed,
    policy.end_in_the_past.
    """
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    found = about(facility=here.facility, whom=whom)
    reason = typed(wish.reason, LONGEST_REASON)
    if mistakes := list(_mistakes(wish, reason, bool(whom), now)):
        raise Refused(*mistakes)
    row = Policy.objects.create(
        facility_id=here.facility,
        service=wish.service or "",
        direction=wish.direction or "",
        person_id=found.person,
        contact_id=found.contact,
        mode=wish.mode,
        sample_percent=wish.sample_percent if wish.mode is Mode.SAMPLE else None,
        target_minutes=wish.target_minutes,
        reason=reason,
        set_by=str(staff.account),
        set_at=now,
        until_at=wish.until,
    )
    facts: dict[str, object] = {"mode": wish.mode.value, "minutes": wish.target_minutes}
    tell(staff, "review.policy_set", _named(row), place, now, facts, purpose=reason)
    return row.pk


@transaction.atomic
def end_policy(*, staff: Staff, place: str, policy_id: UUID, now: datetime) -> None:
    """End a policy; what it stood before holds again. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    row = access_policy(staff=staff, facility=here.facility, policy_id=policy_id)
    still = Policy.objects.filter(pk=row.pk, ended_at=None)
    if still.update(ended_at=now, ended_by=str(staff.account)) == 1:
        tell(staff, "review.policy_ended", _named(row), place, now)


def _mistakes(wish: Wish, reason: str, of_somebody: bool, now: datetime) -> "list[Refusal]":
    found = []
    if wish.mode is Mode.SAMPLE and not 1 <= (wish.sample_percent or 0) <= 100:
        found.append(wrong("policy.percent_wrong", "sample_percent"))
    if not 1 <= wish.target_minutes <= MOST_TARGET_MINUTES:
        found.append(wrong("policy.target_wrong", "target_minutes"))
    if of_somebody and not reason:
        found.append(wrong("policy.reason_needed", "reason"))
    if of_somebody and wish.until is None:
        found.append(wrong("policy.end_needed", "until"))
    if wish.until is not None and wish.until <= now:
        found.append(wrong("policy.end_in_the_past", "until"))
    return found


def _named(row: Policy) -> Named:
    if row.person_id:
        return Named("person", str(row.person_id))
    if row.contact_id:
        return Named("contact", str(row.contact_id))
    return Named("facility", str(row.facility_id))
