"""Folding: what a word looks like once case, accents and disguise are taken off.

All of it works word by word, so that a finding's place is the place of whole words in the text as
it was written. Ñ is a letter of its own: "año" is a year, and nothing else.
"""

import re
import unicodedata
from collections.abc import Iterable

# Characters that show nothing, and marks that sit on another: they never end a word.
_UNSEEN = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e01ef"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
TOKEN = re.compile(f"[^\\W_]+(?:[{_UNSEEN}{_MARKS}]+[^\\W_]*)*")
UNSEEN = re.compile(f"[{_UNSEEN}]")
TRIPLED = re.compile(r"(\w)\1\1")
_LONG_RUN = re.compile(r"(\w)\1\1+")
_REPEATED = re.compile(r"(\w)\1+")
KEPT = "ñ"
_ACCENTS = tuple(zip("áàâäãåéèêëíìîïóòôöõúùûüýÿç", "aaaaaaeeeeiiiiooooouuuuyyc", strict=True))
_TILDED = "n\u0303", "N\u0303"
MOST_KNOWN = 50_000  # characters kept folded; there are more than a million
LONGEST_WORD = 400  # letters of a word that are looked at; an entry has far less
_TRIPLES = tuple(char * 3 for char in "abcdefghijklmnopqrstuvwxyz0123456789")

# Letters that NFKD leaves as they are, though they are read as others.
_READ_AS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ß": "ss", "æ": "ae",
    "œ": "oe", "þ": "th", "ɡ": "g", "ɑ": "a", "ʀ": "r", "ʏ": "y", "ɪ": "i", "ʜ": "h", "ɴ": "n",
    "ʟ": "l", "ᴀ": "a", "ᴇ": "e", "ᴏ": "o", "ᴋ": "k", "ᴍ": "m", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v",
    "ᴡ": "w", "ᴢ": "z", "ᴅ": "d", "ᴄ": "c", "ᴘ": "p", "ʙ": "b", "ꜱ": "s", "ꜰ": "f", "ᴊ": "j",
}  # fmt: skip
# Cyrillic and Greek letters that look like Latin ones, in lower case as folding leaves them.
_CYRILLIC = {
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ғ": "f", "ԍ": "g", "н": "h", "һ": "h",
    "і": "i", "ј": "j", "к": "k", "ӏ": "l", "м": "m", "п": "n", "о": "o", "р": "p", "ԛ": "q",
    "г": "r", "ѕ": "s", "т": "t", "υ": "u", "ѵ": "v", "ԝ": "w", "х": "x", "у": "y", "з": "z",
    "ь": "b", "ц": "u", "и": "u", "я": "r", "є": "e", "ё": "e",
}  # fmt: skip
_GREEK = {
    "α": "a", "β": "b", "ϲ": "c", "δ": "d", "ε": "e", "η": "n", "ι": "i", "κ": "k", "μ": "m",
    "ν": "v", "ο": "o", "π": "n", "ρ": "p", "σ": "s", "τ": "t", "υ": "u", "ω": "w", "χ": "x",
    "γ": "y", "ζ": "z", "λ": "l",
}  # fmt: skip
_LOOK_ALIKE = str.maketrans({**_GREEK, **_CYRILLIC})
_OTHER_SCRIPT = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LATIN = re.compile("[a-zñ]")
# Digits and signs written for letters. 1, ! and | stand for i and for l: both are tried.
_SIGNS = {
    "0": "o", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "€": "e", "£": "l", "+": "t", "¢": "c", "§": "s", "µ": "u",
}  # fmt: skip
_AS_I = str.maketrans({**_SIGNS, "1": "i", "!": "i", "|": "i", "¡": "i"})
_AS_L = str.maketrans({**_SIGNS, "1": "l", "!": "l", "|": "l", "¡": "l"})


_NO_LETTERS = dict.fromkeys(code for code in range(128) if not chr(code).isalnum())
_DROP: dict[int, str | None] = {**_NO_LETTERS}
_I_OR_DROP: dict[int, str | None] = {**_NO_LETTERS, **_AS_I}
_L_OR_DROP: dict[int, str | None] = {**_NO_LETTERS, **_AS_L}


