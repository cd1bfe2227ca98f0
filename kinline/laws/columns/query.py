"""The queries: every row with the kind of its price, where nothing about the row is odd.

Odd is whatever a query would have to think about: a row that crosses a border of eras or weeks,
an unusual way to write a moment, an unknown place, a number nobody can have. Such rows have no
kind here; the core itself rates them, one by one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from kinline.core.rating.rate import DAYS_A_WEEK, LONGEST_SECONDS, MOST_UNITS
from kinline.core.rating.terms import TIMED, Service
from kinline.core.rating.timeline import SECOND
from kinline.laws.columns.tables import DAY, HOUR, NUMBER, WIDTH, Tables
from kinline.laws.columns.told import File

THURSDAY = 3  # days since Monday of 1970-01-01, from which days are counted


def load(con: duckdb.DuckDBPyConnection, tables: Tables, words: Sequence[str]) -> None:
    """The compiled book as DuckDB tables, keyed by small whole numbers."""
    con.execute("CREATE TYPE word AS ENUM (SELECT unnest(?::VARCHAR[]))", [words])
    zones = {zone: number for number, zone in enumerate(tables.zones)}
    agencies = {agency: number for number, agency in enumerate(tables.agencies)}
    places = [
        (place.code, number, zones[place.zone], agencies[place.agency])
        for number, place in enumerate(tables.places)
    ]
    services = [(one.value, tables.lanes[one], one in TIMED) for one in Service]
    _fill(con, "place", "code VARCHAR, place INTEGER, zone INTEGER, agency INTEGER", places)
    _fill(con, "service", "name VARCHAR, lane INTEGER, timed BOOLEAN", services)
    _fill(con, "prefix", "digits INTEGER, destination INTEGER, lengths INTEGER", tables.prefixes)
    _fill(
        con,
        "stretch",
        "zone INTEGER, utc INTEGER, first BIGINT, past BIGINT, era INTEGER, offset_us BIGINT,"
        " until_us BIGINT, suffix VARCHAR",
        tables.stretches,
    )
    _fill(
        con,
        "part",
        "place INTEGER, lane INTEGER, era INTEGER, kind INTEGER, unit_seconds INTEGER,"
        " allowance INTEGER",
        tables.cells,
    )
    con.execute(f"""
        CREATE TABLE hour AS
        SELECT ((zone * 2 + utc) * {tables.hours} + unnest(range(first, past))
                - {tables.first_hour})::INTEGER AS key,
               offset_us, era, until_us, suffix
        FROM stretch
    """)
    con.execute(f"""
        CREATE TABLE cell AS
        SELECT ((place * {tables.width} + lane) * {tables.eras} + era)::INTEGER AS key,
               kind, unit_seconds, allowance
        FROM part
    """)


def _fill(
    con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Iterable[Sequence[Any]]
) -> None:
    """A table from rows, a parameter a column: much faster than a row a statement."""
    told = [column.split() for column in columns.split(", ")]
    values = list(zip(*rows, strict=True)) or [()] * len(told)
    unnested = ", ".join(f"unnest(?::{kind}[]) AS {column}" for column, kind in told)
    con.execute(f"CREATE TABLE {name} AS SELECT {unnested}", [list(one) for one in values])


def ordinary(file: File, tables: Tables) -> str:
    """SQL of every row of the file, in short columns.

    `kind` is NULL for odd rows. `amount` is units as the price counts them; `week` is the week,
    in weeks since 1970, in which a call under an allowance draws on it, else NULL.
    """
    allowances = any(segment.allowance for segment in tables.kinds)
    sure = f"CASE WHEN sure AND end_us < until_us{_IN_ONE_WEEK if allowances else ''} THEN kind END"
    week = f"CASE WHEN allowance > 0 AND amount > 0 THEN {_week('at_us + offset_us')} END"
    return f"""
    SELECT line, id, code::word AS facility, name::word AS service, number_told, amount,
           at_us, end_us, offset_us, suffix::word AS suffix, {sure} AS kind,
           {f"{week} AS week, agency, person, allowance" if allowances else "NULL::BIGINT AS week"}
    FROM (
        SELECT *, at_us + {SECOND} * coalesce(seconds, 0) AS end_us,
               CASE WHEN timed THEN (seconds + unit_seconds - 1) // unit_seconds ELSE units END
                   AS amount
        FROM (
            SELECT placed.*, hour.offset_us, hour.suffix, hour.until_us,
                   decisive_us - CASE WHEN decisive_utc THEN 0 ELSE hour.offset_us END AS at_us,
                   cell.kind, cell.unit_seconds, cell.allowance,
                   {_sure(file)} AS sure
            FROM ({_placed(file, tables)}) placed
            LEFT JOIN hour ON hour.key = {_hour("decisive", tables)}
            {_began_too(file, tables)}
            LEFT JOIN cell
              ON cell.key = (place * {tables.width} + lane) * {tables.eras} + hour.era
        )
    )"""


def _week(us: str) -> str:
    return f"((({us}) // {DAY} + {THURSDAY}) // {DAYS_A_WEEK})"


# Under an allowance all minutes must begin in one week, and somebody must have them.
_LAST_MINUTE = f"at_us + offset_us + (amount - 1) * unit_seconds * {SECOND}"
_IN_ONE_WEEK = f""" AND CASE WHEN allowance = 0 OR amount = 0 THEN true
    ELSE person <> '' AND {_week("at_us + offset_us")} = {_week(_LAST_MINUTE)} END"""


def _placed(file: File, tables: Tables) -> str:
    """Rows with their place, service and lane, and the moment that decides."""
    visit = f"name = '{Service.VISIT.value}'"
    return f"""
        SELECT raw.*, place.code, place.place, place.zone, place.agency, name, timed,
               service.lane + coalesce(CASE WHEN service.lane = 0 THEN destination END, 0) AS lane,
               {visit} AS visit,
               number IS NOT NULL OR service.lane > 0 AS number_told,
               number IS NULL OR service.lane > 0 OR (lengths >> (length(number) - 1)) & 1 = 1
                   AS reachable,
               CASE WHEN {visit} THEN scheduled_us ELSE began_us END AS decisive_us,
               CASE WHEN {visit} THEN scheduled_utc ELSE began_utc END AS decisive_utc
        FROM ({_told(file)}) raw
        LEFT JOIN place ON place.code = raw.facility
        LEFT JOIN service ON service.name = raw.service
        LEFT JOIN prefix ON prefix.digits = raw.digits"""


def _told(file: File) -> str:
    to = file.column("to")
    digits = f"TRY_CAST(substr({to}, 2, {WIDTH}) AS INTEGER)" if file.has("to") else "NULL::INTEGER"
    shaped = f"CASE WHEN regexp_full_match({to}, '{NUMBER}') THEN {digits} END"
    return f"""
        SELECT file_row_number + 1 AS line,
               {file.identity()} AS id,
               {file.column("id")} IS NOT NULL AS id_told,
               {file.column("person")}::VARCHAR AS person,
               {file.column("facility")} AS facility,
               {file.column("service")} AS service,
               {file.micros("began_at")} AS began_us,
               {file.instant("began_at")} AS began_utc,
               {file.column("began_at")} IS NOT NULL AS began_told,
               {file.micros("scheduled_for")} AS scheduled_us,
               {file.instant("scheduled_for")} AS scheduled_utc,
               {file.column("scheduled_for")} IS NOT NULL AS scheduled_told,
               {file.whole("seconds")} AS seconds,
               {file.column("seconds")} IS NOT NULL AS seconds_told,
               {file.whole("units")} AS units,
               {file.column("units")} IS NOT NULL AS units_told,
               {to}::VARCHAR AS number,
               {shaped if file.has("to") else digits} AS digits
        FROM {file.rows} file"""


def _hour(moment: str, tables: Tables) -> str:
    """The key of a moment's hour; NULL outside the tables."""
    hour = f"{moment}_us // {HOUR}"
    first, past = tables.first_hour, tables.first_hour + tables.hours
    return f"""CASE WHEN {moment}_us >= {first * HOUR} AND {moment}_us < {past * HOUR}
        THEN ((zone * 2 + {moment}_utc::INTEGER) * {tables.hours}
              + {hour} - {first})::INTEGER END"""


