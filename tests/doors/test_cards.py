"""Every eCard has a picture, a name, and words for whoever cannot see it."""

import struct
from pathlib import Path

import pytest
from django.utils import translation

from kinline.darkroom.terms import Code
from kinline.doors.words import cards, files

PICTURES = Path(__file__).resolve().parents[2] / "web" / "img" / "cards"


def test_the_gallery_and_the_pictures_are_the_same() -> None:
    assert {f"{card.code}.png" for card in cards.CARDS} == {
        path.name for path in PICTURES.iterdir()
    }
    assert len({card.code for card in cards.CARDS}) == len(cards.CARDS) >= 12
    for path in PICTURES.iterdir():
        opening = path.read_bytes()[:24]
        assert struct.unpack(">II", opening[16:24]) == (cards.WIDTH, cards.HEIGHT)
        assert path.stat().st_size < 120_000


def test_cards_that_speak_ones_language_come_first() -> None:
    with translation.override("es"):
        arranged = {str(name): [card.code for card in some] for name, some in cards.gallery("es")}
    (birthdays,) = [codes for codes in arranged.values() if "birthday-es" in codes]
    assert birthdays.index("birthday-es") < birthdays.index("birthday-en")
    assert sum(map(len, arranged.values())) == len(cards.CARDS)
    assert cards.of("winter") is not None
    assert cards.of("../secret") is None


def test_every_card_is_told_in_words_and_in_both_languages() -> None:
    for card in cards.CARDS:
        told = set()
        for language in ("en", "es"):
            with translation.override(language):
                assert len(str(card.alt)) > 20
                told.add(f"{card.title} {card.alt}")
        assert len(told) == 2, card.code


@pytest.mark.parametrize("code", list(Code))
def test_every_reason_against_a_file_has_a_sentence(code: Code) -> None:
    for language in ("en", "es"):
        with translation.override(language):
            said = files.sentence(code, {"most": "10"})
            assert said != files.sentence("nonsense", {})
            assert "%" not in said
