"""`./dev bench report`: a quarter's report over many call records, on SQLite and on PostgreSQL.

    ./dev bench report [--sqlite 1000000] [--postgres 10000000] [--json FILE]

The tables are the real ones with their guards and indexes, filled by the database itself: every
record lies in the quarter that is asked for, at the facilities of Massachusetts, so all of them
are read. (Charge lines are left out: the report does not read them.) Then the room's own query,
as the page makes it: seconds on the wall, CPU of this process, and of PostgreSQL's. Beside it
what the index costs who writes: a charge with and without it. On PostgreSQL `VACUUM (ANALYZE)`
has run, as autovacuum does of itself on a table that only grows.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.dev.postgres import Cluster

RESULTS = Path(__file__).resolve().parent / "results"
TARGET_SECONDS = 5.0
ROUNDS = 5
QUARTER = "2026-Q3"
INDEX = "charge_report"
TICKS = os.sysconf("SC_CLK_TCK")

COLUMNS = (
    "id, key, place, service, direction, agency, person, began_at, seconds, minutes, units, "
    "consumer_cents, agency_cents, stamps, credits, made_at"
)
# Primes scatter facilities, moments and lengths, so that nothing lies in a convenient order.
POSTGRESQL = """
INSERT INTO charging_charge ({columns})
SELECT gen_random_uuid(), 'call:' || n, (%s::text[])[1 + n * 7919 %% {places}], 'call', '',
  'ma', gen_random_uuid()::text,
  timestamptz '2026-07-01 04:00Z' + (n * 104729 %% {seconds}) * interval '1 second',
  n * 6007 %% 1200, (n * 6007 %% 1200 + 59) / 60, 0, 0, (n * 6007 %% 1200 + 59) / 60 * 10, 0, 0,
  timestamptz '2026-10-01 04:00Z'
FROM generate_series({first}::bigint, {last}::bigint) AS n
"""
SQLITE = """
WITH RECURSIVE counted(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM counted WHERE n < {last})
INSERT INTO charging_charge ({columns})
SELECT lower(hex(randomblob(16))), 'call:' || n,
  json_extract(%s, '$[' || (n * 7919 %% {places}) || ']'), 'call', '',
  'ma', lower(hex(randomblob(16))),
  datetime('2026-07-01 04:00:00', (n * 104729 %% {seconds}) || ' seconds'),
  n * 6007 %% 1200, (n * 6007 %% 1200 + 59) / 60, 0, 0, (n * 6007 %% 1200 + 59) / 60 * 10, 0, 0,
  '2026-10-01 04:00:00'
FROM counted
"""
QUARTER_SECONDS = 92 * 86_400
STEP = 500_000
WRITES = 1000


def measure(records: int) -> dict[str, Any]:
    """In a process of its own, on the database that its environment names."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    began = time.perf_counter()
    fill(connection, records)
    filled = time.perf_counter() - began
    found = {"records": records, "fill_seconds": round(filled, 1), **ask(connection, records)}
    return found | {"index_mb": index_megabytes(connection), **writing(connection)}


def fill(connection: Any, records: int) -> None:
    from kinline.laws.loader import places

    codes = sorted(code for code in places() if code.startswith("ma-"))
    postgresql = connection.vendor == "postgresql"
    text, given = (POSTGRESQL, codes) if postgresql else (SQLITE, json.dumps(codes))
    with connection.cursor() as cursor:
        made = _lifted(cursor) if postgresql else []
        for first in range(1, records + 1, STEP):
            words = text.format(
                columns=COLUMNS,
                places=len(codes),
                seconds=QUARTER_SECONDS,
                first=first,
                last=min(first + STEP - 1, records),
            )
            cursor.execute(words, [given])
        for index in made:
            cursor.execute(index)
        cursor.execute("VACUUM (ANALYZE) charging_charge" if postgresql else "ANALYZE")


def _lifted(cursor: Any) -> list[str]:
    """Drops the table's plain indexes, to make them again when it is full: much the quicker."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'charging_charge' AND "
        "indexname NOT IN (SELECT conname FROM pg_constraint)"
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [made for _, made in found]


def ask(connection: Any, records: int) -> dict[str, Any]:
    """The quarter's statement, and all of the console's page: the quarter before and the chart."""
    from kinline.apps.reports import queries
    from kinline.apps.reports.access import Here
    from kinline.core.quarter import Month, Quarter
    from kinline.laws.loader import places

    scope = tuple(
        Here(code, place.name, "", place.zone.key)
        for code, place in places().items()
        if code.startswith("ma-")
    )
    quarter = Quarter.read(QUARTER)
    months = [Month(2025, 1).later(n) for n in range(24)]
    result: dict[str, Any] = {}
    for name, act in {
        "report": lambda: queries.statement(scope=scope, quarter=quarter).total,
        "page": lambda: queries.report(scope=scope, quarter=quarter, months=months).statement.total,
    }.items():
        walls, ours, theirs = [], [], []
        for _ in range(ROUNDS):
            mine, server = time.process_time(), server_cpu()
            began = time.perf_counter()
            figures = act()
            walls.append(time.perf_counter() - began)
            ours.append(time.process_time() - mine)
            theirs.append(server_cpu() - server)
            assert figures.calls.count == records
            assert figures.agency_cents == figures.calls.minutes * 10 > 0
        result[name] = {
            "first_s": round(walls[0], 2),
            "median_s": round(statistics.median(walls), 2),
            "cpu_s": round(statistics.median(ours), 2),
            "server_cpu_s": round(statistics.median(theirs), 2),
        }
    return result


def server_cpu() -> float:
    """CPU seconds of PostgreSQL's processes, ended ones too; 0 without a server of ours."""
    root = os.environ.get("BENCH_SERVER")
    if not root:
        return 0.0
    children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    found = 0
    for pid in [root, *children]:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        # utime and stime; of the server itself also those of its children that have ended.
        found += sum(map(int, fields[11:15] if pid == root else fields[11:13]))
    return found / TICKS


