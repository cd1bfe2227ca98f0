"""Entries spelled with something between their letters: "s h i v", "s.h.i.v", "sh iv"."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, compress, count, pairwise

from kinline.core.review.folding import fold, letters_of, signs_as_letters
from kinline.core.review.lists import Compiled
from kinline.core.review.reading import Reading, Token, is_plain

GAP = 3  # characters between the letters of a word that is spaced out
_LETTERS = 3  # the least a spaced-out word has
_ROW = re.compile(rb"\x01{2,}")
_SHORT_ROW = re.compile(rb"[\x01\x02]{2,}")  # chunks of one or two letters, by their lengths
_LONG = 255

Inner = tuple[int, int, int]  # a place within a chunk, and the entry spelled there


def within(lists: Compiled, tokens: Sequence[Token]) -> list[Inner]:
    """Entries spelled within one chunk, between other things: "s.h.i.v/x"."""
    found: list[Inner] = []
    if len(tokens) < 2:
        return found
    for row in _ROW.finditer(bytes(len(word) < _LETTERS for _, _, word in tokens)):
        some = tokens[row.start() : row.end()]
        for begin, end, number in _entries(lists, [word for _, _, word in some]):
            spans = some[begin:end]
            if _close(spans):
                found.append((spans[0][0], spans[-1][1], number))
    return found


def between(lists: Compiled, reading: Reading) -> Iterator[Inner]:
    """Entries spelled by short chunks in a row, with their places in the text."""
    rows: dict[tuple[str, ...], list[int]] = {}
    for row in _SHORT_ROW.finditer(_lengths(reading)):
        first, end = row.span()
        rows.setdefault(tuple(reading.chunks[first:end]), []).append(first)
    few = {one: _few(one) for one in set().union(*rows)}
    for chunks, firsts in rows.items():
        for begin, end, number in _entries(lists, [few[one] for one in chunks]):
            for first in firsts:
                spans = _spans(reading, first + begin, first + end)
                if _close(spans):
                    yield spans[0][0], spans[-1][1], number


def _lengths(reading: Reading) -> bytes:
    """How long each chunk is, to 255; of one with signs in it, how many letters it has, if few."""
    lengths = list(map(len, reading.chunks))
    try:
        marks = bytes(lengths)
    except ValueError:
        marks = bytes([min(one, _LONG) for one in lengths])
    odd = {one for one in reading.odd if len(one) >= _LETTERS and _few(one)}
    # What is as short but has no letter ends a row.
    blank = {one for one in reading.odd if len(one) < _LETTERS and not _few(one)}
    if not odd and not blank:
        return marks
    changed = bytearray(marks)
    for index in compress(count(), map((odd | blank).__contains__, reading.chunks)):
        changed[index] = 1 if reading.chunks[index] in odd else _LONG
    return bytes(changed)


def _entries(lists: Compiled, letters: list[str]) -> Iterator[tuple[int, int, int]]:
    """Entries that begin and end where some of these letters do."""
    together = "".join(letters)
    if len(letters) == 2 and together.isalpha() and together not in lists.whole:
        return  # most rows in most texts: "to be"
    for written in signs_as_letters(together):
        yield from _entries_in(lists, letters, written)


def _entries_in(
    lists: Compiled, letters: list[str], written: str
) -> Iterator[tuple[int, int, int]]:
    prefixes, whole = lists.prefixes, lists.whole
    ends = list(accumulate(map(len, letters), initial=0))
    for place, begin in enumerate(ends[:-2]):
        for until in range(place + 2, len(ends)):
            joined = written[begin : ends[until]]
            if joined not in prefixes:
                break
            number = whole.get(joined)
            if number is not None and _enough(letters[place:until]):
                yield place, until, number


def _spans(reading: Reading, first: int, last: int) -> list[Token]:
    return [
        (at + start, at + end, word)
        for at, chunk in zip(reading.places()[first:last], reading.chunks[first:last], strict=True)
        for start, end, word in reading.tokens(chunk)
    ]


def _close(tokens: Sequence[Token]) -> bool:
    """Whether no more than a little stands between these words."""
    return all(two[0] - one[1] <= GAP for one, two in pairwise(tokens))


def _few(chunk: str) -> str:
    """The one or two letters of a chunk; empty for any other."""
    if len(chunk) > 2 * GAP:
        return ""
    if len(chunk) < _LETTERS and is_plain(chunk):
        return chunk
    letters = letters_of(chunk) if chunk.isascii() else "".join(filter(str.isalnum, fold(chunk)))
    return letters if len(letters) < _LETTERS else ""


def _enough(letters: list[str]) -> bool:
    """Whether so few letters are meant as a word: pairs need one letter more than single ones."""
    count = sum(map(len, letters))
    single = all(len(one) < 2 for one in letters)
    return count >= (_LETTERS if single else _LETTERS + 1)
