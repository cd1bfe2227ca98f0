"""An engine killed without warning: what web hears afterwards, and what lies on disk.

The engine runs as its own process here, started as `kinline up` starts it.
"""

import asyncio
import base64
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kinline.core.call.states import EndReason, Side
from kinline.core.control import Step
from kinline.core.passes import Right
from kinline.engine.fake_control import FakeControl, FakeWeb, fresh_pass, write_keys
from kinline.sealed.track import Track
from tests.engine.browsers import Browser, until
from tests.engine.conftest import JULIAN, MAMA, NUMBER

START = "import sys; from kinline.engine.run import main; sys.exit(main(sys.argv[1:]))"


class Ward:
    """A fake web in this process, an engine in another."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.pass_key = folder, write_keys(folder / "keys")
        self.control = FakeControl(contact_of=lambda number: MAMA)
        self.web = FakeWeb(self.control, (folder / "keys" / "control.key").read_text())
        self.process: asyncio.subprocess.Process | None = None
        self.port = 0
        self.log = ""
        self._browsers: list[Browser] = []
        self._reader: asyncio.Task[None] | None = None

    async def start_engine(self) -> None:
        words = ["--id", "e1", "--listen", "127.0.0.1:0", "--control", self.web.url]
        words += ["--data", str(self.folder / "data"), "--keys", str(self.folder / "keys")]
        words += ["--ice-address", "127.0.0.1", "--time", "alive_every=0.1"]
        words += ["--time", "stop_grace=0.3", "--time", "silent_after=0.5"]
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", START, *words, stderr=asyncio.subprocess.PIPE
        )
        self.port, self.log = 0, ""
        self._reader = asyncio.create_task(self._read())
        await until(lambda: self.port, "the engine listening")

    async def kill_engine(self, how: signal.Signals = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        code = await self.process.wait()
        if self._reader is not None:
            await self._reader
        return code

    async def browser(self, right: Right, side: Side, subject: str, hertz: int) -> Browser:
        word = fresh_pass(
            self.pass_key, right=right, side=side, subject=subject, now=int(time.time())
        )
        browser = Browser(hertz)
        self._browsers.append(browser)
        return await browser.open(f"http://127.0.0.1:{self.port}/ws?pass={word}")

    async def talking(self) -> tuple[Browser, Browser, str]:
        phone = await self.browser(Right.WAIT, Side.OUTSIDE, MAMA, 1000)
        tablet = await self.browser(Right.DIAL, Side.INSIDE, JULIAN, 440)
        await tablet.say("dial", number=NUMBER, key="dial-key-1")
        call = (await tablet.hears("call"))["call"]
        await tablet.connects()
        await phone.hears("ring")
        await phone.say("answer")
        await phone.connects()
        await phone.say("key", digit="1")
        await phone.hears("state", state="talking")
        return tablet, phone, call

    async def close(self) -> None:
        for browser in self._browsers:
            await browser.quits()
        if self.process is not None and self.process.returncode is None:
            await self.kill_engine()

    async def _read(self) -> None:
        assert self.process is not None
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log += line.decode()
            record = json.loads(line)
            if record.get("event") == "engine listens":
                self.port = record["port"]


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    ward = Ward(tmp_path)
    async with ward.web:
        await ward.start_engine()
        yield ward
        await ward.close()


async def test_after_kill_9_the_journal_is_told_and_the_recording_opens(ward: Ward) -> None:
    tablet, phone, call = await ward.talking()
    await until(lambda: Step.ACCEPTED in ward.control.steps(call), "acceptance in the books")
    ward.control.away = True
    spoken = time.monotonic()
    await until(lambda: time.monotonic() - spoken > 2.5 and phone.peer.count > 110, "some talk")
    # What only the journal knows: the phone's line is lost just before the engine dies.
    await phone.goes_deaf_and_mute()
    await tablet.hears("state", state="waiting")
    await asyncio.sleep(0.3)
    await ward.kill_engine()
    journal = list((ward.folder / "data" / "journal" / "e1").glob("*.journal"))
    assert journal, "what web does not know is on disk"
    boots = {sign.boot for sign in ward.control.signs}

    ward.control.away = False
    await ward.start_engine()
    await until(lambda: {s.boot for s in ward.control.signs} - boots, "the new boot's first sign")
    assert Step.LINE_LOST in ward.control.steps(call), "told before the first sign of life"
    assert ward.control.end_of(call) is None, "the end of a call nobody saw is web's to find"
    await until(lambda: not any(path.exists() for path in journal), "the old journal gone")

    grant = ward.control.permits[call].recording
    assert grant is not None
    folder = ward.folder / "data" / "recordings" / grant.folder
    for side, ear in (("inside", phone.peer), ("outside", tablet.peer)):
        data = (folder / f"{side}.0.ktrack").read_bytes()
        with (folder / f"{side}.0.ktrack").open("rb") as file:
            track = Track(file, base64.b64decode(grant.data_key))
            frames = list(track)
        assert not track.complete
        assert frames[-1].ms >= 1400, "at most about a second is missing"
        clear = {sound for *_, sound in ear.heard if len(sound) > 8}
        assert clear
        assert not any(sound in data for sound in clear), "no clear sound on disk"


async def test_told_once_to_stop_it_gives_calls_a_moment_and_tells_their_end(ward: Ward) -> None:
    tablet, phone, call = await ward.talking()
    code = await ward.kill_engine(signal.SIGTERM)
    assert code == 0, ward.log
    end = ward.control.end_of(call)
    assert end is not None
    assert end.reason is EndReason.FAULT
    assert len(end.tracks) == 2
    for page in (tablet, phone):
        await page.hears("ended", reason="fault")
        await page.hears("bye", code="engine.stopping")
        assert await page.closed() == 4503
    assert not list((ward.folder / "data" / "journal" / "e1").iterdir())


async def test_the_log_holds_ids_and_no_people_no_digits_and_no_passes(ward: Ward) -> None:
    tablet, phone, call = await ward.talking()
    await phone.say("key", digit="7")
    await tablet.say_raw("{")
    await tablet.say("hangup")
    await phone.hears("ended", call=call)
    await ward.kill_engine(signal.SIGTERM)
    assert call in ward.log
    for secret in (NUMBER, JULIAN, MAMA, "digit", "pass=", "resume", "candidate"):
        assert secret not in ward.log, secret


async def refusing_to_start(folder: Path, *, port: int, keys: Path) -> str:
    """What an engine says that ends at once with exit code 1."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        START,
        *["--id", "e1", "--listen", f"127.0.0.1:{port}", "--control", "http://127.0.0.1:9/"],
        *["--data", str(folder), "--keys", str(keys)],
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert b"Traceback" not in errors
    return errors.decode()


async def test_an_engine_that_cannot_start_says_why(ward: Ward) -> None:
    without_keys = await refusing_to_start(ward.folder, port=0, keys=ward.folder / "nowhere")
    assert "engine cannot start" in without_keys
    taken = await refusing_to_start(ward.folder, port=ward.port, keys=ward.folder / "keys")
    assert "address already in use" in taken
