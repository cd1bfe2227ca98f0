"""A town for engine tests: one engine, a fake web, and browsers that come and go."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kinline.core.call.states import Side
from kinline.core.passes import Right
from kinline.engine.fake_control import FakeControl, fresh_pass, write_keys
from kinline.engine.run import Engine
from kinline.engine.settings import EngineSettings, Times
from kinline.sealed.codec import Codec
from tests.engine.browsers import Browser

JULIAN, MAMA = "julian-marrow", "odette-marrow"
JULIAN_HZ, MAMA_HZ = 440, 1000
NUMBER = "+16175550142"

QUICK = Times(
    page_grace=0.4,
    line_grace=1.0,
    silent_after=0.3,
    renew_every=0.3,
    between_announcements=0.1,
    name_pause=0.05,
    alive_every=0.1,
    commands_every=0.05,
    stop_grace=1.0,
    drain=0.5,
)


class Town:
    """Everything a test needs to make a call."""

    def __init__(self, folder: Path) -> None:
        self.pass_key = write_keys(folder / "keys")
        self.control = FakeControl(contact_of=lambda number: MAMA)
        self.settings = EngineSettings(
            engine="e1",
            control_url="http://127.0.0.1:9/control/",
            data=folder / "data",
            keys=folder / "keys",
            port=0,
            ice_addresses=("127.0.0.1",),
            times=QUICK,
        )
        self.stack = AsyncExitStack()
        self.engine: Engine

    async def start(self, **changes: Any) -> None:
        self.settings = replace(self.settings, **changes)
        self.engine = await self.stack.enter_async_context(Engine(self.settings, self.control))

    @property
    def recordings(self) -> list[Path]:
        return sorted(path for path in self.settings.data.rglob("*.ktrack") if path.is_file())

    def url(self, query: str) -> str:
        return f"http://127.0.0.1:{self.engine.port}/ws?{query}"

    def pass_for(self, right: Right, side: Side, subject: str, **more: Any) -> str:
        return fresh_pass(
            self.pass_key, right=right, side=side, subject=subject, now=int(time.time()), **more
        )

    async def browser(self, word: str, hertz: int = 440) -> Browser:
        browser = Browser(hertz)
        self.stack.push_async_callback(browser.quits)
        return await browser.open(self.url(f"pass={word}"))

    async def tablet(self) -> Browser:
        """Julian's tablet, with the right to dial."""
        return await self.browser(self.pass_for(Right.DIAL, Side.INSIDE, JULIAN), JULIAN_HZ)

    async def phone(self, contact: str = MAMA) -> Browser:
        """A page of his mother's that waits for calls."""
        browser = await self.browser(self.pass_for(Right.WAIT, Side.OUTSIDE, contact), MAMA_HZ)
        await browser.hears("hello")
        return browser

    async def dialled(
        self, key: str = "dial-key-1", codec: Codec = Codec.OPUS
    ) -> tuple[Browser, str]:
        tablet = await self.tablet()
        tablet.codec = codec
        await tablet.say("dial", number=NUMBER, key=key)
        call = (await tablet.hears("call"))["call"]
        await tablet.connects()
        return tablet, call

    async def answered(self) -> tuple[Browser, Browser, str]:
        phone = await self.phone()
        tablet, call = await self.dialled()
        await phone.hears("ring", call=call)
        await phone.say("answer")
        await phone.connects()
        return tablet, phone, call

    async def talking(self) -> tuple[Browser, Browser, str]:
        tablet, phone, call = await self.answered()
        await phone.say("key", digit="1")
        await tablet.hears("state", state="talking")
        await phone.hears("state", state="talking")
        return tablet, phone, call


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    town = Town(tmp_path)
    await town.start()
    async with town.stack:
        yield town
