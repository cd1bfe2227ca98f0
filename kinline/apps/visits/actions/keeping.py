"""What staff set: rules with their dates, stations, separations; each change is audited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kinline.apps.people.access import Staff
from kinline.core.schedule.rules import WeekTime
from kinline.core.visit.terms import MAX_VISITORS, StationKind, VisitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Rules as staff typed them; see models.VisitRules and core.schedule.rules."""

    from_on: date
    until_on: date | None = None
    template: Sequence[WeekTime] = ()
    lengths: Sequence[int] = (20, 40)
    notice_minutes: int = 24 * 60
    horizon_days: int = 14
    per_person_week: int | None = 2
    per_visitor_week: int | None = 2
    week_starts: int = 0
    buffer_minutes: int = 10
    every_minutes: int | None = None
    capacity: int | None = None
    max_visitors: int = MAX_VISITORS
    approval: bool = False
    recorded: bool = True
    private_kinds: frozenset[VisitKind] = frozenset()
    from_inside: bool = True
    cancel_minutes: int = 24 * 60
    note: str = ""


def set_rules(
    *, staff: Staff, place: str, unit_id: UUID | None, wanted: Wanted, now: datetime
) -> UUID:
    """Set the rules from a day on, for the facility or one unit. Those before them end there.

    Visits that were booked stay as they are. Raises NotFound, and Refused with every mistake.
    """
    raise NotImplementedError


def add_station(
    *,
    staff: Staff,
    place: str,
    unit_id: UUID | None,
    kind: StationKind,
    name: str,
    now: datetime,
    device_id: UUID | None = None,
) -> UUID:
    """A place for visits. Raises NotFound, and Refused: name.missing, visit.station_name_taken."""
    raise NotImplementedError


def close_station(*, staff: Staff, station_id: UUID, now: datetime) -> None:
    """It takes no more visits; those booked there stay. Raises NotFound."""
    raise NotImplementedError


def separate(*, staff: Staff, person_id: UUID, other_id: UUID, why: str, now: datetime) -> UUID:
    """Two people inside must not meet. Raises NotFound, and Refused: visit.why_needed,
    visit.same_person. What they have booked at one time is not cancelled: it is told to staff."""
    raise NotImplementedError


def lift_separation(*, staff: Staff, separation_id: UUID, now: datetime) -> None:
    """They may meet again. Raises NotFound."""
    raise NotImplementedError
