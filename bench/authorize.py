"""Authorizations through `control` and the whole database transaction, beside a minimal view.

    .venv/bin/python -m bench.authorize [--rate 100] [--seconds 10] [--json FILE]

A real `kinline web` serves both: `control/authorize` for callers who each dial once, and a view
that writes one row. Turns of both alternate in one run, offered at a fixed rate whether or not
answers have come (so a slow answer delays no later question), then once as fast as eight
connections can. Measured: CPU of the web processes per request, latency from the moment a
request was due. On PostgreSQL the database's own CPU is not counted for either.
"""

import argparse
import asyncio
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bench.processes import cpu
from tools.dev.postgres import Cluster, free_port

ROUNDS = 3
CONNECTIONS = 8
WARM_UP = 10
TARGETS = {"cpu_ratio": 4.0, "authorize_p99_ms": 30.0}
# `kinline web` as it is, but with settings that know the peer: the command insists on its own.
START = """
from argparse import ArgumentParser
from kinline.config import web
parser = ArgumentParser()
web.add_arguments(parser)
raise SystemExit(web.main(parser.parse_args()))
"""
Send = Callable[[], Awaitable[None]]


def run(rate: int, seconds: float) -> dict[str, Any]:
    """Measure on SQLite and on PostgreSQL; `seconds` of each kind at `rate` a second."""
    load = round(os.getloadavg()[0], 1)  # latencies of a busy machine say little about us
    with tempfile.TemporaryDirectory(prefix="kinline-bench-") as folder:
        sqlite = _on(f"sqlite:///{folder}/bench.sqlite3", Path(folder) / "sqlite", rate, seconds)
        with Cluster(durable=True) as cluster:
            postgres = _on(cluster.url, Path(folder) / "postgresql", rate, seconds)
    return {
        "rate": rate,
        "load_before": load,
        "sqlite": sqlite,
        "postgresql": postgres,
        "targets": TARGETS,
    }


def _on(database: str, folder: Path, rate: int, seconds: float) -> dict[str, Any]:
    folder.mkdir()
    env = os.environ | {
        "KINLINE_DATABASE_URL": database,
        "KINLINE_DATA": str(folder / "data"),
        "KINLINE_KEYS": str(folder / "keys"),
        "DJANGO_SETTINGS_MODULE": "bench.peer.settings",
    }
    (folder / "data").mkdir()
    many = int(rate * seconds * 6) + 4000
    prepared = subprocess.run(
        [sys.executable, "-m", "bench.peer.prepare", str(many)],
        env=env,
        check=True,
        stdout=subprocess.PIPE,
    )
    facts = json.loads(prepared.stdout)
    word = (folder / "keys" / "control.key").read_text().strip()
    with _web(env, folder / "web.log") as server:
        return asyncio.run(_measure(server, facts, word, rate, seconds))


