"""By which rules messages are rejected: each list at work in scenarios that a lawyer can read."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from kinline.core.ids import PlaceCode
from kinline.core.message.terms import Direction
from kinline.core.review.rules import NotOnTheList
from kinline.core.review.terms import Reason
from kinline.laws import loader
from kinline.laws.reading import LawError, read
from kinline.laws.reasons import LANGUAGES, read_reasons, reasons

FOLDER = loader.HOME / "scenarios" / "rejection"
EVERY: list[dict[str, Any]] = [
    one for file in sorted(FOLDER.glob("*.yaml")) for one in read(file)["scenarios"]
]


@pytest.mark.parametrize("scenario", EVERY, ids=lambda one: f"{one['list']}:{one['__line__']}")
def test_the_rejection_is_as_its_scenario_says(scenario: dict[str, Any]) -> None:
    place = loader.places()[PlaceCode(scenario["facility"])]
    told_at = datetime.fromisoformat(scenario["told"]).replace(tzinfo=place.zone)
    way, reason = Direction(scenario["way"]), Reason(scenario["reason"])
    ruled = reasons().ruled(place=place, direction=way, reason=reason, told_at=told_at)
    assert reasons().at(place, place.day(told_at)).id == scenario["list"]
    seen = (ruled.citation, ruled.notice, ruled.decider, ruled.appeal_on)
    names = ("citation", "notice", "decider", "appeal_on")
    assert seen == tuple(scenario[name] for name in names), scenario["name"]
    assert place.day(ruled.appeal_until) == date.fromordinal(ruled.appeal_on.toordinal() + 1)
    assert set(ruled.says) == set(LANGUAGES)


def test_every_list_is_shown_in_both_directions_and_every_reason_once() -> None:
    shown = {(one["list"], one["way"]) for one in EVERY}
    assert shown == {(one.id, way.value) for one in reasons().lists for way in Direction}
    assert {one["reason"] for one in EVERY} == set(Reason)


def test_what_is_ours_and_what_is_in_doubt_says_so() -> None:
    for one in reasons().lists:
        assert one.verify, "none of the lists has been read by a lawyer of the place"
        if one.ours:
            assert not any(cited.startswith("103 CMR") for cited in one.citations[Direction.IN])
    (prison,) = (one for one in reasons().lists if not one.ours)
    assert not prison.appeals[Direction.IN].days_are_ours
    assert prison.appeals[Direction.OUT].days_are_ours


def test_opinions_and_bad_language_are_no_reason_anywhere() -> None:
    words = {reason.value for reason in Reason}
    assert words == {
        "weapons", "escape", "drugs", "code", "violence", "crime", "sexual", "contraband",
    }  # fmt: skip
    with pytest.raises(ValueError, match="security"):
        Reason("security")


def test_a_reason_the_list_does_not_have_cannot_be_given(
    change: Callable[[str, str, str], Path],
) -> None:
    home = change("rejection/us.yaml", '      code: "Kinline’s default list, code"\n', "")
    rules = read_reasons(home, loader.places())
    place = loader.places()[PlaceCode("nh-example")]
    at = datetime(2025, 3, 12, 15, tzinfo=place.zone)
    with pytest.raises(NotOnTheList, match="kinline-default"):
        rules.ruled(place=place, direction=Direction.IN, reason=Reason.CODE, told_at=at)
    assert Reason.CODE not in rules.at(place, place.day(at)).reasons(Direction.IN)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("rejection/us.yaml", "      weapons:", "      security:", "security"),
        ("rejection/us.yaml", "days: 7", "days: 0", "days must be"),
        ("rejection/us.yaml", "from: 1900-01-01", "from: 2022-11-26", "no list of reasons"),
        ("rejection/us.yaml", "jurisdiction: us\n", "jurisdiction: us-ma\n", "overlaps"),
        ("rejection/us_ma.yaml", 'notice: "103 CMR 481.15"', "rule: none", "unknown field"),
        ("rejection/reasons.yaml", "    es: ", "    fr: ", "unknown field 'fr'"),
    ],
)
def test_a_broken_list_is_an_error_with_its_place(
    change: Callable[[str, str, str], Path], file: str, old: str, new: str, says: str
) -> None:
    with pytest.raises(LawError, match=says):
        read_reasons(change(file, old, new), loader.places())
