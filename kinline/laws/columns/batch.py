"""One file of usages rated into one file of answers."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb
import msgspec

from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.rating.book import NoRuleInForce, RuleBook
from kinline.core.rating.rate import DAYS_A_WEEK, allowance_weeks
from kinline.laws import usages
from kinline.laws.columns import kinds, query, told, writing
from kinline.laws.columns.kinds import Combination
from kinline.laws.columns.tables import Tables, compiled
from kinline.laws.columns.told import COLUMNS, File, UnreadableColumns, first_line
from kinline.laws.singly import Say, Singly

MEMORY = "2GB"  # beyond it DuckDB goes to files beside the answers
THREADS = 2
AT_ONCE = 10_000  # odd rows taken from DuckDB at once
FIRST_MONDAY = 719_160  # ordinal of 1969-12-29: weeks are counted from the one of 1970-01-01


class Rated(NamedTuple):
    """How many usages there were, how many of them were odd, and how many could not be rated."""

    rows: int
    odd: int
    bad: int


def rate(
    source: Path,
    target: Path,
    book: RuleBook,
    places: Mapping[PlaceCode, Place],
    say: Say,
    memory: str = MEMORY,
    threads: int = THREADS,
) -> Rated:
    """Rate every usage of a Parquet file; the answers stand in the same order in `target`.

    `target` appears when it is whole. Raises UnreadableColumns, for a file that cannot be read
    or written; a row that cannot be rated is an answer with an error.
    """
    try:
        folder = TemporaryDirectory(prefix=".kinline-rate-", dir=target.parent)
    except OSError as wrong:
        raise UnreadableColumns(f"{target} cannot be written: {wrong.strerror}") from wrong
    with folder as name, _connected(Path(name), memory, threads) as con:
        try:
            job = _Job(con, told.opened(con, source), book, places, say, Path(name))
            rated = job.run()
            os.replace(job.written, target)
        except duckdb.Error as wrong:
            raise UnreadableColumns(f"{source} cannot be rated: {first_line(wrong)}") from wrong
        except OSError as wrong:
            raise UnreadableColumns(f"{target} cannot be written: {wrong.strerror}") from wrong
    return rated


@contextmanager
def _connected(folder: Path, memory: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as con:
        con.execute("SET enable_progress_bar = false")  # standard output is not ours
        con.execute("SET autoinstall_known_extensions = false")
        con.execute(f"SET threads = {threads}")
        con.execute(f"SET memory_limit = '{memory}'")
        con.execute("SET temp_directory = ?", [str(folder / "spilled")])
        # Tables are always what is looked up, and the file what streams past, in its order.
        con.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        yield con


@dataclass(slots=True)
class _Job:
    con: duckdb.DuckDBPyConnection
    file: File
    book: RuleBook
    places: Mapping[PlaceCode, Place]
    say: Say
    folder: Path

    @property
    def written(self) -> Path:
        return self.folder / "answers.parquet"

    def run(self) -> Rated:
        tables = self._tables()
        query.load(self.con, tables, kinds.words(self.book, tables))
        query.read(self.con, query.ordinary(self.file, tables))
        drawing = query.count(self.con, "combination WHERE draws") > 0
        if drawing:
            query.draw(self.con, self._touched(tables))
        odd = query.count(self.con, "odd_line")
        singly = Singly(self.book, self.places, self.say)
        if odd:
            self._write_lines("odd", self._odd_answers(singly))
        self._write_lines("kinds", self._kind_answers(tables))
        writing.load(self.con, self.folder, odd=odd > 0)
        writing.write(self.con, self.written, odd=odd > 0, drawing=drawing)
        return Rated(query.count(self.con, "usage"), odd, singly.bad)

    def _tables(self) -> Tables:
        """The book between the first and the last usage of the file."""
        moments = ", ".join(self.file.micros(name) for name in ("began_at", "scheduled_for"))
        found = self.con.execute(
            f"SELECT min(least({moments})), max(greatest({moments})) FROM {self.file.rows} file"
        ).fetchone()
        first, last = found or (None, None)
        return compiled(self.book, self.places.values(), first or 0, last or 0)

    def _odd_rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Line numbers and fields of the odd rows, in the order of the file."""
        wanted = ", ".join(self.file.plainly(name) for name in COLUMNS)
        rows = self.con.execute(
            f"SELECT file_row_number + 1, {wanted} FROM {self.file.rows} file"
            " WHERE file_row_number + 1 IN (SELECT line FROM odd_line) ORDER BY 1"
        )
        while some := rows.fetchmany(AT_ONCE):
            for line, *values in some:
                yield line, told.fields(values)

    def _odd_answers(self, singly: Singly) -> Iterator[dict[str, Any]]:
        for number, (line, fields) in enumerate(self._odd_rows(), start=1):
            yield {"odd": number, "row": line, **singly.answer(line, fields)}

    def _touched(self, tables: Tables) -> set[tuple[int, str, int]]:
        """Agency, person and week of every allowance that odd rows may draw on.

        All that draws on these is rated one by one too, so that minutes go in the file's order.
        """
        agencies = {agency: number for number, agency in enumerate(tables.agencies)}
        found = set()
        for _, fields in self._odd_rows():
            try:
                one = usages.read(fields, self.places)
                weeks = allowance_weeks(one.usage, self.book)
            except (ValueError, NoRuleInForce):
                continue
            for monday in weeks:
                week = (monday.toordinal() - FIRST_MONDAY) // DAYS_A_WEEK
                found.add((agencies[one.usage.place.agency], one.person, week))
        return found

    def _kind_answers(self, tables: Tables) -> Iterator[dict[str, Any]]:
        for row in query.combinations(self.con):
            one = Combination(*row)
            yield kinds.priced(tables.kinds[one.kind], one, self.say)

    def _write_lines(self, name: str, found: Iterable[dict[str, Any]]) -> None:
        encoder = msgspec.json.Encoder()
        with (self.folder / f"{name}.jsonl").open("wb") as out:
            out.writelines(encoder.encode(one) + b"\n" for one in found)
