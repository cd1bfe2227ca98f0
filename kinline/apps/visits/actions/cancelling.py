"""Cancelling a visit that has not begun: by either side, or by staff with a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.apps.visits.access import Asker, staff_visit, visit_of
from kinline.apps.visits.models import Visit
from kinline.apps.visits.moving import Happened, move
from kinline.core.link import By as Side
from kinline.core.refusal import Refusal, Whose
from kinline.core.visit.price import is_late
from kinline.core.visit.states import By, Event, State

LONGEST_WHY = 300


@dataclass(frozen=True, slots=True)
class Cancelled:
    """`late`: later than the rules give back. `returned_cents` came back."""

    late: bool
    minutes_before: int
    returned_cents: int


@transaction.atomic
def cancel(*, by: Asker, visit_id: UUID, now: datetime) -> Cancelled:
    """Cancel it; the other side is told, and the slot is free for who waits. Twice is once.

    Raises NotFound, and Refused (visit.over) once it has begun or is over.
    """
    visit = visit_of(by, visit_id)
    if visit.state == State.CANCELLED:
        return _cancelled(visit)
    late = is_late(visit.starts_at, visit.cancel_minutes, now)
    who = By.PERSON if by.side is Side.PERSON else By.VISITOR
    _fall(
        visit,
        Happened(event=Event.CANCELLED, at=now, side=by.side, who=str(by.id), by=who, late=late),
    )
    audit.write(
        now=now,
        actor=audit.Named(by.side, str(by.id)),
        act="visit.cancelled",
        subject=audit.Named("visit", str(visit.pk)),
        facility=visit.facility.place,
        facts={"late": late},
    )
    return _cancelled(visit)


@transaction.atomic
def cancel_by_staff(*, staff: Staff, visit_id: UUID, why: str, now: datetime) -> Cancelled:
    """Cancel it with a reason that both sides read. All of it is given back.

    Raises NotFound, and Refused: visit.why_needed, visit.over.
    """
    visit = staff_visit(staff, visit_id, Right.DECIDE_VISITS)
    if visit.state == State.CANCELLED:
        return _cancelled(visit)
    if not (note := typed(why, LONGEST_WHY)):
        raise Refused(wrong("visit.why_needed", "why"))
    happened = Happened(
        event=Event.CANCELLED,
        at=now,
        side=Side.STAFF,
        who=str(staff.account),
        by=By.FACILITY,
        note=note,
    )
    _fall(visit, happened)
    subject = audit.Named("visit", str(visit.pk))
    tell(staff, "visit.cancelled", subject, visit.facility.place, now, purpose=note)
    return _cancelled(visit)


def _fall(visit: Visit, happened: Happened) -> None:
    if visit.starts_at <= happened.at or not move(visit, happened).obeyed:
        raise Refused(Refusal("visit.over", Whose.KINLINE))


def _cancelled(visit: Visit) -> Cancelled:
    at = visit.cancelled_at or visit.starts_at
    before = max((visit.starts_at - at) // timedelta(minutes=1), 0)
    return Cancelled(visit.late, before, visit.returned_cents)