def _began_too(file: File, tables: Tables) -> str:
    """A visit's beginning decides nothing, but must be a moment that exists."""
    if not (file.has("began_at") and file.has("scheduled_for")):
        return ""
    return f"""LEFT JOIN hour AS begun
              ON begun.key = CASE WHEN visit THEN {_hour("began", tables)} END"""


def _sure(file: File) -> str:
    begun = (
        "begun.key IS NOT NULL" if file.has("began_at") and file.has("scheduled_for") else "true"
    )
    return f"""coalesce(
        CASE WHEN timed THEN NOT units_told AND seconds BETWEEN 0 AND {LONGEST_SECONDS}
             ELSE NOT seconds_told AND units BETWEEN 0 AND {MOST_UNITS} END
        AND CASE WHEN visit THEN NOT began_told OR {begun} ELSE NOT scheduled_told END
        AND (id IS NOT NULL OR NOT id_told)
        AND reachable, false)"""


def read(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    """All rows, once, in `usage`. What they have in common stands in `combination`, and the
    numbers of those that are odd in `odd_line`."""
    con.execute(f"CREATE TABLE usage AS {rows}")
    con.execute("""
        CREATE TABLE combination AS
        SELECT kind, amount, number_told, week IS NOT NULL AS draws
        FROM usage WHERE kind IS NOT NULL GROUP BY ALL
    """)
    con.execute("CREATE TABLE odd_line AS SELECT line FROM usage WHERE kind IS NULL")


def draw(con: duckdb.DuckDBPyConnection, touched: Iterable[Sequence[Any]]) -> None:
    """How many free minutes of its week each ordinary call has, in `drawn`.

    Weeks that odd rows touch are left to them: their calls become odd too.
    """
    _fill(con, "touched", "agency INTEGER, person VARCHAR, week BIGINT", touched)
    con.execute("""
        INSERT INTO odd_line
        SELECT line FROM usage SEMI JOIN touched USING (agency, person, week)
        WHERE kind IS NOT NULL
    """)
    con.execute("""
        CREATE TABLE drawn AS
        SELECT line, kind, amount, number_told,
               least(amount, greatest(0, allowance - gone))::INTEGER AS inside
        FROM (
            SELECT line, kind, amount, number_told, allowance,
                   coalesce(sum(amount) OVER earlier, 0)::BIGINT AS gone
            FROM usage ANTI JOIN touched USING (agency, person, week)
            WHERE kind IS NOT NULL AND week IS NOT NULL
            WINDOW earlier AS (
                PARTITION BY agency, person, week ORDER BY line
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            )
        )
    """)


def combinations(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Each kind, amount and number of free minutes that occurs, and whether a number was told."""
    drawn = "SELECT kind, amount, inside, number_told FROM drawn UNION" if _has_drawn(con) else ""
    return con.execute(f"""
        {drawn} SELECT kind, amount, 0, number_told FROM combination WHERE NOT draws
    """).fetchall()


def _has_drawn(con: duckdb.DuckDBPyConnection) -> bool:
    return count(con, "duckdb_tables() WHERE table_name = 'drawn'") > 0


def count(con: duckdb.DuckDBPyConnection, what: str) -> int:
    return number(con.execute(f"SELECT count(*) FROM {what}"))


def number(found: duckdb.DuckDBPyConnection) -> int:
    """The one whole number that a query answers."""
    row = found.fetchone()
    assert row is not None
    return int(row[0])
