"""A child is kept running, its words are kept, and it goes when it is told to."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from kinline.config.child import Child, tail

WAITS = "import time, sys; print('here', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('here', flush=True); time.sleep(600)"
)
LEAVES_ONE_BEHIND = (
    "import subprocess, sys, time;"
    "left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print('left', left.pid, flush=True); time.sleep(600)"
)

Start = Callable[[str], Child]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a child that runs a line of Python; ends it after the test."""
    started: list[tuple[Child, asyncio.Future[None]]] = []

    def begin(line: str) -> Child:
        said: list[str] = []
        child = Child(
            name="part",
            command=[sys.executable, "-c", line],
            environment=os.environ,
            log=tmp_path / "part.log",
            say=said.append,
            changed=lambda: None,
            patience=0.3,
        )
        started.append((child, asyncio.ensure_future(child.keep_running())))
        return child

    yield begin
    for child, life in started:
        await child.stop()
        await life


async def until(true: Callable[[], object], within: float = 10.0) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.01)


def words(child: Child) -> str:
    return child.log.read_text() if child.log.exists() else ""


def alive(pid: int) -> bool:
    """Whether the process still runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_a_killed_child_is_started_again(start: Start) -> None:
    child = start(WAITS)
    await until(lambda: "here" in words(child))
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: child.pid not in {None, first})
    assert child.restarts == 1


async def test_a_child_that_keeps_falling_is_tried_more_and_more_slowly(start: Start) -> None:
    child = start("raise SystemExit(3)")
    began = asyncio.get_running_loop().time()
    await until(lambda: child.restarts == 3)
    # 0.3 + 0.6 + 1.2 seconds of waiting: not a busy loop.
    assert asyncio.get_running_loop().time() - began > 2.0


async def test_a_child_that_keeps_falling_is_not_waited_for(start: Start) -> None:
    child = start("print('no key'); raise SystemExit(3)")
    child.health = "http://127.0.0.1:1/healthz"
    async with asyncio.timeout(15):
        assert not await child.healthy(60)
    assert "no key" in tail(child.log)


async def test_what_a_child_says_stands_in_its_log(start: Start) -> None:
    child = start("import sys; print('one'); print('two', file=sys.stderr)")
    await until(lambda: {"one", "two"} <= set(words(child).split()))


async def test_a_child_stops_when_it_is_asked(start: Start) -> None:
    child = start(WAITS)
    await until(lambda: "here" in words(child))
    pid = child.pid or 0
    await child.stop()
    assert child.pid is None
    assert not alive(pid)


async def test_a_child_that_will_not_listen_is_ended_by_force(start: Start) -> None:
    child = start(STUBBORN)
    await until(lambda: "here" in words(child))
    pid = child.pid or 0
    await child.stop()
    assert not alive(pid)


async def test_what_a_killed_child_left_behind_ends_with_it(start: Start) -> None:
    child = start(LEAVES_ONE_BEHIND)
    await until(lambda: "left" in words(child))
    left = int(words(child).split()[1])
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: not alive(left))
    await until(lambda: child.pid not in {None, first})


async def test_a_stopped_child_is_not_started_again(start: Start) -> None:
    child = start(WAITS)
    await until(lambda: "here" in words(child))
    await child.stop()
    await asyncio.sleep(0.5)  # longer than the first delay: nothing may happen in it
    assert (child.pid, child.restarts) == (None, 0)
