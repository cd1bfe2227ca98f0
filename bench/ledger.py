"""Entries a second into the books, with every guarantee, beside the database's own commits.

    .venv/bin/python -m bench.ledger [--seconds 6] [--json FILE]

On SQLite and on PostgreSQL, both durable (a commit waits for the disk), in processes of their own:

- entries one by one, each in a transaction of its own, by one writer and by four;
- entries in batches of 200, as an import or a month's charges come, by one writer and by two;
- a call with its hold: set aside, settle, each in a transaction of its own;
- the peer: one bare row, inserted and committed. Nothing that keeps a promise alone can be faster
  than that, so each figure is also told as entries for each bare commit.

Every writer pays in to, and takes from, accounts of its own and one of the house.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tools.dev.postgres import Cluster

TARGETS = {"sqlite_entries_a_second": 2000, "postgresql_entries_a_second": 3000}
BATCH = 200
ROUNDS = 2
# What is measured: the work, and how many writers at once.
KINDS = (
    ("commit", 1),
    ("commit", 4),
    ("single", 1),
    ("single", 4),
    ("batch", 1),
    ("batch", 2),
    ("call", 1),
)


def run(seconds: float) -> dict[str, Any]:
    load = round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory(prefix="kinline-bench-") as folder:
        sqlite = _on(f"sqlite:///{folder}/bench.sqlite3", Path(folder) / "sqlite", seconds)
        with Cluster(durable=True) as cluster:
            postgres = _on(cluster.url, Path(folder) / "postgresql", seconds)
    return {"load_before": load, "sqlite": sqlite, "postgresql": postgres, "targets": TARGETS}


def _on(database: str, folder: Path, seconds: float) -> dict[str, Any]:
    (folder / "data").mkdir(parents=True)
    env = os.environ | {
        "KINLINE_DATABASE_URL": database,
        "KINLINE_DATA": str(folder / "data"),
        "KINLINE_KEYS": str(folder / "keys"),
        "DJANGO_SETTINGS_MODULE": "kinline.config.settings",
    }
    subprocess.run(
        [sys.executable, "-m", "kinline", "migrate"], env=env, check=True, stdout=subprocess.DEVNULL
    )
    rates: dict[str, list[float]] = {}
    for turn in range(ROUNDS):
        for kind, writers in KINDS:
            name = f"{kind}_{writers}"
            rate = _writers(env, kind, writers, seconds / ROUNDS, turn)
            rates.setdefault(name, []).append(rate)
    found: dict[str, Any] = {
        f"{name}_a_second": round(sorted(some)[len(some) // 2]) for name, some in rates.items()
    }
    found["single_for_each_commit"] = _ratio(found, "single_1", "commit_1")
    found["batch_for_each_commit"] = _ratio(found, "batch_1", "commit_1")
    found["books"] = _check(env)
    return found


def _ratio(found: dict[str, Any], one: str, other: str) -> float:
    return round(found[f"{one}_a_second"] / max(1, found[f"{other}_a_second"]), 2)


def _check(env: dict[str, str]) -> dict[str, Any]:
    """The books must be even after all of it."""
    said = subprocess.run(
        [sys.executable, "-m", "kinline", "books", "check"], env=env, check=True, stdout=-1
    )
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def _writers(env: dict[str, str], kind: str, writers: int, seconds: float, turn: int) -> float:
    """Entries a second of all writers together."""
    words = [sys.executable, "-m", "bench.ledger", "--writer", kind, "--seconds", str(seconds)]
    running = [
        subprocess.Popen(
            [*words, "--name", f"{kind}-{writers}-{turn}-{n}"], env=env, stdout=subprocess.PIPE
        )
        for n in range(writers)
    ]
    total = 0.0
    for process in running:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        total += float(out)
    return total


# --- one writer, in a process of its own ---------------------------------------------------


def write(kind: str, name: str, seconds: float) -> float:
    """Write for so long; entries (or commits) a second."""
    import django

    django.setup()
    work = _work(kind, name)
    work(0)  # the accounts are open, the connection stands
    began = time.perf_counter()
    done = count = 0
    while time.perf_counter() - began < seconds:
        count += 1
        done += work(count)
    return done / (time.perf_counter() - began)


def _work(kind: str, name: str) -> Callable[[int], int]:
    from datetime import UTC, datetime

    from django.db import connection

    from kinline.apps.ledger.actions import holds, post
    from kinline.core.ledger.chart import House, held_by, of_house
    from kinline.core.ledger.entry import Entry, Posting
    from kinline.core.transition.words import AccountKind

    card, revenue = of_house(House.CARD_CLEARING), of_house(House.REVENUE)
    mine = [held_by(AccountKind.PREPAID_COLLECT, f"{name}-{n}") for n in range(20)]
    now = datetime.now(UTC)

    def funding(n: int, part: int = 0) -> Entry:
        account = mine[(n + part) % len(mine)]
        return Entry(f"{name}:{n}:{part}", now, "funding", (Posting(card, account, 500),))

    def bare(_: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_bare (word) VALUES ('x')")
        return 1

    def single(n: int) -> int:
        post.post(entry=funding(n), now=now)
        return 1

    def batch(n: int) -> int:
        post.post_all(entries=[funding(n, part) for part in range(BATCH)], now=now)
        return BATCH

    def call(n: int) -> int:
        if n % 20 == 0:
            batch(n)
        account, key = mine[n % len(mine)], f"{name}:call:{n}"
        holds.set_aside(key=key, account=account, amount=180, now=now)
        paid = Entry(key, now, "call", (Posting(account, revenue, 36),))
        holds.settle(key=key, entry=paid, now=now)
        return 1

    if kind == "commit":
        with connection.cursor() as cursor:
            serial = "BIGSERIAL" if connection.vendor == "postgresql" else "INTEGER"
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS bench_bare (id {serial} PRIMARY KEY, word TEXT)"
            )
    return {"commit": bare, "single": single, "batch": batch, "call": call}[kind]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench ledger", description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0, help="for each kind of work")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--writer", help=argparse.SUPPRESS)
    parser.add_argument("--name", default="writer", help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.writer:
        print(write(given.writer, given.name, given.seconds))
        return 0
    text = json.dumps(run(given.seconds), indent=2)
    print(text)
    if given.json:
        given.json.write_text(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
