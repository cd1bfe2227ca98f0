"""Messages sent, looked at and delivered, a second; and pages over a million stored ones.

    .venv/bin/python -m bench.messages [--seconds 6] [--stored 1000000] [--json FILE]

On SQLite and on PostgreSQL, both durable (a commit waits for the disk), with 5,000 entries in the
facility's word lists, over `--stored` messages between 200 people inside and their 30 contacts
each, of which 2,000 wait for review:

- `send`: the whole action under a policy without hold (gates, policy, triage, price under the law,
  delivery, notice), as fast as writers can: four threads of one process on SQLite, two processes
  on PostgreSQL;
- `readable`: offered at 100 a second whether or not answers have come; from the moment a message
  was due until its reader's thread shows it;
- `peer`: a plain INSERT of the same rows in one transaction, as fast as the same writers can;
- pages: the list of threads and one thread at both doors, and the reviewers' queue, from the
  request to the whole page.

Every figure that has a target is told with it. At its defaults it takes some six minutes.
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
AT_LEAST, AT_MOST = {"send_a_second": 200}, {"readable_p95_ms": 100}
PAGES, PAGES_P95_MS = ("portal", "tablet", "queue"), 100
RATE = 100
WRITERS = {"sqlite": (1, 4), "postgresql": (2, 2)}  # processes, threads in each


def run(seconds: float, stored: int) -> dict[str, Any]:
    """Measure on both databases."""
    load = round(os.getloadavg()[0], 1)  # figures of a busy machine say little about us
    with tempfile.TemporaryDirectory(prefix="kinline-bench-") as folder:
        home = Path(folder)
        sqlite = _on("sqlite", f"sqlite:///{home}/bench.sqlite3", home / "s", seconds, stored)
        with Cluster(durable=True) as cluster:
            postgres = _on("postgresql", cluster.url, home / "p", seconds, stored)
    return {
        "stored": stored,
        "load_before": load,
        "sqlite": sqlite,
        "postgresql": postgres,
        "targets": AT_LEAST | AT_MOST | {"pages_p95_ms": PAGES_P95_MS},
    }


def _on(vendor: str, database: str, folder: Path, seconds: float, stored: int) -> dict[str, Any]:
    (folder / "data").mkdir(parents=True)
    env = os.environ | {
        "KINLINE_DATABASE_URL": database,
        "KINLINE_DATA": str(folder / "data"),
        "KINLINE_KEYS": str(folder / "keys"),
        "DJANGO_SETTINGS_MODULE": "kinline.config.settings",
    }
    began = time.perf_counter()
    _worker(env, "fill", str(stored))
    found: dict[str, Any] = {"fill_seconds": round(time.perf_counter() - began)}
    found |= _worker(env, "pages", "0")
    processes, threads = WRITERS[vendor]
    for kind in ("send", "peer"):  # the first message opens the accounts of both
        answers = _workers(env, kind, seconds, processes, threads)
        found[f"{kind}_a_second"] = round(sum(one["a_second"] for one in answers))
        found[f"{kind}_cpu_ms"] = round(statistics.mean(one["cpu_ms"] for one in answers), 2)
    waits = sorted(
        wait
        for one in _workers(env, "readable", seconds, processes, threads)
        for wait in one["waits"]
    )
    found |= {"readable_p50_ms": _share(waits, 0.5), "readable_p95_ms": _share(waits, 0.95)}
    found["send_for_each_peer"] = round(found["send_a_second"] / max(1, found["peer_a_second"]), 2)
    return found


def _worker(env: dict[str, str], kind: str, more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.messages_worker", kind, more]
    done = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _workers(
    env: dict[str, str], kind: str, seconds: float, processes: int, threads: int
) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bench.messages_worker", kind, str(seconds)]
    command += [str(threads), str(RATE // processes)]
    running = [
        subprocess.Popen([*command, str(number)], env=env, stdout=subprocess.PIPE)
        for number in range(processes)
    ]
    answers = [one.communicate()[0] for one in running]
    if any(one.returncode for one in running):
        raise RuntimeError(f"a writer of {kind} failed")
    return [json.loads(answer) for answer in answers]


def _share(waits: Sequence[float], share: float) -> float:
    return round(waits[min(len(waits) - 1, int(len(waits) * share))], 1) if waits else 0.0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench.messages", description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    found = run(options.seconds, options.stored)
    _tell(found)
    path = options.json or RESULTS / f"messages-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    print(f"\nAlso in {path}")
    return 0


def _tell(found: dict[str, Any]) -> None:
    """Each figure of both databases, with what it is to be."""
    print(
        f"{found['stored']:,} stored messages; load of the machine before: {found['load_before']}"
    )
    print(f"{'':26}{'sqlite':>12}{'postgresql':>12}")
    for name, value in found["sqlite"].items():
        other = found["postgresql"][name]
        print(f"{name:26}{value:>12}{other:>12}  {_verdict(name, value, other)}".rstrip())


def _verdict(name: str, *values: float) -> str:
    if name in AT_LEAST:
        return f"target at least {AT_LEAST[name]}: {_ok(min(values) >= AT_LEAST[name])}"
    most = PAGES_P95_MS if name.startswith(PAGES) and name.endswith("p95_ms") else AT_MOST.get(name)
    return "" if most is None else f"target at most {most}: {_ok(max(values) <= most)}"


def _ok(reached: bool) -> str:
    return "ok" if reached else "NO"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
