"""The answers as Parquet: what rows have in common is looked up, and their moments are added."""

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from kinline.laws.columns import query
from kinline.laws.columns.kinds import LINE, MONEY, MOST_SENTENCES, TIMELESS
from kinline.laws.columns.told import ISO

PARTS = ("from_us", "until_us", *TIMELESS)


def load(con: duckdb.DuckDBPyConnection, folder: Path, *, odd: bool) -> None:
    """The answers that were written as JSON, as tables: `kind_answer` and `odd`."""
    key = {"kind": "INTEGER", "amount": "BIGINT", "inside": "BIGINT", "number_told": "BOOLEAN"}
    timeless = {"from_us": "BIGINT", "until_us": "BIGINT", **TIMELESS}
    _read(con, "kind_answer", folder / "kinds.jsonl", key, timeless)
    if odd:
        key = {"odd": "BIGINT", "row": "BIGINT", "line": "BIGINT", "error": "VARCHAR"}
        _read(con, "odd", folder / "odd.jsonl", key, LINE)
        con.execute("CREATE TABLE odd_row AS SELECT row, odd FROM odd")
        con.execute("INSERT INTO odd BY NAME SELECT 0 AS odd")  # for all that are not odd
    _sentences(con, odd)


def _read(
    con: duckdb.DuckDBPyConnection,
    table: str,
    source: Path,
    key: Mapping[str, str],
    line: Mapping[str, str],
) -> None:
    columns = {
        **key,
        **MONEY,
        "lines": f"{_struct(line)}[]",
        "sentence": "VARCHAR",
        "citations": "word[]",
    }
    read = ", ".join(
        f"\"{name}\": '{kind.replace('word', 'VARCHAR')}'" for name, kind in columns.items()
    )
    typed = ", ".join(f'"{name}"::{kind} AS "{name}"' for name, kind in columns.items())
    con.execute(f"""
        CREATE TABLE {table} AS SELECT {typed}
        FROM read_json('{_quoted(source)}', format = 'newline_delimited', columns = {{{read}}})
    """)


def _struct(types: Mapping[str, str]) -> str:
    fields = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    return f"STRUCT({fields})"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _sentences(con: duckdb.DuckDBPyConnection, odd: bool) -> None:
    """Sentences as numbers, where they are few."""
    tables = ["kind_answer", "odd"] if odd else ["kind_answer"]
    said = " UNION ".join(
        f"SELECT sentence FROM {table} WHERE sentence IS NOT NULL" for table in tables
    )
    if not 0 < query.count(con, f"({said})") <= MOST_SENTENCES:
        return
    con.execute(f"CREATE TYPE said AS ENUM ({said})")
    for table in tables:
        con.execute(f"ALTER TABLE {table} ALTER sentence TYPE said")


def write(con: duckdb.DuckDBPyConnection, target: Path, *, odd: bool, drawing: bool) -> None:
    """Every row with its answer, in the order of the file."""
    key = _flatten(con)("usage.", "coalesce(drawn.inside, 0)" if drawing else "0")

    def pick(ordinary: str, name: str) -> str:
        """What an ordinary row says, or what an odd row's answer says."""
        return f"CASE WHEN usage.odd = 0 THEN {ordinary} ELSE odd.{name} END" if odd else ordinary

    rated = "CASE WHEN odd.error IS NULL THEN usage.{0} END" if odd else "usage.{0}"
    money = ", ".join(f"{pick(f'answer.{name}', name)} AS {name}" for name in MONEY)
    # Joins may change the order of rows, but not those that look up each row as in an array:
    # these may stand behind the sorting, which then moves few and short columns.
    con.execute(f"""
        COPY (
            SELECT usage.id,
                   {rated.format("facility")} AS facility,
                   {rated.format("service")} AS service,
                   {money},
                   {_list(con, "lines", _line, _struct(LINE), odd)} AS lines,
                   {pick("answer.sentence", "sentence")} AS sentence,
                   {_list(con, "citations", _citation, "word", odd)} AS citations,
                   {"odd.line" if odd else "NULL::BIGINT"} AS line,
                   {"odd.error" if odd else "NULL::VARCHAR"} AS error
            FROM (
                SELECT usage.line, id, facility, service, at_us, end_us, offset_us, suffix,
                       {"coalesce(odd_row.odd, 0)" if odd else "0"} AS odd,
                       {f"CASE WHEN odd_row.odd IS NULL THEN {key} ELSE 0 END" if odd else key}
                           AS key
                FROM usage
                {"LEFT JOIN drawn ON drawn.line = usage.line" if drawing else ""}
                {"LEFT JOIN odd_row ON odd_row.row = usage.line" if odd else ""}
                ORDER BY usage.line
            ) usage
            JOIN answer ON answer.key = usage.key
            {"JOIN odd ON odd.odd = usage.odd" if odd else ""}
        ) TO '{_quoted(target)}' (FORMAT parquet, PRESERVE_ORDER true)
    """)


