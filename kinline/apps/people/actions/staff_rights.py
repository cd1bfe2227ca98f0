"""Giving and ending the rights of staff. Nobody changes their own."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff, StaffPlace, access_facility
from kinline.apps.people.models import Account, Grant
from kinline.apps.people.rights import ROLES, Right
from kinline.apps.people.tell import tell


@transaction.atomic
def give_role(
    *,
    staff: Staff,
    email: str,
    role: str,
    place: str,
    whole_agency: bool = False,
    name: str = "",
    password: str = "",
    now: datetime,
) -> None:
    """Give every right of a role at a facility, or at the whole agency of it.

    An account that does not exist is made with `name` and a first `password`. Rights that are
    held already are not given twice. For a whole agency the giver must hold staff.change for
    the whole agency. Raises Refused (staff.role_unknown, staff.not_oneself,
    staff.agency_needs_agency, staff.account_unknown) and NotFound.
    """
    here = access_facility(staff=staff, place=place, right=Right.CHANGE_STAFF)
    if role not in ROLES:
        raise Refused(wrong("staff.role_unknown", "role"))
    if whole_agency and Right.CHANGE_STAFF not in here.agency_wide:
        raise Refused(wrong("staff.agency_needs_agency", "whole_agency"))
    account = _account(email.strip().lower(), name.strip(), password)
    if account.pk == staff.account:
        raise Refused(wrong("staff.not_oneself", "email"))
    scope = {"agency_id": here.agency} if whole_agency else {"facility_id": here.facility}
    held = Grant.objects.filter(account=account, ended_at=None, **scope)
    missing = ROLES[role] - {Right(right) for right in held.values_list("right", flat=True)}
    Grant.objects.bulk_create(
        Grant(account=account, right=right, given_by=str(staff.account), given_at=now, **scope)
        for right in sorted(missing)
    )
    facts = {"role": role, "scope": "agency" if whole_agency else "facility"}
    tell(staff, "staff.role_given", _subject(account.pk), place, now, facts)


@transaction.atomic
def end_grant(*, staff: Staff, grant_id: UUID, now: datetime) -> None:
    """End one right from now on. Raises Refused (staff.not_oneself) and NotFound."""
    grant = Grant.objects.filter(pk=grant_id, ended_at=None).first()
    here = _where(staff, grant) if grant else None
    if grant is None or here is None:
        raise NotFound
    if grant.account_id == staff.account:
        raise Refused(wrong("staff.not_oneself", "grant"))
    Grant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=now)
    subject = _subject(grant.account_id)
    tell(staff, "staff.right_ended", subject, here.place, now, {"right": grant.right})


def _where(staff: Staff, grant: Grant) -> StaffPlace | None:
    """The place through which this viewer may end the grant."""
    places = staff.places_with(Right.CHANGE_STAFF)
    return next((here for here in places if here.holds(grant, Right.CHANGE_STAFF)), None)


def _account(email: str, name: str, password: str) -> Account:
    account = Account.objects.filter(email__iexact=email).first()
    if account is not None:
        if account.own:  # whoever signed up by themselves has shown nobody who they are
            raise Refused(wrong("staff.account_outside", "email"))
        return account
    if not name or len(password) < 10:
        raise Refused(wrong("staff.account_unknown", "email"))
    return Account.objects.create_user(email, password, name=name)


def _subject(account_id: UUID) -> Named:
    return Named("account", str(account_id))
