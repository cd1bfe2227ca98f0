"""What a visit needs, cell by cell: the rows of which no two can be alike.

Whatever must not be in two places is a resource with a name: a station, the person, each visitor,
a numbered place of staff, and a separation, which both people claim who must not meet.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kinline.core.schedule.rules import Taken
from kinline.core.visit.terms import GRID, GRID_MINUTES


def station(of: str) -> str:
    return f"station:{of}"


def person(of: str) -> str:
    return f"person:{of}"


def visitor(of: str) -> str:
    return f"visitor:{of}"


def staff(facility: str, place: int) -> str:
    """One of the visits that staff of a facility can look after at a time, counted from 1."""
    return f"staff:{facility}:{place}"


def separation(of: str) -> str:
    """Two people who must not meet; at any time one of them at most has it."""
    return f"separation:{of}"


@dataclass(frozen=True, slots=True)
class Needs:
    """Who and what one visit needs. `staff_place` is None where staff set no capacity.

    `separations` are those the person inside stands in.
    """

    facility: str
    station: str
    person: str
    visitors: tuple[str, ...]
    staff_place: int | None = None
    separations: tuple[str, ...] = ()


def grid(start: datetime, length_minutes: int, buffer_minutes: int = 0) -> tuple[datetime, ...]:
    """The cells, in UTC, of a visit with the buffer behind it.

    Raises ValueError for a start or a length that is not on the grid.
    """
    at = start.astimezone(UTC)
    if at.minute % GRID_MINUTES or at.second or at.microsecond:
        raise ValueError(f"{at} is not on the grid of {GRID_MINUTES} minutes")
    minutes = length_minutes + buffer_minutes
    if length_minutes <= 0 or buffer_minutes < 0 or minutes % GRID_MINUTES:
        raise ValueError(f"{length_minutes} and {buffer_minutes} minutes are not on the grid")
    return tuple(at + index * GRID for index in range(minutes // GRID_MINUTES))


def claims(
    needs: Needs, start: datetime, length_minutes: int, buffer_minutes: int = 0
) -> tuple[Taken, ...]:
    """Every (resource, cell) that a visit takes. The buffer holds what is inside, not visitors."""
    inside = [station(needs.station), person(needs.person)]
    if needs.staff_place is not None:
        inside.append(staff(needs.facility, needs.staff_place))
    inside += [separation(one) for one in needs.separations]
    outside = [visitor(one) for one in needs.visitors]
    long = grid(start, length_minutes, buffer_minutes)
    short = grid(start, length_minutes)
    taken = [Taken(resource, at) for resource in inside for at in long]
    taken += [Taken(resource, at) for resource in outside for at in short]
    return tuple(taken)


def end_of(start: datetime, length_minutes: int) -> datetime:
    """When a visit ends: so many minutes later, whatever a clock on a wall does meanwhile."""
    return start.astimezone(UTC) + timedelta(minutes=length_minutes)