def _flatten(con: duckdb.DuckDBPyConnection) -> Callable[[str, str], str]:
    """The answers of kinds in `answer`, without lists and under one small number each.

    Returns how the number is made from a row. Number 0 is the answer of odd rows: nothing. So
    few and small numbers let DuckDB look up answers as in an array, and copy none of them.
    """
    widest = con.execute("""
        SELECT coalesce(max(amount), 0) + 1, coalesce(max(inside), 0) + 1,
               coalesce(max(len(lines)), 0), coalesce(max(len(citations)), 0)
        FROM kind_answer
    """).fetchone()
    assert widest is not None
    amounts, insides, lines, citations = widest

    def key(table: str, inside: str) -> str:
        told = f"(({table}kind + 1) * {amounts} + {table}amount) * 2 + {table}number_told::INTEGER"
        return f"coalesce(({told}) * {insides} + {inside}, 0)"

    flat = [
        *(f"lines[{n}].{name} AS {name}_{n}" for n in range(1, lines + 1) for name in PARTS),
        *(f"citations[{n}] AS cited_{n}" for n in range(1, citations + 1)),
    ]
    con.execute(f"""
        CREATE TABLE answer AS
        SELECT {key("", "inside")} AS key, {", ".join(MONEY)}, sentence,
               {"".join(f"{one}, " for one in flat)}
               len(lines) AS lines, len(citations) AS citations
        FROM kind_answer UNION ALL BY NAME SELECT 0 AS key
    """)
    return key


def _list(
    con: duckdb.DuckDBPyConnection, name: str, one: Callable[[int], str], kind: str, odd: bool
) -> str:
    """A list made anew for each row: one case for each length that occurs."""
    lengths = con.execute(f"SELECT DISTINCT {name} FROM answer WHERE {name} > 0 ORDER BY 1")
    cases = "".join(
        f" WHEN answer.{name} = {many} THEN [{', '.join(map(one, range(1, many + 1)))}]"
        for (many,) in lengths.fetchall()
    )
    odd_case = f" WHEN usage.odd > 0 THEN odd.{name}" if odd else ""
    return f"CASE{odd_case}{cases} WHEN answer.{name} = 0 THEN []::{kind}[] END"


def _line(place: int) -> str:
    timeless = ", ".join(f'"{name}" := answer.{name}_{place}' for name in TIMELESS)
    begins = _iso(f"usage.at_us + answer.from_us_{place}" if place > 1 else "usage.at_us")
    ends = _iso(f"coalesce(usage.at_us + answer.until_us_{place}, usage.end_us)")
    return f'struct_pack("from" := {begins}, "to" := {ends}, {timeless})'


def _citation(place: int) -> str:
    return f"answer.cited_{place}"


def _iso(us: str) -> str:
    """A moment on the facility's wall as `quote` writes it: 2023-11-30T23:55:00-05:00."""
    wall = f"make_timestamp({us} + usage.offset_us)"
    whole, parts = (f"strftime({wall}, '{ISO}{end}')" for end in ("", ".%f"))
    return f"(CASE WHEN ({us}) % 1000000 = 0 THEN {whole} ELSE {parts} END || usage.suffix)"
