"""What a Parquet file tells: its columns, brought to the few forms that the queries know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

WHOLE = {
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT",
    "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
}  # fmt: skip
REAL = {"FLOAT", "DOUBLE"}
TEXT = {"VARCHAR", "DATE"}  # a day is no moment, and its own text says so best
WALL = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}
INSTANT = {"TIMESTAMP WITH TIME ZONE"}
MOMENT = TEXT | WALL | INSTANT
NOTHING = {'"NULL"', "NULL"}
COLUMNS: Mapping[str, tuple[set[str], str]] = {
    "id": (WHOLE | {"VARCHAR"}, "text or whole numbers"),
    "person": (WHOLE | {"VARCHAR"}, "text or whole numbers"),
    "facility": ({"VARCHAR"}, "text"),
    "service": ({"VARCHAR"}, "text"),
    "began_at": (MOMENT, "moments"),
    "scheduled_for": (MOMENT, "moments"),
    "seconds": (WHOLE | REAL, "whole numbers"),
    "units": (WHOLE | REAL, "whole numbers"),
    "to": ({"VARCHAR"}, "text"),
}
# Some column of each row must be there, or no usage of the file could be rated.
NEEDED = (("facility",), ("service",), ("began_at", "scheduled_for"), ("seconds", "units"))
SECONDS_TOLD = r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{3}|\.\d{6})?"
OFFSET_TOLD = r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
ISO = "%Y-%m-%dT%H:%M:%S"


class UnreadableColumns(Exception):
    """The file cannot be read as usages; the message says why."""


@dataclass(frozen=True, slots=True)
class File:
    """A Parquet file with the DuckDB types of the columns we know of it."""

    path: Path
    types: Mapping[str, str]

    def has(self, name: str) -> bool:
        return name in self.types

    @property
    def rows(self) -> str:
        """The file as a table for queries, with the number of each row."""
        path = str(self.path).replace("'", "''")
        return (
            f"read_parquet('{path}', file_row_number = true, hive_partitioning = false,"
            " union_by_name = false, filename = false)"
        )

    def column(self, name: str) -> str:
        """A column as it is; NULL where the file has none."""
        if not self.has(name):
            return "NULL"
        quoted = f'file."{name}"'
        return f"{quoted}::VARCHAR" if self.types[name] == "VARCHAR" else quoted

    def whole(self, name: str) -> str:
        """A column of whole numbers of at most 63 bits; NULL for what is none."""
        told = self.column(name)
        if self.types.get(name) in REAL:
            told = f"CASE WHEN {told} = floor({told}) THEN {told} END"
        return f"TRY_CAST({told} AS BIGINT)"

    def identity(self) -> str:
        """The usage's id, as the answer gives it back; NULL for what cannot be one."""
        if self.types.get("id") == "VARCHAR":
            return self.column("id")
        return f"nullif({self.whole('id')}, {-(2**63)})"

    def micros(self, name: str) -> str:
        """A moment as microseconds since 1970: of the wall, or of UTC where `instant` is true.

        NULL for what is told in an unusual way, and for what is no moment.
        """
        kind, told = self.types.get(name), self.column(name)
        if kind in WALL | INSTANT:
            return f"epoch_us({told})"  # NULL for infinity
        if kind == "VARCHAR":
            return (
                f"CASE WHEN regexp_full_match({told}, '{SECONDS_TOLD}')"
                f" THEN epoch_us(TRY_CAST({told} AS TIMESTAMP))"
                f" WHEN regexp_full_match({told}, '{SECONDS_TOLD}{OFFSET_TOLD}')"
                f" THEN epoch_us(TRY_CAST({told} AS TIMESTAMPTZ)) END"
            )
        return "NULL::BIGINT"

    def instant(self, name: str) -> str:
        """Whether a moment that `micros` reads carries its offset."""
        kind = self.types.get(name)
        if kind == "VARCHAR":
            return f"NOT regexp_full_match({self.column(name)}, '{SECONDS_TOLD}')"
        return "true" if kind in INSTANT else "false"

    def plainly(self, name: str) -> str:
        """A column in the words of one usage a line: what Python is given of odd rows."""
        kind, told = self.types.get(name), self.column(name)
        if kind in WALL | INSTANT:
            at = f"make_timestamp(epoch_us({told}))"
            end = "+00:00" if kind in INSTANT else ""
            short, long = (f"strftime({at}, '{ISO}{part}{end}')" for part in ("", ".%f"))
            iso = f"CASE WHEN epoch_us({told}) % 1000000 = 0 THEN {short} ELSE {long} END"
            return f"coalesce({iso}, {told}::VARCHAR)"
        return f"{told}::VARCHAR" if kind == "DATE" else told


def opened(con: duckdb.DuckDBPyConnection, path: Path) -> File:
    """The file with the columns we know. Raises UnreadableColumns."""
    if not path.is_file():
        raise UnreadableColumns(f"there is no file {path}")
    if any(letter in str(path) for letter in "*?["):
        raise UnreadableColumns(f"{path}: rename the file; * ? [ would stand for other files")
    try:
        found = con.execute(f"DESCRIBE SELECT * FROM {File(path, {}).rows}").fetchall()
    except duckdb.Error as wrong:
        raise UnreadableColumns(f"{path} cannot be read as Parquet: {first_line(wrong)}") from wrong
    types = {str(name).lower(): _family(str(kind)) for name, kind, *_ in found}
    for name, (right, words) in COLUMNS.items():
        if name in types and types[name] not in right | NOTHING:
            raise UnreadableColumns(f"{path}: column {name} must be {words}, not {types[name]}")
    known = {name: kind for name, kind in types.items() if name in COLUMNS and kind not in NOTHING}
    for either in NEEDED:
        if not any(name in known for name in either):
            raise UnreadableColumns(f"{path} has no column {' or '.join(either)}")
    return File(path, known)


def _family(kind: str) -> str:
    """Dictionary-encoded text is text, decimals are reals."""
    if kind.startswith("ENUM"):
        return "VARCHAR"
    return "DOUBLE" if kind.startswith("DECIMAL") else kind


def first_line(wrong: Exception) -> str:
    """What DuckDB says, without the query and its hints."""
    return str(wrong).strip().partition("\n")[0]


def fields(row: Iterable[Any]) -> dict[str, Any]:
    """One row, read by `plainly`, as the fields of a usage."""
    found = dict(zip(COLUMNS, row, strict=True))
    for name, value in found.items():
        if isinstance(value, float) and value.is_integer():
            found[name] = int(value)
    return found
