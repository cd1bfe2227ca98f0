"""`./dev bench rating`: what a price costs. One usage, a file of lines, a file of columns.

Beside single ratings stands openfisca-core with the same rule, in an environment of its own
(.venv-bench, made when it is missing); beside the columns a plain as-of join in DuckDB, which
gives a price times minutes and no reasons. CPU is counted, not waiting, except where it says
seconds. Figures are of the machine they were taken on; beside each stands its target.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from bench import rating_files
from kinline.core.ids import PlaceCode
from kinline.core.rating.rate import Usage, rate
from kinline.core.rating.terms import Destination, Service
from kinline.laws import answers, loader
from tools.dev import setup

RESULTS = Path(__file__).resolve().parent / "results"
PEER = Path(__file__).resolve().parent / "peer" / "openfisca_rating.py"
BOSTON = Destination("US", "617")
LAW = date(2023, 12, 1)  # Massachusetts, the first free day
TURNS = 3
TARGETS = {
    "a_second": ("at least", 100_000),
    "shared_a_second": ("at least", 100_000),
    "times_openfisca": ("at least", 30),
    "rate_seconds": ("at most", 10),
    "times_plain_cpu": ("at most", 3),
}


def run(*, single: int, rows: int, lines: int) -> dict[str, Any]:
    """All measurements, one after the other: none takes the machine from another."""
    result: dict[str, Any] = {"single": _single(single)}
    print(table("single ratings", result["single"]), flush=True)
    with tempfile.TemporaryDirectory(prefix="kinline-bench-") as folder:
        for name, title in (("", "no allowance in force"), ("allowances", "allowances in force")):
            found = _columns(Path(folder), rows, name)
            result[name or "columns"] = found
            print(table(f"{rows:,} usages, {title}", found), flush=True)
        result["lines"] = _lines(Path(folder), lines)
        print(table(f"{lines:,} lines through `kinline rate`", result["lines"]), flush=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    return result | {"machine": machine, "duckdb": duckdb.__version__}


# --- one by one ---------------------------------------------------------------------------


def _single(many: int) -> dict[str, Any]:
    """Ratings with their lines and citations, warm; and OpenFisca's with the same rule."""
    asked = [_norfolk(number) for number in range(many)]
    shared = [_colorado(number) for number in range(many)]
    rule, wanted = _rule(asked[: min(many, 3000)])
    peer = subprocess.run(
        [setup.peers(), PEER], input=json.dumps(rule), text=True, stdout=subprocess.PIPE, check=True
    )
    told = json.loads(peer.stdout)
    for way in told["ways"].values():
        assert way.pop("answers") == wanted, "the peer has another rule"
    best = max(way["a_second"] for way in told["ways"].values())
    ours = _a_second(asked)
    return {
        "a_second": ours,
        "shared_a_second": _a_second(shared),
        **{f"openfisca_{name}": way["a_second"] for name, way in told["ways"].items()},
        "times_openfisca": round(ours / best, 1),
        "openfisca_vectorised_a_second": told["vectorised_a_second"],
    }


def _norfolk(number: int) -> Usage:
    """A call from Massachusetts of 1 to 30 minutes, in the month before the law or after."""
    place = loader.places()[PlaceCode("ma-doc-norfolk")]
    at = place.midnight(LAW + timedelta(days=number % 60 - 30)) + timedelta(hours=12)
    return Usage(Service.CALL, place, at, 60 * (number % 30) + 30, to=BOSTON)


def _colorado(number: int) -> Usage:
    """A call whose price the state and the people share: two lines."""
    place = loader.places()[PlaceCode("co-doc-example")]
    at = place.midnight(date(2024, 1, 1) + timedelta(days=number % 60)) + timedelta(hours=12)
    return Usage(Service.CALL, place, at, 60 * (number % 30) + 30, to=BOSTON)


