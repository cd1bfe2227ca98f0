"""Small counts are hidden, and nobody gets at them by adding and subtracting what is shown."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinline.core.disclosure import Sum, derivable, hidden

Key = tuple[str, ...]
Table = tuple[dict[Key, int], list[Sum[Key]]]
ALL = "all"
COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 3000), st.just(0), st.just(10))


def calls(*counts: int) -> Table:
    """One service at some facilities, and all of them together."""
    table: dict[Key, int] = {(f"f{n}",): count for n, count in enumerate(counts)}
    line = Sum((ALL,), tuple(table))
    return table | {(ALL,): sum(counts)}, [line]


def _every_sum(axes: list[list[str]]) -> list[Sum[Key]]:
    """Every total, as the sum along each of its edges."""
    found = []
    for key in product(*([*axis, ALL] for axis in axes)):
        for place, names in enumerate(axes):
            if key[place] == ALL:
                parts = tuple((*key[:place], name, *key[place + 1 :]) for name in names)
                found.append(Sum(key, parts))
    return found


def filled(axes: Sequence[int], fill: Sequence[int]) -> Table:
    names = [[f"{axis}{n}" for n in range(side)] for axis, side in enumerate(axes)]
    base = dict(zip(product(*names), fill, strict=True))
    table: dict[Key, int] = dict(base)
    for key in product(*([*axis, ALL] for axis in names)):
        if ALL in key:
            fits = (
                count
                for cell, count in base.items()
                if all(a in {ALL, b} for a, b in zip(key, cell, strict=True))
            )
            table[key] = sum(fits)
    return table, _every_sum(names)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Lines, squares and cubes, with every total there can be."""
    sides = draw(
        st.one_of(
            st.tuples(st.integers(1, 8)),
            st.tuples(st.integers(1, 5), st.integers(1, 4)),
            st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)),
        )
    )
    size = int(np.prod(sides))
    return filled(sides, draw(st.lists(COUNTS, min_size=size, max_size=size)))


def worked_out(gone: frozenset[Key], sums: Sequence[Sum[Key]]) -> set[Key]:
    """By another way than the code's: adding a hidden key to the equations tells nothing new."""
    columns = {key: n for n, key in enumerate(gone)}
    matrix = np.zeros((len(sums), len(columns)))
    for n, one in enumerate(sums):
        for part in one.parts:
            if part in columns:
                matrix[n, columns[part]] = 1
        if one.total in columns:
            matrix[n, columns[one.total]] = -1
    rank = np.linalg.matrix_rank(matrix) if columns else 0
    found = set()
    for key, n in columns.items():
        alone = np.zeros((1, len(columns)))
        alone[0, n] = 1
        if np.linalg.matrix_rank(np.vstack([matrix, alone])) == rank:
            found.add(key)
    return found


def step_by_step(gone: frozenset[Key], sums: Sequence[Sum[Key]]) -> set[Key]:
    """As somebody does on paper: where one figure of a sum is missing, it is filled in."""
    missing = set(gone)
    while True:
        lines = ([key for key in one.line if key in missing] for one in sums)
        alone = next((line[0] for line in lines if len(line) == 1), None)
        if alone is None:
            return set(gone) - missing
        missing.remove(alone)


@given(tables())
@settings(max_examples=150, deadline=None)
def test_no_hidden_count_can_be_worked_out_of_what_is_shown(table: Table) -> None:
    counts, sums = table
    gone = hidden(counts, sums)
    assert step_by_step(gone, sums) == set()
    assert worked_out(gone, sums) == set()


@given(tables())
@settings(max_examples=60, deadline=None)
def test_every_count_under_ten_is_hidden_and_so_is_a_rest_under_ten(table: Table) -> None:
    counts, sums = table
    gone = hidden(counts, sums)
    assert all(key in gone for key, count in counts.items() if count < 10)
    for one in sums:
        rest = [counts[part] for part in one.parts if part in gone]
        if one.total not in gone and rest:
            assert len(rest) >= 2
            assert sum(rest) >= 10


@given(tables())
@settings(max_examples=60, deadline=None)
def test_where_nothing_is_small_nothing_is_hidden(table: Table) -> None:
    counts, _sums = table
    parts = {key: count + 10 for key, count in counts.items() if ALL not in key}
    sides = [len({key[n] for key in parts}) for n in range(len(next(iter(parts))))]
    assert hidden(*filled(sides, list(parts.values()))) == frozenset()


@given(st.lists(COUNTS, min_size=2, max_size=8), st.integers(1, 500))
@settings(max_examples=60, deadline=None)
def test_which_others_are_hidden_says_nothing_of_their_size(counts: list[int], more: int) -> None:
    """What is shown may grow as it likes: the same are hidden."""
    before, sums = calls(*counts)
    gone = hidden(before, sums)
    grown, sums = calls(
        *(count if (f"f{n}",) in gone else count + more for n, count in enumerate(counts))
    )
    assert hidden(grown, sums) == gone


@given(tables())
@settings(max_examples=60, deadline=None)
def test_what_the_code_calls_given_away_is_what_algebra_calls_so(table: Table) -> None:
    counts, sums = table
    small = frozenset(key for key, count in counts.items() if count < 10)
    assert derivable(small, sums) == worked_out(small, sums)


# --- by hand ------------------------------------------------------------------------------


def test_one_small_count_takes_one_other_with_it_and_the_total_stays() -> None:
    counts, sums = calls(400, 7, 300)
    assert hidden(counts, sums) == {("f0",), ("f1",)}


def test_two_small_counts_protect_each_other_if_they_are_ten_together() -> None:
    assert hidden(*calls(400, 7, 3)) == {("f1",), ("f2",)}
    assert hidden(*calls(400, 7, 2)) == {("f0",), ("f1",), ("f2",)}


def test_nothing_is_a_small_count_too() -> None:
    assert hidden(*calls(400, 0, 300)) == {("f0",), ("f1",)}


def test_one_facility_alone_is_its_own_total() -> None:
    assert hidden(*calls(9)) == {("f0",), (ALL,)}
    assert hidden(*calls(10)) == frozenset()


def test_where_all_are_small_their_total_can_still_be_told() -> None:
    assert hidden(*calls(5, 5, 5)) == {("f0",), ("f1",), ("f2",)}
    assert (ALL,) in hidden(*calls(1, 2, 3))


def test_a_square_of_four_hidden_counts_keeps_each_of_them() -> None:
    """Two in each row and each column: the smallest pattern that holds in two directions."""
    counts, sums = filled((3, 3), [3, 50, 60, 70, 80, 90, 100, 110, 120])
    gone = hidden(counts, sums)
    assert gone == {("00", "10"), ("00", "11"), ("01", "10"), ("01", "11")}


def test_a_total_that_is_no_sum_is_a_mistake_of_ours() -> None:
    counts: Mapping[Key, int] = {("a",): 1, (ALL,): 3}
    with pytest.raises(ValueError, match="not the sum"):
        hidden(counts, [Sum((ALL,), (("a",),))])
