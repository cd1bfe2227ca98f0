"""An agency's staff verify an attorney from a list: from then on calls with them are private.

For one agency. For a whole state attorneys ask by themselves: actions/statewide.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.audit.actions import Named
from kinline.apps.days import day_at
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.models import Facility
from kinline.apps.people.access import Staff, access_allowed
from kinline.apps.people.models import AttorneyVerification
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell


def verify(
    *,
    staff: Staff,
    allowed_id: UUID,
    bar_number: str,
    from_on: date,
    until_on: date | None = None,
    now: datetime,
) -> UUID:
    """The contact behind this entry is an attorney, for the whole agency, on [from, until).

    Raises Refused (attorney.bar_number_missing, attorney.ends_before_it_begins,
    attorney.verified_already) and NotFound.
    """
    entry = access_allowed(staff=staff, allowed_id=allowed_id, right=Right.CHANGE_PEOPLE)
    return verify_contact(
        staff=staff,
        contact_id=entry.number.contact_id,
        facility=entry.person.facility,
        bar_number=bar_number,
        from_on=from_on,
        until_on=until_on,
        now=now,
    )


def verify_contact(
    *,
    staff: Staff,
    contact_id: UUID,
    facility: Facility,
    bar_number: str,
    from_on: date,
    until_on: date | None,
    now: datetime,
) -> UUID:
    """The same for a contact whom the caller found through a gate of theirs. Raises Refused."""
    if not bar_number.strip():
        raise Refused(wrong("attorney.bar_number_missing", "bar_number"))
    if until_on is not None and until_on <= from_on:
        raise Refused(wrong("attorney.ends_before_it_begins", "until_on"))
    made = AttorneyVerification(
        contact_id=contact_id,
        agency=facility.agency,
        bar_number=bar_number.strip()[:40],
        from_on=from_on,
        until_on=until_on,
        verified_by=str(staff.account),
        verified_at=now,
    )
    subject = Named("contact", str(contact_id))
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            tell(staff, "attorney.verified", subject, facility.place, now)
    except IntegrityError:
        raise Refused(wrong("attorney.verified_already", "bar_number")) from None
    return made.pk


@transaction.atomic
def end(*, staff: Staff, verification_id: UUID, now: datetime) -> None:
    """The verification ends with today: calls from today on may be recorded again.

    Only one that the agency's own staff made: what holds for the whole state is ended at the
    attorneys' desk, with a reason. Raises NotFound, also when it has ended already.
    """
    agencies = {place.agency: place for place in staff.places_with(Right.CHANGE_PEOPLE)}
    rows = AttorneyVerification.objects.filter(
        agency__in=agencies, pk=verification_id, request=None
    )
    row = rows.first()
    if row is None:
        raise NotFound
    place = agencies[row.agency_id]
    last_day = max(day_at(place.zone, now), row.from_on)
    if row.until_on is not None and row.until_on <= last_day:
        raise NotFound
    rows.update(until_on=last_day)
    subject = Named("contact", str(row.contact_id))
    tell(staff, "attorney.ended", subject, place.place, now)
