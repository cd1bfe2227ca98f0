"""What a visit costs by its day and returns by its fate, in scenarios that a lawyer can read."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.visit.price import Because, Fate, is_late, price, returned
from kinline.core.visit.states import By, EndReason, Missing, State
from kinline.laws import loader
from kinline.laws.reading import read

FILE = loader.HOME / "scenarios" / "visits" / "visits.yaml"
EVERY: list[dict[str, Any]] = read(FILE)["scenarios"]
WORDS = {"by": By, "missing": Missing, "reason": EndReason}


def place(code: str) -> Place:
    return loader.places()[PlaceCode(code)]


@pytest.mark.parametrize("scenario", EVERY, ids=lambda one: str(one["__line__"]))
def test_the_visit_costs_and_returns_as_its_scenario_says(scenario: dict[str, Any]) -> None:
    at = place(scenario["facility"])
    starts = datetime.fromisoformat(scenario["scheduled_for"]).replace(tzinfo=at.zone)
    owed = price(at, starts, scenario["minutes"], loader.book())
    assert owed.consumer_cents == scenario["owes"], scenario["name"]
    assert owed.lines[0].rule.id == scenario["rule"], scenario["name"]
    told: dict[str, Any] = {
        name: word(scenario[name]) for name, word in WORDS.items() if name in scenario
    }
    fate = Fate(State(scenario["state"]), late=scenario.get("late", False), **told)
    answer = returned(scenario["paid"], owed, fate)
    assert (answer.cents, answer.because) == (scenario["returns"], scenario["because"])


def test_every_answer_is_shown() -> None:
    assert {one["because"] for one in EVERY} == set(Because)


def test_a_session_is_priced_by_what_was_booked_and_not_by_how_long_it_lasted() -> None:
    bristol = place("ma-bristol")
    starts = datetime(2023, 11, 30, 10, 0, tzinfo=bristol.zone)
    prices = [price(bristol, starts, minutes, loader.book()) for minutes in (20, 40)]
    assert [one.consumer_cents for one in prices] == [780, 1560]


@pytest.mark.parametrize(
    ("hours", "late"), [(25, False), (24, False), (23.99, True), (0, True), (-1, True)]
)
def test_less_than_a_day_before_it_is_late(hours: float, late: bool) -> None:
    starts = datetime(2025, 3, 20, 9, 0, tzinfo=place("ma-bristol").zone)
    assert is_late(starts, 24 * 60, starts - timedelta(hours=hours)) is late


def test_a_day_of_23_hours_is_a_day_s_notice_less_an_hour() -> None:
    starts = datetime(2025, 3, 9, 9, 0, tzinfo=place("ma-bristol").zone)
    same_hour = datetime(2025, 3, 8, 9, 0, tzinfo=place("ma-bristol").zone)
    assert is_late(starts, 24 * 60, same_hour)


@pytest.mark.parametrize("state", [State.CANCELLED, State.MISSED, State.ENDED])
def test_a_fate_without_its_word_is_our_error(state: State) -> None:
    with pytest.raises(ValueError, match=state):
        Fate(state)


fates = st.builds(
    Fate,
    st.sampled_from(State),
    by=st.sampled_from(By),
    late=st.booleans(),
    missing=st.sampled_from(Missing),
    reason=st.sampled_from(EndReason),
)


@given(st.integers(0, 5_000), st.sampled_from(["ma-bristol", "nh-example"]), fates)
def test_never_more_goes_back_than_was_paid_and_never_less_than_was_too_much(
    paid: int, code: str, fate: Fate
) -> None:
    at = place(code)
    owed = price(at, datetime(2025, 3, 20, 9, 0, tzinfo=at.zone), 20, loader.book())
    back = returned(paid, owed, fate)
    assert max(0, paid - owed.consumer_cents) <= back.cents <= paid
    # What went back does not go back a second time.
    again = returned(paid - back.cents, owed, fate)
    assert back.cents == 0 or again.cents == 0


def test_a_payment_below_zero_is_our_error() -> None:
    at = place("nh-example")
    owed = price(at, datetime(2025, 3, 20, 9, 0, tzinfo=at.zone), 20, loader.book())
    with pytest.raises(ValueError, match="-1"):
        returned(-1, owed, Fate(State.BOOKED))
