"""A day's calling hours as a row of 24 cells, for the eye; the words stand beside it."""

from dataclasses import dataclass
from datetime import time

from kinline.apps.facilities.queries import RuleView
from kinline.doors.words.clock import wall


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the wall clock. `share` open: "on" wholly, "soft" in part, "" not at all."""

    words: str
    share: str
    is_labelled: bool


def of(rule: RuleView | None) -> list[Hour]:
    """The 24 hours of a day under `rule`; all closed when there is none or none is offered."""
    return [Hour(wall(time(hour)), _share(rule, hour), hour % 3 == 0) for hour in range(24)]


def _share(rule: RuleView | None, hour: int) -> str:
    if rule is None or not rule.offered:
        return ""
    begin, end = hour * 60, hour * 60 + 60
    opens, closes = _minutes(rule.opens_at), _minutes(rule.closes_at)
    if opens <= begin and end <= closes:
        return "on"
    return "soft" if opens < end and begin < closes else ""


def _minutes(at: time) -> int:
    """Minutes since midnight; a closing at 23:59:59 counts as the whole last minute."""
    return at.hour * 60 + at.minute + (1 if at.second else 0)
