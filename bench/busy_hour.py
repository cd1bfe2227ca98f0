"""`./dev bench busy_hour`: calls a second with policy, books and records, on both databases.

    ./dev bench busy_hour [--rate 25] [--times 5] [--json FILE]

See tests/journeys/busy_hour.py: people who signed in once call again and again, so the check of a
PIN, which costs some 20 ms by design, is measured apart. Shown: CPU of each process for a call,
how the calls ended, and what is held before and after.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.journeys.busy_hour import Hour, left_over
from tools.dev.postgres import Cluster

RESULTS = Path(__file__).resolve().parent / "results"
TABLES = ("calls_callrecord", "charging_charge WHERE service = 'call'", "recordings_recording")


def measure(database_url: str, rate: int, times: int) -> dict[str, Any]:
    """One run against one database."""
    load = round(os.getloadavg()[0], 1)
    with (
        tempfile.TemporaryDirectory(prefix="kinline-bench-") as folder,
        Hour(Path(folder), database_url=database_url, rate=rate) as hour,
    ):
        found = hour.run(times)
        house = hour.house
        ways = house.rows("SELECT state, end_reason, count(*) FROM calls_call GROUP BY 1, 2")
        found["ended"] = {f"{state} {reason}".strip(): many for state, reason, many in ways}
        why = "SELECT CAST(refusals AS text), count(*) FROM calls_call"
        found["refused for"] = house.rows(f"{why} WHERE state = 'refused' GROUP BY 1")
        for table in TABLES:
            found[table] = house.one(f"SELECT count(*) FROM {table}")
    return {"load before": load, **found}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench busy_hour", description=__doc__.split("\n")[0])
    parser.add_argument("--rate", type=int, default=25, help="calls a second; default: 25")
    parser.add_argument("--times", type=int, default=5, help="calls of each person; default: 5")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--json", type=Path, help="default: a new file in bench/results/")
    given = parser.parse_args(argv)
    result: dict[str, Any] = {}
    if given.only != "postgresql":
        result["sqlite"] = measure("", given.rate, given.times)
    if given.only != "sqlite":
        with Cluster(durable=True) as cluster:
            result["postgresql"] = measure(cluster.url, given.rate, given.times)
    for name, found in result.items():
        print(f"\n{name}")
        for key, figure in found.items():
            print(f"  {key:24} {figure}")
    path = given.json or RESULTS / f"busy-hour-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2, default=str), "utf-8")
    print(f"\nAlso in {path}")
    kept = [
        one["calls"] == one[TABLES[0]] and not left_over(one["before"], one["after"])
        for one in result.values()
    ]
    return 0 if all(kept) else 1
