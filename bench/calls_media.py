"""Twenty recorded calls at once on one engine process, with real aiortc clients in another.

    .venv/bin/python -m bench.calls_media [--seconds 30] [--calls 20] [--json FILE]

Measured: CPU seconds of the engine for each call and second, its memory, the time from the
accepting key to the first sound at the other side, and packets lost. The clients, which send
sound encoded beforehand and decode nothing, and a web that says yes run in this process.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bench.processes import cpu, rss_mib
from kinline.core.call.states import Side
from kinline.core.passes import Right
from kinline.engine.fake_control import FakeControl, FakeWeb, fresh_pass, write_keys
from tests.engine.browsers import Browser, Ear, until

START = "import sys; from kinline.engine.run import main; sys.exit(main(sys.argv[1:]))"
SETTLE_SECONDS = 3.0
TARGETS = {"cpu_per_call": 0.025, "first_sound_p95_ms": 150.0, "lost_packets": 0}


def run(seconds: float, calls: int) -> dict[str, Any]:
    """Run the bench; the result's keys are those of `table`."""
    return asyncio.run(_run(seconds, calls))


async def _run(seconds: float, calls: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="kinline-bench-") as folder:
        async with AsyncExitStack() as stack:
            bench = Bench(Path(folder), stack)
            await bench.start(calls)
            await asyncio.gather(*(bench.open_call(n) for n in range(calls)))
            waits = [await bench.accept(n) for n in range(calls)]
            return await bench.measure(seconds, [ms for pair in waits for ms in pair])


class Bench:
    """One engine process, its fake web, and the pages of all calls."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._key = write_keys(folder / "keys")
        self._control = FakeControl(contact_of=lambda number: f"contact-{number}")
        self._pages: dict[int, tuple[Browser, Browser]] = {}
        self._pid = self._port = 0

    async def start(self, calls: int) -> None:
        word = (self._folder / "keys" / "control.key").read_text()
        web = await self._stack.enter_async_context(FakeWeb(self._control, word))
        words = ["--id", "e1", "--listen", "127.0.0.1:0", "--control", web.url]
        words += ["--data", str(self._folder / "data"), "--keys", str(self._folder / "keys")]
        words += ["--ice-address", "127.0.0.1", "--max-calls", str(calls)]
        engine = await asyncio.create_subprocess_exec(
            sys.executable, "-c", START, *words, stderr=asyncio.subprocess.PIPE
        )
        self._pid = engine.pid
        self._stack.push_async_callback(engine.wait)
        self._stack.callback(engine.terminate)
        assert engine.stderr is not None
        while not self._port:
            record = json.loads(await engine.stderr.readline())
            self._port = record.get("port", 0)
        drain = asyncio.create_task(engine.stderr.read())
        self._stack.callback(drain.cancel)

    async def open_call(self, number: int) -> None:
        """Dial, ring, answer and connect both sides; accepted is later."""
        telephone = f"+1617555{number:04d}"
        phone = await self._page(Right.WAIT, Side.OUTSIDE, f"contact-{telephone}")
        tablet = await self._page(Right.DIAL, Side.INSIDE, f"person-{number}")
        self._pages[number] = tablet, phone
        await tablet.say("dial", number=telephone, key=f"dial-key-{number}")
        await tablet.hears("call")
        await tablet.connects()
        await phone.hears("ring")
        await phone.say("answer")
        await phone.connects()
        await until(lambda: phone.announcer.count > 5, "the announcement", patience=30)

    async def accept(self, number: int) -> tuple[float, float]:
        """Milliseconds from the key to the first sound, at both sides."""
        tablet, phone = self._pages[number]
        # Calls are accepted at moments of their own, not in step with the packets.
        await asyncio.sleep(0.05 + random.random() / 20)
        pressed = time.monotonic()
        await phone.say("key", digit="1")
        await until(lambda: phone.peer.count and tablet.peer.count, "the first sound")
        return (
            (phone.peer.heard[0][0] - pressed) * 1000,
            (tablet.peer.heard[0][0] - pressed) * 1000,
        )

    async def measure(self, seconds: float, waits_ms: list[float]) -> dict[str, Any]:
        await asyncio.sleep(SETTLE_SECONDS)
        ears = [page.peer for pair in self._pages.values() for page in pair]
        from_packet = [ear.count for ear in ears]
        engine_before, own_before, began = cpu(self._pid), time.process_time(), time.monotonic()
        await asyncio.sleep(seconds)
        span = time.monotonic() - began
        engine, own = cpu(self._pid) - engine_before, time.process_time() - own_before
        calls = len(self._pages)
        return {
            "calls": calls,
            "seconds": round(span, 1),
            "cpu_engine": round(engine / span, 3),
            "cpu_per_call": round(engine / span / calls, 4),
            "cpu_clients": round(own / span, 3),
            "rss_mib": rss_mib(self._pid),
            "threads": len(os.listdir(f"/proc/{self._pid}/task")),
            "first_sound_p50_ms": round(statistics.median(waits_ms), 1),
            "first_sound_p95_ms": round(sorted(waits_ms)[int(len(waits_ms) * 0.95) - 1], 1),
            "packets": sum(ear.count for ear in ears) - sum(from_packet),
            "lost_packets": sum(map(_lost, ears, from_packet)),
            "recorded_mib": round(self._recorded() / 2**20, 2),
            # Far above the number of cores, the times say more of the machine than of us.
            "machine_load": round(os.getloadavg()[0], 2),
            "machine_cores": os.cpu_count(),
            "targets": TARGETS,
        }

    async def _page(self, right: Right, side: Side, subject: str) -> Browser:
        now = int(time.time())
        word = fresh_pass(self._key, right=right, side=side, subject=subject, now=now)
        page = Browser(440 if side is Side.INSIDE else 1000)
        self._stack.push_async_callback(page.quits)
        return await page.open(f"http://127.0.0.1:{self._port}/ws?pass={word}")

    def _recorded(self) -> int:
        return sum(path.stat().st_size for path in self._folder.rglob("*.ktrack"))


def _lost(ear: Ear, start: int) -> int:
    """Packets missing between the first and the last, by the sender's own clock of 20 ms."""
    clock = [timestamp for _, _, timestamp, _ in ear.heard[start:]]
    expected = ((clock[-1] - clock[0]) & 0xFFFFFFFF) // 960 + 1 if clock else 0
    return expected - len(clock)


def table(result: dict[str, Any]) -> str:
    """The result as lines of name, figure and target."""
    rows = []
    for name, figure in result.items():
        if name == "targets":
            continue
        target = result["targets"].get(name)
        verdict = "" if target is None else f"target {target}: {_verdict(figure, target)}"
        rows.append(f"{name:22} {figure!s:>10}  {verdict}".rstrip())
    return "\n".join(rows)


def _verdict(figure: float, target: float) -> str:
    return "met" if figure <= target else "MISSED"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench calls_media")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(argv)
    result = run(given.seconds, given.calls)
    print(table(result))
    if given.json is not None:
        given.json.write_text(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
