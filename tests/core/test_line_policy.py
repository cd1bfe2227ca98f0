"""Lines that are always open, intake and courtesy calls: what is asked, and what never is."""

from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.call.announcement import Acceptance, acceptance_of, line_announcement
from kinline.core.ids import PlaceCode
from kinline.core.policy import intake, lines
from kinline.core.policy.call import (
    Allowed,
    BlockOf,
    CallFacts,
    CallingRule,
    Courtesy,
    Refused,
    with_courtesy,
)
from kinline.core.policy.intake import IntakeFacts, IntakeRule
from kinline.core.policy.lines import LineFacts, LineKind, LineRule

BOSTON = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
PREA = LineRule(LineKind.PREA, with_pin=False, private=True, anonymous=True, direct=True)
CRISIS = LineRule(LineKind.CRISIS, with_pin=False, private=True, anonymous=False, direct=True)
RELAY = LineRule(LineKind.RELAY, with_pin=True, private=False, anonymous=False, direct=True)
AT_INTAKE = IntakeFacts(
    rule=IntakeRule(calls_an_hour=3, max_call_seconds=300),
    station_is_intake=True,
    number_valid=True,
)


def codes(verdict: Allowed | Refused) -> list[str]:
    assert isinstance(verdict, Refused)
    return [reason.code for reason in verdict.reasons]


def allowed(verdict: Allowed | Refused) -> Allowed:
    assert isinstance(verdict, Allowed), codes(verdict)
    return verdict


# --- open lines -----------------------------------------------------------------------


@pytest.mark.parametrize("rule", [PREA, CRISIS])
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_line_without_pin_is_open_to_whoever_stands_there(
    rule: LineRule, signed_in: bool
) -> None:
    verdict = allowed(lines.decide(LineFacts(rule, signed_in=signed_in)))
    assert (verdict.limits, verdict.limit_seconds) == ((), None)
    assert verdict.private_because == "line"


def test_a_relay_number_asks_who_calls_and_nothing_else() -> None:
    assert codes(lines.decide(LineFacts(RELAY))) == ["call.line_needs_sign_in"]
    assert allowed(lines.decide(LineFacts(RELAY, signed_in=True))).private_because is None


def test_a_line_that_has_ended_says_so_beside_every_other_reason() -> None:
    facts = LineFacts(RELAY, in_force=False)
    assert codes(lines.decide(facts)) == ["call.line_ended", "call.line_needs_sign_in"]


@pytest.mark.parametrize("mark", ["person", "number", "station"])
def test_one_mark_makes_a_recorded_line_private_too(mark: str) -> None:
    facts = replace(LineFacts(RELAY, signed_in=True), **{f"{mark}_unrecorded": True})  # type: ignore[arg-type]
    assert allowed(lines.decide(facts)).private_because == mark


def test_the_decision_cannot_ask_what_it_must_not() -> None:
    """No hours, list, block, other call, station state or limit is among its facts."""
    asked = {one.name for one in fields(LineFacts)}
    ordinary = {one.name for one in fields(CallFacts)}
    assert asked & ordinary == {"person_unrecorded", "number_unrecorded", "station_unrecorded"}


@pytest.mark.parametrize("kind", LineKind)
def test_what_a_rule_demands_of_a_kind_cannot_be_set_otherwise(kind: LineKind) -> None:
    for with_pin, private, anonymous in product([True, False], repeat=3):
        found = lines.mistakes(kind, with_pin=with_pin, private=private, anonymous=anonymous)
        may = not found
        if kind in {LineKind.PREA, LineKind.TIP}:
            assert may == (anonymous and private and not with_pin)
        elif kind in {LineKind.PUBLIC_DEFENDER, LineKind.LEGAL_SERVICES}:
            assert may == (private and not (anonymous and with_pin))
        elif kind is LineKind.RELAY:
            assert may == (with_pin and not anonymous)
        else:
            assert may == (not anonymous or (private and not with_pin))
        if not may:
            with pytest.raises(ValueError, match=r"line\."):
                LineRule(kind, with_pin, private, anonymous, direct=False)


@pytest.mark.parametrize("acceptance", Acceptance)
def test_the_announcement_of_a_line_speaks_of_no_money(acceptance: Acceptance) -> None:
    said = line_announcement(place=PlaceCode("nh-example"), private=True, acceptance=acceptance)
    assert said[:5] == ("call_from", "name", "at", "place:nh-example", "private")
    assert not [one for one in said if "free" in one or "price" in one or "cents" in one]
    assert acceptance_of(said) is acceptance


# --- intake ---------------------------------------------------------------------------


