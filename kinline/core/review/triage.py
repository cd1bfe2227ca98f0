"""Triage: what stands out in a message, as reasons to look and with exact places.

It reads whole words. A town whose name holds a listed word is not that word; what the facility
allows ("Gun Lake") and the names of the two people, written as names, are no finding. It knows
spaces, dots and signs between letters, digits for letters, letters of other scripts, unseen
characters and repeated letters. It does not know meaning: a person reads.

Two passes: a quick one over the distinct words, that mostly finds nothing, and the exact one.
"""

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from kinline.core.message.terms import PartKind
from kinline.core.review import numbers
from kinline.core.review.folding import (
    TOKEN,
    TRIPLED,
    chunk_forms,
    fold,
    is_masked,
    other_script,
    signs_as_letters,
    squeezed,
    triples,
    undisguised,
)
from kinline.core.review.lists import END, MOST_WORDS, Compiled, Node, folded_words
from kinline.core.review.terms import Finding, FindingKind

MOST_FINDINGS = 500  # of one message: by then there is reason enough to look
_ENDS = ".,;:?\"'()[]{}…“”‘’«»¿-–—"  # what may stand around a word in a sentence
_EXCLAIMED = "!¡" + _ENDS
_WHITE = re.compile(r"[^\S ]")
_SPACES = str.maketrans(dict.fromkeys("\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f", " "))
_MARK = re.compile(rb"\x01")
_ROW = re.compile(rb"\x01{2,}")
_LETTERS = 3  # the least a spaced-out word has
_GAP = 3  # characters between the letters of a word that is spaced out
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
        here = [*words(lists, text, part, names), *numbers.links(text, part)]
        here += numbers.numbers(text, part)
        found += sorted(set(here), key=lambda one: (one.start, -one.end, one.kind))
    return tuple(found[:MOST_FINDINGS])


def words(
    lists: Compiled, text: str, part: str, names: frozenset[str] = frozenset()
) -> list[Finding]:
    """What of the lists stands in one text."""
    reading = _Reading(lists, text)
    places = sorted(reading.places(), key=_outermost)
    if not places:
        return []
    fine = _Covered(reading.allowed())
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
Token = tuple[int, int, str]  # a word's place within its chunk, and the word folded
Inner = tuple[int, int, int]  # a place within a chunk, and the entry spelled there


