"""A facility's rules for visits, as dated facts: hours of a week, lengths, notice, quotas.

Hours are wall-clock times of the facility's own zone: 09:00 stays 09:00 through daylight saving.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from kinline.core.period import Period
from kinline.core.schedule.wall import DAY_MINUTES
from kinline.core.visit.terms import GRID_MINUTES, MAX_VISITORS, VisitKind


@dataclass(frozen=True, slots=True)
class WeekTime:
    """Hours of one weekday (Monday is 0), [from_, until) on the wall; until 00:00 is midnight.

    Raises ValueError for a weekday that is none, hours that end before they begin, and times that
    do not lie on the grid of five minutes.
    """

    weekday: int
    from_: time
    until: time

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"no weekday has the number {self.weekday}")
        for wall in (self.from_, self.until):
            if wall.second or wall.microsecond or wall.minute % GRID_MINUTES:
                raise ValueError(f"{wall} is not on the grid of {GRID_MINUTES} minutes")
        if self.from_minute >= self.until_minute:
            raise ValueError(f"hours from {self.from_} cannot end at {self.until}")

    @property
    def from_minute(self) -> int:
        return self.from_.hour * 60 + self.from_.minute

    @property
    def until_minute(self) -> int:
        return self.until.hour * 60 + self.until.minute or DAY_MINUTES

    def __str__(self) -> str:
        return f"{self.from_:%H:%M}-{self.until:%H:%M}"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a facility, or one of its units, has set for visits on the days of `period`.

    `lengths` are minutes to choose from. Starts lie `every_minutes` apart from the opening on,
    None: one after the other, with the buffer between. `buffer_minutes` are kept free after each
    visit, inside. `capacity`: how many visits staff can look after at a time, None: no limit of
    theirs. Quotas count by weeks that begin on `week_starts`; None: no quota. A cancellation less
    than `cancel_minutes` before the start is late. `private_kinds`: whose visits are private here,
    beside attorneys', which are everywhere. `approval`: staff approve each visit.
    Raises ValueError for what no calendar could show.
    """

    period: Period
    lengths: tuple[int, ...]
    template: tuple[WeekTime, ...]
    notice_minutes: int = DAY_MINUTES
    horizon_days: int = 14
    per_person_week: int | None = None
    per_visitor_week: int | None = None
    week_starts: int = 0
    buffer_minutes: int = 0
    every_minutes: int | None = None
    capacity: int | None = None
    max_visitors: int = MAX_VISITORS
    approval: bool = False
    recorded: bool = True
    private_kinds: frozenset[VisitKind] = frozenset()
    cancel_minutes: int = DAY_MINUTES

    def __post_init__(self) -> None:
        if not self.lengths:
            raise ValueError("rules for visits need a length")
        steps = (*self.lengths, *([] if self.every_minutes is None else [self.every_minutes]))
        if any(minutes <= 0 or minutes % GRID_MINUTES for minutes in steps):
            raise ValueError(f"lengths are whole multiples of {GRID_MINUTES} minutes")
        if self.buffer_minutes < 0 or self.buffer_minutes % GRID_MINUTES:
            raise ValueError(f"a buffer is a whole multiple of {GRID_MINUTES} minutes")
        if not 0 <= self.week_starts <= 6:
            raise ValueError(f"no week begins on day {self.week_starts}")
        if not 1 <= self.max_visitors <= MAX_VISITORS:
            raise ValueError(f"a visit has 1 to {MAX_VISITORS} visitors")
        least_none = (self.notice_minutes, self.horizon_days, self.cancel_minutes)
        limits = (self.per_person_week, self.per_visitor_week, self.capacity)
        if min(*least_none, *(limit or 0 for limit in limits)) < 0:
            raise ValueError("no rule for visits is below zero")

    def week(self, day: date) -> date:
        """The first day of the week in which `day` lies, as this facility counts weeks."""
        return day - timedelta(days=(day.weekday() - self.week_starts) % 7)


def in_force(rules: tuple[Rules, ...], on: date) -> Rules | None:
    """The rules of a day; None where visits are not offered on it."""
    return next((one for one in rules if on in one.period), None)


@dataclass(frozen=True, slots=True)
class Closure:
    """No visits in [from_, until), aware moments; `until=None`: nobody knows yet.

    `why` is what the facility tells people. A lockdown also cancels what is booked.
    """

    from_: datetime
    until: datetime | None
    why: str
    lockdown: bool = False

    def touches(self, start: datetime, end: datetime) -> bool:
        """Whether any part of [start, end) lies in it."""
        return self.from_ < end and (self.until is None or start < self.until)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A whole day of the facility's calendar without visits, by its name."""

    on: date
    name: str


class Taken(NamedTuple):
    """One resource is claimed for the five minutes that begin at `slot_at` (aware, UTC)."""

    resource: str
    slot_at: datetime
