"""Triage: what stands out in a message, as reasons to look and with exact places.

It reads whole words. A town whose name holds a listed word is not that word; what the facility
allows ("Gun Lake") and the names of the two people, written as names, are no finding. It knows
spaces, dots and signs between letters, digits for letters, letters of other scripts, unseen
characters and repeated letters. It does not know meaning: a person reads.

Two passes: a quick one over the distinct chunks, that mostly finds nothing, and the exact one.
"""

from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, islice

from kinline.core.message.terms import PartKind
from kinline.core.review import numbers, spelled
from kinline.core.review.folding import (
    TOKEN,
    TRIPLED,
    chunk_forms,
    fold,
    is_masked,
    squeezed,
    triples,
    undisguised,
)
from kinline.core.review.lists import END, Compiled, Node, folded_words
from kinline.core.review.reading import ENDS, Reading, is_plain
from kinline.core.review.spelled import GAP, Inner
from kinline.core.review.terms import Finding, FindingKind

MOST_FINDINGS = 500  # of one message: by then there is reason enough to look
_EXCLAIMED = "!¡" + ENDS
_SAID = 9  # longer than a digit in words with a comma


@dataclass(frozen=True, slots=True)
class Context:
    """A message as triage sees it. `texts` are its texts by part: its own, and those on cards.

    `attached` are the other parts; `names` those of the two people; `new_contact`: the first
    message between them.
    """

    texts: Mapping[str, str]
    attached: tuple[tuple[str, PartKind], ...] = ()
    names: tuple[str, ...] = ()
    new_contact: bool = False


def triage(lists: Compiled, context: Context) -> tuple[Finding, ...]:
    """All findings, by part and place; at most MOST_FINDINGS. Never raises, in linear time."""
    names = frozenset(word for name in context.names for word in folded_words(name))
    found: list[Finding] = []
    if context.new_contact:
        found.append(Finding(FindingKind.NEW_CONTACT, "", part=""))
    found += (Finding(FindingKind.ATTACHMENT, kind.value, part) for part, kind in context.attached)
    for part, text in context.texts.items():
        here = [*words(lists, text, part, names), *_first(numbers.links(text, part))]
        here += _first(numbers.numbers(text, part))
        here += _first(numbers.vouchers(text, part))
        found += sorted(set(here), key=lambda one: (one.start, -one.end, one.kind))
    return tuple(found[:MOST_FINDINGS])


def _first(found: Iterator[Finding]) -> Iterator[Finding]:
    """As many as may be told; they come by place."""
    return islice(found, MOST_FINDINGS)


def words(
    lists: Compiled, text: str, part: str, names: frozenset[str] = frozenset()
) -> list[Finding]:
    """What of the lists stands in one text."""
    search = _Search(lists, Reading(text))
    places = sorted(search.places(), key=_outermost)
    if not places:
        return []
    fine = _Covered(search.allowed())
    found: list[Finding] = []
    over = -1
    for start, end, kind, what in places:
        if end <= over:
            continue  # within one that was found already
        if fine.covers(start, end):
            continue
        if _is_name(text[start:end], names):
            continue
        over = end
        found.append(Finding(kind, what, part, start, end))
    return found


def _outermost(found: "Found") -> tuple[int, int, bool]:
    """What begins first, the longest of these, a plain word before one in disguise."""
    start, end, kind, _ = found
    return start, -end, kind is FindingKind.DISGUISED


def _is_name(written: str, names: frozenset[str]) -> bool:
    """Whether it is a name of the two people, written as one is: with a capital."""
    parts = TOKEN.findall(written)
    return bool(names and parts) and all(one[0].isupper() and fold(one) in names for one in parts)


class _Covered:
    """Places within which nothing is found. Asked in the logarithm of how many there are."""

    def __init__(self, places: list[tuple[int, int]]) -> None:
        ordered = sorted(places)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def covers(self, start: int, end: int) -> bool:
        """Whether [start, end) lies within one of them."""
        before = bisect_right(self._starts, start)
        return before > 0 and self._ends[before - 1] >= end


Found = tuple[int, int, FindingKind, str]