@dataclass(slots=True)
class _Reading:
    """One text being read, in chunks: what stands between spaces. `odd` are the distinct ones that
    are not just letters of English.

    `flat` is the text in lower case with single spaces for all white space: no place moves. Each
    distinct chunk is looked at once; places are worked out only when something was found.
    """

    lists: Compiled
    text: str
    chunks: list[str] = field(init=False)
    distinct: set[str] = field(init=False)
    odd: list[str] = field(init=False)
    look_alikes: bool = field(init=False, default=True)
    _offsets: list[int] = field(init=False, default_factory=list)
    _forms: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)
    _tokens: dict[str, list[Token]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        flat = self.text.lower()
        if len(flat) != len(self.text):
            # A letter that grows by it ("İ") would move all places after it.
            flat = "".join(one if len(one.lower()) > 1 else one.lower() for one in self.text)
        spaced = flat.translate(_SPACES) if flat.isascii() else _WHITE.sub(" ", flat)
        self.chunks = spaced.split(" ")
        self.distinct = set(self.chunks)
        self.distinct.discard("")
        self.odd = [one for one in self.distinct if not (one.isascii() and one.isalpha())]
        if not self.text.isascii():
            strange = [fold(one) for one in self.odd if not one.isascii()]
            # In a text that is Russian or Greek anyway, a Russian word is no disguise.
            self.look_alikes = 4 * sum(map(other_script, strange)) < len(self.distinct)

    # --- words ------------------------------------------------------------------------

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

    def place(self, index: int) -> int:
        """Where a chunk begins in the text."""
        if not self._offsets:
            self._offsets = list(accumulate(map(len, self.chunks), initial=0))
        return self._offsets[index] + index  # and a space after each chunk before it

    def _where(self, wanted: Container[str]) -> Iterator[int]:
        """The places, among all chunks, of those wanted."""
        if wanted:
            marks = bytes(map(wanted.__contains__, self.chunks))
            yield from (one.start() for one in _MARK.finditer(marks))

    # --- what is found ----------------------------------------------------------------

    def places(self) -> Iterator[Found]:
        """Everything of the lists, and telephone numbers in words; some of it within other."""
        if self.lists.entries:
            starts, signs, inner = self._hits()
            for index in self._where(starts):
                yield from self._phrases_at(index)
            for index in self._where(signs):
                yield self._whole_chunk(index, *signs[self.chunks[index]])
            for index in self._where(inner):
                for start, end, number in inner[self.chunks[index]]:
                    at = self.place(index)
                    yield self._found(at + start, at + end, number, disguised=True)
            yield from self._spaced()
        yield from self._said_digits()

    def _hits(self) -> tuple[set[str], dict[str, tuple[str, int]], dict[str, list[Inner]]]:
        """The distinct chunks in which something listed may begin; those that are an entry once
        their signs are dropped or read; and those within which an entry is spelled."""
        firsts = self.lists.firsts
        starts = self.distinct & firsts
        signs: dict[str, tuple[str, int]] = {}
        inner: dict[str, list[Inner]] = {}
        for chunk in self.odd:
            bare = chunk.strip(_ENDS)
            calm = bare.strip(_EXCLAIMED)
            if calm.isascii() and calm.isalpha():
                if calm in firsts:
                    starts.add(chunk)
                if calm == bare:
                    continue
            elif any(self._may_begin(word) for _, _, word in self.tokens(chunk)):
                starts.add(chunk)
            meant = self._meant(bare)
            if meant is not None:
                signs[chunk] = meant
            elif spelled := self._spelled_within(chunk):
                inner[chunk] = spelled
        starts.update(one for one in self._tripled() if self._begins(one))
        return starts, signs, inner

    def _may_begin(self, folded: str) -> bool:
        firsts = self.lists.firsts
        if folded in firsts:
            return True
        if folded.isascii() and folded.isalpha():
            return False
        return any(form in firsts for form in self.forms(folded))

    def _tripled(self) -> Iterator[str]:
        """The distinct chunks with a letter three times in a row."""
        for triple in triples(" ".join(self.distinct)):
            yield from (one for one in self.distinct if triple in one)

    def _begins(self, chunk: str) -> bool:
        firsts = self.lists.firsts
        return any(
            any(form in firsts for form in self.forms(word)) or self._narrow(word) is not None
            for _, _, word in self.tokens(chunk)
        )

    def _narrow(self, folded: str) -> int | None:
        """The entry that a word is whose letters are repeated; None for any other word."""
        if not TRIPLED.search(folded):
            return None
        return self.lists.squeezed.get(squeezed(self.forms(folded)[-1]))

    def _phrases_at(self, index: int) -> Iterator[Found]:
        """Listed words and phrases that begin in one chunk, the longest at each word."""
        for number in range(len(self.tokens(self.chunks[index]))):
            yield from self._phrase_at(index, number)

    def _ahead(self, index: int, number: int) -> Iterator[tuple[int, int, str]]:
        """The words from one on, at most as many as a phrase has, with their places."""
        left = MOST_WORDS
        for following in range(index, len(self.chunks)):
            for start, end, word in self.tokens(self.chunks[following])[number:]:
                yield self.place(following) + start, self.place(following) + end, word
                left -= 1
                if not left:
                    return
            number = 0

    def _phrase_at(self, index: int, number: int) -> Iterator[Found]:
        node: Node = self.lists.root
        best: Found | None = None
        begin, plain = -1, True
        for start, end, word in self._ahead(index, number):
            forms = self.forms(word)
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
                masked = not plain or is_masked(self.text[begin:end])
                best = self._found(begin, end, entry, disguised=masked)
        if best is not None:
            yield best

    def _one_word(self, start: int, end: int, word: str) -> Iterator[Found]:
        """A phrase written as one word, or a word with its letters repeated."""
        whole = self.lists.whole
        number = next((whole[one] for one in self.forms(word) if one in whole), None)
        if number is None:
            number = self._narrow(word)
        if number is not None:
            yield self._found(start, end, number, disguised=True)

    # --- letters with something between them ------------------------------------------

    def _meant(self, bare: str) -> tuple[str, int] | None:
        """The entry a chunk is with its signs dropped or read as letters: "$hiv", "sh.iv".

        With the part of the chunk that is meant: a mark of exclamation may be one.
        """
        if len(bare) > (_GAP + 1) * self.lists.longest:
            return None
        whole = self.lists.whole
        calm = bare.strip(_EXCLAIMED)
        plain = fold(calm) if calm.isalnum() else ""  # found as the word it is
        for meant in dict.fromkeys((calm, bare)):
            for form in () if meant.isalnum() else self._read(meant):
                if form in whole and form != plain:
                    return meant, whole[form]
        return None

    def _spelled_within(self, chunk: str) -> list[Inner]:
        """Entries spelled between other things without a space: "s.h.i.v/x"."""
        tokens = self.tokens(chunk)
        found: list[Inner] = []
        for row in _ROW.finditer(bytes(len(word) < _LETTERS for _, _, word in tokens)):
            some = tokens[row.start() : row.end()]
            letters = [word for _, _, word in some]
            for written in signs_as_letters("".join(letters)):
                for begin, end, number in self._spaced_in(letters, written):
                    spans = some[begin:end]
                    if _close(spans):
                        found.append((spans[0][0], spans[-1][1], number))
        return found

    def _read(self, chunk: str) -> tuple[str, ...]:
        if chunk.isascii():
            return chunk_forms(chunk)
        return undisguised(fold(chunk), look_alikes=self.look_alikes)

    def _whole_chunk(self, index: int, meant: str, number: int) -> Found:
        start = self.place(index) + self.chunks[index].index(meant)
        return self._found(start, start + len(meant), number, disguised=True)

    def _spaced(self) -> Iterator[Found]:
        """Words spaced out: "s h i v", "sh iv", "s, h, i, v"."""
        short = {one: one for one in self.distinct if len(one) < _LETTERS and one.isalnum()}
        short |= {one: letters for one in self.odd if (letters := _few(one))}
        short[""] = ""  # two spaces in a row
        marks = bytes(map(short.__contains__, self.chunks))
        rows: dict[tuple[str, ...], list[int]] = {}
        for row in _ROW.finditer(marks):
            rows.setdefault(tuple(self.chunks[row.start() : row.end()]), []).append(row.start())
        for row_of, firsts in rows.items():
            row_letters = [short[one] for one in row_of]
            for written in signs_as_letters("".join(row_letters)):
                for begin, end, number in self._spaced_in(row_letters, written):
                    for first in firsts:
                        yield from self._if_close(first + begin, first + end, number)

    def _spaced_in(self, letters: list[str], written: str) -> Iterator[tuple[int, int, int]]:
        """Entries that begin and end where chunks of this row do. `written` is all of it."""
        prefixes, whole = self.lists.prefixes, self.lists.whole
        ends = list(accumulate(map(len, letters), initial=0))
        for place, begin in enumerate(ends[:-2]):
            if not letters[place]:
                continue
            for until in range(place + 2, len(ends)):
                joined = written[begin : ends[until]]
                if joined not in prefixes:
                    break
                number = whole.get(joined)
                if number is not None and letters[until - 1] and _enough(letters[place:until]):
                    yield place, until, number

    def _if_close(self, first: int, last: int, number: int) -> Iterator[Found]:
        """The entry, where no more than a little stands between its letters."""
        spans = [
            (self.place(index) + start, self.place(index) + end, word)
            for index in range(first, last)
            for start, end, word in self.tokens(self.chunks[index])
        ]
        if spans and _close(spans):
            yield self._found(spans[0][0], spans[-1][1], number, disguised=True)

    def _said_digits(self) -> Iterator[Found]:
        """A telephone number in words."""
        said = numbers.SPOKEN & self.distinct
        said |= numbers.SPOKEN & {one.strip(_ENDS) for one in self.odd if len(one) < _SAID}
        if len(said) < 2:
            return
        for first, last in numbers.spoken([one.strip(_ENDS) for one in self.chunks]):
            end = self.place(last - 1) + len(self.chunks[last - 1].rstrip(_ENDS))
            start = self.place(first)
            what = self.text[start:end][: numbers.LONGEST_WHAT]
            yield start, end, FindingKind.TELEPHONE, what

    # --- what is fine -----------------------------------------------------------------

    def allowed(self) -> list[tuple[int, int]]:
        """Where a phrase of the facility stands within which nothing is found."""
        if not self.lists.allowed:
            return []
        first = self.lists.allowed.keys()
        begin = self.distinct & first
        begin |= {one for one in self.odd if self._one_of(one, first)}
        found: list[tuple[int, int]] = []
        for index in self._where(begin):
            for number in range(len(self.tokens(self.chunks[index]))):
                found += self._allowed_at(index, number)
        return found

    def _one_of(self, chunk: str, words: Container[str]) -> bool:
        calm = chunk.strip(_EXCLAIMED)
        if calm.isascii() and calm.isalpha():
            return calm in words
        return any(word in words for _, _, word in self.tokens(chunk))

    def _allowed_at(self, index: int, number: int) -> Iterator[tuple[int, int]]:
        node, begin = self.lists.allowed, -1
        for start, end, word in self._ahead(index, number):
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


def _close(tokens: list[Token]) -> bool:
    """Whether no more than a little stands between these words."""
    return all(two[0] - one[1] <= _GAP for one, two in pairwise(tokens))


def _few(chunk: str) -> str:
    """The one or two letters of a chunk; empty for any other."""
    if len(chunk) > 2 * _GAP:
        return ""
    letters = "".join(filter(str.isalnum, fold(chunk)))
    return letters if len(letters) < _LETTERS else ""


def _enough(letters: list[str]) -> bool:
    """Whether so few letters are meant as a word: pairs need one letter more than single ones."""
    count = sum(map(len, letters))
    single = all(len(one) < 2 for one in letters)
    return count >= (_LETTERS if single else _LETTERS + 1)
