"""A file rated on columns has the answers that its usages have one by one."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinline.config.rating import _say as say
from kinline.core.rating.book import RuleBook
from kinline.laws import columns, loader
from kinline.laws.singly import Singly
from tests.laws.usages import usages

GROUP = 4096  # rows a group, so that both threads have groups and their order can go wrong
TYPES = {
    "id": "VARCHAR",
    "person": "VARCHAR",
    "facility": "VARCHAR",
    "service": "VARCHAR",
    "began_at": "TIMESTAMP",
    "scheduled_for": "TIMESTAMP",
    "seconds": "BIGINT",
    "units": "BIGINT",
    "to": "VARCHAR",
}
FULL = {name: TYPES[name] for name in ("facility", "service", "began_at", "seconds")}
MARCUS, DESHAWN = "marcus", "deshawn"
Rows = Sequence[dict[str, Any]]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes rows as Parquet, with the columns of TYPES that some row has."""

    def written(rows: Rows, **types: str) -> Path:
        target = tmp_path / "usages.parquet"
        lines = tmp_path / "usages.jsonl"
        with lines.open("w") as out:
            out.writelines(json.dumps({"n": n, **_plain(row)}) + "\n" for n, row in enumerate(rows))
        told = {
            name: kind
            for name, kind in (TYPES | types).items()
            if name in types or any(name in row for row in rows)
        }
        read = ", ".join(f"\"{name}\": 'VARCHAR'" for name in told)
        typed = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in told.items())
        with duckdb.connect() as con:
            con.execute(f"""
                COPY (
                    SELECT {typed} FROM read_json('{lines}', format = 'newline_delimited',
                        columns = {{"n": 'BIGINT', {read}}}) ORDER BY n
                ) TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE {GROUP})
            """)
        return target

    return written


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Moments as the text that `rate` reads from lines."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def rated(source: Path, book: RuleBook | None = None) -> list[dict[str, Any]]:
    """The rows of the answer, in the order of the file."""
    target = source.with_name("answers.parquet")
    columns.rate(source, target, book or loader.book(), loader.places(), say)
    return rows_of(target)


