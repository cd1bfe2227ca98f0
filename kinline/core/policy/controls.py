"""Controls: what a facility sets on calls, from an agency as a whole down to one number.

Many may hold at once. Each that says no is a reason; of limits the shortest wins; one that says
"do not record" is enough (R5, R6; "any off wins"). A control holds in [since, until), and one that
is to begin during a call cuts it at that moment.

Talk with an attorney is never counted and never rationed: whoever may use up somebody's minutes by
talking to counsel has limited counsel. Whether hours, longest calls and closings hold for such
calls is said by each control.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kinline.core.policy.limit import Limit
from kinline.core.refusal import Refusal, Whose
from kinline.core.schedule.rules import WeekTime
from kinline.core.schedule.wall import DAY_MINUTES, reached

CONTROL = "control"  # the source of every limit that a control sets
_WEEK_DAYS = 7
_ALWAYS = timedelta(days=_WEEK_DAYS)


class Level(StrEnum):
    """What a control is set on, from the widest to the narrowest."""

    AGENCY = "agency"
    FACILITY = "facility"
    UNIT = "unit"
    STATION = "station"
    PERSON = "person"
    NUMBER = "number"


class Kind(StrEnum):
    """What a control says. Quotas count by days and weeks (from Monday) of the facility's clock."""

    CLOSED = "closed"
    HOURS = "hours"
    LONGEST = "longest"
    CALLS_DAY = "calls_day"
    CALLS_WEEK = "calls_week"
    MINUTES_DAY = "minutes_day"
    MINUTES_WEEK = "minutes_week"
    GAP = "gap"
    UNRECORDED = "unrecorded"


