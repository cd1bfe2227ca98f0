"""The prompts: whole in every language, and put together to what must be said."""

from pathlib import Path

import pytest

from kinline.core.call.announcement import Paid, announcement, told_to_caller
from kinline.core.ids import PlaceCode
from kinline.core.money import Money
from kinline.engine.ivr.prompts import (
    Prompts,
    PromptsMissing,
    amount,
    balance,
    minutes,
    numbers,
)
from kinline.sealed import opus

PLACES = ("ma-doc-norfolk", "ma-bristol", "ma-essex", "ma-suffolk", "nh-example")


@pytest.fixture(scope="module")
def prompts() -> Prompts:
    return Prompts()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_announcement_of_the_demo_town_is_said_in_full(
    prompts: Prompts, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    for place in PLACES:
        for price in (None, Money(8), Money(121)):
            for private in (True, False):
                names = announcement(
                    place=PlaceCode(place), price_per_minute=price, private=private
                )
                clips = prompts.announcement(names, language, who=None)
                assert len(clips) >= len(names)
    assert not caplog.records, "no prompt was missing"


def test_every_packet_is_opus_of_twenty_milliseconds(prompts: Prompts) -> None:
    for language in prompts.languages:
        for name in ("call_from", "ringing", "number:20", "place:ma-bristol"):
            assert {opus.samples(packet) for packet in prompts.clip(name, language)} == {960}


def test_the_callers_own_voice_stands_where_the_name_is(prompts: Prompts) -> None:
    own = (b"\xf8own",)
    clips = prompts.announcement(("call_from", "name", "at"), "en", own)
    assert clips[1] == own
    assert prompts.announcement(("name",), "en", None) == [prompts.clip("someone", "en")]


def test_a_place_without_a_prompt_is_still_called_a_place(prompts: Prompts) -> None:
    assert prompts.announcement(("place:nowhere",), "es", None) == [
        prompts.clip("place:unknown", "es")
    ]


def test_a_language_without_prompts_is_spoken_to_in_english(prompts: Prompts) -> None:
    assert prompts.clip("keys", "vi") == prompts.clip("keys", "en")
    assert prompts.clip("keys", "es-419") == prompts.clip("keys", "es")


def test_prices_are_said_as_people_say_them() -> None:
    assert amount(1, "en") == ["number:1", "cent"]
    assert amount(21, "en") == ["number:20", "number:1", "cents"]
    assert amount(21, "es") == ["number:21", "cents"]
    assert amount(35, "es") == ["number:30", "and", "number:5", "cents"]
    assert amount(100, "en") == ["number:1", "dollar"]
    assert amount(250, "en") == ["number:2", "dollars", "and", "number:50", "cents"]
    for cents in (0, 10_000):
        with pytest.raises(ValueError, match="no prompt"):
            amount(cents, "en")


def test_a_balance_and_minutes_beyond_all_prompts_are_said_as_more() -> None:
    assert balance(2350, "en") == [*amount(2350, "en")]
    assert balance(1_000_000, "en") == ["more_than", *amount(9900, "en")]
    assert minutes(1, "en") == ["number:1", "minute"]
    assert minutes(41, "es") == ["number:40", "and", "number:1", "minutes"]
    assert minutes(100, "en") == ["more_than", "number:90", "number:9", "minutes"]


@pytest.mark.parametrize("paid", [Paid(None, caller=True), Paid(5), Paid(123_456, caller=True)])
def test_whose_money_pays_is_said_in_every_language(
    prompts: Prompts, paid: Paid, caplog: pytest.LogCaptureFixture
) -> None:
    place, price = PlaceCode("nh-example"), Money(12)
    said = announcement(place=place, price_per_minute=price, private=False, paid=paid)
    for language in sorted(prompts.languages):
        for names in (said, told_to_caller(paid, minutes=41)):
            assert len(prompts.announcement(names, language, who=None)) >= len(names)
    assert not caplog.records, "no prompt was missing"


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_price_up_to_the_highest_has_its_prompts(prompts: Prompts, language: str) -> None:
    for cents in range(1, 10_000):
        for name in amount(cents, language):
            assert prompts.clip(name, language)
    assert 20 in numbers(language)


def test_an_engine_without_its_prompts_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(PromptsMissing):
        Prompts(tmp_path)
    (tmp_path / "en").mkdir()
    with pytest.raises(PromptsMissing, match="call_from"):
        Prompts(tmp_path)


@pytest.mark.parametrize("language", ["en", "es", "ht", "pt"])
def test_a_held_phone_says_so_in_every_language(prompts: Prompts, language: str) -> None:
    """Not the words for any other reason: whoever hears them is to wait, or to get in line."""
    assert prompts.has("refusal:call.phone_held", language)
    held = prompts.clip("refusal:call.phone_held", language)
    assert held != prompts.clip("refusal:other", language)
    if language != "en":
        assert held != prompts.clip("refusal:call.phone_held", "en")
