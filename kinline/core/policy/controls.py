"""Controls: what a facility sets on calls, visits and messages, from an agency as a whole down to
one number or contact. Here is what all have in common, and what they do to a call or message at a
moment; a visit has a time of its own (core.policy.visit_controls).

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
from zoneinfo import ZoneInfo

from kinline.core.policy.control_terms import (
    BY_DAY,
    BY_WEEK,
    KINDS,
    LEVELS,
    THERE,
)
from kinline.core.policy.control_terms import COUNTED as COUNTED
from kinline.core.policy.control_terms import QUOTAS as QUOTAS
from kinline.core.policy.control_terms import TIMED as TIMED
from kinline.core.policy.control_terms import Kind as Kind
from kinline.core.policy.control_terms import Level as Level
from kinline.core.policy.control_terms import Talk as Talk
from kinline.core.policy.limit import Left, Limit
from kinline.core.refusal import Refusal, Whose
from kinline.core.schedule.rules import WeekTime
from kinline.core.schedule.wall import DAY_MINUTES, reached

CONTROL = "control"  # the source of every limit that a control sets
_WEEK_DAYS = 7
_ALWAYS = timedelta(days=_WEEK_DAYS)


_RANK: dict[str, int] = {word: rank for words in (Kind, Level) for rank, word in enumerate(words)}
_IN_SECONDS = {Kind.MINUTES_DAY: "seconds_day", Kind.MINUTES_WEEK: "seconds_week"}
_RATIONED = BY_DAY | BY_WEEK
_SETS_LIMITS = frozenset({Kind.LONGEST, Kind.HOURS, Kind.MINUTES_DAY, Kind.MINUTES_WEEK})
_SAYS_NO = QUOTAS | {Kind.CLOSED, Kind.HOURS}


@dataclass(frozen=True, slots=True)
class Control:
    """One control. `amount` is seconds, or how many for the kinds that count.

    At the level of a number or contact, quotas count what is with it; elsewhere all of the
    person's. `subject` is the id of the device or contact it is set on, where a decision is about
    several of them; else it may be empty.
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
    talk: Talk = Talk.CALLS
    subject: str = ""

    def __post_init__(self) -> None:
        found = mistakes(
            self.kind, self.level, self.amount, self.hours, self.attorneys, talk=self.talk
        )
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
            told[self.talk if self.kind in COUNTED else "length"] = str(self.amount)
        if self.hours:
            told["week"] = " ".join(f"{one.weekday}:{one}" for one in self.hours)
        if self.why:
            told["why"] = self.why
        return told


def mistakes(
    kind: Kind,
    level: Level,
    amount: int | None,
    hours: tuple[WeekTime, ...],
    attorneys: bool,
    talk: Talk = Talk.CALLS,
) -> tuple[str, ...]:
    """Codes of what does not go together in a control; empty when all is well."""
    senseless = senseless_on(talk, kind, level)
    return (*senseless, *_mistakes(kind, level, amount, hours, attorneys, talk))


def senseless_on(talk: Talk, kind: Kind, level: Level) -> tuple[str, ...]:
    """Codes of what cannot be set on such talk at all: minutes on messages, a number on visits."""
    found = (
        ("control.kind_not_on_this", kind not in KINDS[talk]),
        ("control.level_not_on_this", level not in LEVELS[talk]),
    )
    return tuple(code for code, wrong in found if wrong)


def _mistakes(
    kind: Kind,
    level: Level,
    amount: int | None,
    hours: tuple[WeekTime, ...],
    attorneys: bool,
    talk: Talk,
) -> Iterator[str]:
    if (amount is not None) != (kind in COUNTED | TIMED):
        yield "control.amount_needed"
    elif amount is not None and amount < 1:
        yield "control.amount_too_small"
    if bool(hours) != (kind is Kind.HOURS):
        yield "control.hours_needed"
    if kind in QUOTAS and attorneys:
        yield "control.counsel_is_not_rationed"
    elif talk is Talk.MESSAGES and attorneys:
        # Mail with an attorney asks another question, in which there are no controls.
        yield "control.private_mail_goes"
    if kind in QUOTAS and level is Level.STATION:
        yield "control.quota_is_a_persons"


@dataclass(frozen=True, slots=True)
class Spent:
    """What somebody talked or wrote since the day and the week began: how many calls or messages,
    and how long; and when the last of it ended or was sent."""

    count_day: int = 0
    count_week: int = 0
    seconds_day: int = 0
    seconds_week: int = 0
    last_ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Controls:
    """The controls on one call or message, and what they count.

    `held` are those in force now or within a day, in an order that does not depend on how they were
    found. `spent` is all talk of the person, `spent_there` what went to this number or contact;
    neither holds talk with an attorney.
    """

    held: tuple[Control, ...] = ()
    spent: Spent = field(default_factory=Spent)
    spent_there: Spent = field(default_factory=Spent)

    def __post_init__(self) -> None:
        object.__setattr__(self, "held", in_order(self.held))

    @property
    def count(self) -> bool:
        """Whether any of them needs to know what was talked before."""
        return any(one.kind in QUOTAS for one in self.held)

    def for_level(self, level: Level) -> Spent:
        """What a quota of this level counts."""
        return self.spent_there if level in THERE else self.spent


def in_order(held: Iterable[Control]) -> tuple[Control, ...]:
    """By `Kind` and `Level`, however they were found."""
    return tuple(sorted(held, key=lambda one: (_RANK[one.kind], _RANK[one.level], one.id)))


