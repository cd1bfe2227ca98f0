"""Where a facility agrees to each visit: staff approve or refuse what was asked."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.apps.visits.access import staff_visit
from kinline.apps.visits.models import Visit
from kinline.apps.visits.moving import Happened, move
from kinline.core.link import By
from kinline.core.refusal import Refusal, Whose
from kinline.core.visit.states import Event, State

LONGEST_NOTE = 300


class RefusedFor(StrEnum):
    """Why a request may be refused: a closed list. OTHER needs a note."""

    STAFF_SHORT = "staff_short"
    STATION_NEEDED = "station_needed"
    PERSON_AWAY = "person_away"
    SAFETY = "safety"
    OTHER = "other"


@transaction.atomic
def approve(*, staff: Staff, visit_id: UUID, now: datetime) -> None:
    """Agree to it. Twice is once. Raises NotFound, and Refused (visit.not_waiting)."""
    visit = staff_visit(staff, visit_id, Right.DECIDE_VISITS)
    if visit.state == State.BOOKED:
        return
    happened = Happened(event=Event.APPROVED, at=now, side=By.STAFF, who=str(staff.account))
    _decide(visit, happened)
    tell(staff, "visit.approved", Named("visit", str(visit.pk)), visit.facility.place, now)


@transaction.atomic
def refuse(*, staff: Staff, visit_id: UUID, reason: RefusedFor, note: str, now: datetime) -> None:
    """Say no, with a reason that both sides read. All of it is given back. Twice is once.

    Raises NotFound, and Refused: visit.not_waiting, visit.note_needed.
    """
    visit = staff_visit(staff, visit_id, Right.DECIDE_VISITS)
    if visit.state == State.REFUSED:
        return
    said = typed(note, LONGEST_NOTE)
    if reason is RefusedFor.OTHER and not said:
        raise Refused(wrong("visit.note_needed", "note"))
    happened = Happened(
        event=Event.REFUSED,
        at=now,
        side=By.STAFF,
        who=str(staff.account),
        why=reason,
        note=said,
    )
    _decide(visit, happened)
    subject, facts = Named("visit", str(visit.pk)), {"reason": str(reason)}
    tell(staff, "visit.refused", subject, visit.facility.place, now, facts, purpose=said)


def _decide(visit: Visit, happened: Happened) -> None:
    if visit.starts_at <= happened.at or not move(visit, happened).obeyed:
        raise Refused(Refusal("visit.not_waiting", Whose.KINLINE))
