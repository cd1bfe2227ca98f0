"""Cancelling a visit that has not begun: by either side, or by staff with a reason."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.apps.people.access import Staff
from kinline.apps.visits.access import Asker


@dataclass(frozen=True, slots=True)
class Cancelled:
    """`late`: later than the rules give back. `returned_cents` came back."""

    late: bool
    minutes_before: int
    returned_cents: int


def cancel(*, by: Asker, visit_id: UUID, now: datetime) -> Cancelled:
    """Cancel it; the other side is told, and the slot is offered to who waits. Twice is once.

    Raises NotFound, and Refused (visit.over) once it has begun or is over.
    """
    raise NotImplementedError


def cancel_by_staff(*, staff: Staff, visit_id: UUID, why: str, now: datetime) -> Cancelled:
    """Cancel it with a reason that both sides read. All of it is given back.

    Raises NotFound, and Refused: visit.why_needed, visit.over.
    """
    raise NotImplementedError
