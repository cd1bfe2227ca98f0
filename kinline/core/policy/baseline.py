"""The access a law keeps: what was offered on its date, and what would be less than that.

Massachusetts: nothing may limit access further than it was offered before (St. 2023, c. 64; the
date is marked `verify` in the law book). Connecticut: at least 90 minutes a day. A control that is
stricter is not refused: the law's limits are disputed, and a facility may have a reason. It waits
for a second person, who confirms it with a reason, and everyone can see it in the statistics.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta

from kinline.core.policy.controls import QUOTAS, Control, Kind, Level, Talk, week_covered
from kinline.core.schedule.rules import WeekTime
from kinline.core.schedule.wall import DAY_MINUTES

# A lockdown does not wait for a signature; one that lasts is a change of what is offered.
AT_ONCE = timedelta(hours=24)
_MIDNIGHT = time()
_LAST_MINUTE = time(23, 59)  # as late as a rule can close: nobody means a minute without calls
_MEASURED = QUOTAS | {Kind.LONGEST}


@dataclass(frozen=True, slots=True)
class Baseline:
    """What must not become less. `amounts` by kind as a control has them; a kind that is missing
    was not limited. `hours` None: open all day. `least` is a law's own floor, and the only measure
    for the kinds in it.
    """

    amounts: Mapping[Kind, int] = field(default_factory=dict)
    hours: tuple[WeekTime, ...] | None = None
    least: Mapping[Kind, int] = field(default_factory=dict)
    floor_only: bool = False


def stricter(control: Control, baseline: Baseline | None) -> bool:
    """Whether a control gives less than the baseline; never without one.

    Blocking one number, turning one station off and not recording take nothing from anybody's
    access to calls; nor does what is set on visits or messages.
    """
    if control.talk is not Talk.CALLS:
        return False
    if baseline is None or control.level in (Level.NUMBER, Level.STATION):
        return False
    if control.kind in _MEASURED and control.amount is not None:
        return _less(control.kind, control.amount, baseline)
    if control.kind is Kind.HOURS:
        return _shorter_hours(control.hours, baseline)
    if control.kind is Kind.CLOSED:
        return control.until is None or control.until - control.since > AT_ONCE
    return False


@dataclass(frozen=True, slots=True)
class Offer:
    """What everybody at a facility has each day by its calling rule: hours on its wall, and the
    longest call in seconds (None: no limit)."""

    offered: bool
    opens_at: time
    closes_at: time
    longest: int | None = None


def takes_away(before: Offer | None, new: Offer, baseline: Baseline | None) -> tuple[str, ...]:
    """Which parts of a rule ("offered", "hours", "longest") would give less than the baseline, and
    less than the rule `before`. What is less already may stay as it is, or become more."""
    if baseline is None or before is None or not before.offered:
        return ()
    if not new.offered:
        return ("offered",)
    parts = []
    shorter = new.opens_at > before.opens_at or new.closes_at < before.closes_at
    if shorter and _open_too_short(new, baseline):
        parts.append("hours")
    longest, was = new.longest, before.longest
    if longest is not None and (was is None or longest < was):
        parts += ["longest"] if _less(Kind.LONGEST, longest, baseline) else []
    return tuple(parts)


def _open_too_short(new: Offer, baseline: Baseline) -> bool:
    opens, closes = _minute(new.opens_at), _minute(new.closes_at)
    if new.closes_at >= _LAST_MINUTE:
        closes = DAY_MINUTES
    if baseline.floor_only:
        return 60 * (closes - opens) < baseline.least.get(Kind.MINUTES_DAY, 0)
    if baseline.hours is None:
        return opens > 0 or closes < DAY_MINUTES
    return any(one.from_minute < opens or closes < one.until_minute for one in baseline.hours)


def _minute(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _less(kind: Kind, amount: int, baseline: Baseline) -> bool:
    if kind in baseline.least:
        return amount < baseline.least[kind]
    if baseline.floor_only:
        return False
    was = baseline.amounts.get(kind)
    if kind is Kind.GAP:
        return was is None or amount > was
    return was is None or amount < was


def _shorter_hours(hours: tuple[WeekTime, ...], baseline: Baseline) -> bool:
    if baseline.floor_only:
        least = baseline.least.get(Kind.MINUTES_DAY, 0)
        return any(_open_seconds(hours, day) < least for day in range(7))
    whole = tuple(WeekTime(day, _MIDNIGHT, _MIDNIGHT) for day in range(7))
    return not week_covered(baseline.hours if baseline.hours is not None else whole, hours)


def _open_seconds(hours: tuple[WeekTime, ...], day: int) -> int:
    return sum(60 * (one.until_minute - one.from_minute) for one in hours if one.weekday == day)
