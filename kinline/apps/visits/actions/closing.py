"""Closures and lockdowns: visits in them are cancelled, told of, and other times offered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.apps.people.access import Staff
from kinline.apps.visits.models import ClosureKind


@dataclass(frozen=True, slots=True)
class Closed:
    """A closure, and how many visits it cancelled."""

    closure: UUID
    cancelled: int


def would_cancel(
    *,
    staff: Staff,
    place: str,
    unit_id: UUID | None,
    from_at: datetime,
    until_at: datetime | None,
    now: datetime,
) -> int:
    """How many visits a closure would cancel: told before staff confirm it. Raises NotFound."""
    raise NotImplementedError


def close(
    *,
    staff: Staff,
    place: str,
    unit_id: UUID | None,
    kind: ClosureKind,
    from_at: datetime,
    until_at: datetime,
    why: str,
    now: datetime,
) -> Closed:
    """Close a facility or a unit for a time. Whoever had a visit in it has it back in full, is
    told why, and waits for another slot in the fortnight after, before all others.

    Raises NotFound, and Refused: visit.why_needed, visit.closure_has_no_time.
    """
    raise NotImplementedError


def lockdown(
    *,
    staff: Staff,
    place: str,
    unit_id: UUID | None,
    why: str,
    now: datetime,
    until_at: datetime | None = None,
) -> Closed:
    """Close at once, until lifted or `until_at`. Visits that are being held are for the engine to
    end: `queries.staff.under_lockdown` tells which. Raises as `close` does."""
    raise NotImplementedError


def lift(*, staff: Staff, closure_id: UUID, now: datetime) -> None:
    """End a closure from now on. What it cancelled stays cancelled. Raises NotFound."""
    raise NotImplementedError