def refusals(
    controls: Controls, *, attorney: bool, zone: ZoneInfo, now: datetime
) -> Iterator[Refusal]:
    """Every control that says no to a call or message now, in the order of `Kind` and `Level`."""
    for one in _bearing(controls, attorney):
        if one.kind in _SAYS_NO and one.holds(now):
            reason = _refusal(one, controls, zone, now)
            if reason is not None:
                yield reason


def limits(controls: Controls, *, attorney: bool, zone: ZoneInfo, now: datetime) -> Iterator[Limit]:
    """Every limit that controls set on a call that begins now."""
    for one in _bearing(controls, attorney):
        if one.holds(now):
            limit = _limit(one, controls, zone, now) if one.kind in _SETS_LIMITS else None
            if limit is not None:
                yield limit
        elif one.since > now and (cut := _cut_by(one, zone)) is not None:
            yield _fixed(one, cut - now)


def unrecorded(controls: Controls, *, now: datetime) -> bool:
    """Whether any control forbids recording now; one is enough, and it asks who is called never."""
    return any(one.kind is Kind.UNRECORDED and one.holds(now) for one in controls.held)


def left(controls: Controls, *, now: datetime) -> Iterator[Left]:
    """What each quota that counts leaves now, where it counts how many."""
    for one in controls.held:
        if one.kind in COUNTED and one.holds(now):
            yield Left(one.kind, _left(one, controls.for_level(one.level)), one.amount or 0,
                       CONTROL, facts=named(one))  # fmt: skip


def _bearing(controls: Controls, attorney: bool) -> list[Control]:
    """Those that bear on this call."""
    return [one for one in controls.held if not attorney or one.attorneys]


# --- reasons ----------------------------------------------------------------------------


def _refusal(one: Control, controls: Controls, zone: ZoneInfo, now: datetime) -> Refusal | None:
    if one.kind is Kind.CLOSED:
        return no(one, one.until)
    if one.kind is Kind.HOURS:
        if open_until(one.hours, zone, now) is not None:
            return None
        return no(one, sooner(one.until, _opens(one.hours, zone, now)))
    spent = controls.for_level(one.level)
    if one.kind in _RATIONED:
        if _left(one, spent) > 0:
            return None
        return no(one, sooner(one.until, begins_anew(one.kind, zone, now)))
    if spent.last_ended_at is None or one.amount is None:
        return None
    over = spent.last_ended_at + timedelta(seconds=one.amount)  # a gap
    return no(one, sooner(one.until, over)) if now < over else None


def no(one: Control, until: datetime | None) -> Refusal:
    """A control's reason, until a moment."""
    return Refusal(f"control.{one.kind}", Whose.FACILITY, until, one.facts)


def _left(one: Control, spent: Spent) -> int:
    """What is left of a quota: how many, or seconds."""
    counted = "count_day" if one.kind in BY_DAY else "count_week"
    used: int = getattr(spent, _IN_SECONDS.get(one.kind, counted))
    return (one.amount or 0) - used


def sooner(first: datetime | None, second: datetime | None) -> datetime | None:
    """The earlier of two moments of which either may not be known."""
    known = [at for at in (first, second) if at is not None]
    return min(known, default=None)


# --- limits -----------------------------------------------------------------------------


def _limit(one: Control, controls: Controls, zone: ZoneInfo, now: datetime) -> Limit | None:
    if one.kind is Kind.LONGEST and one.amount is not None:
        return Limit(one.amount, CONTROL, Whose.FACILITY, facts=named(one))
    if one.kind is Kind.HOURS:
        closes = open_until(one.hours, zone, now)
        # Hours that the control's own end opens again do not cut what they met open, and those
        # that never close are no limit.
        if closes is None or closes >= (one.until or now + _ALWAYS):
            return None
        return _fixed(one, closes - now)
    left = _left(one, controls.for_level(one.level))
    return Limit(left, CONTROL, Whose.FACILITY, facts=named(one))


def _fixed(one: Control, left: timedelta) -> Limit:
    seconds = max(0, int(left.total_seconds()))
    return Limit(seconds, CONTROL, Whose.FACILITY, fixed=True, facts=named(one))


def named(one: Control) -> dict[str, str]:
    """Which control it is, for a limit."""
    # No more than what finds the control again: every call keeps all limits that were weighed.
    found = {"control": one.id, "kind": one.kind, "level": one.level}
    return found if one.talk is Talk.CALLS else {**found, "talk": one.talk}


def _cut_by(one: Control, zone: ZoneInfo) -> datetime | None:
    """The moment at which a control that has not begun cuts a call, None if it does not."""
    if one.kind is Kind.CLOSED:
        return one.since
    if one.kind is Kind.HOURS:
        closes = open_until(one.hours, zone, one.since)
        return closes if closes is not None else one.since
    return None


# --- the clock on the wall --------------------------------------------------------------


def open_until(hours: tuple[WeekTime, ...], zone: ZoneInfo, now: datetime) -> datetime | None:
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
    found = [
        (reached(zone, on, one.from_minute), reached(zone, on, one.until_minute))
        for one in hours
        if one.weekday == weekday
    ]
    return sorted(found) if len(found) > 1 else found


def begins_anew(kind: Kind, zone: ZoneInfo, now: datetime) -> datetime:
    """When a quota counts from nothing again."""
    today = now.astimezone(zone).date()
    days = 1
    if kind in BY_WEEK:
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
