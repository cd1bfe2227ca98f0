"""`./dev bench calls`: what a call costs in media, decisions and authorizations. Tables, one JSON.

Media first and alone, then the database: measured together they would take the machine from each
other. Figures are of the machine they were taken on; beside each stands its target.
"""

import argparse
import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import authorize, calls_media, policy

RESULTS = Path(__file__).resolve().parent / "results"


def run(*, calls: int, seconds: float, rate: int) -> dict[str, Any]:
    """Both measurements; the result of each stands under its own name."""
    media = calls_media.run(seconds, calls)
    print(calls_media.table(media), flush=True)
    decided = policy.run()
    print(policy.table(decided), flush=True)
    asked = authorize.run(rate, seconds)
    print(authorize.table(asked), flush=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    return {"machine": machine, "media": media, "policy": decided, "authorize": asked}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench calls", description=__doc__)
    parser.add_argument("--calls", type=int, default=20, help="recorded at once; default: 20")
    parser.add_argument("--seconds", type=float, default=30.0, help="of talk; default: 30")
    parser.add_argument("--rate", type=int, default=100, help="authorizations a second offered")
    parser.add_argument("--json", type=Path, help="default: a new file in bench/results/")
    given = parser.parse_args(argv)
    result = run(calls=given.calls, seconds=given.seconds, rate=given.rate)
    path = given.json or RESULTS / f"calls-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2), "utf-8")
    print(f"\nAlso in {path}")
    return 0
