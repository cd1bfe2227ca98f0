"""Courtesy calls: one call that staff grant a person, and may take back until it is used."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff, access_person
from kinline.apps.people.courtesies import still_open
from kinline.apps.people.models import CourtesyGrant
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed

SHORTEST_LIMIT_SECONDS = 60
LONGEST = timedelta(days=7)


@transaction.atomic
def grant(
    *,
    staff: Staff,
    person_id: UUID,
    until: datetime,
    max_call_seconds: int,
    reason: str,
    now: datetime,
) -> UUID:
    """Grant one call to any number that is not blocked, begun before `until`.

    Raises Refused (courtesy.over, courtesy.too_long, courtesy.reason_needed,
    rule.limit_too_short) and NotFound.
    """
    person = access_person(staff=staff, person_id=person_id, right=Right.CHANGE_PEOPLE)
    reason = typed(reason, 200)
    mistakes = []
    if until <= now:
        mistakes.append(wrong("courtesy.over", "until"))
    elif until - now > LONGEST:
        mistakes.append(wrong("courtesy.too_long", "until", {"days": str(LONGEST.days)}))
    if max_call_seconds < SHORTEST_LIMIT_SECONDS:
        mistakes.append(wrong("rule.limit_too_short", "max_call_seconds"))
    if not reason:
        mistakes.append(wrong("courtesy.reason_needed", "reason"))
    if mistakes:
        raise Refused(*mistakes)
    row = CourtesyGrant.objects.create(
        person=person,
        until=until,
        max_call_seconds=max_call_seconds,
        reason=reason,
        granted_by=str(staff.account),
        granted_at=now,
    )
    subject = Named("person", str(person.pk))
    tell(staff, "courtesy.granted", subject, person.facility.place, now, {"grant": str(row.pk)})
    return row.pk


@transaction.atomic
def take_back(*, staff: Staff, grant_id: UUID, now: datetime) -> None:
    """End a grant that nobody has used. Raises Refused (courtesy.over) and NotFound."""
    mine = staff.facilities_with(Right.CHANGE_PEOPLE)
    rows = CourtesyGrant.objects.select_related("person__facility")
    row = rows.filter(pk=grant_id, person__facility__in=mine).first()
    if row is None:
        raise NotFound
    if not still_open(now).filter(pk=grant_id).exists():
        raise Refused(wrong("courtesy.over", "until"))
    CourtesyGrant.objects.filter(pk=grant_id, taken_back_at=None).update(taken_back_at=now)
    subject = Named("person", str(row.person_id))
    place = row.person.facility.place
    tell(staff, "courtesy.taken_back", subject, place, now, {"grant": str(row.pk)})


def use(*, grant_id: UUID, at: datetime) -> None:
    """A call under this grant was accepted: it is used. Said twice is said once."""
    CourtesyGrant.objects.filter(pk=grant_id, used_at=None).update(used_at=at)
