"""What may be told of small counts: which figures to hide so that none of them can be worked out.

A count of a few is about a few people, and somebody may know who they are. So counts under ten
are hidden, and with them as many others as it takes: whoever adds and subtracts what is shown
along the totals shown must not arrive at a hidden figure.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

LEAST = 10  # the smallest count that is told; zero is a small count too

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum(Generic[Key]):
    """A total that is to be shown, and what it is the sum of. A total may be a part elsewhere."""

    total: Key
    parts: tuple[Key, ...]

    @property
    def line(self) -> tuple[Key, ...]:
        return (self.total, *self.parts)


def hidden(
    counts: Mapping[Key, int], sums: Sequence[Sum[Key]], least: int = LEAST
) -> frozenset[Key]:
    """The keys of `counts` (totals among them) that must not be shown.

    Promised of every table, whatever the sums are:
    every count under `least` is hidden; no hidden count follows from those shown by any adding
    and subtracting of the sums; and where a total is shown, what is hidden of it adds up to
    `least` or more, so that the rest is not itself a small count.

    Which others are hidden besides goes by the order of `counts` and never by their size: hiding
    the next smallest would tell that it is smaller than all shown. Parts go before their total.
    Raises ValueError where a total is not the sum of its parts.
    """
    for one in sums:
        if counts[one.total] != sum(counts[part] for part in one.parts):
            raise ValueError(f"{one.total} is not the sum of its parts")
    order = {key: place for place, key in enumerate(counts)}
    gone = {key for key, count in counts.items() if count < least}
    while True:
        # Each round hides one more, so it ends, at the latest with nothing shown.
        for one in sums:
            while _tells(one, counts, gone, least):
                gone.add(_next(one, gone, order))
        found = min(derivable(gone, sums), key=order.__getitem__, default=None)
        if found is None:
            if not any(_tells(one, counts, gone, least) for one in sums):
                return frozenset(gone)
            continue
        gone.add(_beside(found, sums, gone, order))


def derivable(gone: Iterable[Key], sums: Sequence[Sum[Key]]) -> set[Key]:
    """Which of the hidden keys the sums give away to somebody who knows all others.

    Each sum is an equation, its unknowns the hidden keys in it. Solved as far as they can be, an
    unknown is given away if, and only if, an equation is left with that one alone.
    """
    unknown = set(gone)
    solved: dict[Key, dict[Key, Fraction]] = {}
    for one in sums:
        row = {key: Fraction(1) for key in one.parts if key in unknown}
        if one.total in unknown:
            row[one.total] = Fraction(-1)
        for pivot, known in solved.items():
            _subtract(row, known, row.get(pivot, Fraction(0)))
        if not row:
            continue
        pivot, share = next(iter(row.items()))
        row = {key: value / share for key, value in row.items()}
        for other in solved.values():
            _subtract(other, row, other.get(pivot, Fraction(0)))
        solved[pivot] = row
    return {pivot for pivot, row in solved.items() if len(row) == 1}


def _subtract(row: dict[Key, Fraction], known: Mapping[Key, Fraction], times: Fraction) -> None:
    if not times:
        return
    for key, value in known.items():
        left = row.get(key, Fraction(0)) - times * value
        if left:
            row[key] = left
        else:
            row.pop(key, None)


def _tells(one: Sum[Key], counts: Mapping[Key, int], gone: set[Key], least: int) -> bool:
    """Whether this sum by itself says too much of what is hidden in it."""
    lost = [key for key in one.line if key in gone]
    if not lost:
        return False
    if len(lost) == 1:
        return True
    rest = sum(counts[part] for part in one.parts if part in gone)
    return one.total not in gone and rest < least


def _next(one: Sum[Key], gone: set[Key], order: Mapping[Key, int]) -> Key:
    shown = [part for part in one.parts if part not in gone]
    return min(shown, key=order.__getitem__) if shown else one.total


def _beside(found: Key, sums: Sequence[Sum[Key]], gone: set[Key], order: Mapping[Key, int]) -> Key:
    """One more to hide, near to what would be given away; anything shown if all near is hidden."""
    near = [key for one in sums if found in one.line for key in one.line if key not in gone]
    anywhere = [key for key in order if key not in gone]
    return min(near or anywhere, key=order.__getitem__)
