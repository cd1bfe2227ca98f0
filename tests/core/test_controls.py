"""Controls of a facility: each alone, and all together against the plain statement of the rule."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.policy.baseline import Baseline, stricter
from kinline.core.policy.call import (
    LIFTED,
    Allowed,
    CallFacts,
    CallingRule,
    Courtesy,
    Refused,
    decide,
    with_courtesy,
)
from kinline.core.policy.control_terms import KINDS, LEVELS, Talk
from kinline.core.policy.controls import (
    COUNTED,
    QUOTAS,
    TIMED,
    Control,
    Controls,
    Kind,
    Level,
    Spent,
    counted_from,
    mistakes,
)
from kinline.core.schedule.rules import WeekTime

BOSTON = ZoneInfo("America/New_York")
MINUTE = 60


def boston(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=BOSTON).astimezone(UTC)


# A Monday. Wall phones are open from seven to ten, twenty minutes each.
NOW = boston("2026-11-23 15:00")
RULE = CallingRule(offered=True, opens_at=time(7), closes_at=time(22), max_call_seconds=1200)
JULIAN_CALLS_MAMA = CallFacts(
    zone=BOSTON, today=RULE, tomorrow=RULE, number_valid=True, listed=True
)
LAST_WEEK = boston("2026-11-16 08:00")
OF_CALLS = QUOTAS & KINDS[Talk.CALLS]


def control(kind: Kind, level: Level = Level.FACILITY, **more: object) -> Control:
    return Control("c1", kind, level, **{"since": LAST_WEEK, **more})  # type: ignore[arg-type]


def week(opens: str, closes: str, *days: int) -> tuple[WeekTime, ...]:
    each = days or range(7)
    return tuple(
        WeekTime(day, time.fromisoformat(opens), time.fromisoformat(closes)) for day in each
    )


def under(
    *held: Control, spent: Spent | None = None, there: Spent | None = None, **more: object
) -> CallFacts:
    controls = Controls(held, spent or Spent(), there or Spent())
    return replace(JULIAN_CALLS_MAMA, controls=controls, **more)  # type: ignore[arg-type]


def refused(facts: CallFacts, now: datetime = NOW) -> dict[str, datetime | None]:
    verdict = decide(facts, now)
    return {no.code: no.until for no in verdict.reasons} if isinstance(verdict, Refused) else {}


def seconds(facts: CallFacts, now: datetime = NOW) -> int | None:
    verdict = decide(facts, now)
    assert isinstance(verdict, Allowed), verdict
    return verdict.limit_seconds


MIDNIGHT, NEXT_MONDAY = boston("2026-11-24 00:00"), boston("2026-11-30 00:00")
TWO_CALLS = Spent(count_day=2, count_week=2, seconds_day=600, seconds_week=600)

SAYS_NO = [
    ("lockdown", control(Kind.CLOSED, until=MIDNIGHT), Spent(), "control.closed", MIDNIGHT),
    ("closed for good", control(Kind.CLOSED), Spent(), "control.closed", None),
    (
        "evenings only",
        control(Kind.HOURS, hours=week("17:00", "21:00")),
        Spent(),
        "control.hours",
        boston("2026-11-23 17:00"),
    ),
    (
        "not before Thursday",
        control(Kind.HOURS, hours=week("09:00", "10:00", 3)),
        Spent(),
        "control.hours",
        boston("2026-11-26 09:00"),
    ),
    (
        "hours that end before they open again",
        control(Kind.HOURS, hours=week("17:00", "21:00"), until=boston("2026-11-23 16:00")),
        Spent(),
        "control.hours",
        boston("2026-11-23 16:00"),
    ),
    ("two a day", control(Kind.CALLS_DAY, amount=2), TWO_CALLS, "control.calls_day", MIDNIGHT),
    (
        "two a week",
        control(Kind.CALLS_WEEK, amount=2),
        TWO_CALLS,
        "control.calls_week",
        NEXT_MONDAY,
    ),
    (
        "ten minutes a day",
        control(Kind.MINUTES_DAY, amount=600),
        TWO_CALLS,
        "control.minutes_day",
        MIDNIGHT,
    ),
    (
        "ten minutes a week",
        control(Kind.MINUTES_WEEK, amount=600),
        TWO_CALLS,
        "control.minutes_week",
        NEXT_MONDAY,
    ),
    (
        "an hour between",
        control(Kind.GAP, amount=3600),
        Spent(last_ended_at=boston("2026-11-23 14:30")),
        "control.gap",
        boston("2026-11-23 15:30"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "spent", "code", "until"), [case[1:] for case in SAYS_NO], ids=[c[0] for c in SAYS_NO]
)
@pytest.mark.parametrize("level", [Level.AGENCY, Level.FACILITY, Level.UNIT, Level.PERSON])
def test_each_control_alone_says_no_for_its_own_reason_and_until_when(
    one: Control, spent: Spent, code: str, until: datetime | None, level: Level
) -> None:
    assert refused(under(replace(one, level=level), spent=spent)) == {code: until}


@pytest.mark.parametrize(
    ("one", "spent"), [case[1:3] for case in SAYS_NO], ids=[case[0] for case in SAYS_NO]
)
def test_none_of_them_says_no_before_it_begins_or_once_it_has_ended(
    one: Control, spent: Spent
) -> None:
    assert (
        refused(under(replace(one, since=NOW + timedelta(days=2), until=None), spent=spent)) == {}
    )
    assert refused(under(replace(one, until=NOW), spent=spent)) == {}


FITS = [
    ("hours that are open", control(Kind.HOURS, hours=week("09:00", "21:00")), Spent(), 1200),
    (
        "hours that close soon",
        control(Kind.HOURS, hours=week("09:00", "15:10")),
        Spent(),
        10 * MINUTE,
    ),
    (
        "two hours that touch are one",
        control(Kind.HOURS, hours=week("09:00", "15:10") + week("15:10", "21:00")),
        Spent(),
        1200,
    ),
    (
        "hours whose own end comes first",
        control(
            Kind.HOURS, hours=week("09:00", "15:10"), until=boston("2026-11-23 15:05")
        ),
        Spent(),
        1200,
    ),
    ("hours that never close", control(Kind.HOURS, hours=week("00:00", "00:00")), Spent(), 1200),
    ("ten minutes a call", control(Kind.LONGEST, amount=600), Spent(), 600),
    ("longer than the facility allows", control(Kind.LONGEST, amount=3600), Spent(), 1200),
    ("three a day", control(Kind.CALLS_DAY, amount=3), TWO_CALLS, 1200),
    ("what is left of the day", control(Kind.MINUTES_DAY, amount=900), TWO_CALLS, 300),
    ("what is left of the week", control(Kind.MINUTES_WEEK, amount=660), TWO_CALLS, 60),
    (
        "the gap is over",
        control(Kind.GAP, amount=1800),
        Spent(last_ended_at=boston("2026-11-23 14:30")),
        1200,
    ),
    (
        "a lockdown at ten past three",
        control(Kind.CLOSED, since=boston("2026-11-23 15:10")),
        Spent(),
        10 * MINUTE,
    ),
    (
        "evening hours that begin to hold at ten past three",
        control(Kind.HOURS, hours=week("17:00", "21:00"), since=boston("2026-11-23 15:10")),
        Spent(),
        10 * MINUTE,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "spent", "left"), [case[1:] for case in FITS], ids=[case[0] for case in FITS]
)
def test_what_a_control_leaves_of_a_call(one: Control, spent: Spent, left: int) -> None:
    assert seconds(under(one, spent=spent)) == left


def test_twenty_fifteen_and_ten_are_ten_and_all_three_are_told() -> None:
    facts = under(
        control(Kind.LONGEST, Level.UNIT, amount=900),
        control(Kind.LONGEST, Level.PERSON, amount=600),
    )
    verdict = decide(facts, NOW)
    assert isinstance(verdict, Allowed)
    told = [(one.seconds, one.source, one.facts.get("level")) for one in verdict.limits]
    assert told[:3] == [
        (600, "control", "person"),
        (900, "control", "unit"),
        (1200, "facility", None),
    ]


def test_one_that_says_do_not_record_is_enough() -> None:
    for level in LEVELS[Talk.CALLS]:
        verdict = decide(under(control(Kind.UNRECORDED, level)), NOW)
        assert isinstance(verdict, Allowed)
        assert verdict.private_because == "control"
    over = decide(under(control(Kind.UNRECORDED, until=NOW)), NOW)
    assert isinstance(over, Allowed)
    assert over.private_because is None


def test_at_a_number_only_what_went_there_counts() -> None:
    two_a_day = control(Kind.CALLS_DAY, Level.NUMBER, amount=2)
    assert refused(under(two_a_day, spent=TWO_CALLS)) == {}
    assert list(refused(under(two_a_day, there=TWO_CALLS))) == ["control.calls_day"]


def test_talk_with_an_attorney_is_never_rationed_and_else_only_where_it_is_said() -> None:
    quotas = [control(kind, amount=1) for kind in OF_CALLS]
    spent = replace(TWO_CALLS, last_ended_at=NOW)
    assert refused(under(*quotas, spent=spent, attorney=True)) == {}
    closed = control(Kind.CLOSED, until=MIDNIGHT)
    assert refused(under(closed, attorney=True)) == {}
    assert list(refused(under(replace(closed, attorneys=True), attorney=True))) == [
        "control.closed"
    ]
    for kind in OF_CALLS:
        wrong = mistakes(kind, Level.PERSON, 5, (), attorneys=True)
        assert wrong == ("control.counsel_is_not_rationed",)


def test_a_granted_call_goes_past_hours_and_quotas_but_not_past_a_lockdown() -> None:
    courtesy = Courtesy(until=MIDNIGHT, max_call_seconds=600)
    quotas = [control(kind, amount=1) for kind in OF_CALLS]
    evenings = control(Kind.HOURS, hours=week("17:00", "21:00"))
    spent = replace(TWO_CALLS, last_ended_at=NOW)
    granted = with_courtesy(under(*quotas, evenings, spent=spent), courtesy, NOW)
    assert isinstance(granted, Allowed)
    assert granted.courtesy
    locked = with_courtesy(under(control(Kind.CLOSED)), courtesy, NOW)
    assert isinstance(locked, Refused)
    short = under(*quotas, control(Kind.LONGEST, Level.PERSON, amount=300), spent=spent)
    his = with_courtesy(short, courtesy, NOW)
    assert isinstance(his, Allowed)
    assert his.limit_seconds == 300


def test_on_the_day_the_clock_goes_back_hours_end_the_first_time_the_wall_shows_their_end() -> None:
    nights = control(Kind.HOURS, hours=week("00:00", "01:30"), since=boston("2026-10-01 00:00"))
    facts = under(nights, today=replace(RULE, opens_at=time(0)))
    first = boston("2026-11-01 01:00")
    assert seconds(facts, first) == 1200
    assert "control.hours" in refused(facts, first + timedelta(minutes=30))


def test_a_day_and_a_week_are_counted_from_midnight_and_monday_of_the_facilitys_clock() -> None:
    day, monday = counted_from(BOSTON, boston("2026-11-29 23:59"))
    assert (day, monday) == (boston("2026-11-29 00:00"), boston("2026-11-23 00:00"))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ((Kind.LONGEST, Level.UNIT, None, (), False), "control.amount_needed"),
        ((Kind.CLOSED, Level.UNIT, 5, (), False), "control.amount_needed"),
        ((Kind.LONGEST, Level.UNIT, 0, (), False), "control.amount_too_small"),
        ((Kind.HOURS, Level.UNIT, None, (), False), "control.hours_needed"),
        ((Kind.CLOSED, Level.UNIT, None, week("09:00", "10:00"), False), "control.hours_needed"),
        ((Kind.GAP, Level.STATION, 5, (), False), "control.quota_is_a_persons"),
    ],
    ids=str,
)
def test_what_could_not_be_meant_is_no_control(given: tuple[object, ...], found: str) -> None:
    assert mistakes(*given) == (found,)  # type: ignore[arg-type]


# --- all together, against the plain statement --------------------------------------------

_HOURS = [week("09:00", "21:00"), week("17:00", "21:00"), week("00:00", "00:00", 0, 2, 4)]


@st.composite
def a_control(draw: st.DrawFn) -> Control:
    kind = draw(st.sampled_from(sorted(KINDS[Talk.CALLS])))
    levels = sorted(LEVELS[Talk.CALLS] - ({Level.STATION} if kind in QUOTAS else set()))
    since = NOW + timedelta(minutes=draw(st.integers(-3000, 600)))
    until = draw(st.none() | st.integers(1, 4000).map(lambda late: since + timedelta(minutes=late)))
    amount = None
    if kind in COUNTED:
        amount = draw(st.integers(1, 5))
    elif kind in TIMED:
        amount = draw(st.integers(1, 120)) * MINUTE
    return Control(
        f"c{draw(st.integers(1, 10**6))}",
        kind,
        draw(st.sampled_from(levels)),
        since,
        until,
        amount,
        draw(st.sampled_from(_HOURS)) if kind is Kind.HOURS else (),
        attorneys=kind not in QUOTAS and draw(st.booleans()),
    )


spent = st.builds(
    Spent,
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(0, 7200),
    st.integers(0, 7200),
    st.none() | st.integers(0, 200).map(lambda ago: NOW - timedelta(minutes=ago)),
)


def is_open(one: Control, at: datetime) -> bool:
    wall = at.astimezone(BOSTON)
    minute = wall.hour * 60 + wall.minute
    return any(
        each.weekday == wall.weekday() and each.from_minute <= minute < each.until_minute
        for each in one.hours
    )


def forbids(one: Control, at: datetime) -> bool:
    """Whether a control, in plain words, lets nobody talk at this moment."""
    if not one.since <= at or (one.until is not None and at >= one.until):
        return False
    return one.kind is Kind.CLOSED or (one.kind is Kind.HOURS and not is_open(one, at))


def says_no(one: Control, used: Spent) -> bool:
    if not one.since <= NOW or (one.until is not None and one.until <= NOW):
        return False
    amount = one.amount or 0
    gap_open = used.last_ended_at is None or NOW - used.last_ended_at >= timedelta(seconds=amount)
    plain = {
        Kind.CALLS_DAY: used.count_day >= amount,
        Kind.CALLS_WEEK: used.count_week >= amount,
        Kind.MINUTES_DAY: used.seconds_day >= amount,
        Kind.MINUTES_WEEK: used.seconds_week >= amount,
        Kind.GAP: not gap_open,
    }
    return plain.get(one.kind, False) or forbids(one, NOW)


def allows(one: Control, used: Spent) -> int:
    """How many seconds it lets somebody talk who begins now and talks an hour at the most."""
    held = one.since <= NOW and (one.until is None or one.until > NOW)
    left = [3600]
    if held and one.kind is Kind.LONGEST:
        left.append(one.amount or 0)
    if held and one.kind is Kind.MINUTES_DAY:
        left.append((one.amount or 0) - used.seconds_day)
    if held and one.kind is Kind.MINUTES_WEEK:
        left.append((one.amount or 0) - used.seconds_week)
    left += [m * MINUTE for m in range(60) if forbids(one, NOW + timedelta(minutes=m))][:1]
    return min(left)


@given(st.lists(a_control(), max_size=12), spent, spent, st.booleans())
def test_many_at_once_are_what_each_says_alone(
    held: list[Control], all_talk: Spent, there: Spent, attorney: bool
) -> None:
    facts = under(*held, spent=all_talk, there=there, attorney=attorney)
    facts = replace(facts, today=replace(RULE, max_call_seconds=3600))
    bearing = [one for one in held if not attorney or one.attorneys]

    def used(one: Control) -> Spent:
        return there if one.level is Level.NUMBER else all_talk

    verdict = decide(facts, NOW)
    against = [one for one in bearing if says_no(one, used(one))]
    if isinstance(verdict, Refused):
        assert sorted(no.facts["control"] for no in verdict.reasons) == sorted(
            one.id for one in against
        )
        assert all(no.until is None or no.until > NOW for no in verdict.reasons)
        return
    assert not against
    assert verdict.limit_seconds == min([3600, *(allows(one, used(one)) for one in bearing)])
    unrecorded = any(
        one.kind is Kind.UNRECORDED and one.since <= NOW and (one.until is None or one.until > NOW)
        for one in held
    )
    assert (verdict.private_because is not None) == (attorney or unrecorded)


def test_what_a_granted_call_lifts_is_named_as_refusals_name_it() -> None:
    assert {code for code in LIFTED if code.startswith("control.")} == {
        f"control.{kind}" for kind in QUOTAS | {Kind.HOURS}
    }


# --- the access a law keeps --------------------------------------------------------------

BRISTOL_2023 = Baseline({Kind.LONGEST: 1200}, week("07:00", "22:00"))
CONNECTICUT = Baseline(
    least={Kind.MINUTES_DAY: 90 * MINUTE, Kind.MINUTES_WEEK: 630 * MINUTE}, floor_only=True
)


@pytest.mark.parametrize(
    ("one", "less"),
    [
        (control(Kind.LONGEST, amount=1200), False),
        (control(Kind.LONGEST, amount=900), True),
        (control(Kind.LONGEST, Level.PERSON, amount=900), True),
        (control(Kind.CALLS_DAY, amount=10), True),  # there was no such limit
        (control(Kind.GAP, amount=60), True),
        (control(Kind.HOURS, hours=week("06:00", "23:00")), False),
        (control(Kind.HOURS, hours=week("07:00", "21:00")), True),
        (control(Kind.CLOSED), True),
        (control(Kind.CLOSED, until=LAST_WEEK + timedelta(hours=24)), False),
        (control(Kind.CLOSED, until=LAST_WEEK + timedelta(hours=25)), True),
        (control(Kind.CLOSED, Level.NUMBER), False),
        (control(Kind.CLOSED, Level.STATION), False),
        (control(Kind.UNRECORDED), False),
    ],
)
def test_what_is_less_than_a_county_offered_before_the_law(one: Control, less: bool) -> None:
    assert stricter(one, BRISTOL_2023) is less
    assert not stricter(one, None)


@pytest.mark.parametrize(
    ("one", "less"),
    [
        (control(Kind.MINUTES_DAY, amount=90 * MINUTE), False),
        (control(Kind.MINUTES_DAY, amount=89 * MINUTE), True),
        (control(Kind.MINUTES_WEEK, amount=629 * MINUTE), True),
        (control(Kind.LONGEST, amount=600), False),
        (control(Kind.HOURS, hours=week("17:00", "19:00")), False),
        (control(Kind.HOURS, hours=week("17:00", "18:00")), True),
        (control(Kind.CLOSED), True),
    ],
)
def test_connecticut_keeps_ninety_minutes_a_day(one: Control, less: bool) -> None:
    assert stricter(one, CONNECTICUT) is less
