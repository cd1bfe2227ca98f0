"""The words two people read to each other: alike for both ends, unlike for whoever sits between."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.ids import VisitId
from kinline.core.visit.check_words import (
    LISTS,
    End,
    Language,
    Words,
    check_words,
    commitment,
    fingerprint,
    keeps,
)

VISIT = VisitId("6c1f6d3e-6a5e-4b43-9d53-2d0f3b7e1a11")
TOLD = "sha-256 " + ":".join(f"{number:02X}" for number in range(32))
JULIAN = End(fingerprint(TOLD), bytes(16))
GRACE = End(bytes(range(100, 132)), bytes(range(16)))
EVERY = [(language, LISTS[language]) for language in Language]
IDS = [language.value for language in Language]


def test_both_ends_see_the_same_words() -> None:
    for language in Language:
        words = check_words(VISIT, JULIAN, GRACE, language)
        assert words == check_words(VISIT, GRACE, JULIAN, language)
        assert set(words) <= set(LISTS[language])


def test_the_words_of_known_ends_never_change() -> None:
    """A page is written in another language: these it must show too."""
    assert check_words(VISIT, JULIAN, GRACE, Language.ENGLISH) == Words("globe", "tumble", "clever")
    assert check_words(VISIT, JULIAN, GRACE, Language.SPANISH) == Words(
        "figura", "trébol", "carrera"
    )
    assert commitment(VISIT, JULIAN).hex() == (
        "c02915f3a3bc12ed50c8149b860f2a8f3dfdf5962fc55e29e8e06acc3bd7ecfd"
    )


ends = st.builds(End, st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16))


@given(ends, ends, ends)
def test_who_sits_between_makes_other_words_on_each_side(one: End, two: End, middle: End) -> None:
    if len({one.fingerprint, two.fingerprint, middle.fingerprint}) < 3:
        return
    left = check_words(VISIT, one, middle, Language.ENGLISH)
    right = check_words(VISIT, middle, two, Language.ENGLISH)
    # By chance they agree once in 2**30: not in this test's life.
    assert left != right


def test_another_visit_another_key_or_another_nonce_says_other_words() -> None:
    words = check_words(VISIT, JULIAN, GRACE, Language.ENGLISH)
    others = (
        check_words(VisitId("another"), JULIAN, GRACE, Language.ENGLISH),
        check_words(VISIT, JULIAN, End(bytes(32), GRACE.nonce), Language.ENGLISH),
        check_words(VISIT, JULIAN, End(GRACE.fingerprint, bytes(16)), Language.ENGLISH),
    )
    assert words not in others
    assert len(set(others)) == len(others)


def test_every_bit_of_thirty_is_used() -> None:
    """Many visits say about as many different words as chance would have it."""
    seen = [
        check_words(VisitId(str(number)), JULIAN, GRACE, Language.SPANISH)
        for number in range(4_000)
    ]
    assert len(set(seen)) == len(seen)
    for place in range(3):
        assert len({words[place] for words in seen}) > 980, "of 1,024"


def test_an_end_is_held_to_what_it_committed_to() -> None:
    given_first = commitment(VISIT, GRACE)
    assert keeps(given_first, VISIT, GRACE)
    assert not keeps(given_first, VISIT, End(GRACE.fingerprint, bytes(16)))
    assert not keeps(given_first, VISIT, End(bytes(32), GRACE.nonce))
    assert not keeps(given_first, VisitId("another"), GRACE)


@pytest.mark.parametrize(
    "told",
    [
        "sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB",
        "sha-256 4A:AD",
        TOLD.replace(":", ""),
        TOLD.replace("sha-256 ", ""),
        TOLD[:-1] + "G",
        "",
    ],
    ids=["sha-1", "short", "no-colons", "no-name", "no-hex", "empty"],
)
def test_what_is_no_sha_256_fingerprint_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match=r"fingerprint|hexadecimal"):
        fingerprint(told)


def test_ends_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="fingerprint"):
        End(b"short", bytes(16))
    with pytest.raises(ValueError, match="nonce"):
        End(bytes(32), b"")
    with pytest.raises(ValueError, match="same"):
        check_words(VISIT, GRACE, GRACE, Language.ENGLISH)


# --- the lists ----------------------------------------------------------------------------

# How words are read, roughly: what sounds alike is written alike, and so is what is easily
# misheard on a bad line (b and p, d and t, g and k).
ENGLISH = [
    *(("ph", "f"), ("gh", ""), ("^kn", "n"), ("^wr", "r"), ("wh", "w"), ("sch", "sk")),
    *(("ck", "k"), ("tch", "ch"), ("dge", "j"), ("g([ei])", r"j\1"), ("ch", "j"), ("sh", "z")),
    *(("c([eiy])", r"s\1"), ("c", "k"), ("qu", "kw"), ("x", "ks"), ("th", "t")),
    *(("ea|ee|ie|ei|ey", "i"), ("ai|ay", "e"), ("oa|ow|ou|oo|ew|ue|ui", "u"), ("y", "i")),
]
SPANISH = [
    *(("ch", "x"), ("h", ""), ("qu", "k"), ("gu([ei])", r"k\1"), ("g([ei])", r"j\1")),
    *(("c([ei])", r"s\1"), ("c", "k"), ("ll", "y"), ("rr", "r"), ("ñ", "n"), ("y", "i")),
]
MISHEARD = [
    ("z", "s"),
    ("v", "b"),
    ("f", "b"),
    ("b", "p"),
    ("d", "t"),
    ("g", "k"),
    (r"(.)\1+", r"\1"),
]
FOLDINGS = {
    Language.ENGLISH: [*ENGLISH, *MISHEARD, ("e$", "")],
    Language.SPANISH: [*SPANISH, *MISHEARD],
}


def plain(word: str) -> str:
    """Without accents, but for the ñ."""
    parts = unicodedata.normalize("NFD", word)
    kept = (one for one in parts if not unicodedata.combining(one) or one == "\u0303")
    return unicodedata.normalize("NFC", "".join(kept))


def sound(word: str, language: Language) -> str:
    for written, read in FOLDINGS[language]:
        word = re.sub(written, read, word)
    return word


def remains(word: str) -> set[str]:
    """What is left of a word that loses one letter at most."""
    return {word, *(word[:index] + word[index + 1 :] for index in range(len(word)))}


@pytest.mark.parametrize(("language", "words"), EVERY, ids=IDS)
def test_each_list_has_1024_short_words(language: Language, words: tuple[str, ...]) -> None:
    assert len(words) == len(set(words)) == 1024
    assert all(3 <= len(word) <= 9 and word.isalpha() and word.islower() for word in words)
    assert all(unicodedata.is_normalized("NFC", word) for word in words)


@pytest.mark.parametrize(("language", "words"), EVERY, ids=IDS)
def test_no_two_words_of_a_list_look_or_sound_alike(
    language: Language, words: tuple[str, ...]
) -> None:
    alike: dict[str, set[str]] = {}
    for word in words:
        # Two that differ by a letter more, less or other, or by two that changed places, share one.
        for left in remains(plain(word)):
            alike.setdefault(left, set()).add(word)
        alike.setdefault("/" + sound(plain(word), language), set()).add(word)
    assert [same for same in alike.values() if len(same) > 1] == []
