"""What Kinline says when it rings an attorney's number, and when it does not ring it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.call import rings
from kinline.core.ids import PlaceCode

BRISTOL, SUFFOLK = PlaceCode("ma-bristol"), PlaceCode("ma-suffolk")


def test_a_code_is_spelled_twice_between_a_greeting_and_a_warning() -> None:
    assert rings.code("907") == (
        "ring.hello",
        "ring.code",
        *("digit:9", "digit:0", "digit:7"),
        "ring.again",
        *("digit:9", "digit:0", "digit:7"),
        "ring.not_you",
    )


def test_a_check_names_private_places_before_those_that_record() -> None:
    assert rings.check(private=[SUFFOLK], recorded=[BRISTOL]) == (
        "ring.hello",
        "ring.check",
        *("check.private", "place:ma-suffolk"),
        *("check.recorded", "place:ma-bristol"),
        "check.page",
    )
    assert "check.private" not in rings.check(private=[], recorded=[BRISTOL])
    assert "check.recorded" not in rings.check(private=[BRISTOL], recorded=[])


@given(st.integers(0, 30), st.integers(0, 30))
def test_no_place_is_left_out_in_silence(private: int, recorded: int) -> None:
    said = rings.check(
        private=[PlaceCode(f"ma-p{n:02}") for n in range(private)],
        recorded=[PlaceCode(f"ma-r{n:02}") for n in range(recorded)],
    )
    more = sum(count > rings.MOST_NAMED for count in (private, recorded))
    assert said.count(rings.OTHER_PLACES) == more
    named = [one for one in said if one.startswith("place:")]
    assert len(named) == min(private, rings.MOST_NAMED) + min(recorded, rings.MOST_NAMED)
    if recorded:
        after = said.index("check.recorded")
        assert all(one.startswith("place:ma-r") == (said.index(one) > after) for one in named)


FINE = {
    "goes_on": False,
    "just_now": False,
    "asked": 0,
    "rung": 0,
    "verifies": True,
    "ordinary": True,
}


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({}, []),
        ({"asked": 5, "rung": 5}, []),
        ({"asked": 6}, ["attorney.ring_too_many"]),
        ({"rung": 6}, ["attorney.ring_too_many"]),
        ({"goes_on": True, "just_now": True}, ["attorney.ring_goes_on"]),
        ({"just_now": True}, ["attorney.ring_again"]),
        ({"verifies": False}, ["attorney.ring_ask_first"]),
        (
            {"ordinary": False, "verifies": False},
            ["attorney.ring_at_home", "attorney.ring_ask_first"],
        ),
    ],
)
def test_a_telephone_is_not_made_to_ring_by_just_anybody(
    facts: dict[str, bool | int], codes: list[str]
) -> None:
    assert [one.code for one in rings.may_ring(**{**FINE, **facts})] == codes  # type: ignore[arg-type]
