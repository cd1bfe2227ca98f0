"""May this call be made? Good and bad side by side, each refusal for its own reason."""

from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.policy.call import Allowed, BlockOf, CallFacts, CallingRule, Refused, decide, told
from kinline.core.refusal import Whose

BOSTON = ZoneInfo("America/New_York")
DAYTIME = CallingRule(offered=True, opens_at=time(7), closes_at=time(22), max_call_seconds=1200)
JULIAN_CALLS_MAMA = CallFacts(
    zone=BOSTON, today=DAYTIME, tomorrow=DAYTIME, number_valid=True, listed=True
)


def boston(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=BOSTON).astimezone(UTC)


AFTERNOON = boston("2026-11-23 15:00")


def codes(facts: CallFacts, now: datetime = AFTERNOON) -> list[str]:
    verdict = decide(facts, now)
    assert isinstance(verdict, Refused)
    return [reason.code for reason in verdict.reasons]


def allowed(facts: CallFacts, now: datetime = AFTERNOON) -> Allowed:
    verdict = decide(facts, now)
    assert isinstance(verdict, Allowed)
    return verdict


def test_julian_may_call_his_mother_in_the_afternoon_for_twenty_minutes_recorded() -> None:
    verdict = allowed(JULIAN_CALLS_MAMA)
    assert (verdict.limit_seconds, verdict.private_because) == (1200, None)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"person_active": False}, "call.person_inactive"),
        ({"station_active": False}, "call.station_off"),
        ({"on_a_call": True}, "call.already_on_a_call"),
        ({"number_valid": False, "listed": False}, "call.number_not_valid"),
        ({"listed": False}, "call.not_on_list"),
        ({"blocked": BlockOf.PERSON}, "call.blocked"),
        ({"no_contact": True}, "call.no_contact"),
        ({"today": None}, "call.not_offered"),
        ({"today": replace(DAYTIME, offered=False)}, "call.not_offered"),
    ],
)
def test_each_wrong_fact_alone_gives_its_own_refusal(wrong: dict[str, object], code: str) -> None:
    assert codes(replace(JULIAN_CALLS_MAMA, **wrong)) == [code]  # type: ignore[arg-type]


def test_all_reasons_are_told_not_the_first() -> None:
    facts = replace(JULIAN_CALLS_MAMA, listed=False, blocked=BlockOf.FACILITY, station_active=False)
    at_night = boston("2026-11-23 23:30")
    assert codes(facts, at_night) == [
        "call.station_off",
        "call.not_on_list",
        "call.blocked",
        "call.outside_hours",
    ]


def test_of_an_order_nobody_is_told_more_than_of_a_number_never_listed() -> None:
    kept_apart = decide(replace(JULIAN_CALLS_MAMA, no_contact=True), AFTERNOON)
    not_listed = decide(replace(JULIAN_CALLS_MAMA, listed=False), AFTERNOON)
    both = decide(replace(JULIAN_CALLS_MAMA, listed=False, no_contact=True), AFTERNOON)
    assert isinstance(kept_apart, Refused)
    assert isinstance(not_listed, Refused)
    assert isinstance(both, Refused)
    assert [reason.code for reason in both.reasons] == ["call.not_on_list", "call.no_contact"]
    assert told(kept_apart.reasons) == told(both.reasons) == not_listed.reasons


def test_a_block_is_the_contacts_own_rule_and_hours_are_the_facilitys() -> None:
    verdict = decide(replace(JULIAN_CALLS_MAMA, blocked=BlockOf.PERSON), boston("2026-11-23 23:30"))
    assert isinstance(verdict, Refused)
    assert [reason.whose for reason in verdict.reasons] == [Whose.CONTACT, Whose.FACILITY]


@pytest.mark.parametrize(
    ("wall", "opens"),
    [
        ("2026-11-23 06:59:59", "2026-11-23 07:00"),
        ("2026-11-23 22:00", "2026-11-24 07:00"),
        # The clock goes back in the night to November 1, 2026: still 7 on the wall.
        ("2026-10-31 22:30", "2026-11-01 07:00"),
    ],
)
def test_outside_hours_says_when_calls_open_again(wall: str, opens: str) -> None:
    verdict = decide(JULIAN_CALLS_MAMA, boston(wall))
    assert isinstance(verdict, Refused)
    (reason,) = verdict.reasons
    assert (reason.code, reason.until) == ("call.outside_hours", boston(opens))
    assert reason.facts == {"opens": "07:00", "closes": "22:00"}


def test_calls_open_at_the_minute_and_nobody_promises_a_day_without_calls() -> None:
    assert allowed(JULIAN_CALLS_MAMA, boston("2026-11-23 07:00")).limit_seconds == 1200
    verdict = decide(replace(JULIAN_CALLS_MAMA, tomorrow=None), boston("2026-11-23 22:00"))
    assert isinstance(verdict, Refused)
    assert verdict.reasons[0].until is None


def test_the_shortest_of_facility_person_number_and_closing_wins() -> None:
    facts = replace(JULIAN_CALLS_MAMA, person_limit_seconds=900, number_limit_seconds=600)
    afternoon = allowed(facts)
    assert [limit.source for limit in afternoon.limits] == [
        "number",
        "person",
        "facility",
        "closing",
    ]
    late = allowed(facts, boston("2026-11-23 21:55"))
    assert (late.limits[0].source, late.limit_seconds) == ("closing", 300)


@pytest.mark.parametrize(
    ("mark", "because"),
    [
        ("attorney", "attorney"),
        ("person_unrecorded", "person"),
        ("number_unrecorded", "number"),
        ("station_unrecorded", "station"),
    ],
)
def test_any_one_mark_makes_the_call_private(mark: str, because: str) -> None:
    verdict = allowed(replace(JULIAN_CALLS_MAMA, **{mark: True}))  # type: ignore[arg-type]
    assert verdict.private_because == because


@given(
    limits=st.lists(st.none() | st.integers(1, 7200), min_size=3, max_size=3),
    minute=st.integers(0, 24 * 60 - 1),
    marks=st.tuples(*[st.booleans()] * 4),
)
def test_no_limit_is_ever_exceeded_and_no_mark_ever_overlooked(
    limits: list[int | None], minute: int, marks: tuple[bool, ...]
) -> None:
    now = boston(f"2026-11-23 {minute // 60:02d}:{minute % 60:02d}")
    facts = replace(
        JULIAN_CALLS_MAMA,
        today=replace(DAYTIME, max_call_seconds=limits[0]),
        person_limit_seconds=limits[1],
        number_limit_seconds=limits[2],
        attorney=marks[0],
        person_unrecorded=marks[1],
        number_unrecorded=marks[2],
        station_unrecorded=marks[3],
    )
    verdict = decide(facts, now)
    if isinstance(verdict, Refused):
        assert not 7 * 60 <= minute < 22 * 60
        return
    assert verdict.limit_seconds is not None
    assert all(verdict.limit_seconds <= limit for limit in limits if limit is not None)
    assert verdict.limit_seconds <= (22 * 60 - minute) * 60
    assert (verdict.private_because is not None) == any(marks)