def rows_of(file: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as con:
        found = con.execute(f"SELECT * FROM '{file}'")
        names = [name for name, *_ in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def singly(rows: Rows, book: RuleBook | None = None) -> list[dict[str, Any]]:
    one_by_one = Singly(book or loader.book(), loader.places(), say)
    return [one_by_one.answer(number, _plain(row)) for number, row in enumerate(rows, start=1)]


def same(found: Iterable[dict[str, Any]], wanted: Iterable[dict[str, Any]]) -> int:
    """Compare all answers, and say which differ first; returns how many there were."""
    number = 0
    for number, (one, other) in enumerate(zip(found, wanted, strict=True), start=1):
        told = {name: value for name, value in one.items() if value is not None}
        assert told == {name: value for name, value in other.items() if value is not None}, number
    return number


def call(at: str, seconds: int, *, place: str = "ma-bristol", **fields: Any) -> dict[str, Any]:
    return {
        "person": MARCUS,
        "facility": place,
        "service": "call",
        "began_at": at,
        "seconds": seconds,
        **fields,
    }


# --- as one by one ------------------------------------------------------------------------


@pytest.mark.parametrize("many", [10_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_a_file_has_the_answers_of_its_usages_one_by_one(write: Write, many: int) -> None:
    """Every place, service and border of the book, both changes of clocks, weeks, nonsense.

    Some moments are of the wall and some carry an offset, so they are told as text here.
    """
    rows = list(usages(20_231_201, many))
    source = write(rows, began_at="VARCHAR", scheduled_for="VARCHAR")
    target = source.with_name("answers.parquet")
    wanted = singly(rows)
    found = columns.rate(source, target, loader.book(), loader.places(), say)
    assert same(rows_of(target), wanted) == many
    assert found.rows == many
    assert 0.01 < found.bad / many < 0.25
    # Most is left to the queries, or we would compare the core with itself.
    assert found.odd / many < 0.3


@pytest.mark.parametrize(
    ("kind", "offset"), [("TIMESTAMP", False), ("TIMESTAMPTZ", True), ("TIMESTAMP_MS", False)]
)
def test_moments_may_be_of_the_wall_or_carry_an_offset(
    write: Write, kind: str, offset: bool
) -> None:
    rows = [row for row in usages(7, 6_000) if _has_offset(row) is offset]
    if kind == "TIMESTAMP_MS":
        rows = [row for row in rows if not _parts_of_a_second(row)]
    source = write(rows, began_at=kind, scheduled_for=kind)
    assert same(rated(source), singly(rows)) > 1_000


def _has_offset(row: dict[str, Any]) -> bool | None:
    told = {value.tzinfo is not None for value in row.values() if isinstance(value, datetime)}
    return told.pop() if len(told) == 1 else None


def _parts_of_a_second(row: dict[str, Any]) -> bool:
    return any(value.microsecond for value in row.values() if isinstance(value, datetime))


@given(
    st.lists(
        st.builds(
            call,
            at=st.datetimes(datetime(2023, 11, 18), datetime(2023, 12, 2)).map(  # noqa: DTZ001
                lambda at: at.isoformat(timespec="seconds")
            ),
            seconds=st.integers(0, 900) | st.just(86_400),
            place=st.sampled_from(["ma-bristol", "ma-essex", "ma-doc-norfolk", "co-doc-example"]),
            person=st.sampled_from([MARCUS, DESHAWN]),
        ),
        max_size=30,
    )
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_free_minutes_go_in_the_order_of_the_file(write: Write, rows: Rows) -> None:
    """Two people, two weeks and the first day of the law: whoever calls first has the minutes."""
    source = write(rows, **FULL)
    same(rated(source), singly(rows))


# --- one by one ---------------------------------------------------------------------------


def test_minutes_of_a_week_that_a_call_crosses_are_counted_for_all_calls_of_it(
    write: Write,
) -> None:
    rows = [
        call("2023-11-19T10:00:00", 420),
        call("2023-11-19T23:58:00", 300),  # two minutes of this week, three of the next
        call("2023-11-20T09:00:00", 600),
        call("2023-11-20T09:30:00", 600, person=DESHAWN),
    ]
    found = rated(write(rows))
    assert [one["consumer_cents"] for one in found] == [0, 0, 3 * 14, 0]
    first, *_ = found[2]["lines"]
    assert (first["units"], first["cents"], first["unit"]) == (7, 0, "minute")


def test_an_answer_has_the_names_and_the_words_of_quote(write: Write) -> None:
    (found,) = rated(
        write([call("2023-11-30T23:55:00", 600, id=7, place="ma-doc-norfolk")], id="INT")
    )
    paid, free = found["lines"]
    assert (found["id"], found["consumer_cents"], found["agency_cents"]) == (7, 60, 50)
    assert paid["from"] == "2023-11-30T23:55:00-05:00"
    assert free["from"] == paid["to"] == "2023-12-01T00:00:00-05:00"
    assert found["citations"] == [paid["citation"], free["citation"]]
    assert found["sentence"].startswith(
        "You pay $0.60: 5 minutes at $0.12 are $0.60 by Rate before"
    )


def test_a_bad_row_says_which_and_why_and_the_others_go_on(write: Write) -> None:
    rows = [
        call("2023-11-30T12:00:00", 60, id="a"),
        call("2023-03-12T02:30:00", 60, id="b"),
        call("2023-11-30T12:00:00", 90_000, id="c"),
        call("2023-11-30T12:00:00", 60, id="d", place="nowhere"),
    ]
    good, *bad = rated(write(rows))
    zone = "America/New_York"
    assert (good["line"], good["error"]) == (None, None)
    assert [(one["id"], one["line"], one["error"]) for one in bad] == [
        ("b", 2, f"began_at: 2023-03-12T02:30:00 does not exist in {zone}: the clocks skip it"),
        ("c", 3, "seconds must be a whole number from 0 to 86400"),
        ("d", 4, "no facility is called 'nowhere'"),
    ]  # fmt: skip
    assert all(one["facility"] is one["lines"] is one["consumer_cents"] is None for one in bad)


def test_numbers_may_come_as_reals_where_they_are_whole(write: Write) -> None:
    rows = [call("2024-01-10T12:00:00", 60), call("2024-01-10T12:00:00", 61)]
    whole, part = rated(write(rows, seconds="DOUBLE")), 60.5
    assert [one["agency_cents"] for one in whole] == [10, 20]
    (found,) = rated(write([call("2024-01-10T12:00:00", part)], seconds="DOUBLE"))  # type: ignore[arg-type]
    assert found["error"] == "seconds must be a whole number from 0 to 86400"


def test_a_file_without_rows_has_no_answers(write: Write) -> None:
    assert rated(write([], **FULL)) == []


# --- what cannot be read ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("types", "wrong"),
    [
        ({"service": "VARCHAR", "began_at": "TIMESTAMP", "units": "INT"}, "has no column facility"),
        ({"facility": "VARCHAR", "service": "VARCHAR", "units": "INT"}, "no column began_at or"),
        ({**FULL, "to": "BIGINT"}, "column to must be text, not BIGINT"),
        ({**FULL, "began_at": "BIGINT"}, "column began_at must be moments, not BIGINT"),
    ],
)
def test_a_file_of_other_columns_is_refused(
    write: Write, types: dict[str, str], wrong: str
) -> None:
    with pytest.raises(columns.UnreadableColumns, match=wrong):
        rated(write([], **types))


def test_a_broken_file_leaves_the_answers_of_yesterday_and_nothing_else(
    write: Write, tmp_path: Path
) -> None:
    source = write([call("2024-01-10T12:00:00", 60)])
    rated(source)
    before = source.with_name("answers.parquet").read_bytes()
    source.write_bytes(source.read_bytes()[:-20])
    with pytest.raises(columns.UnreadableColumns, match="cannot be read as Parquet"):
        rated(source)
    assert source.with_name("answers.parquet").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "answers.parquet", "usages.jsonl", "usages.parquet",
    ]  # fmt: skip


# --- the command --------------------------------------------------------------------------


def command(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kinline", "rate", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_the_command_rates_a_file_under_the_book_or_the_book_of_a_day(
    write: Write, tmp_path: Path
) -> None:
    source = write([call("2023-11-30T12:00:00", 60, place="ma-doc-norfolk")])
    target = tmp_path / "out.parquet"
    done = command("--parquet", source, target)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert rows_of(target)[0]["consumer_cents"] == 12
    assert command("--parquet", source, target, "--as-of", "2024-01-10").returncode == 0
    assert rows_of(target)[0]["consumer_cents"] == 0


def test_the_command_ends_with_1_for_bad_rows_and_with_2_for_a_wrong_question(
    write: Write, tmp_path: Path
) -> None:
    target = tmp_path / "out.parquet"
    assert command("--parquet", write([call("2023-11-30T12:00:00", -1)]), target).returncode == 1
    for words in (
        ["--parquet", tmp_path / "nothing.parquet", target],
        ["--parquet", write([], **FULL), tmp_path / "no" / "folder" / "out.parquet"],
        ["usages.jsonl", "--parquet", "a", "b"],
        [],
    ):
        done = command(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert list(json.loads(done.stderr)) == ["error"]
