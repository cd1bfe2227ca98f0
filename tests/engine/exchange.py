"""A town with telephones: an engine, its sip process, handsets inside and lines outside."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kinline.core.control import Handset, Telephones, Trunk
from kinline.core.ids import StationId
from kinline.engine.run import Engine
from kinline.sealed.codec import Codec
from tests.engine.baresip import Baresip, free_port
from tests.engine.browsers import Browser, until
from tests.engine.conftest import JULIAN_HZ, MAMA_HZ, NUMBER, Town
from tests.engine.rtpengines import Rtpengine

INSIDE = OUTSIDE = "127.0.0.1"
SECRET = "a-long-secret-of-a-wall-phone"
PIN, ID = "482913", "1047"


MEDIA = (
    "relay",
    pytest.param("rtpengine", marks=[pytest.mark.rtpengine, pytest.mark.long]),
)
"""For a fixture of towns: each journey is walked on both media engines."""


class Exchange(Town):
    """Call `open` before anything else.

    Inside and outside share loopback's one address, since a telephone that is bound to another
    would still send its sound from this one; ports tell them apart.
    """

    mamas_settings = ""  # more lines for the telephone outside

    def __init__(self, folder: Path, medium: str = "relay") -> None:
        super().__init__(folder)
        self.folder, self.medium = folder, medium
        self.rtpengine = Rtpengine(folder / "rtpengine")
        self.sip_port = free_port()
        self.sip: asyncio.subprocess.Process | None = None
        self.control.pins = {ID: PIN}

    async def open(self, *, languages: tuple[str, ...] = ("en",), **changes: Any) -> None:
        self.mama = Baresip(
            self.folder,
            "mama",
            MAMA_HZ,
            "\n".join(_account(n, OUTSIDE, "regint=0") for n in ("6175550142", NUMBER)),
            OUTSIDE,
            self.mamas_settings,
        )
        self.control.trunk = "t1"
        self.control.phones = Telephones(
            handsets=(Handset(StationId("wall-1"), "wall1", SECRET, languages),),
            trunks=(self.carrier(),),
            networks=(f"{INSIDE}/32",),
        )
        times = replace(self.settings.times, **changes)
        if self.medium == "rtpengine":
            await self.stack.enter_async_context(self.rtpengine)
        await self.start(
            telephones=True,
            rtp_host=INSIDE,
            rtp_ports=(30_000, 39_998),
            rtpengine=self.rtpengine.address if self.medium == "rtpengine" else None,
            times=times,
        )
        await self.start_sip()
        await self.stack.enter_async_context(self.mama)

    def carrier(self) -> Trunk:
        """The carrier as the console has it."""
        return Trunk("t1", OUTSIDE, self.mama.sip, caller="5085550100")

    @property
    def door(self) -> str:
        """Where a handset signs in and calls."""
        return f"{INSIDE}:{self.sip_port}"

    async def start_sip(self, *words: str) -> None:
        log = (self.folder / "sip.log").open("ab")
        self.sip = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kinline", "sip", f"--listen={INSIDE}:{self.sip_port}"),
            *("--engine", str(self.settings.sip_socket), *words),
            stdout=log,
            stderr=log,
        )
        self.stack.push_async_callback(self.kill_sip, self.sip)
        assert self.engine.telephony is not None
        await until(lambda: self.engine.telephony.here, "the sip process")  # type: ignore[union-attr]
        await until(lambda: self.control.phones_seen, "the directory")
        await asyncio.sleep(0.2)

    async def kill_sip(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is None:
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()

    async def handset(self, user: str = "wall1", secret: str = SECRET) -> Baresip:
        account = (
            f"<sip:{user}@{self.door}>;auth_user={user};auth_pass={secret};regint=60;"
            "audio_codecs=PCMU/8000/1;ptime=20"
        )
        phone = Baresip(self.folder, user, JULIAN_HZ, account, INSIDE)
        await self.stack.enter_async_context(phone)
        return phone

    async def signed_in(self) -> Baresip:
        """A handset whose receiver is lifted and whose person has signed in."""
        phone = await self.handset()
        assert self.engine.telephony is not None
        await until(self.engine.telephony.handsets_seen, "its registration")
        phone.calls("call", self.door)
        await phone.sees("CALL_ESTABLISHED")
        await phone.presses(f"{ID}#{PIN}#")
        return phone

    async def ringing(self, number: str = "6175550142") -> tuple[Baresip, str]:
        """A signed-in handset has dialled, and the telephone outside rings."""
        phone = await self.signed_in()
        await phone.presses(f"{number}#")
        await self.mama.sees("CALL_INCOMING")
        return phone, next(iter(self.control.permits))

    async def talking_on_phones(self) -> tuple[Baresip, str]:
        phone, call = await self.ringing()
        self.mama.does("accept")
        await self.mama.sees("CALL_ESTABLISHED")
        await self.mama.presses("1")
        await until(lambda: len(self.control.steps(call)) >= 3, "acceptance")
        return phone, call

    async def picked_up(self) -> tuple[Browser, str]:
        """A tablet has called, and the telephone outside was lifted: the page, and the call."""
        tablet, call = await self.dialled(codec=Codec.PCMU)
        await self.mama.sees("CALL_INCOMING")
        self.mama.does("accept")
        await self.mama.sees("CALL_ESTABLISHED")
        return tablet, call

    async def talking_on_a_tablet(self) -> tuple[Browser, str]:
        tablet, call = await self.picked_up()
        await self.mama.presses("1")
        await tablet.hears("state", state="talking")
        return tablet, call


def _account(user: str, address: str, more: str) -> str:
    return f"<sip:{user}@{address}:{{sip}}>;{more};audio_codecs=PCMU/8000/1;ptime=20"


__all__ = ["MEDIA", "Engine", "Exchange"]
