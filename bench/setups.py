"""`./dev bench setups`: what setting up a call costs the sip process, and what it leaves behind.

    ./dev bench setups [--rate 60] [--calls 1200] [--json FILE]

SIPp, an independent program, is the handsets and the carrier; see tests/engine/sip_load.py.
"""

import argparse
import asyncio
import json
import os
import platform
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tests.engine.sip_load import NOTHING, set_up_many

RESULTS = Path(__file__).resolve().parent / "results"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench setups", description=__doc__.split("\n")[0])
    parser.add_argument("--rate", type=int, default=60, help="set-ups a second; default: 60")
    parser.add_argument("--calls", type=int, default=1200, help="in all; default: 1200")
    parser.add_argument("--json", type=Path, help="default: a new file in bench/results/")
    given = parser.parse_args(argv)
    load = round(os.getloadavg()[0], 2)
    with tempfile.TemporaryDirectory(prefix="kinline-bench-") as folder:
        found = asyncio.run(set_up_many(Path(folder), rate=given.rate, calls=given.calls))
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "load_before": load}
    result = asdict(found) | {"machine": machine, "target": {"failed": 0}}
    for name, figure in result.items():
        print(f"{name:12} {figure}")
    path = given.json or RESULTS / f"setups-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2, default=str), "utf-8")
    print(f"\nAlso in {path}")
    return 0 if found.failed == 0 and found.after.standing == NOTHING else 1
