"""Many calls one after another leave nothing behind."""

import asyncio
import gc
import os
import threading

import pytest

from tests.engine.browsers import until
from tests.engine.conftest import Town


def held() -> tuple[int, int]:
    gc.collect()
    return len(os.listdir("/proc/self/fd")), threading.active_count()


async def one_call(town: Town, number: int) -> None:
    phone = await town.phone()
    tablet, call = await town.dialled(f"dial-key-{number}")
    await phone.hears("ring", call=call)
    await phone.say("answer")
    await phone.connects()
    await phone.say("key", digit="1")
    await tablet.hears("state", state="talking")
    await until(lambda: phone.peer.count > 3, "sound")
    await tablet.say("hangup")
    await phone.hears("ended", call=call)
    await asyncio.gather(tablet.quits(), phone.quits())


@pytest.mark.long
async def test_thirty_calls_leave_no_page_no_thread_and_no_file_open(town: Town) -> None:
    await one_call(town, 0)
    await until(lambda: not town.engine.desk.sessions.pages, "the first pages forgotten")
    await until(lambda: not town.engine.board._tasks, "the first call closed")
    before = held()
    for number in range(1, 31):
        await one_call(town, number)
    await until(lambda: not town.engine.desk.sessions.pages, "all pages forgotten")
    await until(lambda: not town.engine.board._tasks, "all calls closed")
    await asyncio.sleep(0.5)
    after = held()
    assert after[0] <= before[0] + 3, "files and sockets"
    assert after[1] <= before[1] + 2, "threads"
    assert town.engine.board.calls == ()
    assert town.engine.board.waiting == ()
