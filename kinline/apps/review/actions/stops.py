"""Stopping writing, for somebody or between two people: with a reason and an end, told to both."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import Refused, wrong
from kinline.apps.notices import actions as notices
from kinline.apps.notices.kinds import SERVICE_STOPPED
from kinline.apps.people.access import Staff, StaffPlace, access_facility
from kinline.apps.people.links import LINKED
from kinline.apps.people.models import Link
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.review.about import Whom, about
from kinline.apps.review.access import access_stop
from kinline.apps.review.models import Stop
from kinline.apps.text import typed
from kinline.core.message.terms import Service
from kinline.core.refusal import Refusal

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop as staff ask for it: of one service, or None for every one, until a moment."""

    reason: str
    until: datetime | None
    service: Service | None = None


@transaction.atomic
def stop(*, staff: Staff, place: str, whom: Whom, halt: Halt, now: datetime) -> UUID:
    """Stop writing for a person, a contact or between the two, from now until a moment.

    Everybody it is about is told, with the reason. Raises NotFound, and Refused with every
    mistake: stop.whom_needed, stop.reason_needed, stop.end_needed, stop.end_in_the_past.
    """
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    found = about(facility=here.facility, whom=whom)
    reason = typed(halt.reason, LONGEST_REASON)
    mistakes = _mistakes(found, reason, halt, now)
    if mistakes or halt.until is None:
        raise Refused(*mistakes)
    row = Stop.objects.create(
        facility_id=here.facility,
        person_id=found.person,
        contact_id=found.contact,
        service=halt.service or "",
        reason=reason,
        set_by=str(staff.account),
        set_at=now,
        until_at=halt.until,
    )
    _tell_both(row, here, now)
    tell(staff, "review.stopped", _named(row), place, now, _facts(row), purpose=reason)
    return row.pk


@transaction.atomic
def end_stop(*, staff: Staff, place: str, stop_id: UUID, why: str, now: datetime) -> None:
    """End a stop before its time, and tell everybody it was about.

    Raises NotFound, and Refused: stop.reason_needed.
    """
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    row = access_stop(staff=staff, facility=here.facility, stop_id=stop_id)
    if not (why := typed(why, LONGEST_REASON)):
        raise Refused(wrong("stop.reason_needed", "why"))
    still = Stop.objects.filter(pk=row.pk, ended_at=None)
    by = str(staff.account)
    if still.update(ended_at=now, ended_by=by, why_ended=why) != 1:
        return
    if row.until_at > now:
        _tell_both(row, here, now, over=True)
    tell(staff, "review.stop_ended", _named(row), place, now, _facts(row), purpose=why)


def _mistakes(whom: Whom, reason: str, halt: Halt, now: datetime) -> list[Refusal]:
    found = []
    if not whom:
        found.append(wrong("stop.whom_needed", "who"))
    if not reason:
        found.append(wrong("stop.reason_needed", "reason"))
    if halt.until is None:
        found.append(wrong("stop.end_needed", "until"))
    elif halt.until <= now:
        found.append(wrong("stop.end_in_the_past", "until"))
    return found


def _tell_both(row: Stop, here: StaffPlace, now: datetime, *, over: bool = False) -> None:
    """A note to the one it is about, and to everybody here they could have written with."""
    facts = {
        "place": here.place,
        "service": row.service,
        "reason": row.reason,
        "until": row.until_at.isoformat(),
        "over": "1" if over else "",
    }
    drafts = [
        notices.Draft(
            key=f"stop:{row.pk}:{kind}:{owner}:{'over' if over else 'set'}",
            owner_kind=kind,
            owner=owner,
            kind=SERVICE_STOPPED,
            facts=facts,
        )
        for kind, owner in sorted(_both_sides(row), key=str)
    ]
    notices.notes(drafts, now=now)


def _both_sides(row: Stop) -> set[tuple[str, UUID]]:
    if row.person_id and row.contact_id:
        return {("person", row.person_id), ("contact", row.contact_id)}
    links = Link.objects.filter(LINKED, person__facility=row.facility_id)
    if row.person_id:
        others = links.filter(person=row.person_id).values_list("contact", flat=True)
        return {("person", row.person_id)} | {("contact", one) for one in others}
    assert row.contact_id is not None  # the table has no stop about nobody
    others = links.filter(contact=row.contact_id).values_list("person", flat=True)
    return {("contact", row.contact_id)} | {("person", one) for one in others}


def _facts(row: Stop) -> dict[str, object]:
    return {"stop": str(row.pk), "service": row.service, "until": row.until_at.isoformat()}


def _named(row: Stop) -> Named:
    if row.person_id:
        return Named("person", str(row.person_id))
    return Named("contact", str(row.contact_id))
