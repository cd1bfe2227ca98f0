"""Every reason has its words, on both sides and in both languages."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import translation

import kinline
from kinline.core.call.announcement import announcement
from kinline.core.call.states import EndReason, Side, State
from kinline.core.ids import PlaceCode
from kinline.core.money import Money
from kinline.core.policy.call import CLOSING
from kinline.core.policy.control_terms import KINDS
from kinline.core.policy.controls import CONTROL, Kind, Level, Talk
from kinline.core.policy.destinations import NEVER, NumberKind
from kinline.core.policy.paying import MONEY
from kinline.core.rating.terms import Payer
from kinline.core.refusal import Refusal, Whose
from kinline.doors.words import announcement as spoken
from kinline.doors.words import (
    calls,
    clock,
    controlled,
    controls,
    countries,
    ends,
    numbers,
    price,
    refusals,
)

BOSTON = "America/New_York"
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
HOURS = {"opens": "07:00", "closes": "22:15", "calls": "3", "country": "JM", "why": "Fraud."}
HOURS |= {"hundredths": "1200"}
HOURS |= {"cents": "399", "free": "120", "seen": "299", "law": "G.L. c.127", "place": "Bristol"}
SOURCE = "\n".join(
    path.read_text()
    for part in ("core", "apps")
    for path in (Path(kinline.__file__).parent / part).rglob("*.py")
)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("reason", EndReason)
@pytest.mark.parametrize("viewer", [Side.INSIDE, Side.OUTSIDE, None])
def test_every_end_has_a_sentence_for_whoever_looks(
    reason: EndReason, viewer: Side | None, language: str
) -> None:
    with translation.override(language):
        said = ends.sentence(reason, viewer, inside="Julian", outside="Mama")
    assert said.endswith(".")
    assert "%" not in said


@pytest.mark.parametrize("reason", EndReason)
def test_every_end_is_said_in_spanish_too(reason: EndReason) -> None:
    def both(language: str) -> set[str]:
        with translation.override(language):
            sides = (Side.INSIDE, Side.OUTSIDE, None)
            return {ends.sentence(reason, side, inside="J", outside="M") for side in sides}

    assert not both("en") & both("es")


def test_each_side_is_told_who_hung_up_by_name() -> None:
    names = {"inside": "Julian", "outside": "Mama"}
    assert ends.sentence("hung_up_outside", Side.INSIDE, **names) == "Mama ended the call."
    assert ends.sentence("hung_up_outside", Side.OUTSIDE, **names) == "You ended the call."


def test_every_reason_not_to_carry_a_call_has_words() -> None:
    codes = set(re.findall(r'Refusal(?:Fact)?\(\s*"((?:call|sign_in)\.[a-z_]+)"', SOURCE))
    codes |= {f"call.number_{kind}" for kind in {*NEVER, NumberKind.TOLL_FREE}}
    assert len(codes) >= 10, "the search itself must find codes"
    # Said to staff only, by the console.
    codes -= {"call.over_already", "call.engine_silent", "call.line_stays_open"}
    assert codes <= set(refusals.SAID), codes - set(refusals.SAID)


OF_A_CONTROL = {
    "level": "unit",
    "since": "2026-11-20T08:00:00-05:00",
    "calls": "3",
    "length": "1800",
    "week": "0:09:00-21:00 1:09:00-21:00 6:00:00-00:00",
    "why": "A fight.",
}


def test_every_control_that_says_no_has_words() -> None:
    said = {
        Talk.CALLS: (controls.CALL, {Kind.LONGEST, Kind.UNRECORDED}),
        Talk.VISITS: (controlled.VISIT, {Kind.UNRECORDED}),
        Talk.MESSAGES: (controlled.MESSAGE, set()),
    }
    for talk, (words, silent) in said.items():
        assert set(words) == {f"control.{kind}" for kind in KINDS[talk] - silent}
    assert set(controls.KINDS) == set(Kind)
    assert set(controls.LEVELS) == set(controls.FOR) == set(controls.FOR_ANYONE) == set(Level)


def test_a_control_says_its_hours_since_when_and_for_whom() -> None:
    hours = Refusal("control.hours", Whose.FACILITY, facts=OF_A_CONTROL)
    said = refusals.rows(hours, what="Mama", outside="Mama", zone=BOSTON, now=NOON)
    assert said.rule == (
        "Calls are open for this unit at these hours: "
        "Monday to Tuesday 9:00 AM to 9:00 PM; Sunday all day."
    )
    assert said.whose.startswith("The facility’s: it set this for this unit on Fri, Nov 20.")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", refusals.SAID)
def test_a_refusal_says_all_five_rows(code: str, language: str) -> None:
    refusal = Refusal(code, Whose.FACILITY, facts={**HOURS, **OF_A_CONTROL, "number": "12"})
    with translation.override(language):
        said = refusals.rows(refusal, what="Mama", outside="Mama", zone=BOSTON, now=NOON)
    rows = (said.title, said.rule, said.whose, said.until, said.you_can)
    assert all(row and "%" not in row for row in rows)


def test_a_refusal_names_the_hours_on_the_wall_and_when_they_begin_again() -> None:
    tomorrow = NOON + timedelta(hours=19)
    refusal = Refusal("call.outside_hours", Whose.FACILITY, tomorrow, HOURS)
    said = refusals.rows(refusal, what="Mama", outside="Mama", zone=BOSTON, now=NOON)
    assert said.rule == "Calls are open from 7:00 AM to 10:15 PM."
    assert said.until == "Tue, Nov 24, 7:00 AM"


def test_a_block_is_the_contacts_own_wish_and_not_that_of_staff() -> None:
    block = Refusal("call.blocked", Whose.CONTACT, facts={"block": "person"})
    said = refusals.rows(block, what="Mama", outside="Mama", zone=BOSTON, now=NOON)
    assert said.rule == "Mama blocked calls from you."
    assert said.whose == "Theirs: Mama decided this. Staff did not do it."


def test_the_block_of_a_whole_facility_is_not_about_this_one_caller() -> None:
    block = Refusal("call.blocked", Whose.CONTACT, facts={"block": "facility"})
    said = refusals.rows(block, what="Mama", outside="Mama", zone=BOSTON, now=NOON)
    assert said.rule == "Mama blocked all calls from this facility."


def test_whoever_set_a_rule_or_pays_or_limits_has_a_name() -> None:
    assert set(Whose) == set(refusals.WHOSE)
    assert set(Payer) == set(price.PAYERS)
    assert set(State) == set(calls.STATES)
    sources = re.findall(r'\bLimit\([^")]*"([a-z]+)"', SOURCE)
    assert {*sources, CLOSING, MONEY, CONTROL} == set(calls.LIMITS)


def test_the_announcement_on_the_screen_says_what_is_played() -> None:
    place = PlaceCode("ma-bristol")
    free = announcement(place=place, price_per_minute=Money(0), private=False)
    paid = announcement(place=place, price_per_minute=Money(8), private=True)
    assert spoken.sentences(free, name="Julian", place="Bristol") == [
        "This is a free call from Julian at Bristol.",
        "It will be recorded and may be reviewed.",
    ]
    assert spoken.sentences(paid, name="Julian", place="Bristol") == [
        "This is a call from Julian at Bristol.",
        "It costs 8 cents a minute.",
        "It is private: it is not recorded and nobody can listen.",
    ]


def test_a_charge_line_is_a_sum_one_can_check() -> None:
    def line(units: int, hundredths: int, cents: int, unit: str = "minute") -> SimpleNamespace:
        return SimpleNamespace(units=units, unit=unit, price_hundredths=hundredths, cents=cents)

    assert price.sum_of(line(4, 800, 32)) == "4 minutes × $0.08 = $0.32"
    assert price.sum_of(line(1, 0, 0)) == "1 minute × $0.00 = $0.00"
    assert price.sum_of(line(7, 750, 52)) == "7 minutes × $0.075 = $0.52"
    assert price.sum_of(line(2, 0, 0, "stamp")) == "2 stamps"


def test_lengths_and_moments_read_as_one_says_them() -> None:
    assert clock.span(1200) == "20 minutes"
    assert clock.span(61) == "1 minute 1 second"
    assert clock.span(5) == "5 seconds"
    assert clock.when(NOON, BOSTON, NOON) == "Today, 12:00 PM"
    assert clock.when(NOON - timedelta(days=1), BOSTON, NOON) == "Sun, Nov 22, 12:00 PM"


def test_a_number_reads_as_one_writes_it_and_what_was_typed_stays() -> None:
    assert numbers.shown("+16175550142") == "617-555-0142"
    assert numbers.shown("+50937001234") == "+50937001234"
    assert numbers.shown("617") == "617"


def test_a_country_is_named_in_the_readers_language() -> None:
    refusal = Refusal("call.country_closed", Whose.FACILITY, facts={"country": "DE", "why": "Ask."})
    assert refusals.short(refusal) == "The facility closed calls to Germany. It says: Ask."
    with translation.override("es"):
        assert "Alemania" in refusals.short(refusal)
    assert countries.name("ZZ-none") == "ZZ-none"
    assert "satellite" in countries.name("001").lower()
    names = [name for _code, name in countries.by_name(["MX", "AX", "DE"])]
    assert names == ["Åland Islands", "Germany", "Mexico"], (
        "as one looks them up, not as bytes sort"
    )
