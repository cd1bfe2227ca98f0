"""One text being read, in chunks: what stands between spaces.

Each distinct chunk is looked at once, and most of the work is done by sets, over all chunks
together; places are worked out only where something was found. No place moves: what is read has
the length of what was written.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import compress, filterfalse

from kinline.core.review.folding import (
    KEPT,
    TOKEN,
    fold,
    other_script,
    undisguised,
    without_accents,
)

ENDS = ".,;:?\"'()[]{}…“”‘’«»¿-–—"  # what may stand around a word in a sentence
AFTER = ".,?;:"  # most words of a sentence have none else

_CHUNK = re.compile(r"\S+")
_FEW = 16  # chunks that are sooner looked for singly than among all

Token = tuple[int, int, str]  # a word's place within its chunk, and the word folded


def is_plain(chunk: str) -> bool:
    """Whether it is but letters of English or ñ: in lower case, folding leaves it as it is."""
    return chunk.isalpha() and (chunk.isascii() or chunk.replace(KEPT, "n").isascii())


@dataclass(slots=True)
class Reading:
    """The chunks of a text; `flat` is all of it as it is read: see `_flat`.

    `odd` are the distinct ones that are not plain; `look_alikes`: whether a word of Cyrillic or
    Greek letters may be a Latin one here.
    """

    text: str
    flat: str = field(init=False)
    chunks: list[str] = field(init=False)
    distinct: set[str] = field(init=False)
    odd: list[str] = field(init=False)
    look_alikes: bool = field(init=False, default=True)
    _places: list[int] = field(init=False, default_factory=list)
    _forms: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)
    _tokens: dict[str, list[Token]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.flat = flat = _flat(self.text)
        self.chunks = flat.split()
        self.distinct = set(self.chunks)
        self.odd = list(filterfalse(str.isalpha, self.distinct))
        if flat.isascii():
            return
        if not flat.replace(KEPT, "n").isascii():
            self.odd += [one for one in self.distinct if one.isalpha() and not is_plain(one)]
            strange = [fold(one) for one in self.odd if not one.isascii()]
            # In a text that is Russian or Greek anyway, a Russian word is no disguise.
            self.look_alikes = 4 * sum(map(other_script, strange)) < len(self.distinct)

    def tokens(self, chunk: str) -> list[Token]:
        """The words of a chunk."""
        found = self._tokens.get(chunk)
        if found is None:
            found = [(*one.span(), fold(one.group())) for one in TOKEN.finditer(chunk)]
            self._tokens[chunk] = found = [one for one in found if one[2]]
        return found

    def forms(self, folded: str) -> tuple[str, ...]:
        """A folded word, and what else it may be."""
        found = self._forms.get(folded)
        if found is None:
            more = undisguised(folded, look_alikes=self.look_alikes)
            found = self._forms[folded] = (folded, *more)
        return found

    def where(self, wanted: Collection[str]) -> Iterator[tuple[int, str]]:
        """Where chunks begin that are wanted, and which."""
        if len(wanted) > _FEW:
            marks = map(wanted.__contains__, self.chunks)
            yield from compress(zip(self.places(), self.chunks, strict=True), marks)
            return
        for chunk in wanted:
            at = self.flat.find(chunk)
            while at >= 0:
                end = at + len(chunk)
                if not self.flat[at - 1 : at].strip() and not self.flat[end : end + 1].strip():
                    yield at, chunk
                at = self.flat.find(chunk, end)

    def places(self) -> list[int]:
        """Where each chunk begins in the text."""
        if not self._places:
            self._places = [one.start() for one in _CHUNK.finditer(self.flat)]
        return self._places

    def follows(self, place: int, end: int) -> bool:
        """Whether a chunk at this place is the next after one with this end: one space between."""
        return place - end == 1 or (place - end == 2 and self.text[end] in AFTER)

    def ahead(self, place: int) -> Iterator[Token]:
        """The words from a place on, with their places in the text."""
        for one in TOKEN.finditer(self.flat, place):
            if word := fold(one.group()):
                yield *one.span(), word

    def words_at(self, place: int, chunk: str) -> Iterator[int]:
        """Where the words of the chunk at this place begin."""
        return (place + start for start, _, _ in self.tokens(chunk))


def _flat(text: str) -> str:
    """In lower case, without accents, and without the signs after a sentence's words.

    Whatever it does, no place moves.
    """
    flat = text.lower()
    if len(flat) != len(text):
        # A letter that grows by it ("İ") would move all places after it.
        flat = "".join(one if len(one.lower()) > 1 else one.lower() for one in text)
    if not flat.isascii():
        flat = without_accents(flat)
    flat = flat.replace("\n", " ")
    for sign in AFTER:
        if sign in flat:
            flat = flat.replace(f"{sign} ", "  ")
    return flat
