"""`./dev bench telephones`: what a call with a telephone costs, beside rtpengine by itself.

    ./dev bench telephones [--calls 20] [--seconds 12] [--only NAME ...] [--json FILE]

So many calls at once in each row, all of the same sound by the same generator, one row after the
other in one run: two telephones on a wire with nothing between them (what the machine itself
adds), recorded calls through a real engine, and Debian's rtpengine alone with plain offers and
answers, unrecorded, with its own recording, and with copies of each side sent on. Measured: CPU of
whoever carries the sound for each call and second, from /proc; how long a packet is on its way
(from just before it is sent to the kernel's note of its arrival; between a page and a telephone
the page's encryption is part of it); packets lost.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.peer import rtpengine
from bench.processes import cpu, rss_mib
from bench.telephones_town import Page, PhoneCall, Telephone, Town
from tests.engine.rtpengines import CONF

RESULTS = Path(__file__).resolve().parent / "results"
# After acceptance both sides hear for some seconds that they are recorded; that is not the talk.
SETTLE_SECONDS = 6.0
TARGETS = {
    "relay phone-phone": {"cpu_ms": 5.0, "delay_p99_ms": 5.0, "lost": 0, "mute": 0},
    "relay page-phone": {"cpu_ms": 15.0, "delay_p99_ms": 5.0, "lost": 0, "mute": 0},
}
# The machine on which these targets were set ran rtpengine by itself at this price. A slower one
# takes longer for both, so the ratio of the two is shown beside the target's own.
RTPENGINE_WHERE_SET_MS = 1.7
PEER = "rtpengine alone"
# Behind our port it may cost a fifth more than by itself with the same copies sent on. What the
# engine then does with the copies (sealing them) is shown beside it, in the row's whole.
RTPENGINE_RATIO = 1.2
OURS, ALONE = "rtpengine phone-phone", "rtpengine alone, forked"
Row = dict[str, Any]
_LOAD = [sys.executable, "-m", "bench.rtp_load"]
_ENGINE_HELP = [sys.executable, "-m", "kinline", "engine", "--help"]


class Load:
    """Runs the generator over calls that stand, and notes the CPU of `pids` meanwhile."""

    def __init__(self, seconds: float, pids: Sequence[int]) -> None:
        self._seconds, self._pids = seconds, pids
        self.cpu: list[float] = []

    async def over(self, calls: Sequence[PhoneCall], pages: Sequence[Page] = ()) -> Row:
        phones = [one for call in calls for one in (call.inside, call.outside) if one is not None]
        given = {
            "settle": SETTLE_SECONDS,
            "seconds": self._seconds,
            "telephones": [[one.socket.fileno(), *one.to] for one in phones],
        }
        process = await asyncio.create_subprocess_exec(
            *_LOAD,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 26,
            pass_fds=[one.socket.fileno() for one in phones],
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(given).encode())
        process.stdin.close()
        heard = await self._wait(process.stdout, pages)
        await process.wait()
        return self._row(calls, pages, heard)

    async def _wait(self, out: asyncio.StreamReader, pages: Sequence[Page]) -> Row:
        await _word(out, b"begin")
        before = [cpu(pid) for pid in self._pids]
        now_ns = time.time_ns()
        for page in pages:
            page.ear.counts = now_ns, now_ns + int(self._seconds * 1e9)
        await _word(out, b"end")
        self.cpu = [cpu(pid) - was for pid, was in zip(self._pids, before, strict=True)]
        found: Row = json.loads(await out.readline())
        return found

    def _of_rtpengine(self, call_seconds: float) -> Row:
        """Its own part, where an engine has another."""
        if len(self.cpu) < 2:
            return {}
        return {"cpu_ms_rtpengine": round(self.cpu[-1] / call_seconds * 1000, 2)}

    def _row(self, calls: Sequence[PhoneCall], pages: Sequence[Page], heard: Row) -> Row:
        delays = heard["delays_ms"] + [ms for one in pages for ms in one.ear.heard.delays_ms]
        ranked = sorted(delays)
        call_seconds = len(calls) * self._seconds
        return {
            "calls": len(calls),
            "seconds": self._seconds,
            "cpu_ms": round(sum(self.cpu) / call_seconds * 1000, 2),
            **self._of_rtpengine(call_seconds),
            "delay_p50_ms": round(statistics.median(ranked), 2),
            "delay_p99_ms": round(ranked[int(len(ranked) * 0.99)], 2),
            "delay_max_ms": round(ranked[-1], 1),
            "packets": len(ranked),
            "lost": heard["lost"] + sum(one.ear.heard.lost for one in pages),
            "unsent": heard["unsent"],
            # Who heard nothing at all: their call did not stand.
            "mute": heard["mute"] + sum(not one.ear.heard.numbers for one in pages),
            "rss_mib": sum(rss_mib(pid) for pid in self._pids),
        }


async def _word(out: asyncio.StreamReader, wanted: bytes) -> None:
    said = (await out.readline()).strip()
    if said != wanted:
        raise RuntimeError(f"the generator of sound said {said[:80]!r}")


# --- rows -----------------------------------------------------------------------------


async def wire(folder: Path, calls: int, seconds: float) -> Row:
    """Nothing between the telephones: what the machine and the generator add."""
    made = []
    for _ in range(calls):
        inside, outside = Telephone(), Telephone()
        inside.to, outside.to = ("127.0.0.1", outside.port), ("127.0.0.1", inside.port)
        made.append(PhoneCall(inside, outside))
    return await Load(seconds, []).over(made)


async def phones(folder: Path, calls: int, seconds: float, *words: str, more: int = 0) -> Row:
    """Wall phone to telephone, recorded. `more`: another process that has part in it."""
    async with Town(folder, calls, *words) as town:
        row = await Load(seconds, _pids(town, more)).over(await town.phone_calls())
        return row | {"recorded_mib": round(town.recorded_bytes / 2**20, 2)}


async def pages(folder: Path, calls: int, seconds: float, *words: str, more: int = 0) -> Row:
    """Tablet to telephone, recorded."""
    async with Town(folder, calls, *words) as town:
        made, tablets = await town.page_calls()
        row = await Load(seconds, _pids(town, more)).over(made, tablets)
        return row | {"recorded_mib": round(town.recorded_bytes / 2**20, 2)}


async def alone(
    folder: Path, calls: int, seconds: float, *, record: bool = False, fork: bool = False
) -> Row:
    """rtpengine, told of each call by one offer and one answer."""
    with rtpengine.Daemon(folder) as daemon, rtpengine.Client(daemon.port) as client:
        made, sink = [], Telephone()
        for number in range(calls):
            inside, outside, call = Telephone(), Telephone(), f"call-{number}"
            ports = client.relay(call, inside.port, outside.port)
            inside.to, outside.to = (("127.0.0.1", port) for port in ports)
            if record:
                client.record(call)
            if fork:
                client.fork(call, sink.port)
            made.append(PhoneCall(inside, outside))
        return await Load(seconds, [daemon.pid]).over(made)


def _pids(town: Town, more: int) -> list[int]:
    return [town.pid, more] if more else [town.pid]


@asynccontextmanager
async def behind_our_port(folder: Path) -> AsyncIterator[tuple[list[str], int]]:
    """An rtpengine for an engine: the words that lead the engine to it, and its process."""
    with rtpengine.Daemon(folder, str(CONF)) as daemon:
        yield ["--rtpengine", f"127.0.0.1:{daemon.port}"], daemon.pid


async def port_phones(folder: Path, calls: int, seconds: float) -> Row:
    async with behind_our_port(folder) as (words, pid):
        return await phones(folder, calls, seconds, *words, more=pid)


async def port_pages(folder: Path, calls: int, seconds: float) -> Row:
    async with behind_our_port(folder) as (words, pid):
        return await pages(folder, calls, seconds, *words, more=pid)


Measure = Callable[[Path, int, float], Coroutine[Any, Any, Row]]


async def recorded_alone(folder: Path, calls: int, seconds: float) -> Row:
    return await alone(folder, calls, seconds, record=True)


async def forked_alone(folder: Path, calls: int, seconds: float) -> Row:
    return await alone(folder, calls, seconds, fork=True)


ROWS: dict[str, Measure] = {
    "wire": wire,
    "relay phone-phone": phones,
    "relay page-phone": pages,
    PEER: alone,
    "rtpengine alone, recording": recorded_alone,
    ALONE: forked_alone,
    OURS: port_phones,
    "rtpengine page-phone": port_pages,
}


async def engine_knows_rtpengine() -> bool:
    """Whether the engine of this checkout can put rtpengine behind its media port."""
    process = await asyncio.create_subprocess_exec(*_ENGINE_HELP, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return b"--rtpengine" in said


async def run(calls: int, seconds: float, only: Sequence[str]) -> dict[str, Any]:
    """Every row, or those of `only`, one after the other."""
    result: dict[str, Any] = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "targets": TARGETS,
        "rows": {},
        "left_out": {},
    }
    ours = await engine_knows_rtpengine()
    for name, measure in ROWS.items():
        if only and name not in only:
            continue
        if "rtpengine" in name and not rtpengine.there():
            result["left_out"][name] = "no rtpengine on this machine (Debian: rtpengine-daemon)"
        elif measure in (port_phones, port_pages) and not ours:
            result["left_out"][name] = "not there yet: the engine has no --rtpengine"
        else:
            result["rows"][name] = await _measured(measure, calls, seconds)
        print(line(name, result), flush=True)
    return result


async def _measured(measure: Measure, calls: int, seconds: float) -> Row:
    load = round(os.getloadavg()[0], 2)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kinline-bench-"))
        # Far above the number of cores, the times say more of the machine than of us.
        return await measure(Path(folder), calls, seconds) | {"load_before": load}


# --- what is shown --------------------------------------------------------------------

COLUMNS = {
    "calls": "calls",
    "cpu_ms": "cpu ms",
    "cpu_ms_rtpengine": "rtpeng.",
    "delay_p50_ms": "p50 ms",
    "delay_p99_ms": "p99 ms",
    "delay_max_ms": "max ms",
    "lost": "lost",
    "mute": "mute",
    "rss_mib": "MiB",
    "recorded_mib": "rec. MiB",
    "load_before": "load",
}


def heading() -> str:
    return f"{'for each call and second':28}" + "".join(f"{one:>9}" for one in COLUMNS.values())


def line(name: str, result: dict[str, Any]) -> str:
    """One row with what it misses; or why it was left out."""
    if name in result["left_out"]:
        return f"{name:28}  {result['left_out'][name]}"
    row = result["rows"][name]
    figures = "".join(f"{row.get(key, ''):>9}" for key in COLUMNS)
    missed = misses(name, result)
    return f"{name:28}{figures}  {'MISSED: ' + ', '.join(missed) if missed else ''}".rstrip()


def misses(name: str, result: dict[str, Any]) -> list[str]:
    row = result["rows"][name]
    found = [
        f"{key} {row[key]} > {target}"
        for key, target in result["targets"].get(name, {}).items()
        if row[key] > target
    ]
    peer, own = result["rows"].get(ALONE), row.get("cpu_ms_rtpengine", 0)
    if name == OURS and peer is not None and own > peer["cpu_ms"] * RTPENGINE_RATIO:
        found.append(f"rtpengine {own} > {RTPENGINE_RATIO} x {peer['cpu_ms']}")
    return found


def beside_the_peer(result: dict[str, Any]) -> list[str]:
    """What each target for CPU is as a ratio, and what was measured; nothing without the peer."""
    peer = result["rows"].get(PEER)
    if peer is None:
        return []
    return [
        f"{name}: {result['rows'][name]['cpu_ms'] / peer['cpu_ms']:.1f} times {PEER}"
        f" (target {target['cpu_ms'] / RTPENGINE_WHERE_SET_MS:.1f})"
        for name, target in result["targets"].items()
        if name in result["rows"]
    ]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench telephones", description=__doc__.split("\n")[0])
    parser.add_argument("--calls", type=int, default=20, help="at once in each row; default: 20")
    parser.add_argument("--seconds", type=float, default=12.0, help="that count; default: 12")
    parser.add_argument("--only", nargs="+", choices=sorted(ROWS), default=[], metavar="NAME")
    parser.add_argument("--json", type=Path, help="default: a new file in bench/results/")
    given = parser.parse_args(argv)
    print(heading(), flush=True)
    result = asyncio.run(run(given.calls, given.seconds, given.only))
    path = given.json or RESULTS / f"telephones-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2), "utf-8")
    print("", *beside_the_peer(result), f"Also in {path}", sep="\n")
    return 1 if any(misses(name, result) for name in result["rows"]) else 0
