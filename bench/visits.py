"""`./dev bench visits`: what carrying and recording video visits costs. A table and a JSON.

    ./dev bench visits [--seconds 20] [--visits 5] [--calls 20] [--json FILE]

The relay runs in a process of its own, as in the engine; visitors and callers, who send what was
encoded beforehand and decode nothing, in this one. In one run: one visit, several, several with
calls; the time from joining to the first whole picture, joining again and again while the others
are there; beside it the same visits on a node of Janus, where it is installed (engine and Janus
counted together), and the same single visit with aiortc's own MediaRelay and MediaRecorder,
which decode. All visits and calls are recorded. Figures are of the machine they were taken on.
"""

import argparse
import asyncio
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.visits_load import SEATS, Host, Load, clip
from tests.engine import januses
from tests.engine.browsers import Microphone

RESULTS = Path(__file__).resolve().parent / "results"
SETTLE_SECONDS = 2.0
JOINS = 20
TARGETS = {"cpu_per_visit": 0.06, "first_picture_p95_ms": 1000.0, "lost_packets": 0}
JANUS_TARGETS = {"cpu_per_visit": 0.03, "first_picture_p95_ms": 1000.0}


async def measured(load: Load, seconds: float) -> dict[str, Any]:
    """What the host needs for what it carries now."""
    await asyncio.sleep(SETTLE_SECONDS)
    load.begin()
    before, own, began = load.host.cpu, time.process_time(), time.monotonic()
    ours = load.host.own_cpu
    lost = (await load.host.ask("stats"))["lost"]
    await asyncio.sleep(seconds)
    span = time.monotonic() - began
    used, own = load.host.cpu - before, time.process_time() - own
    ours = load.host.own_cpu - ours
    # What was lost is sent again within the round trip of this machine.
    stats = await load.host.ask("stats")
    return {
        "cpu": round(used / span, 3),
        "cpu_engine": round(ours / span, 3),
        "cpu_clients": round(own / span, 3),
        "rss_mib": load.host.rss_mib,
        "packets_a_second": round(load.packets / span),
        "pictures_a_second": round(load.pictures / span, 1),
        "lost_packets": load.missing + stats["lost"] - lost,
        "recording_failures": stats["failures"],
    }


async def relay(folder: Path, *, seconds: float, visits: int, calls: int) -> dict[str, Any]:
    host = await Host.start("relay", folder)
    load = Load(host)
    try:
        await load.visit("v0")
        one = await measured(load, seconds)
        for number in range(1, visits):
            await load.visit(f"v{number}")
        many = await measured(load, seconds)
        joins = [await load.view(f"v{n % visits}", *SEATS) for n in range(JOINS)]
        for number in range(calls):
            await load.call(f"c{number}")
        full = await measured(load, seconds)
    finally:
        await host.close()
        await load.close()
    joins.sort()
    return {
        "one_visit": one,
        "visits": {"count": visits, **many},
        "visits_and_calls": {"visits": visits, "calls": calls, **full},
        "cpu_per_visit": round(many["cpu"] / visits, 4),
        "first_picture_p50_ms": round(joins[len(joins) // 2]),
        "first_picture_p95_ms": round(joins[int(len(joins) * 0.95) - 1]),
        "lost_packets": full["lost_packets"],
        "recorded_mib": round(sum(p.stat().st_size for p in folder.rglob("*.ktrack")) / 2**20, 1),
    }


async def stock(folder: Path, *, seconds: float) -> dict[str, Any]:
    host = await Host.start("stock", folder)
    load = Load(host)
    try:
        await load.visit("v0")
        return await measured(load, seconds)
    finally:
        await host.close()
        await load.close()


async def janus(folder: Path, *, seconds: float, visits: int) -> dict[str, Any] | None:
    """One visit and several on a node of Janus, engine and Janus together; None without Janus."""
    if shutil.which("janus") is None:
        return None
    with januses.Janus(folder / "node") as node:
        os.environ["KINLINE_BENCH_JANUS"] = "{}:{} {}".format(*node.address, node.word)
        host = await Host.start("janus", folder)
        assert node.process is not None
        host.beside = node.process.pid
        load = Load(host)
        try:
            await load.visit("v0")
            one = await measured(load, seconds)
            for number in range(1, visits):
                await load.visit(f"v{number}")
            many = await measured(load, seconds)
            joins = sorted([await load.view(f"v{n % visits}", *SEATS) for n in range(JOINS)])
        finally:
            await host.close()
            await load.close()
    return {
        "one_visit": one,
        "visits": {"count": visits, **many},
        "cpu_per_visit": round(many["cpu"] / visits, 4),
        "first_picture_p50_ms": round(joins[len(joins) // 2]),
        "first_picture_p95_ms": round(joins[int(len(joins) * 0.95) - 1]),
    }


def run(*, seconds: float, visits: int, calls: int) -> dict[str, Any]:
    """All, one after the other."""
    clip(), Microphone(440)  # encoded once, before any time is taken
    load = round(os.getloadavg()[0], 2)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "load_before": load}
    with tempfile.TemporaryDirectory(prefix="kinline-bench-") as folder:
        ours = relay(Path(folder, "relay"), seconds=seconds, visits=visits, calls=calls)
        found = asyncio.run(ours)
        node = asyncio.run(janus(Path(folder, "janus"), seconds=seconds, visits=visits))
        theirs = asyncio.run(stock(Path(folder, "stock"), seconds=seconds))
    return {
        "machine": machine,
        "relay": found,
        "janus": node,
        "stock_one_visit": theirs,
        "targets": {"relay": TARGETS, "janus": JANUS_TARGETS},
    }


def table(result: dict[str, Any]) -> str:
    """The figures as lines: the relay's phases, the peer, and the targets."""
    found = result["relay"]
    phases = {
        "relay, 1 visit": found["one_visit"],
        f"relay, {found['visits']['count']} visits": found["visits"],
        "relay, visits + calls": found["visits_and_calls"],
        "aiortc's own, 1 visit": result["stock_one_visit"],
    }
    if (node := result["janus"]) is not None:
        phases["janus, 1 visit"] = node["one_visit"]
        phases[f"janus, {node['visits']['count']} visits"] = node["visits"]
    columns = ("cpu", "cpu_engine", "cpu_clients", "rss_mib", "packets_a_second")
    columns = (*columns, "pictures_a_second", "lost_packets")
    lines = [f"{'':24}" + "".join(f"{name:>18}" for name in columns)]
    for name, figures in phases.items():
        cells = "".join(f"{figures[column]:>18}" for column in columns)
        lines.append(f"{name:24}{cells}")
    lines += _against("", found, TARGETS)
    if node is not None:
        lines += _against("janus: ", node, JANUS_TARGETS)
    return "\n".join(lines)


def _against(whose: str, found: dict[str, Any], targets: dict[str, float]) -> Iterator[str]:
    for name, target in targets.items():
        verdict = "met" if found[name] <= target else "MISSED"
        yield f"{whose + name:29}{found[name]:>13}  target {target}: {verdict}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench visits", description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="for each phase; default: 20")
    parser.add_argument("--visits", type=int, default=5, help="at once; default: 5")
    parser.add_argument("--calls", type=int, default=20, help="beside them; default: 20")
    parser.add_argument("--json", type=Path, help="default: a new file in bench/results/")
    given = parser.parse_args(argv)
    result = run(seconds=given.seconds, visits=given.visits, calls=given.calls)
    print(table(result))
    path = given.json or RESULTS / f"visits-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2), "utf-8")
    print(f"\nAlso in {path}")
    return 0
