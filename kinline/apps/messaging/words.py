"""What was written: as it is kept, and as search wants it."""

import re
import unicodedata

# Marks that turn the order of what follows: they make a text look like another one.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e")
# All that `_kept` may refuse, and nothing a text usually has.
_ASKED_ABOUT = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


def written(text: str) -> str:
    """A text as it is kept: no control characters but line breaks, none at its ends.

    What joins letters and emoji stays: `text.typed` would drop it.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if _ASKED_ABOUT.search(lines):
        lines = "".join(letter for letter in lines if _kept(letter))
    return lines.strip()


def folded(text: str) -> str:
    """Without accents and capitals: "José" is found by "jose"."""
    if text.isascii():
        return text.lower()
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def _kept(letter: str) -> bool:
    if letter == "\n":
        return True
    return letter not in TURNING and unicodedata.category(letter) not in {"Cc", "Cs"}
