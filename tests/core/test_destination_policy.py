"""Where may a number lead? Kinds that are never called, countries that a facility closed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.policy.call import CallFacts, Refused, decide
from kinline.core.policy.destinations import (
    NEVER,
    Closed,
    Destination,
    NumberKind,
    refusals,
)
from kinline.core.policy.intake import IntakeFacts, IntakeRule
from kinline.core.policy.intake import decide as decide_intake
from kinline.core.refusal import Whose
from tests.core.test_call_policy import AFTERNOON, JULIAN_CALLS_MAMA, codes

KINGSTON = Destination(country="JM")
CLOSED = Closed("Too many calls went to a fraud ring.")

destinations = st.builds(
    Destination,
    kind=st.sampled_from(NumberKind),
    country=st.sampled_from(["US", "JM", "DO", "001"]),
    closed=st.none() | st.just(CLOSED),
    toll_free_open=st.booleans(),
)


def where(destination: Destination) -> CallFacts:
    return replace(JULIAN_CALLS_MAMA, destination=destination)


def test_abroad_is_open_unless_the_facility_closes_the_country() -> None:
    assert list(refusals(KINGSTON)) == []
    (no,) = refusals(replace(KINGSTON, closed=CLOSED))
    assert (no.code, no.whose, no.until) == ("call.country_closed", Whose.FACILITY, None)
    assert no.facts == {"country": "JM", "why": "Too many calls went to a fraud ring."}


def test_toll_free_numbers_wait_for_the_facility_to_open_them() -> None:
    toll_free = Destination(NumberKind.TOLL_FREE)
    assert codes(where(toll_free)) == ["call.number_toll_free"]
    assert list(refusals(replace(toll_free, toll_free_open=True))) == []


@pytest.mark.parametrize("kind", sorted(NEVER))
def test_what_is_never_called_says_that_alone(kind: NumberKind) -> None:
    """That 911 is on no list and no full number either would only hide the reason."""
    facts = replace(where(Destination(kind)), number_valid=False, listed=False)
    assert codes(facts) == [f"call.number_{kind}"]


def test_a_closed_country_and_a_missing_listing_are_both_told() -> None:
    facts = replace(where(replace(KINGSTON, closed=CLOSED)), listed=False)
    assert codes(facts) == ["call.country_closed", "call.not_on_list"]


def test_intake_calls_go_where_others_go() -> None:
    facts = IntakeFacts(rule=IntakeRule(3, 300), station_is_intake=True, number_valid=False)
    for destination, code in (
        (Destination(NumberKind.EMERGENCY), "call.number_emergency"),
        (None, "call.number_not_valid"),
    ):
        verdict = decide_intake(replace(facts, destination=destination), AFTERNOON)
        assert isinstance(verdict, Refused)
        assert [no.code for no in verdict.reasons] == [code]


@given(destinations)
def test_a_number_goes_out_only_if_it_is_ordinary_or_opened(destination: Destination) -> None:
    plain = destination.kind is NumberKind.ORDINARY or (
        destination.kind is NumberKind.TOLL_FREE and destination.toll_free_open
    )
    open_ = plain and destination.closed is None
    assert (list(refusals(destination)) == []) == open_
    assert isinstance(decide(where(destination), AFTERNOON), Refused) != open_


@given(destinations)
def test_closing_a_country_never_lets_anything_out(destination: Destination) -> None:
    opened = {no.code for no in refusals(replace(destination, closed=None))}
    closed = {no.code for no in refusals(replace(destination, closed=CLOSED))}
    assert opened <= closed
    assert closed