class Server:
    """A running `kinline web`: its address and the CPU of all its processes."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.url = process, f"http://127.0.0.1:{port}"

    def cpu(self) -> float:
        return sum(cpu(pid) for pid in self._pids())

    def _pids(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [self.process.pid, *map(int, children.read_text().split())]


@contextmanager
def _web(env: dict[str, str], log: Path) -> Iterator[Server]:
    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", START, f"--listen=127.0.0.1:{port}"],
            env=env,
            stdout=out,
            stderr=out,
        )
    try:
        yield Server(process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


async def _measure(
    server: Server, facts: dict[str, Any], word: str, rate: int, seconds: float
) -> dict[str, Any]:
    connector = aiohttp.TCPConnector(limit=0)
    head = {"Authorization": f"Bearer {word}"}
    async with aiohttp.ClientSession(connector=connector, headers=head) as session:
        await _answers(session, server.url)
        kinds = {"peer": _peer(session, server.url), "authorize": _dials(session, server, facts)}
        for send in kinds.values():
            # Many at once, so that every thread of the server has opened its connection.
            await asyncio.gather(*(_repeat(send, WARM_UP) for _ in range(4 * CONNECTIONS)))
        result: dict[str, Any] = {}
        waits: dict[str, list[float]] = {name: [] for name in kinds}
        spent = dict.fromkeys(kinds, 0.0)
        for _, (name, send) in itertools.product(range(ROUNDS), kinds.items()):
            before = server.cpu()
            waits[name] += await _offer(send, rate, seconds / ROUNDS)
            spent[name] += server.cpu() - before
        for name, found in waits.items():
            result[f"{name}_cpu_ms"] = round(spent[name] / len(found) * 1000, 2)
            result |= _latency(name, found)
        for name, send in kinds.items():
            result[f"{name}_a_second"] = await _as_fast_as_it_goes(send, seconds / ROUNDS)
    result["cpu_ratio"] = round(result["authorize_cpu_ms"] / result["peer_cpu_ms"], 2)
    return result


async def _answers(session: aiohttp.ClientSession, url: str) -> None:
    for _ in range(200):
        try:
            async with session.get(f"{url}/healthz") as reply:
                if reply.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.1)
    raise RuntimeError("web does not answer")


def _peer(session: aiohttp.ClientSession, url: str) -> Send:
    async def send() -> None:
        async with session.post(f"{url}/peer", data=b"a word") as reply:
            await reply.read()
            assert reply.status == 200, reply.status

    return send


def _dials(session: aiohttp.ClientSession, server: Server, facts: dict[str, Any]) -> Send:
    """Each send is another person's first dial; every one must get a recorded permit."""
    people = iter(facts["people"])
    numbers = itertools.count()

    async def send() -> None:
        asked = {
            "key": f"bench-{next(numbers)}",
            "engine": "e1",
            "boot": "bench",
            "station": facts["station"],
            "person": next(people),
            "number": facts["number"],
        }
        async with session.post(f"{server.url}/control/authorize", json=asked) as reply:
            answer = await reply.json()
            assert reply.status == 200, answer
            assert answer["permit"]["recording"], answer

    return send


async def _offer(send: Send, rate: int, seconds: float) -> list[float]:
    """Send at moments fixed beforehand; milliseconds from each due moment to its answer."""
    began = time.perf_counter()

    async def one(number: int) -> float:
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await send()
        return (time.perf_counter() - due) * 1000

    return list(await asyncio.gather(*(one(number) for number in range(int(rate * seconds)))))


async def _repeat(send: Send, times: int) -> None:
    for _ in range(times):
        await send()


async def _as_fast_as_it_goes(send: Send, seconds: float) -> int:
    """Requests a second that CONNECTIONS get answered, each sending as soon as it may."""
    until = time.perf_counter() + seconds

    async def work() -> int:
        count = 0
        while time.perf_counter() < until:
            await send()
            count += 1
        return count

    done = await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return round(sum(done) / seconds)


def _latency(name: str, waits: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(waits, n=100)
    return {
        f"{name}_p50_ms": round(cuts[49], 1),
        f"{name}_p99_ms": round(cuts[98], 1),
        f"{name}_max_ms": round(max(waits), 1),
    }


def table(result: dict[str, Any]) -> str:
    """Figures of both databases side by side, with the targets."""
    lines = [f"{'at ' + str(result['rate']) + ' a second':24}{'sqlite':>10}{'postgresql':>12}"]
    for name in result["sqlite"]:
        one, other = result["sqlite"][name], result["postgresql"][name]
        target = result["targets"].get(name)
        verdict = ""
        if target is not None:
            verdict = f"  target {target}: {'met' if max(one, other) <= target else 'MISSED'}"
        lines.append(f"{name:24}{one:>10}{other:>12}{verdict}")
    lines.append(f"load of the machine before: {result['load_before']}")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench authorize")
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(argv)
    result = run(given.rate, given.seconds)
    print(table(result))
    if given.json is not None:
        given.json.write_text(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
