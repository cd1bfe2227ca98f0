"""When something bought may be used: hours on the facility's own wall, every day the same."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kinline.core.refusal import Refusal, Whose


@dataclass(frozen=True, slots=True)
class Hours:
    """[opens, closes) on the wall of a facility. Raises ValueError unless it opens first."""

    opens_at: time
    closes_at: time

    def __post_init__(self) -> None:
        if self.opens_at >= self.closes_at:
            raise ValueError("hours open before they close")


def closed(hours: Hours | None, zone: ZoneInfo, now: datetime) -> Refusal | None:
    """Why it may not be used at `now` (aware), with when it may again; None if it may."""
    if hours is None or hours.opens_at <= _wall(zone, now) < hours.closes_at:
        return None
    facts = {"opens": f"{hours.opens_at:%H:%M}", "closes": f"{hours.closes_at:%H:%M}"}
    return Refusal("shop.outside_hours", Whose.FACILITY, _next(hours.opens_at, zone, now), facts)


def seconds_left(hours: Hours | None, zone: ZoneInfo, now: datetime) -> int | None:
    """How long it may still be used, in seconds; None without an end, 0 when closed."""
    if hours is None:
        return None
    if closed(hours, zone, now) is not None:
        return 0
    return max(0, int((_next(hours.closes_at, zone, now) - now).total_seconds()))


def _wall(zone: ZoneInfo, now: datetime) -> time:
    return now.astimezone(zone).time()


def _next(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """The next moment after `now`, in UTC, at which the wall shows `at`."""
    day = now.astimezone(zone).date()
    for days in range(3):
        # By way of UTC: on a day that skips the hour, the moment is the one after the gap.
        moment = datetime.combine(day + timedelta(days=days), at, tzinfo=zone).astimezone(UTC)
        if moment > now:
            return moment
    raise AssertionError("a wall shows each hour within two days")