QUOTAS = frozenset({Kind.CALLS_DAY, Kind.CALLS_WEEK, Kind.MINUTES_DAY, Kind.MINUTES_WEEK, Kind.GAP})
# Amounts are seconds but for these, which are calls.
COUNTED = frozenset({Kind.CALLS_DAY, Kind.CALLS_WEEK})
_RANK: dict[str, int] = {word: rank for words in (Kind, Level) for rank, word in enumerate(words)}
# What of a Spent each quota counts.
_USED = {
    Kind.CALLS_DAY: "calls_day",
    Kind.CALLS_WEEK: "calls_week",
    Kind.MINUTES_DAY: "seconds_day",
    Kind.MINUTES_WEEK: "seconds_week",
}
_SAYS_NO = QUOTAS | {Kind.CLOSED, Kind.HOURS}
TIMED = frozenset({Kind.LONGEST, Kind.MINUTES_DAY, Kind.MINUTES_WEEK, Kind.GAP})


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `amount` is seconds, or calls for the kinds that count calls.

    At the level of a number, quotas count the calls to it; elsewhere all calls of the person.
    Raises ValueError for what could not be meant: see `mistakes`.
    """

    id: str
    kind: Kind
    level: Level
    since: datetime
    until: datetime | None = None
    amount: int | None = None
    hours: tuple[WeekTime, ...] = ()
    attorneys: bool = False
    why: str = ""

    def __post_init__(self) -> None:
        found = mistakes(self.kind, self.level, self.amount, self.hours, self.attorneys)
        if found:
            raise ValueError(", ".join(found))

    def holds(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    @property
    def facts(self) -> dict[str, str]:
        """What a sentence about it needs: lengths in seconds, `since` in ISO 8601, and the hours of
        a `week` as "0:09:00-21:00", Monday first."""
        told = {"control": self.id, "level": self.level, "since": self.since.isoformat()}
        if self.amount is not None:
            told["calls" if self.kind in COUNTED else "length"] = str(self.amount)
        if self.hours:
            told["week"] = " ".join(f"{one.weekday}:{one}" for one in self.hours)
        if self.why:
            told["why"] = self.why
        return told


def mistakes(
    kind: Kind, level: Level, amount: int | None, hours: tuple[WeekTime, ...], attorneys: bool
) -> tuple[str, ...]:
    """Codes of what does not go together in a control; empty when all is well."""
    return tuple(_mistakes(kind, level, amount, hours, attorneys))


def _mistakes(
    kind: Kind, level: Level, amount: int | None, hours: tuple[WeekTime, ...], attorneys: bool
) -> Iterator[str]:
    if (amount is not None) != (kind in COUNTED | TIMED):
        yield "control.amount_needed"
    elif amount is not None and amount < 1:
        yield "control.amount_too_small"
    if bool(hours) != (kind is Kind.HOURS):
        yield "control.hours_needed"
    if kind in QUOTAS and attorneys:
        yield "control.counsel_is_not_rationed"
    if kind in QUOTAS and level is Level.STATION:
        yield "control.quota_is_a_persons"


@dataclass(frozen=True, slots=True)
class Spent:
    """What somebody talked since the day and the week began, and when the last talk ended."""

    calls_day: int = 0
    calls_week: int = 0
    seconds_day: int = 0
    seconds_week: int = 0
    last_ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Controls:
    """The controls on one call, and what they count.

    `held` are those in force now or within a day, in an order that does not depend on how they were
    found. `spent` is all talk of the person, `spent_there`
    what went to this number; neither holds talk with an attorney.
    """

    held: tuple[Control, ...] = ()
    spent: Spent = field(default_factory=Spent)
    spent_there: Spent = field(default_factory=Spent)

    def __post_init__(self) -> None:
        object.__setattr__(self, "held", tuple(sorted(self.held, key=_place)))

    @property
    def count(self) -> bool:
        """Whether any of them needs to know what was talked before."""
        return any(one.kind in QUOTAS for one in self.held)


def refusals(
    controls: Controls, *, attorney: bool, zone: ZoneInfo, now: datetime
) -> Iterator[Refusal]:
    """Every control that says no to a call now, in the order of `Kind` and `Level`."""
    for one in _bearing(controls, attorney):
        if one.kind in _SAYS_NO and one.holds(now):
            yield from _refusal(one, controls, zone, now)


def limits(controls: Controls, *, attorney: bool, zone: ZoneInfo, now: datetime) -> Iterator[Limit]:
    """Every limit that controls set on a call that begins now."""
    for one in _bearing(controls, attorney):
        if one.holds(now):
            yield from _limit(one, controls, zone, now)
        elif one.since > now and (cut := _cut_by(one, zone)) is not None:
            yield _fixed(one, cut - now)


def unrecorded(controls: Controls, *, now: datetime) -> bool:
    """Whether any control forbids recording now; one is enough, and it asks who is called never."""
    return any(one.kind is Kind.UNRECORDED and one.holds(now) for one in controls.held)


def _bearing(controls: Controls, attorney: bool) -> list[Control]:
    """Those that bear on this call."""
    return [one for one in controls.held if not attorney or one.attorneys]


def _place(one: Control) -> tuple[int, int, str]:
    return _RANK[one.kind], _RANK[one.level], one.id


# --- reasons ----------------------------------------------------------------------------


def _refusal(one: Control, controls: Controls, zone: ZoneInfo, now: datetime) -> Iterator[Refusal]:
    spent = controls.spent_there if one.level is Level.NUMBER else controls.spent
    until: datetime | None
    match one.kind:
        case Kind.CLOSED:
            yield _no(one, one.until)
        case Kind.HOURS if _open_until(one.hours, zone, now) is None:
            yield _no(one, _sooner(one.until, _opens(one.hours, zone, now)))
        case Kind.CALLS_DAY | Kind.MINUTES_DAY | Kind.CALLS_WEEK | Kind.MINUTES_WEEK:
            if _left(one, spent) <= 0:
                yield _no(one, _sooner(one.until, _begins_anew(one.kind, zone, now)))
        case Kind.GAP if spent.last_ended_at is not None and one.amount is not None:
            until = spent.last_ended_at + timedelta(seconds=one.amount)
            if now < until:
                yield _no(one, _sooner(one.until, until))


def _no(one: Control, until: datetime | None) -> Refusal:
    return Refusal(f"control.{one.kind}", Whose.FACILITY, until, one.facts)


def _left(one: Control, spent: Spent) -> int:
    """What is left of a quota: calls, or seconds."""
    used: int = getattr(spent, _USED[one.kind])
    return (one.amount or 0) - used


def _sooner(first: datetime | None, second: datetime | None) -> datetime | None:
    known = [at for at in (first, second) if at is not None]
    return min(known, default=None)


# --- limits -----------------------------------------------------------------------------


def _limit(one: Control, controls: Controls, zone: ZoneInfo, now: datetime) -> Iterator[Limit]:
    spent = controls.spent_there if one.level is Level.NUMBER else controls.spent
    if one.kind is Kind.LONGEST and one.amount is not None:
        yield Limit(one.amount, CONTROL, Whose.FACILITY, facts=_of(one))
    elif one.kind in (Kind.MINUTES_DAY, Kind.MINUTES_WEEK):
        yield Limit(_left(one, spent), CONTROL, Whose.FACILITY, facts=_of(one))
    elif one.kind is Kind.HOURS:
        closes = _open_until(one.hours, zone, now)
        # Hours that the control's own end opens again do not cut what they met open, and those
        # that never close are no limit.
        if closes is not None and closes < (one.until or now + _ALWAYS):
            yield _fixed(one, closes - now)


def _fixed(one: Control, left: timedelta) -> Limit:
    seconds = max(0, int(left.total_seconds()))
    return Limit(seconds, CONTROL, Whose.FACILITY, fixed=True, facts=_of(one))


def _of(one: Control) -> dict[str, str]:
    # No more than what finds the control again: every call keeps all limits that were weighed.
    return {"control": one.id, "kind": one.kind, "level": one.level}


def _cut_by(one: Control, zone: ZoneInfo) -> datetime | None:
    """The moment at which a control that has not begun cuts a call, None if it does not."""
    if one.kind is Kind.CLOSED:
        return one.since
    if one.kind is Kind.HOURS:
        closes = _open_until(one.hours, zone, one.since)
        return closes if closes is not None else one.since
    return None


# --- the clock on the wall --------------------------------------------------------------


def _open_until(hours: tuple[WeekTime, ...], zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the hours that are open now end, None when none are. Hours that touch are one."""
    today = now.astimezone(zone).date()
    ends: datetime | None = None
    for ahead in range(_WEEK_DAYS + 1):
        for begins, until in _windows(hours, zone, today + timedelta(days=ahead)):
            if ends is None:
                ends = until if begins <= now < until else None
            elif begins > ends:
                return ends
            else:
                ends = max(ends, until)
        if ends is None:
            return None  # no hours go past midnight
    return ends


