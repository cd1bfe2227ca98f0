"""Open slots, held against the plain statement of the rules, five minutes by five."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinline.core.period import Period
from kinline.core.schedule import claims as claim
from kinline.core.schedule.claims import Needs, claims, end_of, grid
from kinline.core.schedule.rules import Closure, Holiday, Rules, Taken, WeekTime
from kinline.core.schedule.slots import Asking, Slot, Standing, choose, open_slots, reasons_against
from kinline.core.schedule.wall import change, reached, shown

BOSTON = ZoneInfo("America/New_York")
PHOENIX = ZoneInfo("America/Phoenix")  # has no daylight saving
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # jumps by half an hour
ZONES = (BOSTON, PHOENIX, LORD_HOWE)
FIVE = timedelta(minutes=5)
ALWAYS = Period(date(2020, 1, 1))
# A Wednesday, eleven in the morning in Boston.
NOW = datetime(2025, 3, 12, 15, 0, tzinfo=UTC)


def every_day(opens: time, closes: time) -> tuple[WeekTime, ...]:
    return tuple(WeekTime(day, opens, closes) for day in range(7))


NINE_TO_ELEVEN = Rules(ALWAYS, (20, 40), every_day(time(9), time(11)), every_minutes=30)
JULIAN_AND_ODETTE = Asking(
    facility="suffolk",
    zone=BOSTON,
    rules=(NINE_TO_ELEVEN,),
    length_minutes=20,
    person="julian",
    visitors=("odette",),
    stations=("kiosk-1",),
)


def asking(**changed: Any) -> Asking:
    return replace(JULIAN_AND_ODETTE, **changed)


def under(**changed: Any) -> Asking:
    return asking(rules=(replace(NINE_TO_ELEVEN, **changed),))


def boston(told: str, fold: int = 0) -> datetime:
    """A moment by the wall in Boston. In UTC, in which no two moments look alike."""
    return datetime.fromisoformat(told).replace(tzinfo=BOSTON, fold=fold).astimezone(UTC)


def on(asked: Asking, told: str, now: datetime = NOW) -> tuple[list[str], str | None]:
    """A day's free starts on the facility's wall, and the reason where it has none."""
    found = {day.on: day for day in open_slots(asked, now)}[date.fromisoformat(told)]
    walls = [f"{one.starts_at.astimezone(asked.zone):%H:%M}" for one in found.free]
    return walls, found.why.code if found.why else None


# --- one day after the other --------------------------------------------------------------


def test_a_calendar_goes_from_today_to_the_last_day_of_the_horizon() -> None:
    days = open_slots(JULIAN_AND_ODETTE, NOW)
    assert (days[0].on, days[-1].on) == (date(2025, 3, 12), date(2025, 3, 26))
    shown_week = asking(days=(date(2025, 3, 24), date(2025, 3, 31)))
    assert on(shown_week, "2025-03-26") == (["09:00", "09:30", "10:00", "10:30"], None)
    assert on(shown_week, "2025-03-27") == ([], "visit.too_far")


def test_a_day_s_notice_counts_in_hours_and_not_in_days() -> None:
    assert on(JULIAN_AND_ODETTE, "2025-03-13", boston("2025-03-12 09:30"))[0] == [
        "09:30",
        "10:00",
        "10:30",
    ]
    assert on(JULIAN_AND_ODETTE, "2025-03-13", boston("2025-03-12 09:31"))[0] == ["10:00", "10:30"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (asking(days=(date(2025, 3, 11), date(2025, 3, 21))), None),
        (under(period=Period(date(2025, 4, 1))), "visit.not_offered"),
        (under(template=(WeekTime(0, time(9), time(11)),)), "visit.outside_hours"),
        (under(template=every_day(time(9), time(9, 15))), "visit.outside_hours"),
        (asking(length_minutes=30), "visit.length_not_offered"),
        (under(horizon_days=3), "visit.too_far"),
        (under(notice_minutes=10 * 24 * 60), "visit.too_soon"),
        (asking(holidays=(Holiday(date(2025, 3, 20), "Jail Day"),)), "visit.holiday"),
        (asking(closures=(Closure(NOW, None, "water"),)), "visit.closed"),
        (asking(closures=(Closure(NOW, None, "count", lockdown=True),)), "visit.lockdown"),
        (asking(stations=()), "visit.no_station"),
        (under(capacity=0), "visit.full"),
        (under(per_person_week=0), "visit.person_quota"),
        (under(per_visitor_week=0), "visit.visitor_quota"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_day_without_a_free_slot_says_why(asked: Asking, code: str | None) -> None:
    asked = replace(asked, days=asked.days or (date(2025, 3, 20), date(2025, 3, 21)))
    assert on(asked, "2025-03-20")[1] == code


def test_a_day_that_is_over_and_hours_that_are_over_are_past() -> None:
    yesterday = asking(days=(date(2025, 3, 11), date(2025, 3, 13)))
    assert on(yesterday, "2025-03-11") == ([], "visit.past")
    assert on(yesterday, "2025-03-12") == ([], "visit.past")
    assert on(yesterday, "2025-03-12", boston("2025-03-12 10:29")) == ([], "visit.too_soon")


def test_a_quota_counts_by_the_facility_s_own_weeks_and_says_when_the_next_begins() -> None:
    saturday, sunday = date(2025, 3, 15), date(2025, 3, 16)
    had = {"person:julian": (saturday,), "visitor:odette": (saturday,)}
    by_sunday = replace(under(per_person_week=1, week_starts=6), had=had)
    assert on(by_sunday, "2025-03-14") == ([], "visit.person_quota")
    assert on(by_sunday, f"{sunday}")[1] is None
    by_monday = replace(under(per_visitor_week=1), had=had)
    assert on(by_monday, f"{sunday}") == ([], "visit.visitor_quota")
    why = open_slots(by_monday, NOW)[4].why
    assert why is not None
    assert why.until == boston("2025-03-17")
    assert why.facts == {"limit": "1", "has": "1", "visitor": "odette"}


def test_a_closure_ends_where_a_visit_begins_and_begins_where_one_ends() -> None:
    morning = Closure(boston("2025-03-20 09:20"), boston("2025-03-20 10:00"), "count")
    assert on(asking(closures=(morning,)), "2025-03-20") == (["09:00", "10:00", "10:30"], None)


def test_on_the_day_on_which_new_rules_begin_the_new_ones_hold() -> None:
    wednesday = date(2025, 3, 19)
    old = replace(NINE_TO_ELEVEN, period=Period(date(2025, 1, 1), wednesday))
    new = Rules(Period(wednesday), (20,), every_day(time(13), time(14)), horizon_days=10)
    asked = asking(rules=(old, new))
    assert on(asked, "2025-03-18")[0] == ["09:00", "09:30", "10:00", "10:30"]
    assert on(asked, "2025-03-19")[0] == ["13:00", "13:20", "13:40"]
    # The old ones would have shown a day that the new ones do not.
    assert open_slots(asked, NOW)[-1].on == date(2025, 3, 22)
    between = asking(rules=(old, replace(new, period=Period(date(2025, 3, 21)))))
    assert on(between, "2025-03-20") == ([], "visit.not_offered")


def test_the_second_station_and_the_second_place_of_staff_are_taken_in_turn() -> None:
    asked = replace(under(capacity=2, buffer_minutes=10), stations=("kiosk-1", "kiosk-2"))
    start = boston("2025-03-20 09:00")
    first = choose(asked, start)
    assert first == Needs("suffolk", "kiosk-1", "julian", ("odette",), 1)
    assert isinstance(first, Needs)
    taken = frozenset(claims(first, start, 20, 10))
    sam = replace(asked, person="sam", visitors=("carmen",), taken=taken)
    second = choose(sam, start)
    assert second == Needs("suffolk", "kiosk-2", "sam", ("carmen",), 2)
    assert isinstance(second, Needs)
    full = replace(
        sam, person="luis", visitors=("nadia",), taken=taken | set(claims(second, start, 20, 10))
    )
    again = choose(full, start)
    assert not isinstance(again, Needs)
    assert again.code == "visit.full"
    # The buffer keeps station and staff until 09:30, and lets the visitor go at 09:20.
    assert Taken("station:kiosk-1", start + 5 * FIVE) in taken
    assert Taken("visitor:odette", start + 4 * FIVE) not in taken
    assert isinstance(choose(full, start + 6 * FIVE), Needs)


def test_two_who_must_not_meet_share_one_claim_and_hear_only_that_it_is_full() -> None:
    start = boston("2025-03-20 09:00")
    asked = asking(separations=("julian-sam",), stations=("kiosk-1", "kiosk-2"))
    needs = choose(asked, start)
    assert isinstance(needs, Needs)
    taken = frozenset(claims(needs, start, 20))
    sam = replace(asked, person="sam", visitors=("carmen",), taken=taken)
    no = choose(sam, start)
    assert not isinstance(no, Needs)
    assert (no.code, no.facts) == ("visit.full", {})
    assert isinstance(choose(replace(sam, separations=()), start), Needs)


def test_who_is_busy_is_told_whose_time_is_taken() -> None:
    start = boston("2025-03-20 09:00").astimezone(UTC)
    taken = frozenset({Taken("person:julian", start), Taken("visitor:odette", start + FIVE)})
    codes = [one.code for one in reasons_against(asking(taken=taken), start, NOW)]
    assert codes == ["visit.person_busy", "visit.visitor_busy"]


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("2025-03-20 09:30", None),
        ("2025-03-20 09:15", "visit.no_such_time"),
        ("2025-03-20 09:32", "visit.no_such_time"),
        ("2025-03-20 10:45", "visit.outside_hours"),
        ("2025-03-20 08:55", "visit.outside_hours"),
        ("2025-03-12 10:30", "visit.past"),
        ("2025-03-27 09:00", "visit.too_far"),
    ],
)
def test_a_start_that_no_calendar_offered_is_refused_with_its_reason(
    start: str, code: str | None
) -> None:
    codes = [one.code for one in reasons_against(JULIAN_AND_ODETTE, boston(start), NOW)]
    assert codes[:1] == ([code] if code else [])


# --- daylight saving ----------------------------------------------------------------------

NIGHTS = asking(rules=(Rules(ALWAYS, (20, 60), every_day(time(0, 30), time(4)), every_minutes=30),))


def test_the_hour_that_spring_skips_is_not_offered() -> None:
    found = {day.on: day for day in open_slots(NIGHTS, datetime(2025, 3, 3, tzinfo=UTC))}
    spring = found[date(2025, 3, 9)]
    assert on(NIGHTS, "2025-03-09", datetime(2025, 3, 3, tzinfo=UTC))[0] == [
        *("00:30", "01:00", "01:30"),
        *("03:00", "03:30"),
    ]
    assert spring.change is not None
    assert (spring.change.minutes, spring.change.at) == (60, boston("2025-03-09 03:00"))
    # From one o'clock an hour on is three: a minute before the jump a visit still lasts its time.
    assert end_of(boston("2025-03-09 01:00"), 60) == boston("2025-03-09 03:00")


def test_the_hour_that_autumn_repeats_is_offered_once_the_first_time_and_said() -> None:
    now = datetime(2025, 10, 27, tzinfo=UTC)
    found = {day.on: day for day in open_slots(NIGHTS, now)}
    autumn = found[date(2025, 11, 2)]
    twice = [one.starts_at for one in autumn.free if one.first_of_two]
    assert twice == [boston("2025-11-02 01:00"), boston("2025-11-02 01:30")]
    assert [f"{one.starts_at:%H:%M}" for one in autumn.free][:4] == [
        *("04:30", "05:00", "05:30"),
        "07:00",
    ]
    assert autumn.change is not None
    assert autumn.change.minutes == -60
    second = reasons_against(NIGHTS, boston("2025-11-02 01:30", fold=1), now)
    assert [one.code for one in second] == ["visit.no_such_time"]


def test_nine_o_clock_stays_nine_o_clock_on_both_sides_of_a_change() -> None:
    days = open_slots(asking(days=(date(2025, 3, 8), date(2025, 3, 10))), boston("2025-03-01"))
    first = [day.slots[0].starts_at for day in days]
    assert [f"{at:%H:%M}" for at in first] == ["14:00", "13:00"]
    assert change(PHOENIX, date(2025, 3, 9)) is None
    half = change(LORD_HOWE, date(2025, 10, 5))
    assert half is not None
    assert half.minutes == 30


def test_a_day_that_never_was_has_no_slots() -> None:
    samoa = ZoneInfo("Pacific/Apia")  # went from December 29 to 31, 2011
    asked = asking(zone=samoa, rules=(replace(NINE_TO_ELEVEN, period=Period(date(2011, 1, 1))),))
    assert on(asked, "2011-12-30", datetime(2011, 12, 25, tzinfo=UTC))[0] == []
    assert shown(samoa, date(2011, 12, 30), 540) is None


# --- the plain statement ------------------------------------------------------------------


@cache
def moments(zone: ZoneInfo, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """Every five minutes around a day: the moment, and what the wall shows."""
    first = datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=16)
    found = (first + index * FIVE for index in range(12 * 60))
    return tuple((at, at.astimezone(zone).replace(tzinfo=None)) for at in found)


def reaches(zone: ZoneInfo, day: date, minute: int) -> datetime:
    wanted = datetime.combine(day, time()) + timedelta(minutes=minute)
    return next(at for at, wall in moments(zone, day) if wall >= wanted)


def may_begin(asked: Asking, at: datetime, wall: datetime, now: datetime) -> bool:
    """Whether a visit may begin, as the rules say it, one after the other."""
    (rules,) = asked.rules
    day, end = wall.date(), at + timedelta(minutes=asked.length_minutes)
    today = now.astimezone(asked.zone).date()
    buffered = end + timedelta(minutes=rules.buffer_minutes)
    if at <= now or at - now < timedelta(minutes=rules.notice_minutes):
        return False
    if (day - today).days > rules.horizon_days or asked.length_minutes not in rules.lengths:
        return False
    if any(one.on == day for one in asked.holidays):
        return False
    if any(one.from_ < end and (one.until is None or one.until > at) for one in asked.closures):
        return False
    step = rules.every_minutes or asked.length_minutes + rules.buffer_minutes
    minute = wall.hour * 60 + wall.minute
    if not any(
        hours.weekday == day.weekday()
        and (minute - hours.from_minute) % step == 0
        and minute >= hours.from_minute
        and reaches(asked.zone, day, hours.from_minute) <= at
        and end <= reaches(asked.zone, day, hours.until_minute)
        for hours in rules.template
    ):
        return False

    def untouched(resource: str, until: datetime) -> bool:
        return not any(
            one.resource == resource and at <= one.slot_at < until for one in asked.taken
        )

    def used_up(limit: int | None, resource: str) -> bool:
        back = (day.weekday() - rules.week_starts) % 7
        week = {day + timedelta(days=index - back) for index in range(7)}
        return limit is not None and sum(one in week for one in asked.had[resource]) >= limit

    if used_up(rules.per_person_week, "person:julian"):
        return False
    if any(used_up(rules.per_visitor_week, f"visitor:{one}") for one in asked.visitors):
        return False
    staff = [f"staff:{asked.facility}:{number}" for number in range(1, (rules.capacity or 0) + 1)]
    return (
        any(untouched(f"station:{one}", buffered) for one in asked.stations)
        and (rules.capacity is None or any(untouched(one, buffered) for one in staff))
        and untouched(f"person:{asked.person}", buffered)
        and all(untouched(f"visitor:{one}", end) for one in asked.visitors)
    )


# Days around the changes of both halves of the year, and ordinary ones.
STARTS = (
    datetime(2025, 3, 7, 20, 35, tzinfo=UTC),
    datetime(2025, 4, 4, 3, 10, tzinfo=UTC),
    datetime(2025, 10, 3, 11, 55, tzinfo=UTC),
    datetime(2025, 10, 31, 17, 0, tzinfo=UTC),
    datetime(2025, 7, 15, 0, 0, tzinfo=UTC),
)
fives = st.integers(0, 287).map(lambda index: time(index // 12, index % 12 * 5))


@st.composite
def week_times(draw: st.DrawFn) -> WeekTime:
    weekday = draw(st.integers(0, 6))
    # Often at night, where the clocks change.
    start = draw(st.one_of(st.integers(0, 48), st.integers(0, 280)))
    end = draw(st.integers(start + 1, min(start + 72, 288)))
    walls = [time(index // 12 % 24, index % 12 * 5) for index in (start, end)]
    return WeekTime(weekday, walls[0], walls[1])


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Asking, datetime]:
    zone = draw(st.sampled_from(ZONES))
    now = draw(st.sampled_from(STARTS)) + draw(st.integers(0, 48)) * FIVE
    rules = Rules(
        period=ALWAYS,
        lengths=(15, 30),
        template=tuple(draw(st.lists(week_times(), min_size=3, max_size=9))),
        notice_minutes=draw(st.sampled_from([0, 60, 1440])),
        horizon_days=draw(st.integers(0, 3)),
        buffer_minutes=draw(st.sampled_from([0, 5, 15])),
        every_minutes=draw(st.sampled_from([None, 5, 20, 30])),
        capacity=draw(st.sampled_from([None, 1, 2])),
        per_person_week=draw(st.sampled_from([None, 1, 2])),
        per_visitor_week=draw(st.sampled_from([None, None, 1])),
        week_starts=draw(st.integers(0, 6)),
    )
    cells = st.integers(0, 4 * 288).map(lambda index: now.replace(minute=0) + index * FIVE)
    resources = st.sampled_from(
        [
            *("station:kiosk-1", "station:kiosk-2", "person:julian", "visitor:odette"),
            *("visitor:carmen", "staff:suffolk:1", "staff:suffolk:2", "person:sam"),
        ]
    )
    runs = draw(st.lists(st.tuples(resources, cells, st.integers(1, 24)), max_size=12))
    closed = draw(st.lists(st.tuples(cells, st.sampled_from([1, 7, 40, None])), max_size=2))
    today = now.astimezone(zone).date()
    holders = ("person:julian", "visitor:odette", "visitor:carmen")
    near = st.lists(st.integers(-8, 9).map(lambda index: today + timedelta(days=index)), max_size=3)
    asked = Asking(
        facility="suffolk",
        zone=zone,
        rules=(rules,),
        length_minutes=draw(st.sampled_from([15, 30])),
        person="julian",
        visitors=("odette", "carmen"),
        stations=("kiosk-1", "kiosk-2"),
        closures=tuple(Closure(at, at + n * FIVE if n else None, "") for at, n in closed),
        holidays=tuple(
            Holiday(today + timedelta(days=index), "holiday")
            for index in draw(st.lists(st.integers(1, 3), max_size=1))
        ),
        had={holder: tuple(draw(near)) for holder in holders},
        taken=frozenset(Taken(of, at + n * FIVE) for of, at, count in runs for n in range(count)),
    )
    return asked, now


def free(asked: Asking, now: datetime) -> Iterator[Slot]:
    return (slot for day in open_slots(asked, now) for slot in day.free)


@settings(max_examples=50, deadline=None)
@given(calendars())
def test_exactly_what_the_rules_allow_is_offered_once(case: tuple[Asking, datetime]) -> None:
    asked, now = case
    allowed: dict[datetime, datetime] = {}  # by wall: of a time that comes twice, the first
    first = now.astimezone(asked.zone).date()
    for index in range(asked.rules[0].horizon_days + 1):
        day = first + timedelta(days=index)
        seen = set()
        for at, wall in moments(asked.zone, day):
            if wall.date() == day and wall not in seen:
                seen.add(wall)
                if may_begin(asked, at, wall, now):
                    allowed[wall] = at
    offered = [slot.starts_at for slot in free(asked, now)]
    assert offered == sorted(allowed.values())


@settings(max_examples=25, deadline=None)
@given(calendars())
def test_what_is_offered_can_be_booked_and_nothing_else(case: tuple[Asking, datetime]) -> None:
    asked, now = case
    for day in open_slots(asked, now):
        assert (day.why is None) == bool(day.free)
        for slot in day.slots:
            assert slot.starts_at > now
            reasons = reasons_against(asked, slot.starts_at, now)
            assert bool(reasons) == (slot.standing is not Standing.FREE)
            assert (slot.why is None) == (slot.standing is Standing.FREE)
            if not reasons:
                needs = choose(asked, slot.starts_at)
                assert isinstance(needs, Needs)
                buffer = asked.rules[0].buffer_minutes
                assert not asked.taken & set(
                    claims(needs, slot.starts_at, slot.length_minutes, buffer)
                )


@settings(max_examples=25, deadline=None)
@given(calendars(), st.data())
def test_two_people_never_get_the_same_place(
    case: tuple[Asking, datetime], data: st.DataObject
) -> None:
    asked, now = case
    buffer = timedelta(minutes=asked.rules[0].buffer_minutes)
    names = ("julian", "sam", "luis", "omar")
    taken = asked.taken
    held: list[tuple[Needs, datetime, datetime]] = []
    for name in names:
        own = replace(asked, person=name, visitors=(f"of-{name}",), taken=taken)
        offered = list(free(own, now))
        if not offered:
            break
        slot = data.draw(st.sampled_from(offered))
        needs = choose(own, slot.starts_at)
        assert isinstance(needs, Needs)
        wants = claims(needs, slot.starts_at, slot.length_minutes, own.rules[0].buffer_minutes)
        assert len(set(wants)) == len(wants)
        assert not taken & set(wants)
        end = end_of(slot.starts_at, slot.length_minutes)
        for other, began, ended in held:
            apart = ended + buffer <= slot.starts_at or end + buffer <= began
            assert apart or other.station != needs.station
            assert apart or other.staff_place is None or other.staff_place != needs.staff_place
        held.append((needs, slot.starts_at, end))
        taken = taken | set(wants)


@given(st.integers(0, 20), st.integers(0, 20))
def test_visits_on_one_station_collide_exactly_when_they_overlap(one: int, two: int) -> None:
    base = boston("2025-03-20 09:00")
    starts = [base + one * FIVE, base + two * FIVE]
    rows = [
        set(claims(Needs("suffolk", "kiosk-1", who, (f"of-{who}",)), at, 20, 10))
        for who, at in zip(("julian", "sam"), starts, strict=True)
    ]
    assert bool(rows[0] & rows[1]) == (abs(one - two) * 5 < 30)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_every_minute_of_a_wall_is_found_as_one_looks_at_it(zone: ZoneInfo) -> None:
    for day in (date(2025, 3, 9), date(2025, 4, 6), date(2025, 10, 5), date(2025, 11, 2)):
        for minute in range(0, 1441, 5):
            assert reached(zone, day, minute) == reaches(zone, day, minute)
            if minute == 1440:
                continue
            wanted = datetime.combine(day, time()) + timedelta(minutes=minute)
            times = [at for at, wall in moments(zone, day) if wall == wanted]
            found = shown(zone, day, minute)
            assert (found and found.at, found and found.twice) == (
                (times[0], len(times) == 2) if times else (None, None)
            )


# --- what cannot be a rule ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: WeekTime(7, time(9), time(10)), "weekday"),
        (lambda: WeekTime(0, time(9, 3), time(10)), "grid"),
        (lambda: WeekTime(0, time(10), time(9)), "cannot end"),
        (lambda: replace(NINE_TO_ELEVEN, lengths=()), "need a length"),
        (lambda: replace(NINE_TO_ELEVEN, lengths=(22,)), "multiples"),
        (lambda: replace(NINE_TO_ELEVEN, every_minutes=0), "multiples"),
        (lambda: replace(NINE_TO_ELEVEN, buffer_minutes=3), "buffer"),
        (lambda: replace(NINE_TO_ELEVEN, week_starts=7), "week"),
        (lambda: replace(NINE_TO_ELEVEN, max_visitors=5), "visitors"),
        (lambda: replace(NINE_TO_ELEVEN, capacity=-1), "below zero"),
        (lambda: grid(boston("2025-03-20 09:01"), 20), "grid"),
        (lambda: grid(boston("2025-03-20 09:00"), 0), "grid"),
    ],
    ids=[
        *("weekday", "off-grid", "backwards", "no-length", "odd-length", "no-step", "odd-buffer"),
        *("week", "five-visitors", "negative", "start", "length"),
    ],
)
def test_what_no_calendar_could_show_is_refused(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_hours_until_midnight_end_with_the_day() -> None:
    late = WeekTime(3, time(23), time(0))
    assert (late.from_minute, late.until_minute, str(late)) == (1380, 1440, "23:00-00:00")
    asked = under(template=(late,))
    assert on(asked, "2025-03-20") == (["23:00", "23:30"], None)


def test_the_names_of_what_is_claimed() -> None:
    needs = Needs("suffolk", "kiosk-1", "julian", ("odette",), 2, ("apart",))
    rows = claims(needs, boston("2025-03-20 09:00"), 5)
    assert {one.resource for one in rows} == {
        claim.station("kiosk-1"),
        claim.person("julian"),
        claim.visitor("odette"),
        claim.staff("suffolk", 2),
        claim.separation("apart"),
    }
    assert {one.slot_at for one in rows} == {datetime(2025, 3, 20, 13, 0, tzinfo=UTC)}