@dataclass(frozen=True, slots=True)
class _Search:
    """The lists being looked for in one text."""

    lists: Compiled
    read: Reading

    def places(self) -> Iterator[Found]:
        """Everything of the lists, and telephone numbers in words; some of it within other."""
        if self.lists.entries:
            starts, signs, inner = self._hits()
            for at, chunk in self.read.where({*starts, *signs, *inner}):
                if chunk in starts:
                    for place in self.read.words_at(at, chunk):
                        yield from self._phrase_at(place)
                if chunk in signs:
                    meant, number = signs[chunk]
                    start = at + chunk.index(meant)
                    yield self._found(start, start + len(meant), number, disguised=True)
                for start, end, number in inner.get(chunk, ()):
                    yield self._found(at + start, at + end, number, disguised=True)
            for start, end, number in spelled.between(self.lists, self.read):
                yield self._found(start, end, number, disguised=True)
        yield from self._said_digits()

    def _hits(self) -> tuple[set[str], dict[str, tuple[str, int]], dict[str, list[Inner]]]:
        """The distinct chunks in which something listed may begin; those that are an entry once
        their signs are dropped or read; and those within which an entry is spelled."""
        firsts = self.lists.firsts
        starts = self.read.distinct & firsts
        signs: dict[str, tuple[str, int]] = {}
        inner: dict[str, list[Inner]] = {}
        for chunk in self.read.odd:
            bare = chunk.strip(ENDS)
            calm = bare.strip(_EXCLAIMED)
            if is_plain(calm):
                if calm in firsts:
                    starts.add(chunk)
                if calm == bare:
                    continue
            elif any(self._may_begin(word) for _, _, word in self.read.tokens(chunk)):
                starts.add(chunk)
            meant = self._meant(bare)
            if meant is not None:
                signs[chunk] = meant
            elif entries := spelled.within(self.lists, self.read.tokens(chunk)):
                inner[chunk] = entries
        starts.update(one for one in self._tripled() if self._begins(one))
        return starts, signs, inner

    def _may_begin(self, folded: str) -> bool:
        firsts = self.lists.firsts
        if folded in firsts:
            return True
        if is_plain(folded):
            return False
        return any(form in firsts for form in self.read.forms(folded))

    def _tripled(self) -> Iterator[str]:
        """The distinct chunks with a letter three times in a row."""
        for triple in triples(" ".join(self.read.distinct)):
            yield from (one for one in self.read.distinct if triple in one)

    def _begins(self, chunk: str) -> bool:
        firsts = self.lists.firsts
        return any(
            any(form in firsts for form in self.read.forms(word)) or self._narrow(word) is not None
            for _, _, word in self.read.tokens(chunk)
        )

    def _narrow(self, folded: str) -> int | None:
        """The entry that a word is whose letters are repeated; None for any other word."""
        if not TRIPLED.search(folded):
            return None
        return self.lists.squeezed.get(squeezed(self.read.forms(folded)[-1]))

    def _phrase_at(self, place: int) -> Iterator[Found]:
        """The longest listed word or phrase that begins at a place."""
        node: Node = self.lists.root
        best: Found | None = None
        begin, plain = -1, True
        for start, end, word in self.read.ahead(place):
            forms = self.read.forms(word)
            taken = next((form for form in forms if form in node), None)
            if begin < 0:
                begin = start
                if taken is None:
                    yield from self._one_word(start, end, word)
                    return
            if not taken:
                break
            following = node[taken]
            assert isinstance(following, dict)
            node, plain = following, plain and taken == word
            entry = node.get(END)
            if isinstance(entry, int):
                masked = not plain or is_masked(self.read.text[begin:end])
                best = self._found(begin, end, entry, disguised=masked)
        if best is not None:
            yield best

    def _one_word(self, start: int, end: int, word: str) -> Iterator[Found]:
        """A phrase written as one word, or a word with its letters repeated."""
        whole = self.lists.whole
        number = next((whole[one] for one in self.read.forms(word) if one in whole), None)
        if number is None:
            number = self._narrow(word)
        if number is not None:
            yield self._found(start, end, number, disguised=True)

    def _meant(self, bare: str) -> tuple[str, int] | None:
        """The entry a chunk is with its signs dropped or read as letters: "$hiv", "sh.iv".

        With the part of the chunk that is meant: a mark of exclamation may be one.
        """
        if len(bare) > (GAP + 1) * self.lists.longest:
            return None
        whole = self.lists.whole
        calm = bare.strip(_EXCLAIMED)
        plain = fold(calm) if calm.isalnum() else ""  # found as the word it is
        for meant in dict.fromkeys((calm, bare)):
            for form in () if meant.isalnum() else self._read(meant):
                if form in whole and form != plain:
                    return meant, whole[form]
        return None

    def _read(self, chunk: str) -> tuple[str, ...]:
        if chunk.isascii():
            return chunk_forms(chunk)
        return undisguised(fold(chunk), look_alikes=self.read.look_alikes)

    def _said_digits(self) -> Iterator[Found]:
        """A telephone number in words."""
        read = self.read
        said = numbers.SPOKEN & read.distinct
        said |= {one for one in read.odd if len(one) < _SAID and one.strip(ENDS) in numbers.SPOKEN}
        row: list[tuple[int, int]] = []
        # The last is no place: it ends the last row.
        for start, chunk in [*sorted(read.where(said)), (-1, "")] if len(said) > 1 else ():
            if row and not read.follows(start, row[-1][1]):
                if len(row) >= numbers.LOCAL:
                    yield self._said(row)
                row = []
            row.append((start, start + len(chunk)))

    def _said(self, row: list[tuple[int, int]]) -> Found:
        start, end = row[0][0], row[-1][1]
        end -= len(self.read.flat[start:end]) - len(self.read.flat[start:end].rstrip(ENDS))
        return start, end, FindingKind.TELEPHONE, self.read.text[start:end][: numbers.LONGEST_WHAT]

    def allowed(self) -> list[tuple[int, int]]:
        """Where a phrase of the facility stands within which nothing is found."""
        if not self.lists.allowed:
            return []
        first = self.lists.allowed.keys()
        begin = self.read.distinct & first
        begin |= {one for one in self.read.odd if self._one_of(one, first)}
        found: list[tuple[int, int]] = []
        for at, chunk in self.read.where(begin):
            for place in self.read.words_at(at, chunk):
                found += self._allowed_at(place)
        return found

    def _one_of(self, chunk: str, words: Container[str]) -> bool:
        calm = chunk.strip(_EXCLAIMED)
        if is_plain(calm):
            return calm in words
        return any(word in words for _, _, word in self.read.tokens(chunk))

    def _allowed_at(self, place: int) -> Iterator[tuple[int, int]]:
        node, begin = self.lists.allowed, -1
        for start, end, word in self.read.ahead(place):
            begin = start if begin < 0 else begin
            following = node.get(word)
            if not isinstance(following, dict):
                return
            node = following
            if END in node:
                yield begin, end

    def _found(self, start: int, end: int, number: int, *, disguised: bool) -> Found:
        kind = FindingKind.DISGUISED if disguised else FindingKind.WORD
        return start, end, kind, self.lists.entries[number].words