def test_an_intake_call_needs_no_person_and_is_limited_and_recorded() -> None:
    verdict = allowed(intake.decide(AT_INTAKE, NOON))
    assert (verdict.limit_seconds, verdict.private_because) == (300, None)
    assert verdict.limits[0].source == "intake"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"station_active": False}, "call.station_off"),
        ({"station_is_intake": False}, "call.sign_in_first"),
        ({"rule": None}, "call.intake_not_offered"),
        ({"number_valid": False}, "call.number_not_valid"),
        ({"blocked": True}, "call.blocked"),
        ({"lately": (NOON,) * 3}, "call.intake_too_many"),
    ],
)
def test_each_wrong_fact_alone_stops_an_intake_call(wrong: dict[str, object], code: str) -> None:
    assert codes(intake.decide(replace(AT_INTAKE, **wrong), NOON)) == [code]  # type: ignore[arg-type]


def test_after_three_calls_one_waits_until_the_oldest_is_an_hour_old() -> None:
    lately = tuple(NOON - timedelta(minutes=ago) for ago in (61, 50, 20, 5))
    verdict = intake.decide(replace(AT_INTAKE, lately=lately), NOON)
    assert isinstance(verdict, Refused)
    assert verdict.reasons[0].until == NOON + timedelta(minutes=10)
    assert verdict.reasons[0].facts == {"calls": "3"}
    assert allowed(intake.decide(replace(AT_INTAKE, lately=lately), NOON + timedelta(minutes=10)))


@given(
    ago=st.lists(st.integers(0, 7200), max_size=8),
    most=st.integers(1, 4),
)
def test_no_hour_ever_holds_more_intake_calls_than_the_rule(ago: list[int], most: int) -> None:
    lately = tuple(NOON - timedelta(seconds=one) for one in ago)
    facts = replace(AT_INTAKE, rule=IntakeRule(most, 300), lately=lately)
    verdict = intake.decide(facts, NOON)
    within = [one for one in ago if one < 3600]
    assert isinstance(verdict, Allowed) == (len(within) < most)
    if isinstance(verdict, Refused):
        # At the moment that was promised there is room.
        until = verdict.reasons[0].until
        assert until is not None
        assert isinstance(intake.decide(facts, until), Allowed)


@pytest.mark.parametrize(
    ("mark", "because"),
    [
        ("attorney", "attorney"),
        ("number_unrecorded", "number"),
        ("station_unrecorded", "station"),
    ],
)
def test_a_mark_makes_an_intake_call_private(mark: str, because: str) -> None:
    verdict = allowed(intake.decide(replace(AT_INTAKE, **{mark: True}), NOON))  # type: ignore[arg-type]
    assert verdict.private_because == because


# --- courtesy -------------------------------------------------------------------------

RULE = CallingRule(offered=True, opens_at=time(7), closes_at=time(22), max_call_seconds=1200)
NOT_LISTED = CallFacts(zone=BOSTON, today=RULE, tomorrow=RULE, number_valid=True, listed=False)
GRANTED = Courtesy(until=NOON + timedelta(hours=2), max_call_seconds=600)


def test_a_courtesy_call_goes_to_a_number_that_is_not_on_the_list() -> None:
    verdict = allowed(with_courtesy(NOT_LISTED, GRANTED, NOON))
    assert (verdict.courtesy, verdict.limit_seconds) == (True, 600)
    assert verdict.limits[0].source == "courtesy"


def test_it_goes_out_at_night_and_past_closing() -> None:
    night = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
    granted = replace(GRANTED, until=night + timedelta(minutes=5))
    assert allowed(with_courtesy(NOT_LISTED, granted, night)).limit_seconds == 600


def test_it_is_not_used_up_where_the_call_may_be_made_anyway() -> None:
    verdict = allowed(with_courtesy(replace(NOT_LISTED, listed=True), GRANTED, NOON))
    assert (verdict.courtesy, verdict.limit_seconds) == (False, 1200)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"blocked": BlockOf.PERSON}, "call.blocked"),
        ({"number_valid": False}, "call.number_not_valid"),
        ({"on_a_call": True}, "call.already_on_a_call"),
        ({"station_active": False}, "call.station_off"),
        ({"person_active": False}, "call.person_inactive"),
    ],
)
def test_what_a_courtesy_does_not_lift_is_still_refused(
    wrong: dict[str, object], code: str
) -> None:
    assert codes(with_courtesy(replace(NOT_LISTED, **wrong), GRANTED, NOON)) == [code]  # type: ignore[arg-type]


def test_at_its_moment_it_is_over() -> None:
    assert codes(with_courtesy(NOT_LISTED, GRANTED, GRANTED.until)) == ["call.not_on_list"]


def test_marks_and_the_persons_own_limit_count_for_it_too() -> None:
    facts = replace(NOT_LISTED, person_limit_seconds=300, number_unrecorded=True)
    verdict = allowed(with_courtesy(facts, GRANTED, NOON))
    assert (verdict.limit_seconds, verdict.private_because) == (300, "number")