def index_megabytes(connection: Any) -> float:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_relation_size(%s)", [INDEX])
        else:
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name = %s", [INDEX])
        return round(cursor.fetchone()[0] / 1e6, 1)


def writing(connection: Any) -> dict[str, Any]:
    """Microseconds of a charge's row, in one transaction each hundred, with and without."""
    from django.db import transaction

    from kinline.apps.charging.models import Charge

    index = next(one for one in Charge._meta.indexes if one.name == INDEX)
    now = datetime(2026, 9, 30, 20, tzinfo=UTC)

    def write(mark: str) -> float:
        began = time.perf_counter()
        for hundred in range(0, WRITES, 100):
            with transaction.atomic():
                for n in range(hundred, hundred + 100):
                    Charge.objects.create(
                        key=f"{mark}:{n}",
                        place="ma-bristol",
                        service="call",
                        began_at=now,
                        minutes=n % 20,
                        consumer_cents=0,
                        agency_cents=n % 20 * 10,
                        made_at=now,
                    )
        return (time.perf_counter() - began) / WRITES * 1e6

    write("warm")
    with_it = write("with")
    with connection.schema_editor() as editor:
        editor.remove_index(Charge, index)
    without = write("without")
    return {"write_us": round(with_it), "write_without_index_us": round(without)}


def apart(records: int, database: str, folder: str, server: str = "") -> dict[str, Any]:
    """`measure` in a process of its own: settings are read once a process."""
    env = os.environ | {
        "KINLINE_DATABASE_URL": database,
        "KINLINE_DATA": folder,
        "KINLINE_KEYS": f"{folder}/keys",
        "DJANGO_SETTINGS_MODULE": "kinline.config.settings",
        "BENCH_SERVER": server,
    }
    words = [sys.executable, "-m", "bench.report", "--measure", str(records)]
    ran = subprocess.run(words, env=env, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def run(sqlite: int, postgres: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "target_seconds": TARGET_SECONDS,
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
    }
    with tempfile.TemporaryDirectory(prefix="kinline-bench-") as folder:
        if sqlite:
            result["sqlite"] = apart(sqlite, f"sqlite:///{folder}/bench.sqlite3", folder)
        if postgres:
            with Cluster() as cluster:
                assert cluster.server is not None
                pid = str(cluster.server.pid)
                result["postgresql"] = apart(postgres, cluster.url, folder, pid)
    return result


def table(result: dict[str, Any]) -> str:
    names = ("report s", "first s", "cpu s", "server", "page s", "index MB", "write µs", "without")
    lines = [f"{'':12}{'records':>12}" + "".join(f"{name:>10}" for name in names)]
    for name in ("sqlite", "postgresql"):
        if name in result:
            one = result[name]
            report, page = one["report"], one["page"]
            lines.append(
                f"{name:12}{one['records']:>12,}{report['median_s']:>10}{report['first_s']:>10}"
                f"{report['cpu_s']:>10}{report['server_cpu_s']:>10}{page['median_s']:>10}"
                f"{one['index_mb']:>10}{one['write_us']:>10}{one['write_without_index_us']:>10}"
            )
    return "\n".join([*lines, f"target: a report in under {result['target_seconds']} s"])


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench report", description=__doc__.split("\n")[0])
    parser.add_argument("--sqlite", type=int, default=1_000_000, help="records; 0: not at all")
    parser.add_argument("--postgres", type=int, default=10_000_000, help="records; 0: not at all")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, help="default: a new file in bench/results/")
    given = parser.parse_args(argv)
    if given.measure:
        print(json.dumps(measure(given.measure)))
        return 0
    result = run(given.sqlite, given.postgres)
    print(table(result))
    path = given.json or RESULTS / f"report-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2), "utf-8")
    print(f"\nAlso in {path}")
    slow = [one for one in ("sqlite", "postgresql") if one in result and too_slow(result[one])]
    return 1 if slow else 0


def too_slow(one: dict[str, Any]) -> bool:
    return max(one["report"]["first_s"], one["report"]["median_s"]) > TARGET_SECONDS


if __name__ == "__main__":
    raise SystemExit(main())