def _rule(asked: list[Usage]) -> tuple[dict[str, Any], list[list[int]]]:
    """What Massachusetts' book says, as dated values; and the right answers."""
    charges = [rate(usage, loader.book()) for usage in asked]
    usages = [
        [usage.place.day(usage.began_at).isoformat(), -(-usage.seconds // 60)] for usage in asked
    ]
    rule = {
        "consumer": {"2015-01-01": 12, LAW.isoformat(): 0},
        "agency": {"2015-01-01": 0, LAW.isoformat(): 10},
        "usages": usages,
    }
    return rule, [[charge.consumer_cents, charge.agency_cents] for charge in charges]


def _a_second(usages: list[Usage]) -> int:
    book = loader.book()
    best = min(_cpu_of(usages, book) for _ in range(TURNS))
    return round(len(usages) / best)


def _cpu_of(usages: list[Usage], book: Any) -> float:
    began = time.process_time()
    for usage in usages:
        charge = rate(usage, book)
        assert answers.citations(charge)
    return time.process_time() - began


# --- files --------------------------------------------------------------------------------


def _columns(folder: Path, rows: int, allowances: str) -> dict[str, Any]:
    """The same file rated and joined, in turns; the best turn of each counts."""
    source, target = folder / f"usages{allowances}.parquet", folder / "answers.parquet"
    _child("bench.rating_files", "make", "-", source, rows, allowances)
    found: dict[str, Any] = {"file_mb": source.stat().st_size >> 20}
    for what in ("plain", "rate") * 2:
        took = _child("bench.rating_files", what, source, target)
        for name, value in took.items():
            found[f"{what}_{name}"] = min(value, found.get(f"{what}_{name}", value))
        found[f"{what}_written_mb"] = target.stat().st_size >> 20
    assert rating_files.in_order(target)
    for name in ("seconds", "cpu"):
        ratio = found[f"rate_{name}"] / max(found[f"plain_{name}"], 0.01)
        found[f"times_plain_{name}"] = round(ratio, 2)
    return found


def _lines(folder: Path, many: int) -> dict[str, Any]:
    """The command from end to end: start, read, rate, say, write."""
    source, target = folder / "usages.jsonl", folder / "charges.jsonl"
    with duckdb.connect() as con:
        con.execute(f"""
            COPY (SELECT * REPLACE (strftime(began_at, '%Y-%m-%dT%H:%M:%S') AS began_at,
                                    strftime(scheduled_for, '%Y-%m-%dT%H:%M:%S') AS scheduled_for)
                  FROM '{folder / "usages.parquet"}' LIMIT {many})
            TO '{source}' (FORMAT json)
        """)
    took = _child("kinline", "rate", source, stdout=target)
    with target.open("rb") as answered:
        assert sum(1 for _ in answered) == many
    return took | {"a_second_of_cpu": round(many / took["cpu"])}


def _child(module: str, *words: Any, stdout: Path | None = None) -> dict[str, float]:
    """Run a module to its end: seconds, CPU seconds of all its threads, most memory at once."""
    began = time.perf_counter()
    with (stdout or Path(os.devnull)).open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *(str(word) for word in words if word != "")], stdout=out
        )
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{module} {words[0]} ended with {process.returncode}")
    return {
        "seconds": round(seconds, 2),
        "cpu": round(used.ru_utime + used.ru_stime, 2),
        "memory_mb": used.ru_maxrss >> 10,
    }


def table(title: str, found: dict[str, Any]) -> str:
    lines = [title]
    for name, value in found.items():
        lines.append(f"  {name:32}{value:>14,}{_verdict(title, name, value)}")
    return "\n".join(lines)


def _verdict(title: str, name: str, value: float) -> str:
    if name not in TARGETS or "allowances in force" in title:
        return ""  # with allowances there is no target: the figure is told
    bound, target = TARGETS[name]
    met = value >= target if bound == "at least" else value <= target
    return f"  target {bound} {target:,}: {'met' if met else 'MISSED'}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench rating", description=__doc__)
    parser.add_argument("--single", type=int, default=100_000, help="ratings one by one")
    parser.add_argument("--rows", type=int, default=10_000_000, help="usages in each Parquet file")
    parser.add_argument("--lines", type=int, default=100_000, help="usages as JSON lines")
    parser.add_argument("--json", type=Path, help="default: a new file in bench/results/")
    given = parser.parse_args(argv)
    load = round(os.getloadavg()[0], 1)
    result = run(single=given.single, rows=given.rows, lines=given.lines)
    result["load_before"] = load
    path = given.json or RESULTS / f"rating-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2), "utf-8")
    print(f"load of the machine before: {load}\n\nAlso in {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
