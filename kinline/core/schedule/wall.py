"""From a clock on a wall to a moment, on days that skip an hour or have one twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
DAY_MINUTES = 24 * 60


class Shown(NamedTuple):
    """The (first) moment, in UTC, at which a wall shows a time; `twice`: it shows it again."""

    at: datetime
    twice: bool


@lru_cache(maxsize=8192)  # who look for a slot ask for the same few days, again and again
def shown(zone: ZoneInfo, on: date, minute: int) -> Shown | None:
    """When the wall shows `minute` (counted from 00:00) on a day; None where the day skips it."""
    wall = _wall(on, minute)
    first = wall.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) != wall:
        return None
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return Shown(first, twice=second != first)


def reached(zone: ZoneInfo, on: date, minute: int) -> datetime:
    """The first moment, in UTC, at which the wall shows `minute` of a day, or a later time.

    1440 is the midnight that ends the day. Where the day skips the time it is the jump itself.
    """
    on, minute = on + timedelta(days=minute // DAY_MINUTES), minute % DAY_MINUTES
    found = shown(zone, on, minute)
    return found.at if found is not None else _jump(zone, _wall(on, minute))


class Change(NamedTuple):
    """The wall jumps at the moment `at` (UTC): forward by `minutes`, or back where negative."""

    at: datetime
    minutes: int


def change(zone: ZoneInfo, on: date) -> Change | None:
    """The change of a day's clock, None on the ordinary days."""
    begins, ends = reached(zone, on, 0), reached(zone, on, DAY_MINUTES)
    before, after = _offset(zone, begins), _offset(zone, ends)
    if before == after:
        return None
    minutes = int((after - before).total_seconds()) // 60
    return Change(_first(begins, ends, lambda at: _offset(zone, at) == after), minutes)


def _jump(zone: ZoneInfo, skipped: datetime) -> datetime:
    """The moment of the jump that skips a time: the first at which the wall is past it."""
    # In a gap, the two folds are a moment before the jump and one after it (PEP 495).
    before = skipped.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = skipped.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return _first(before, after, lambda at: at.astimezone(zone).replace(tzinfo=None) >= skipped)


def _first(before: datetime, after: datetime, passed: Callable[[datetime], bool]) -> datetime:
    """The first whole second in (before, after] that has passed something, by halving."""
    while after - before > SECOND:
        middle = (before + (after - before) // 2).replace(microsecond=0)
        if passed(middle):
            after = middle
        else:
            before = middle
    return after


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _wall(on: date, minute: int) -> datetime:
    return datetime.combine(on, time()) + timedelta(minutes=minute)
