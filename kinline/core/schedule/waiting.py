"""Who is offered a freed slot first.

Who had fewest visits in that week comes first, then who let fewest offers pass, then who has
waited longest. One offer at a time, with a clock, so that nobody races for what they were promised.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
    able = (one for one in places if _can(one, freed))
    return tuple(sorted(able, key=lambda one: (one.visits_in_week, one.passed, one.since, one.id)))


def offer_until(freed: Freed, notice_minutes: int, now: datetime) -> datetime | None:
    """Until when an offer made now stands; None if the slot can no longer be offered."""
    last = freed.starts_at.astimezone(UTC) - timedelta(minutes=notice_minutes)
    return min(now.astimezone(UTC) + OFFER, last) if now < last else None


def _can(place: Place, freed: Freed) -> bool:
    wall = freed.starts_at.astimezone(freed.zone)
    if place.length_minutes > freed.length_minutes:
        return False
    if not place.from_on <= wall.date() <= place.until_on:
        return False
    after = place.from_ is None or place.from_ <= wall.time()
    return after and (place.until is None or wall.time() < place.until)
