"""Where a facility agrees to each visit: staff approve or refuse what was asked."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kinline.apps.people.access import Staff


class RefusedFor(StrEnum):
    """Why a request may be refused: a closed list. OTHER needs a note."""

    STAFF_SHORT = "staff_short"
    STATION_NEEDED = "station_needed"
    PERSON_AWAY = "person_away"
    SAFETY = "safety"
    OTHER = "other"


def approve(*, staff: Staff, visit_id: UUID, now: datetime) -> None:
    """Agree to it. Twice is once. Raises NotFound, and Refused (visit.not_waiting)."""
    raise NotImplementedError


def refuse(*, staff: Staff, visit_id: UUID, reason: RefusedFor, note: str, now: datetime) -> None:
    """Say no, with a reason that both sides read. All of it is given back.

    Raises NotFound, and Refused: visit.not_waiting, visit.note_needed.
    """
    raise NotImplementedError
