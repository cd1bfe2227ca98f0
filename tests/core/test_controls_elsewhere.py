"""Controls on visits and on messages: each alone, and all together against the plain statement."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.message.limits import MOST
from kinline.core.message.terms import Direction, Service
from kinline.core.period import Period
from kinline.core.policy import message, visit, visit_controls
from kinline.core.policy.baseline import Baseline, stricter
from kinline.core.policy.control_terms import KINDS, LEVELS
from kinline.core.policy.controls import (
    COUNTED,
    QUOTAS,
    TIMED,
    Control,
    Controls,
    Kind,
    Level,
    Spent,
    Talk,
    left,
    mistakes,
)
from kinline.core.policy.visit_controls import Had, VisitControls
from kinline.core.review.terms import Mode
from kinline.core.schedule.rules import Rules, WeekTime
from kinline.core.schedule.slots import Asking, Standing, open_slots
from kinline.core.visit.terms import VisitKind

BOSTON = ZoneInfo("America/New_York")


def boston(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=BOSTON).astimezone(UTC)


NOW = boston("2026-11-23 09:00")  # a Monday
STARTS, ENDS = boston("2026-11-25 15:00"), boston("2026-11-25 15:30")  # Wednesday
LONG_AGO = boston("2026-11-01 08:00")


def week(opens: str, closes: str, *days: int) -> tuple[WeekTime, ...]:
    return tuple(
        WeekTime(day, time.fromisoformat(opens), time.fromisoformat(closes))
        for day in days or range(7)
    )


def control(
    kind: Kind, talk: Talk = Talk.VISITS, level: Level = Level.FACILITY, **m: Any
) -> Control:
    amount = m.pop("amount", 1 if kind in COUNTED else 60 if kind in TIMED else None)
    hours = m.pop("hours", week("09:00", "10:00") if kind is Kind.HOURS else ())
    return Control(
        m.pop("id", "c1"), kind, level, m.pop("since", LONG_AGO), m.pop("until", None), amount,
        hours, talk=talk, **m,
    )  # fmt: skip


# --- what makes sense on what ----------------------------------------------------------------


@pytest.mark.parametrize("talk", Talk)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("level", Level)
def test_what_makes_no_sense_on_such_talk_is_no_control(
    talk: Talk, kind: Kind, level: Level
) -> None:
    fits = kind in KINDS[talk] and level in LEVELS[talk]
    if kind in QUOTAS and level is Level.STATION:
        fits = False
    try:
        control(kind, talk, level)
    except ValueError:
        assert not fits
    else:
        assert fits


@pytest.mark.parametrize(
    ("kind", "level", "talk", "found"),
    [
        (Kind.LONGEST, Level.UNIT, Talk.MESSAGES, "control.kind_not_on_this"),
        (Kind.UNRECORDED, Level.UNIT, Talk.MESSAGES, "control.kind_not_on_this"),
        (Kind.CALLS_DAY, Level.UNIT, Talk.VISITS, "control.kind_not_on_this"),
        (Kind.MINUTES_DAY, Level.UNIT, Talk.VISITS, "control.kind_not_on_this"),
        (Kind.VISITS_DAY, Level.UNIT, Talk.CALLS, "control.kind_not_on_this"),
        (Kind.VISITS_DAY, Level.NUMBER, Talk.VISITS, "control.level_not_on_this"),
        (Kind.CALLS_DAY, Level.CONTACT, Talk.CALLS, "control.level_not_on_this"),
        (Kind.MESSAGES_DAY, Level.NUMBER, Talk.MESSAGES, "control.level_not_on_this"),
    ],
    ids=str,
)
def test_and_says_which_of_the_two_it_is(kind: Kind, level: Level, talk: Talk, found: str) -> None:
    amount = 5 if kind in COUNTED | TIMED else None
    assert mistakes(kind, level, amount, (), False, talk) == (found,)


def test_no_control_on_messages_reaches_private_mail_nor_a_quota_counsel() -> None:
    assert mistakes(Kind.CLOSED, Level.UNIT, None, (), True, Talk.MESSAGES) == (
        "control.private_mail_goes",
    )
    assert mistakes(Kind.VISITS_WEEK, Level.UNIT, 2, (), True, Talk.VISITS) == (
        "control.counsel_is_not_rationed",
    )


def test_the_access_that_a_law_keeps_is_access_to_calls() -> None:
    kept = Baseline()
    assert stricter(control(Kind.CLOSED, Talk.CALLS), kept)
    assert not stricter(control(Kind.CLOSED), kept)
    assert not stricter(control(Kind.MESSAGES_DAY, Talk.MESSAGES), kept)


# --- visits ----------------------------------------------------------------------------------

EARLIER = Had(boston("2026-11-25 13:00"), boston("2026-11-25 13:30"), frozenset({"odette"}))
THURSDAYS = Had(boston("2026-11-26 15:00"), boston("2026-11-26 15:30"), frozenset({"grace"}))
NEXT_WEEKS = Had(boston("2026-11-30 15:00"), boston("2026-11-30 15:30"), frozenset({"odette"}))

VISITS: list[tuple[str, Control, tuple[Had, ...], bool]] = [
    ("closed", control(Kind.CLOSED), (), True),
    ("closed for the hour in its middle", control(
        Kind.CLOSED, since=boston("2026-11-25 15:10"), until=boston("2026-11-25 15:20")), (), True),
    ("closed until it begins", control(Kind.CLOSED, until=STARTS), (), False),
    ("closed as it ends", control(Kind.CLOSED, since=ENDS), (), False),
    ("within the hours", control(Kind.HOURS, hours=week("15:00", "15:30", 2)), (), False),
    ("hours that end before it", control(Kind.HOURS, hours=week("15:00", "15:25", 2)), (), True),
    ("hours that begin late", control(Kind.HOURS, hours=week("15:05", "16:00", 2)), (), True),
    ("hours that hold no more", control(
        Kind.HOURS, hours=week("09:00", "10:00"), until=STARTS), (), False),
    ("as long as may be", control(Kind.LONGEST, amount=1800), (), False),
    ("a minute too long", control(Kind.LONGEST, amount=1740), (), True),
    ("one a day, and one was", control(Kind.VISITS_DAY, amount=1), (EARLIER,), True),
    ("one a day, another day's", control(Kind.VISITS_DAY, amount=1), (THURSDAYS,), False),
    ("two a week, both used", control(Kind.VISITS_WEEK, amount=2), (EARLIER, THURSDAYS), True),
    ("two a week, one next week", control(
        Kind.VISITS_WEEK, amount=2), (EARLIER, NEXT_WEEKS), False),
    ("ninety minutes between", control(Kind.GAP, amount=5400), (EARLIER,), False),
    ("a little more between", control(Kind.GAP, amount=5460), (EARLIER,), True),
    ("the later one is as near", control(Kind.GAP, amount=86_400), (THURSDAYS,), True),
    ("not recorded", control(Kind.UNRECORDED), (), False),
]  # fmt: skip


def against(controls: VisitControls, station: str | None = None) -> dict[str, datetime | None]:
    found = visit_controls.against(controls, STARTS, ENDS, BOSTON, station)
    return {one.code: one.until for one in found}


@pytest.mark.parametrize(("one", "had", "no"), [c[1:] for c in VISITS], ids=[c[0] for c in VISITS])
def test_each_control_on_visits_alone(one: Control, had: tuple[Had, ...], no: bool) -> None:
    found = against(VisitControls((one,), had))
    assert list(found) == ([f"control.{one.kind}"] if no else [])
    assert against(VisitControls((one,), had, attorney=True)) == {}, "counsel is spared"
    if one.kind not in QUOTAS:
        for_all = replace(one, attorneys=True)
        assert (against(VisitControls((for_all,), had, attorney=True)) != {}) == no


def test_it_says_until_when() -> None:
    closed = control(Kind.CLOSED, until=boston("2026-11-27 08:00"))
    assert against(VisitControls((closed,))) == {"control.closed": boston("2026-11-27 08:00")}
    day, seven = control(Kind.VISITS_DAY), control(Kind.VISITS_WEEK)
    assert against(VisitControls((day, seven), (EARLIER,))) == {
        "control.visits_day": boston("2026-11-26 00:00"),
        "control.visits_week": boston("2026-11-30 00:00"),
    }


def test_with_one_contact_only_visits_with_them_count() -> None:
    hers = control(Kind.VISITS_WEEK, level=Level.CONTACT, subject="odette")
    assert against(VisitControls((hers,), (EARLIER,))) != {}
    assert against(VisitControls((hers,), (THURSDAYS,))) == {}


def test_a_control_on_a_device_closes_its_own_station_alone() -> None:
    off = control(Kind.CLOSED, level=Level.STATION, subject="kiosk")
    found = VisitControls((off,), devices={"booth-1": "kiosk", "booth-2": "other"})
    assert against(found) == {}
    assert list(against(found, "booth-1")) == ["control.closed"]
    assert against(found, "booth-2") == {}
    assert against(found, "a room without a device") == {}
    silent = replace(off, kind=Kind.UNRECORDED)
    quiet = replace(found, held=(silent,))
    assert visit_controls.unrecorded(quiet, "booth-1", STARTS, ENDS)
    assert not visit_controls.unrecorded(quiet, "booth-2", STARTS, ENDS)


def test_what_is_closed_after_it_was_booked_is_met_at_the_door_and_a_quota_is_not() -> None:
    held = (control(Kind.CLOSED), control(Kind.VISITS_DAY), control(Kind.HOURS))
    found = VisitControls(held, (EARLIER,))
    said = visit_controls.closed(found, "booth-1", STARTS, ENDS)
    assert [one.code for one in said] == ["control.closed"]


RULES = Rules(
    Period(date(2026, 1, 1)), (30,), week("14:00", "16:00"), notice_minutes=60, every_minutes=30
)
JULIAN_AND_ODETTE = visit.VisitFacts(
    asking=Asking("bristol", BOSTON, (RULES,), 30, "julian", ("odette",), ("booth-1", "booth-2")),
    starts_at=STARTS,
    visitors=(visit.VisitorFacts("odette", approved=True),),
)


def booked(*held: Control, had: tuple[Had, ...] = (), **more: Any) -> visit.VisitFacts:
    controls = VisitControls(held, had, {"booth-1": "kiosk", "booth-2": "other"})
    asking = replace(JULIAN_AND_ODETTE.asking, controls=controls)
    return replace(JULIAN_AND_ODETTE, asking=asking, **more)


def test_booking_hears_every_control_beside_every_rule() -> None:
    held = (control(Kind.CLOSED, id="a"), control(Kind.LONGEST, id="b", level=Level.PERSON))
    facts = booked(*held, starts_at=boston("2026-11-25 13:00"))
    verdict = visit.decide(facts, NOW)
    assert isinstance(verdict, visit.Refused)
    assert [one.code for one in verdict.reasons] == [
        "visit.outside_hours", "control.closed", "control.longest",
    ]  # fmt: skip


def test_who_is_no_visitor_hears_of_no_control() -> None:
    stranger = (visit.VisitorFacts("odette", approved=False),)
    verdict = visit.decide(booked(control(Kind.CLOSED), visitors=stranger), NOW)
    assert isinstance(verdict, visit.Refused)
    assert [one.code for one in verdict.reasons] == ["visit.visitor_not_approved"]


def test_an_unrecorded_visit_is_held_as_ever_and_not_recorded() -> None:
    silent = control(Kind.UNRECORDED, since=boston("2026-11-25 15:10"))
    assert visit.decide(booked(silent), NOW) == visit.Bookable(False, False, recorded=False)
    of_kiosk = control(Kind.UNRECORDED, level=Level.STATION, subject="kiosk")
    assert visit.decide(booked(of_kiosk), NOW) == visit.Bookable(False, False, recorded=False)
    of_other = replace(of_kiosk, subject="other")
    assert visit.decide(booked(of_other), NOW) == visit.Bookable(False, False, recorded=True)


def test_a_station_that_is_closed_is_passed_over_and_two_say_why() -> None:
    off = control(Kind.CLOSED, level=Level.STATION, subject="kiosk")
    assert isinstance(visit.decide(booked(off), NOW), visit.Bookable)
    both = replace(off, id="c2", subject="other")
    verdict = visit.decide(booked(off, both), NOW)
    assert isinstance(verdict, visit.Refused)
    assert [one.code for one in verdict.reasons] == ["control.closed"]


def test_an_attorneys_visit_is_never_rationed() -> None:
    quotas = [control(kind, amount=1) for kind in QUOTAS & KINDS[Talk.VISITS]]
    grace = (visit.VisitorFacts("odette", approved=True, kind=VisitKind.ATTORNEY),)
    facts = booked(*quotas, had=(EARLIER,), visitors=grace, private_ready=True)
    asking = replace(facts.asking, controls=replace(facts.asking.controls, attorney=True))
    assert isinstance(visit.decide(replace(facts, asking=asking), NOW), visit.Bookable)


def test_the_calendar_leaves_out_what_is_closed_and_says_why() -> None:
    since, until = boston("2026-11-25 14:10"), boston("2026-11-25 15:00")
    closed = control(Kind.CLOSED, since=since, until=until, why="A count.")
    one_a_day = control(Kind.VISITS_DAY, since=boston("2026-11-26 00:00"))
    facts = booked(closed, one_a_day, had=(THURSDAYS,))
    wednesday, thursday = open_slots(facts.asking, NOW)[2:4]
    assert [one.standing for one in wednesday.slots] == [
        Standing.CLOSED, Standing.CLOSED, Standing.FREE, Standing.FREE,
    ]  # fmt: skip
    assert thursday.free == ()
    assert thursday.why is not None
    assert thursday.why.code == "control.visits_day"


@st.composite
def some_controls(draw: st.DrawFn) -> Control:
    kind = draw(st.sampled_from(sorted(KINDS[Talk.VISITS])))
    level = draw(st.sampled_from([Level.AGENCY, Level.UNIT, Level.PERSON, Level.CONTACT]))
    since = STARTS + timedelta(minutes=5 * draw(st.integers(-2000, 12)))
    lasts = draw(st.none() | st.integers(1, 3000))
    amount = draw(st.integers(1, 3)) if kind in COUNTED else 60 * draw(st.integers(1, 200))
    hours = draw(st.sampled_from([week("09:00", "15:15"), week("14:00", "16:00"),
                                  week("00:00", "00:00", 2)]))  # fmt: skip
    return control(
        kind,
        level=level,
        id=f"c{draw(st.integers(1, 10**6))}",
        since=since,
        until=None if lasts is None else since + timedelta(minutes=5 * lasts),
        amount=amount if kind in COUNTED | TIMED else None,
        hours=hours if kind is Kind.HOURS else (),
        attorneys=kind not in QUOTAS and draw(st.booleans()),
        subject="odette" if level is Level.CONTACT else "",
    )


@st.composite
def some_visits(draw: st.DrawFn) -> Had:
    begins = STARTS + timedelta(minutes=30 * draw(st.integers(-200, 200)))
    who = draw(st.sets(st.sampled_from(["odette", "grace"]), min_size=1))
    return Had(begins, begins + timedelta(minutes=30), frozenset(who))


def minutes_of_it() -> list[datetime]:
    return [STARTS + timedelta(minutes=number) for number in range(30)]


def forbids_at(one: Control, at: datetime) -> bool:
    """Whether a control, in plain words, lets nobody meet at this moment."""
    if not one.holds(at) or one.kind not in (Kind.CLOSED, Kind.HOURS):
        return False
    wall = at.astimezone(BOSTON)
    minute = wall.hour * 60 + wall.minute
    is_open = any(
        each.weekday == wall.weekday() and each.from_minute <= minute < each.until_minute
        for each in one.hours
    )
    return one.kind is Kind.CLOSED or not is_open


def says_no(one: Control, had: list[Had]) -> bool:
    mine = [each for each in had if one.level is not Level.CONTACT or "odette" in each.contacts]
    same_day = [each for each in mine if wall_day(each.starts_at) == wall_day(STARTS)]
    same_week = [
        each for each in mine
        if wall_day(each.starts_at).isocalendar()[:2] == wall_day(STARTS).isocalendar()[:2]
    ]  # fmt: skip
    gap = timedelta(seconds=one.amount or 0)
    near = [each for each in mine if ENDS + gap > each.starts_at and each.ends_at + gap > STARTS]
    as_it_begins = {
        Kind.LONGEST: (one.amount or 0) < 1800,
        Kind.VISITS_DAY: len(same_day) >= (one.amount or 0),
        Kind.VISITS_WEEK: len(same_week) >= (one.amount or 0),
        Kind.GAP: bool(near),
    }
    if one.kind in as_it_begins:
        return one.holds(STARTS) and as_it_begins[one.kind]
    return any(forbids_at(one, at) for at in minutes_of_it())


def wall_day(at: datetime) -> date:
    return at.astimezone(BOSTON).date()


@given(st.lists(some_controls(), max_size=8), st.lists(some_visits(), max_size=6), st.booleans())
def test_many_on_a_visit_are_what_each_says_alone(
    held: list[Control], had: list[Had], attorney: bool
) -> None:
    controls = VisitControls(tuple(held), tuple(had), attorney=attorney)
    bearing = [one for one in held if not attorney or one.attorneys]
    found = list(visit_controls.against(controls, STARTS, ENDS, BOSTON))
    assert sorted(no.facts["control"] for no in found) == sorted(
        one.id for one in bearing if says_no(one, had)
    )
    unrecorded = any(
        one.kind is Kind.UNRECORDED and any(one.holds(at) for at in minutes_of_it()) for one in held
    )
    assert visit_controls.unrecorded(controls, None, STARTS, ENDS) == unrecorded
    longest = [limit.seconds for limit in visit_controls.limits(controls, STARTS)]
    if not found and longest:
        assert min(longest) >= 1800


# --- messages --------------------------------------------------------------------------------

LETTER = message.MessageFacts(
    service=Service.EMESSAGE,
    direction=Direction.OUT,
    zone=BOSTON,
    mode=Mode.HOLD,
    made=message.Made(characters=120),
    limits=MOST[Service.EMESSAGE],
    offered=True,
    linked=True,
)
TWO = Spent(count_day=2, count_week=3, last_ended_at=boston("2026-11-23 08:30"))
MESSAGES: list[tuple[str, Control, datetime | None]] = [
    ("closed", control(Kind.CLOSED, Talk.MESSAGES, until=boston("2026-11-23 12:00")),
     boston("2026-11-23 12:00")),
    ("evenings", control(Kind.HOURS, Talk.MESSAGES, hours=week("17:00", "21:00")),
     boston("2026-11-23 17:00")),
    ("two a day", control(Kind.MESSAGES_DAY, Talk.MESSAGES, amount=2), boston("2026-11-24 00:00")),
    ("three a week", control(Kind.MESSAGES_WEEK, Talk.MESSAGES, amount=3),
     boston("2026-11-30 00:00")),
    ("an hour between", control(Kind.GAP, Talk.MESSAGES, amount=3600), boston("2026-11-23 09:30")),
]  # fmt: skip


def sent(*held: Control, all_sent: Spent = TWO, here: Spent = TWO) -> list[tuple[str, Any]]:
    facts = replace(LETTER, controls=Controls(held, all_sent, here))
    verdict = message.decide(facts, NOW)
    if isinstance(verdict, message.Allowed):
        return []
    assert message.may_write(facts, NOW) == verdict.reasons, "told before writing begins"
    return [(one.code, one.until) for one in verdict.reasons]


@pytest.mark.parametrize(("one", "until"), [c[1:] for c in MESSAGES], ids=[c[0] for c in MESSAGES])
@pytest.mark.parametrize("level", sorted(LEVELS[Talk.MESSAGES]))
def test_each_control_on_messages_alone(one: Control, until: datetime, level: Level) -> None:
    one = replace(one, level=level)
    assert sent(one) == [(f"control.{one.kind}", until)]
    assert sent(replace(one, until=NOW)) == []
    assert sent(replace(one, since=NOW + timedelta(minutes=1), until=None)) == []


def test_one_more_is_sent_while_one_is_left_and_the_strictest_is_told() -> None:
    many = control(Kind.MESSAGES_DAY, Talk.MESSAGES, amount=3)
    few = replace(many, id="c2", level=Level.CONTACT, amount=1)
    assert sent(many) == []
    held = Controls((many, few), TWO, Spent())
    assert [(one.left, one.most) for one in left(held, now=NOW)] == [(1, 3), (1, 1)]
    assert sent(many, few, here=Spent()) == []
    assert [code for code, _ in sent(many, few)] == ["control.messages_day"]


def test_with_one_contact_only_what_they_were_sent_counts() -> None:
    hers = control(Kind.MESSAGES_DAY, Talk.MESSAGES, Level.CONTACT, amount=2)
    assert sent(hers, here=Spent()) == []
    assert sent(hers, all_sent=Spent()) != []


def test_who_is_not_linked_hears_of_no_control() -> None:
    facts = replace(LETTER, linked=False, controls=Controls((MESSAGES[0][1],)))
    assert [one.code for one in message.may_write(facts, NOW)] == ["message.not_linked"]


@given(
    st.lists(
        st.sampled_from([case[1] for case in MESSAGES]), max_size=5, unique_by=lambda c: c.kind
    ),
    st.integers(0, 4),
    st.integers(0, 4),
    st.none() | st.integers(0, 120),
)
def test_many_on_a_message_are_what_each_says_alone(
    held: list[Control], day: int, seven: int, ago: int | None
) -> None:
    last = None if ago is None else NOW - timedelta(minutes=ago)
    used = Spent(count_day=day, count_week=seven, last_ended_at=last)
    plain = {
        Kind.CLOSED: True,
        Kind.HOURS: True,
        Kind.MESSAGES_DAY: day >= 2,
        Kind.MESSAGES_WEEK: seven >= 3,
        Kind.GAP: ago is not None and ago < 60,
    }
    told = [code for code, _ in sent(*held, all_sent=used, here=used)]
    assert sorted(told) == sorted(f"control.{one.kind}" for one in held if plain[one.kind])
