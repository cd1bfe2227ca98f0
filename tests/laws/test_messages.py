"""What messages cost and give back: each choice of a tariff in scenarios a lawyer can read."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kinline.core.ids import PlaceCode
from kinline.core.message.terms import PartKind, Service
from kinline.core.rating.message import MessageCharge, Written, charge_for, given_back, total
from kinline.core.rating.terms import GiveBack
from kinline.laws import loader
from kinline.laws.reading import LawError, plain, read

FILE = loader.HOME / "scenarios" / "messages" / "messages.yaml"
EVERY: list[dict[str, Any]] = read(FILE)["scenarios"]


def charge_of(scenario: dict[str, Any]) -> MessageCharge:
    place = loader.places()[PlaceCode(scenario["facility"])]
    at = datetime.fromisoformat(scenario["at"]).replace(tzinfo=place.zone)
    parts = tuple((name, PartKind(name.partition("-")[0])) for name in scenario["parts"])
    return charge_for(Written(Service(scenario["service"]), place, at, parts), loader.book())


@pytest.mark.parametrize("scenario", EVERY, ids=lambda one: str(one["__line__"]))
def test_the_message_costs_and_gives_back_as_its_scenario_says(scenario: dict[str, Any]) -> None:
    charge = charge_of(scenario)
    assert total(charge.pieces) == plain(scenario["costs"]), scenario["name"]
    answer = given_back(
        charge.pieces,
        scenario["rejected"],
        charge.back,
        delivered=scenario.get("delivered", False),
    )
    assert total(answer.pieces) == plain(scenario["gives_back"]), scenario["name"]
    assert answer.because == scenario["because"], scenario["name"]
    assert charge.citations, "free or not, the price says by which rule"


def test_every_choice_of_a_tariff_is_shown() -> None:
    assert {charge_of(one).back for one in EVERY} == set(GiveBack)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("gives_back: whole_only", "gives_back: maybe", "maybe"),
        ("    visit: {minute: 19}", "    visit: {minute: 19}\n    gives_back: nothing", "messages"),
    ],
)
def test_a_choice_that_makes_no_sense_is_an_error_with_its_line(
    change: Callable[[str, str, str], Path], old: str, new: str, says: str
) -> None:
    with pytest.raises(LawError, match=says):
        loader.read_book(change("tariffs/examples.yaml", old, new))
