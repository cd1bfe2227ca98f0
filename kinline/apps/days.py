"""Days on a facility's wall, and the moments they are made of."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


def day_at(zone: str, at: datetime) -> date:
    """The calendar day in `zone` at the moment `at` (aware)."""
    return at.astimezone(ZoneInfo(zone)).date()


def moments_of(day: date, zone: str) -> tuple[datetime, datetime]:
    """The day's beginning and end in UTC: [midnight, next midnight) on the wall of `zone`.

    A day outside all calendars we keep becomes the nearest inside: it has no calls either.
    """
    wall = ZoneInfo(zone)
    day = min(max(day, EARLIEST), LATEST)
    begin = datetime.combine(day, time.min, tzinfo=wall)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=wall)
    return begin.astimezone(UTC), end.astimezone(UTC)
