"""Who is offered a freed slot first.

Who had fewest visits in that week comes first, then who let fewest offers pass, then who has
waited longest. One offer at a time, with a clock, so that nobody races for what they were promised.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OFFER = timedelta(hours=2)  # how long an offer stands, unless the slot's notice ends it before


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place on a waiting list. `since` is when they joined it.

    `from_on` to `until_on` (the last day included) and the wall-clock hours [from_, until) say
    which starts they can make; None: any hour. `visits_in_week` counts the person's visits of the
    freed slot's week, `passed` the offers they let pass since they joined.
    """

    id: str
    since: datetime
    length_minutes: int
    from_on: date
    until_on: date
    from_: time | None = None
    until: time | None = None
    visits_in_week: int = 0
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Freed:
    """A slot that came free: `starts_at` aware, at least `length_minutes` long."""

    starts_at: datetime
    length_minutes: int
    zone: ZoneInfo


def in_order(places: Iterable[Place], freed: Freed) -> tuple[Place, ...]:
    """Those who can use the slot, in the order in which it is offered."""
    raise NotImplementedError


def offer_until(freed: Freed, notice_minutes: int, now: datetime) -> datetime | None:
    """Until when an offer made now stands; None if the slot can no longer be offered."""
    raise NotImplementedError
