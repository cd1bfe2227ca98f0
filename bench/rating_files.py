"""Files of usages for `./dev bench rating`: made, rated on columns, and joined plainly.

    .venv/bin/python -m bench.rating_files make|rate|plain IN OUT [rows] [allowances]

Each is a process of its own, so that its time and its memory are its own.
"""

import sys
from pathlib import Path

import duckdb

from kinline.config.rating import _say as say
from kinline.core.rating.book import NoRuleInForce
from kinline.core.rating.terms import AT_HOME, HUNDRED, TIMED, Service
from kinline.core.rating.timeline import moment, timeline
from kinline.laws import columns, loader

MEXICO, BOSTON = "+5255", "+1617"


def make(target: Path, rows: int, allowances: bool) -> None:
    """Six calls in ten, one visit, three messages, over two years; ids say the order.

    With allowances: county jails of Massachusetts in 2022 and 2023, before the law.
    """
    codes = [code for code in loader.places() if not allowances or _county(code)]
    first = "2022-01-03" if allowances else "2024-01-01"
    with _connected() as con:
        con.execute(f"""
            COPY (
                SELECT 'u' || i AS id, 'p' || hash(i) % {max(rows // 500, 1)} AS person,
                       {codes}[1 + (hash(i + 1) % {len(codes)})::INT] AS facility, service,
                       CASE WHEN service <> 'visit' THEN sent END AS began_at,
                       CASE WHEN service = 'visit'
                            THEN date_trunc('day', sent) + INTERVAL 10 HOUR END AS scheduled_for,
                       CASE service WHEN 'call' THEN (hash(i + 2) % 1800)::INT
                                    WHEN 'visit' THEN 1800 END AS seconds,
                       CASE WHEN service NOT IN ('call', 'visit')
                            THEN 1 + (hash(i + 3) % 3)::INT END AS units,
                       CASE WHEN service = 'call' THEN CASE WHEN hash(i + 4) % 50 = 0
                            THEN '{MEXICO}' || 10000000 + hash(i + 5) % 89999999
                            ELSE '{BOSTON}' || 2000000 + hash(i + 5) % 7999999 END END AS "to"
                FROM (
                    SELECT i, ['call', 'call', 'call', 'call', 'call', 'call', 'visit', 'emessage',
                               'text', 'photo'][1 + (hash(i + 6) % 10)::INT] AS service,
                           -- from 7 in the morning to 11 at night, as houses are
                           TIMESTAMP '{first}' + to_days((i * 690 // {rows})::INT)
                           + to_seconds(25200 + (hash(i + 7) % 57600)::INT) AS sent
                    FROM range({rows}) numbers(i)
                )
            ) TO '{target}' (FORMAT parquet)
        """)


def _county(code: str) -> bool:
    return code.startswith("ma-") and not code.startswith("ma-doc-")


def rate(source: Path, target: Path) -> None:
    found = columns.rate(source, target, loader.book(), loader.places(), say)
    assert found.bad == 0, found


def plain(source: Path, target: Path) -> None:
    """A price by as-of join, times minutes or pieces: no second payer, no reasons, no weeks."""
    prices = []
    for place in loader.places().values():
        for service in Service:
            to = AT_HOME if service is Service.CALL else None
            line = timeline(loader.book(), place, service, to)
            for start in line.starts:
                try:
                    price = line.at(start).parts[0].unit.hundredths
                except NoRuleInForce:
                    continue
                since = moment(start).astimezone(place.zone).replace(tzinfo=None)
                prices.append((place.code, service.value, since, price, service in TIMED))
    with _connected() as con:
        con.execute("""
            CREATE TABLE price (facility VARCHAR, service VARCHAR, since TIMESTAMP,
                                hundredths INT, timed BOOLEAN)
        """)
        con.executemany("INSERT INTO price VALUES (?, ?, ?, ?, ?)", prices)
        con.execute(f"""
            COPY (
                SELECT usage.id, usage.facility, usage.service,
                       hundredths * CASE WHEN timed THEN (seconds + 59) // 60 ELSE units END
                       // {HUNDRED} AS cents
                FROM '{source}' usage ASOF JOIN price
                  ON usage.facility = price.facility AND usage.service = price.service
                 AND coalesce(usage.scheduled_for, usage.began_at) >= price.since
            ) TO '{target}' (FORMAT parquet)
        """)


def in_order(answers: Path) -> bool:
    """Whether every answer stands where its usage stood."""
    with _connected() as con:
        (wrong,) = con.execute(f"""
            SELECT count(*) FROM read_parquet('{answers}', file_row_number = true)
            WHERE id <> 'u' || file_row_number
        """).fetchone() or (1,)
    return bool(wrong == 0)


def _connected() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 2, "memory_limit": "2GB"})


def main(argv: list[str]) -> int:
    what, source, target, *rest = argv
    if what == "make":
        make(Path(target), int(rest[0]), "allowances" in rest)
    else:
        {"rate": rate, "plain": plain}[what](Path(source), Path(target))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
