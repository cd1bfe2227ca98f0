"""What kind of number it is, by the plans of numbers. Made-up lines of real plans."""

import pytest

from kinline.core.policy.destinations import NumberKind
from kinline.laws.special import countries, country_of, kind_of, short_kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+16175550142", NumberKind.ORDINARY),  # Odette: a number nobody can have, so nobody's
        ("+18765551234", NumberKind.ORDINARY),  # Kingston
        ("+442079460018", NumberKind.ORDINARY),  # London
        ("+870773111632", NumberKind.ORDINARY),  # a ship, by satellite
        ("+18005550199", NumberKind.TOLL_FREE),
        ("+80012345678", NumberKind.TOLL_FREE),  # in all countries at once
        ("+19005550100", NumberKind.PREMIUM),
        ("+16179761234", NumberKind.PREMIUM),  # pay-per-call within an area code
        ("+979123456789", NumberKind.PREMIUM),
        ("+16175551212", NumberKind.DIRECTORY),
        ("+18005551212", NumberKind.DIRECTORY),
        ("+15005551234", NumberKind.SPECIAL),  # a number that follows a person
        ("+491805123456", NumberKind.SPECIAL),  # shared cost
    ],
)
def test_the_kind_of_a_full_number(number: str, kind: NumberKind) -> None:
    assert kind_of(number) is kind


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("911", NumberKind.EMERGENCY),
        ("1-1-2", NumberKind.EMERGENCY),
        ("988", NumberKind.CRISIS),
        ("411", NumberKind.DIRECTORY),
        ("555-1212", NumberKind.DIRECTORY),
        ("711", NumberKind.RELAY),
        ("0", NumberKind.SHORT),
        ("611", NumberKind.SHORT),
        ("262966", None),  # as text messages use them: no telephone answers there
        ("6175550142", None),
        ("55501420", None),
        ("", None),
    ],
)
def test_the_kind_of_something_short(typed: str, kind: NumberKind | None) -> None:
    assert short_kind(typed) is kind


def test_countries_that_share_a_code_are_told_apart() -> None:
    assert country_of("+77012345678") == "KZ"
    assert country_of("+74951234567") == "RU"
    assert country_of("+18765551234") == "JM"
    assert country_of("+16175550142") == "US"
    assert {"KZ", "RU", "JM", "US", "001"} <= countries()