def _opens(hours: tuple[WeekTime, ...], zone: ZoneInfo, now: datetime) -> datetime | None:
    """The next moment at which hours begin."""
    today = now.astimezone(zone).date()
    for ahead in range(_WEEK_DAYS + 1):
        for begins, _until in _windows(hours, zone, today + timedelta(days=ahead)):
            if begins > now:
                return begins
    return None


def _windows(
    hours: tuple[WeekTime, ...], zone: ZoneInfo, on: date
) -> list[tuple[datetime, datetime]]:
    """The hours of one day as moments in UTC, the earliest first."""
    weekday = on.weekday()
    return sorted(
        (reached(zone, on, one.from_minute), reached(zone, on, one.until_minute))
        for one in hours
        if one.weekday == weekday
    )


def _begins_anew(kind: Kind, zone: ZoneInfo, now: datetime) -> datetime:
    """When a quota counts from nothing again."""
    today = now.astimezone(zone).date()
    days = 1
    if kind in (Kind.CALLS_WEEK, Kind.MINUTES_WEEK):
        days = _WEEK_DAYS - today.weekday()
    return reached(zone, today + timedelta(days=days), 0)


def counted_from(zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """The moments at which the day and the week that are counted began."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return reached(zone, today, 0), reached(zone, monday, 0)


def week_covered(inner: Iterable[WeekTime], outer: Iterable[WeekTime]) -> bool:
    """Whether every minute of the first hours lies in the second ones."""
    return _minutes(inner) <= _minutes(outer)


def _minutes(hours: Iterable[WeekTime]) -> set[int]:
    return {
        one.weekday * DAY_MINUTES + minute
        for one in hours
        for minute in range(one.from_minute, one.until_minute, 5)
    }
