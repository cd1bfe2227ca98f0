"""Which times a visit can have: every day with its slots, or with the reason why it has none.

Starts are on the facility's wall. A time that a day skips is not offered; one that comes twice is
offered once, the first time, and says so (docs/decisions/0035-visit-times.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from kinline.core.refusal import Refusal
from kinline.core.schedule.claims import Needs
from kinline.core.schedule.rules import Closure, Holiday, Rules, Taken


@dataclass(frozen=True, slots=True)
class Asking:
    """Who wants to meet, for how long, and all that may stand against a time.

    `stations` are the ids of those fit for this visit, the preferred first. `had` has, for the
    person's and the visitors' resource names, the days (facility's zone) of visits that count for
    their quotas (states.COUNTED), each day as often as it has one. `days`: from which day to which
    (without the last), None: from today to the end of the horizon.
    """

    facility: str
    zone: ZoneInfo
    rules: tuple[Rules, ...]
    length_minutes: int
    person: str
    visitors: tuple[str, ...]
    stations: tuple[str, ...]
    separations: tuple[str, ...] = ()
    closures: tuple[Closure, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    taken: frozenset[Taken] = frozenset()
    had: Mapping[str, Sequence[date]] = field(default_factory=dict)
    days: tuple[date, date] | None = None


class Standing(StrEnum):
    """How one slot stands. Only what is FREE can be booked."""

    FREE = "free"
    TAKEN = "taken"
    TOO_SOON = "too_soon"
    CLOSED = "closed"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class Slot:
    """One time to meet: `starts_at` in UTC. `why` says what stands against it, None if FREE.

    `first_of_two`: the wall shows this time twice on this day, and the first time is meant.
    """

    starts_at: datetime
    length_minutes: int
    standing: Standing
    why: Refusal | None = None
    first_of_two: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar. `why`: one reason for the whole of it, if it has no free slot."""

    on: date
    slots: tuple[Slot, ...] = ()
    why: Refusal | None = None

    @property
    def free(self) -> tuple[Slot, ...]:
        return tuple(one for one in self.slots if one.standing is Standing.FREE)


Days = tuple[Day, ...]


def open_slots(asking: Asking, now: datetime) -> Days:
    """Every day asked for, in order, with its slots. What is past is not shown."""
    raise NotImplementedError


def reasons_against(asking: Asking, starts_at: datetime, now: datetime) -> tuple[Refusal, ...]:
    """Every reason of the calendar against one start, whether on a raster or not; none: free."""
    raise NotImplementedError


def choose(asking: Asking, starts_at: datetime) -> Needs | Refusal:
    """The first station and staff place free for the whole visit, or what is taken."""
    raise NotImplementedError
