"""Quiet hours: when a contact takes no calls, by a clock of their own. Their wish, not staff's."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kinline.core.schedule.wall import reached


@dataclass(frozen=True, slots=True)
class QuietTime:
    """Each day from `from_` until `until` on the wall of `zone`; past midnight where that is
    earlier. Raises ValueError where the two are the same.
    """

    zone: ZoneInfo
    from_: time
    until: time

    def __post_init__(self) -> None:
        if self.from_ == self.until:
            raise ValueError("quiet hours have a length")


def quiet_until(quiet: QuietTime, now: datetime) -> datetime | None:
    """When the quiet hours that hold at the moment `now` (aware) end, None while none do."""
    today = now.astimezone(quiet.zone).date()
    for day in (today - timedelta(days=1), today):
        begins, ends = _hours(quiet, day)
        if begins <= now < ends:
            return ends
    return None


def _hours(quiet: QuietTime, on: date) -> tuple[datetime, datetime]:
    """The quiet hours that begin on a day, as moments in UTC."""
    last = on if quiet.from_ < quiet.until else on + timedelta(days=1)
    return _at(quiet.zone, on, quiet.from_), _at(quiet.zone, last, quiet.until)


def _at(zone: ZoneInfo, on: date, wall: time) -> datetime:
    return reached(zone, on, wall.hour * 60 + wall.minute)