class _Folds(dict[int, str]):
    """Each character folded once. For str.translate, which asks for one that is missing."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if len(self) < MOST_KNOWN:
            self[code] = folded
        return folded


def _folded(char: str) -> str:
    low = char.casefold()
    if low == KEPT:
        return KEPT
    bare = unicodedata.normalize("NFKD", low).casefold()
    seen = "".join(one for one in bare if unicodedata.category(one) not in {"Mn", "Me", "Cf"})
    return "".join(_READ_AS.get(one, one) for one in seen)


_FOLDS = _Folds()


def fold(word: str) -> str:
    """A word without case, accents, widths and unseen characters. In linear time, and never raises.

    Character by character: normalizing a whole text is quadratic in its run of marks.
    """
    if word.isascii():
        return bounded(word.lower())
    # Of a word without end some is enough: one character may fold to eighteen.
    for cut in (4 * LONGEST_WORD, 16 * LONGEST_WORD, 64 * LONGEST_WORD):
        if len(word) <= cut:
            break
        folded = bounded(_folded_all(word[:cut]))
        if len(folded) == LONGEST_WORD:
            return folded
    return bounded(_folded_all(word))


def _folded_all(word: str) -> str:
    for tilded in _TILDED:
        word = word.replace(tilded, KEPT)
    return word.translate(_FOLDS)


def without_accents(low: str) -> str:
    """A text in lower case with the commonest accents taken off: as `fold` has it, and quickly.

    Never on n, which a following tilde makes another letter. As long as it was.
    """
    for accented, bare in _ACCENTS:
        low = low.replace(accented, bare)
    return low


def letters_of(chunk: str) -> str:
    """The letters and digits of an ASCII chunk in lower case."""
    return chunk.translate(_DROP)


def bounded(folded: str) -> str:
    """A word without end, cut: first its repetitions, then what is still too long."""
    if len(folded) <= LONGEST_WORD:
        return folded
    return _REPEATED.sub(r"\1\1\1", folded)[:LONGEST_WORD]


def triples(text: str) -> tuple[str, ...]:
    """The letters that stand three times in a row in a text in lower case, thrice each."""
    if not _any_triple(text):
        return ()
    found = [triple for triple in _TRIPLES if triple in text]
    if not text.isascii():
        found += [one.group() for one in TRIPLED.finditer(text)]
    return tuple(dict.fromkeys(found))


def _any_triple(text: str) -> bool:
    """Whether any character may stand three times in a row: twice the same is 0 against its
    neighbour.

    As one great number, because most texts have none and this is by far the quickest to say so.
    """
    width = 1 if text.isascii() else 4
    raw = text.encode("ascii" if width == 1 else "utf-32-be", "surrogatepass")
    whole = int.from_bytes(raw, "big")
    return bytes(2 * width) in (whole ^ (whole >> 8 * width)).to_bytes(len(raw), "big")


def squeezed(folded: str) -> str:
    """Every run of one letter as one: "shiiiv" is "shiv"."""
    return _REPEATED.sub(r"\1", folded)


def undisguised(folded: str, *, look_alikes: bool = True) -> tuple[str, ...]:
    """What a folded word may have been before it was disguised, most likely first.

    `look_alikes`: whether a word wholly of Cyrillic or Greek letters may be a Latin one. A word
    that mixes scripts always may.
    """
    found = _repeated_less(_signs_read(_latin(folded, look_alikes)))
    found.pop(folded, None)
    return tuple(found)


def _repeated_less(words: Iterable[str]) -> dict[str, None]:
    """Some words, and what they are with letters said less often: once, twice, all once."""
    found = dict.fromkeys(words)
    for one in tuple(found):
        if TRIPLED.search(one):
            found[_LONG_RUN.sub(r"\1", one)] = None
            found[_LONG_RUN.sub(r"\1\1", one)] = None
            found[squeezed(one)] = None
    return found


def _latin(folded: str, look_alikes: bool) -> str:
    if folded.isascii() or not _OTHER_SCRIPT.search(folded):
        return folded
    if look_alikes or _LATIN.search(folded):
        return folded.translate(_LOOK_ALIKE)
    return folded


def _signs_read(word: str) -> tuple[str, ...]:
    return tuple("".join(filter(str.isalnum, one)) for one in signs_as_letters(word))


def signs_as_letters(word: str) -> tuple[str, ...]:
    """A word, and what it is with its digits and signs read as letters. All of the same length."""
    if word.isalpha() or not any(map(str.isalpha, word)):
        return (word,)  # a number alone is a number
    return (word, word.translate(_AS_I), word.translate(_AS_L))


def chunk_forms(chunk: str) -> tuple[str, ...]:
    """What an ASCII chunk with signs in it may be: signs dropped, or read as letters."""
    low = chunk.lower()
    forms = low.translate(_DROP), low.translate(_I_OR_DROP), low.translate(_L_OR_DROP)
    if forms[0].isdigit() or not TRIPLED.search(forms[1]):
        return forms
    return tuple(_repeated_less(forms))


def other_script(folded: str) -> bool:
    """Whether a word has a Cyrillic or Greek letter that looks like no Latin one."""
    return _OTHER_SCRIPT.search(folded.translate(_LOOK_ALIKE)) is not None


def is_masked(word: str) -> bool:
    """Whether it holds what nobody types by chance: unseen characters, wide or fancy letters."""
    return not word.isascii() and any(
        UNSEEN.match(char) is not None or unicodedata.decomposition(char).startswith("<")
        for char in word
    )
