"""Which times a visit can have: every day with its slots, or with the reason why it has none.

Starts are on the facility's wall. A time that a day skips is not offered; one that comes twice is
offered once, the first time, and says so (docs/decisions/0035-visit-times.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import repeat
from zoneinfo import ZoneInfo

from kinline.core.policy import visit_controls
from kinline.core.policy.visit_controls import VisitControls
from kinline.core.refusal import Refusal, Whose
from kinline.core.schedule import claims as claim
from kinline.core.schedule.claims import Needs, end_of, grid
from kinline.core.schedule.rules import Closure, Holiday, Rules, Taken, WeekTime, in_force
from kinline.core.schedule.wall import Change, Shown, change, reached, shown


@dataclass(frozen=True, slots=True)
class Asking:
    """Who wants to meet, for how long, and all that may stand against a time.

    `stations` are the ids of those fit for this visit, the preferred first. `had` has, for the
    person's and the visitors' resource names, the days (facility's zone) of visits that count for
    their quotas (states.COUNTED), each day as often as it has one. `days`: from which day to which
    (without the last), None: from today to the end of the horizon.
    """

    facility: str
    zone: ZoneInfo
    rules: tuple[Rules, ...]
    length_minutes: int
    person: str
    visitors: tuple[str, ...]
    stations: tuple[str, ...]
    separations: tuple[str, ...] = ()
    closures: tuple[Closure, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    taken: frozenset[Taken] = frozenset()
    had: Mapping[str, Sequence[date]] = field(default_factory=dict)
    days: tuple[date, date] | None = None
    controls: VisitControls = field(default_factory=VisitControls)


class Standing(StrEnum):
    """How one slot stands. Only what is FREE can be booked."""

    FREE = "free"
    TAKEN = "taken"
    TOO_SOON = "too_soon"
    CLOSED = "closed"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True)
class Slot:
    """One time to meet: `starts_at` in UTC. `why` says what stands against it, None if FREE.

    `first_of_two`: the wall shows this time twice on this day, and the first time is meant.
    """

    starts_at: datetime
    length_minutes: int
    standing: Standing
    why: Refusal | None = None
    first_of_two: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar. `why`: one reason for the whole of it, if it has no free slot.

    `change` is the jump of the facility's clock, on the days that have one.
    """

    on: date
    slots: tuple[Slot, ...] = ()
    why: Refusal | None = None
    change: Change | None = None

    @property
    def free(self) -> tuple[Slot, ...]:
        return tuple(one for one in self.slots if one.standing is Standing.FREE)


Days = tuple[Day, ...]

# Of a slot's reasons the first of these stands on it.
_STANDING = {
    "visit.past": Standing.TOO_SOON,
    "visit.too_soon": Standing.TOO_SOON,
    "visit.lockdown": Standing.CLOSED,
    "visit.closed": Standing.CLOSED,
    "visit.holiday": Standing.CLOSED,
    "visit.person_quota": Standing.QUOTA,
    "visit.visitor_quota": Standing.QUOTA,
    "control.closed": Standing.CLOSED,
    "control.hours": Standing.CLOSED,
    "control.longest": Standing.CLOSED,
    "control.visits_day": Standing.QUOTA,
    "control.visits_week": Standing.QUOTA,
    "control.gap": Standing.CLOSED,
}


def open_slots(asking: Asking, now: datetime) -> Days:
    """Every day asked for, in order, with its slots. What is past is not shown."""
    now = now.astimezone(UTC)
    today = now.astimezone(asking.zone).date()
    first, until = asking.days or (today, _end_of_horizon(asking, today))
    count = (until - first).days
    return tuple(_day(asking, first + timedelta(days=index), now) for index in range(count))


def reasons_against(asking: Asking, starts_at: datetime, now: datetime) -> tuple[Refusal, ...]:
    """Every reason of the calendar against one start; none where it can be booked."""
    return (*of_facility(asking, starts_at, now), *of_people(asking, starts_at))


def of_facility(asking: Asking, starts_at: datetime, now: datetime) -> tuple[Refusal, ...]:
    """The reasons that anybody may read: the facility's rules, hours and closures."""
    # In UTC: two moments of one zone are compared by their walls, on which hours come twice.
    starts_at, now = starts_at.astimezone(UTC), now.astimezone(UTC)
    on = starts_at.astimezone(asking.zone).date()
    rules = in_force(asking.rules, on)
    if rules is None:
        return (Refusal("visit.not_offered", Whose.FACILITY),)
    return tuple(_of_facility(asking, rules, starts_at, on, now))


def of_people(asking: Asking, starts_at: datetime) -> tuple[Refusal, ...]:
    """The reasons that tell of people: controls, their quotas, and what is taken."""
    # In UTC, as in of_facility.
    starts_at = starts_at.astimezone(UTC)
    on = starts_at.astimezone(asking.zone).date()
    rules = in_force(asking.rules, on)
    if rules is None:
        return ()
    quotas = (*_controls(asking, starts_at), *_quotas(asking, rules, on))
    try:
        found = _choose(asking, rules, starts_at)
    except ValueError:
        return quotas  # a start that is not on the grid, which the facility's reasons say
    return quotas if isinstance(found, Needs) else (*quotas, *found)


def choose(asking: Asking, starts_at: datetime) -> Needs | Refusal:
    """The first station and staff place free for the whole visit, or what is taken.

    Raises ValueError for a start that is not on the grid.
    """
    rules = in_force(asking.rules, starts_at.astimezone(asking.zone).date())
    if rules is None:
        return Refusal("visit.not_offered", Whose.FACILITY)
    found = _choose(asking, rules, starts_at)
    return found if isinstance(found, Needs) else found[0]


def buffer_of(asking: Asking, starts_at: datetime) -> int:
    """The buffer, in minutes, that stands behind a visit which starts then; 0 without rules."""
    rules = in_force(asking.rules, starts_at.astimezone(asking.zone).date())
    return rules.buffer_minutes if rules is not None else 0


# --- one day ------------------------------------------------------------------------------


def _end_of_horizon(asking: Asking, today: date) -> date:
    """The day after the last one that can be booked; at least one day is always shown."""
    ahead = timedelta(days=max((one.horizon_days for one in asking.rules), default=0))
    days = (today + timedelta(days=index) for index in range(ahead.days, -1, -1))
    far = (on for on in days if not _too_far(asking, in_force(asking.rules, on), on, today))
    return next(far, today) + timedelta(days=1)


def _too_far(asking: Asking, rules: Rules | None, on: date, today: date) -> Refusal | None:
    if rules is None or on <= today + timedelta(days=rules.horizon_days):
        return None
    opens = reached(asking.zone, on - timedelta(days=rules.horizon_days), 0)
    facts = {"days": str(rules.horizon_days)}
    return Refusal("visit.too_far", Whose.FACILITY, opens, facts)


def _day(asking: Asking, on: date, now: datetime) -> Day:
    rules = in_force(asking.rules, on)
    jump = change(asking.zone, on)
    today = now.astimezone(asking.zone).date()
    all_day = _starts(asking, rules, on) if rules is not None and on >= today else []
    whole = _whole_day(asking, rules, on, all_day, now)
    if whole is not None or rules is None:
        return Day(on, why=whole, change=jump)
    starts = [one for one in all_day if one.at > now]
    # A quota is the same for every slot of a day.
    quotas = tuple(_quotas(asking, rules, on))
    slots = tuple(_slot(asking, rules, one, quotas, now) for one in starts)
    return Day(on, slots, _why_none(slots), jump)


def _whole_day(
    asking: Asking, rules: Rules | None, on: date, starts: Sequence[Shown], now: datetime
) -> Refusal | None:
    """The reason for which a whole day is without slots, None where it has some."""
    today = now.astimezone(asking.zone).date()
    if on < today:
        return Refusal("visit.past", Whose.KINLINE)
    if rules is None:
        return Refusal("visit.not_offered", Whose.FACILITY)
    why = _too_far(asking, rules, on, today) or _length(asking, rules) or _holiday(asking, on)
    if why is not None:
        return why
    if not starts:
        return _no_hours(rules, on)
    return Refusal("visit.past", Whose.KINLINE) if starts[-1].at <= now else None


def _why_none(slots: Sequence[Slot]) -> Refusal | None:
    """One reason for a day without a free slot: of more than one kind it is simply full."""
    if any(one.standing is Standing.FREE for one in slots):
        return None
    later = [one.why for one in slots if one.standing is not Standing.TOO_SOON and one.why]
    reasons = later or [one.why for one in slots if one.why]
    if len({one.code for one in reasons}) == 1:
        return reasons[-1]
    return Refusal("visit.full", Whose.FACILITY)


def _starts(asking: Asking, rules: Rules, on: date) -> list[Shown]:
    """Every start of the day's raster from which a visit ends within the hours, each once."""
    step = rules.every_minutes or asking.length_minutes + rules.buffer_minutes
    found: dict[datetime, Shown] = {}
    for hours in _hours(rules, on):
        closes = reached(asking.zone, on, hours.until_minute)
        for minute in range(hours.from_minute, hours.until_minute, step):
            one = shown(asking.zone, on, minute)
            if one is not None and end_of(one.at, asking.length_minutes) <= closes:
                found.setdefault(one.at, one)
    return [found[at] for at in sorted(found)]


def _slot(
    asking: Asking, rules: Rules, start: Shown, quotas: tuple[Refusal, ...], now: datetime
) -> Slot:
    reasons = (
        *_too_soon(rules, start.at, now),
        *_closures(asking, start.at),
        *_controls(asking, start.at),
        *quotas,
    )
    why = reasons[0] if reasons else None
    if why is None:
        found = _choose(asking, rules, start.at)
        why = None if isinstance(found, Needs) else found[0]
    standing = Standing.FREE if why is None else _STANDING.get(why.code, Standing.TAKEN)
    return Slot(start.at, asking.length_minutes, standing, why, start.twice)


# --- reasons ------------------------------------------------------------------------------


def _of_facility(
    asking: Asking, rules: Rules, starts_at: datetime, on: date, now: datetime
) -> Iterator[Refusal]:
    if starts_at <= now:
        yield Refusal("visit.past", Whose.KINLINE)
    else:
        yield from _too_soon(rules, starts_at, now)
    far = _too_far(asking, rules, on, now.astimezone(asking.zone).date())
    length = _length(asking, rules)
    holiday = _holiday(asking, on)
    yield from (one for one in (far, length, holiday) if one is not None)
    yield from _closures(asking, starts_at)
    if length is None:
        yield from _outside(asking, rules, starts_at, on)


def _too_soon(rules: Rules, starts_at: datetime, now: datetime) -> Iterator[Refusal]:
    if starts_at - now < timedelta(minutes=rules.notice_minutes):
        facts = {"notice_minutes": str(rules.notice_minutes)}
        yield Refusal("visit.too_soon", Whose.FACILITY, facts=facts)


def _length(asking: Asking, rules: Rules) -> Refusal | None:
    if asking.length_minutes in rules.lengths:
        return None
    facts = {
        "asked": str(asking.length_minutes),
        "lengths": ", ".join(str(one) for one in sorted(rules.lengths)),
    }
    return Refusal("visit.length_not_offered", Whose.FACILITY, facts=facts)


def _holiday(asking: Asking, on: date) -> Refusal | None:
    found = next((one for one in asking.holidays if one.on == on), None)
    if found is None:
        return None
    ends = reached(asking.zone, on + timedelta(days=1), 0)
    return Refusal("visit.holiday", Whose.FACILITY, ends, {"name": found.name})


def _no_hours(rules: Rules, on: date) -> Refusal:
    """No hours on that weekday, or none that are long enough; `hours` are those it has."""
    return Refusal("visit.outside_hours", Whose.FACILITY, facts={"hours": _said(rules, on)})


def _closures(asking: Asking, starts_at: datetime) -> Iterator[Refusal]:
    """Lockdowns first: they are what people should hear of."""
    end = end_of(starts_at, asking.length_minutes)
    touching = [one for one in asking.closures if one.touches(starts_at, end)]
    for one in sorted(touching, key=lambda one: not one.lockdown):
        code = "visit.lockdown" if one.lockdown else "visit.closed"
        yield Refusal(code, Whose.FACILITY, one.until, {"why": one.why})


def _controls(
    asking: Asking, starts_at: datetime, station: str | None = None
) -> tuple[Refusal, ...]:
    """What controls say of a visit then, or of one at a station."""
    if not asking.controls.held:
        return ()
    end = end_of(starts_at, asking.length_minutes)
    return tuple(visit_controls.against(asking.controls, starts_at, end, asking.zone, station))


def _outside(asking: Asking, rules: Rules, starts_at: datetime, on: date) -> Iterator[Refusal]:
    """Outside the hours; or within them, and not at a time at which visits begin."""
    if any(one.at == starts_at for one in _starts(asking, rules, on)):
        return
    end = end_of(starts_at, asking.length_minutes)
    facts = {"hours": _said(rules, on)}
    for hours in _hours(rules, on):
        opens = reached(asking.zone, on, hours.from_minute)
        if opens <= starts_at and end <= reached(asking.zone, on, hours.until_minute):
            yield Refusal("visit.no_such_time", Whose.FACILITY, facts=facts)
            return
    yield Refusal("visit.outside_hours", Whose.FACILITY, facts=facts)


def _hours(rules: Rules, on: date) -> list[WeekTime]:
    hours = [one for one in rules.template if one.weekday == on.weekday()]
    return sorted(hours, key=lambda one: one.from_minute)


def _said(rules: Rules, on: date) -> str:
    return ", ".join(str(one) for one in _hours(rules, on))


def _quotas(asking: Asking, rules: Rules, on: date) -> Iterator[Refusal]:
    week = rules.week(on)
    until = reached(asking.zone, week + timedelta(days=7), 0)
    people = [("visit.person_quota", rules.per_person_week, claim.person(asking.person), "")]
    for one in asking.visitors:
        people.append(("visit.visitor_quota", rules.per_visitor_week, claim.visitor(one), one))
    for code, limit, resource, visitor in people:
        has = sum(1 for day in asking.had.get(resource, ()) if rules.week(day) == week)
        if limit is not None and has >= limit:
            facts = {"limit": str(limit), "has": str(has), "visitor": visitor}
            yield Refusal(code, Whose.FACILITY, until, {k: v for k, v in facts.items() if v})


# --- what is taken ------------------------------------------------------------------------


def _choose(asking: Asking, rules: Rules, starts_at: datetime) -> Needs | tuple[Refusal, ...]:
    long = grid(starts_at, asking.length_minutes, rules.buffer_minutes)
    short = grid(starts_at, asking.length_minutes)

    def free(resource: str, cells: Sequence[datetime] = long) -> bool:
        return asking.taken.isdisjoint(zip(repeat(resource), cells))

    places = range(1, (rules.capacity or 0) + 1)
    stations = [one for one in asking.stations if not _controls(asking, starts_at, one)]
    station = next((one for one in stations if free(claim.station(one))), None)
    place = next((one for one in places if free(claim.staff(asking.facility, one))), None)
    reasons = []
    if not free(claim.person(asking.person)):
        reasons.append(Refusal("visit.person_busy", Whose.PERSON))
    for one in asking.visitors:
        if not free(claim.visitor(one), short):
            reasons.append(Refusal("visit.visitor_busy", Whose.CONTACT, facts={"visitor": one}))
    # Whom somebody must not meet is told to nobody: to them the time is simply full.
    apart = all(free(claim.separation(one)) for one in asking.separations)
    if asking.stations and not stations:
        reasons += _controls(asking, starts_at, asking.stations[0])
    elif station is None or (rules.capacity is not None and place is None) or not apart:
        code = "visit.full" if asking.stations else "visit.no_station"
        reasons.append(Refusal(code, Whose.FACILITY))
    if reasons or station is None:
        return tuple(reasons)
    return Needs(
        facility=asking.facility,
        station=station,
        person=asking.person,
        visitors=asking.visitors,
        staff_place=place,
        separations=asking.separations,
    )
