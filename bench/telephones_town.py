"""An engine process whose telephones are sockets: what bench/telephones.py measures.

Web says yes to everything. SIP is left out: this process takes the place of the sip process at
the engine's Unix socket and speaks its messages, since signalling is measured by itself. All else
is as ever: a person signs in by keys, dials, and the called side accepts by key.
"""

import asyncio
import contextlib
import json
import socket
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.packet import Packet

from bench.processes import cpu
from bench.rtp_load import Heard, stamped
from kinline.core.call.states import Side
from kinline.core.control import Handset, Step, Telephones, Trunk
from kinline.core.ids import StationId
from kinline.core.passes import Right
from kinline.engine.fake_control import FakeControl, FakeWeb, fresh_pass, write_keys
from kinline.engine.media.relay import rtp
from kinline.engine.signalling.sip.messages import (
    LINE_BYTES,
    Accept,
    Answered,
    Confirmed,
    Dial,
    HangUp,
    Invite,
    Local,
    Media,
    Ringing,
    Setup,
    to_sip,
    written,
)
from kinline.sealed.codec import Codec
from tests.engine.browsers import Browser, Microphone, until

START = "import sys; from kinline.engine.run import main; sys.exit(main(sys.argv[1:]))"
KEYS_KIND = 101
_PATIENCE = 60.0
_LIFTED_SECONDS = 0.5
_IDLE_SECONDS, _IDLE_SHARE = 1.0, 0.1


class Telephone:
    """A socket that can press keys; its sound is the business of bench/rtp_load.py."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.to: tuple[str, int] = "127.0.0.1", 0
        self._number = 0

    @property
    def media(self) -> Media:
        return Media("127.0.0.1", self.port, "pcmu", KEYS_KIND)

    def press(self, digits: str) -> None:
        for digit in digits:
            stamp = (self._number + 1) * rtp.FRAME
            for payload in rtp.key_payloads(digit):
                self._number += 1
                data = rtp.packed(
                    payload, kind=KEYS_KIND, number=self._number, timestamp=stamp, source=1
                )
                self.socket.sendto(data, self.to)


@dataclass(slots=True)
class PhoneCall:
    """Two ends that talk; one of them may be a page's ears instead of a telephone."""

    inside: Telephone | None
    outside: Telephone


class StampedMicrophone(Microphone):
    """A page's microphone that says in its sound when it was sent."""

    async def recv(self) -> Packet:
        await asyncio.sleep(self._began + self._place * 0.02 - time.monotonic())
        self._place += 1
        packet = Packet(stamped(self._place))
        packet.pts, packet.time_base = self._place * 960, Fraction(1, 48_000)
        return packet


class StampedEar:
    """A page's ear that reads it."""

    def __init__(self) -> None:
        self.heard, self.counts = Heard(), (0, 0)

    def add(self, packet: Any) -> tuple[bool, None]:
        self.heard.note(packet._data, time.time_ns(), self.counts)
        return False, None


class Page(Browser):
    """A tablet whose call leads to a telephone."""

    def __init__(self) -> None:
        super().__init__()
        self.codec = Codec.PCMU
        self.ear = StampedEar()

    async def connects_with_stamps(self, make: Callable[[int, Codec], Microphone]) -> None:
        await self.connects(make)
        assert self.connection is not None
        receiver = self.connection.getTransceivers()[0].receiver
        receiver._RTCRtpReceiver__jitter_buffer = self.ear


class Town:
    """`async with Town(...) as town`; then `phone_calls` or `page_calls`."""

    def __init__(self, folder: Path, calls: int, *engine_words: str) -> None:
        self._folder, self._calls, self._words = folder, calls, engine_words
        self._key = write_keys(folder / "keys")
        self._control = FakeControl(trunk="t1")
        handsets = (Handset(StationId(f"wall-{n}"), f"w{n}", "a-secret") for n in range(calls))
        self._control.phones = Telephones(
            handsets=tuple(handsets),
            trunks=(Trunk("t1", "127.0.0.1", 5060, caller="5085550100"),),
            networks=("127.0.0.1/32",),
        )
        self._stack = AsyncExitStack()
        self._accepted: dict[str, asyncio.Future[Local]] = {}
        self._dialled: asyncio.Queue[Dial] = asyncio.Queue()
        self._set_up = asyncio.Event()
        self.pid = self._port = 0

    async def __aenter__(self) -> "Town":
        word = (self._folder / "keys" / "control.key").read_text()
        web = await self._stack.enter_async_context(FakeWeb(self._control, word))
        words = ["--id", "e1", "--listen", "127.0.0.1:0", "--control", web.url]
        words += ["--data", str(self._folder / "data"), "--keys", str(self._folder / "keys")]
        words += ["--ice-address", "127.0.0.1", "--max-calls", str(self._calls)]
        words += ["--rtp", "127.0.0.1", "--rtp-ports", "20000-29998", *self._words]
        engine = await asyncio.create_subprocess_exec(
            sys.executable, "-c", START, *words, stderr=asyncio.subprocess.PIPE
        )
        self.pid = engine.pid
        self._stack.push_async_callback(engine.wait)
        self._stack.callback(engine.terminate)
        assert engine.stderr is not None
        while not self._port:
            line = await engine.stderr.readline()
            if not line:
                raise RuntimeError("the engine does not start")
            with contextlib.suppress(ValueError):
                self._port = json.loads(line).get("port", 0)
        drain = asyncio.create_task(engine.stderr.read())
        self._stack.callback(drain.cancel)
        await self._be_the_sip_process()
        await self._prepared()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def recorded_bytes(self) -> int:
        return sum(path.stat().st_size for path in self._folder.rglob("*.ktrack"))

    async def _prepared(self) -> None:
        """Until the engine has its prompts as G.711: work of once, which no call pays."""
        ends = time.monotonic() + _PATIENCE
        before = cpu(self.pid)
        while time.monotonic() < ends:
            await asyncio.sleep(_IDLE_SECONDS)
            before, spent = (now := cpu(self.pid)), now - before
            if spent < _IDLE_SECONDS * _IDLE_SHARE:
                return
        raise RuntimeError("the engine never comes to rest")

    # --- calls ------------------------------------------------------------------------

    async def phone_calls(self) -> list[PhoneCall]:
        """So many wall phones call so many telephones outside; all were accepted."""
        calls = [await self._phone_call(n) for n in range(self._calls)]
        await self._all_accepted(calls)
        return calls

    async def page_calls(self) -> tuple[list[PhoneCall], list[Page]]:
        """The same from so many tablets."""
        calls, pages = [], []
        for n in range(self._calls):
            call, page = await self._page_call(n)
            calls.append(call)
            pages.append(page)
        await self._all_accepted(calls)
        return calls, pages

    async def _phone_call(self, number: int) -> PhoneCall:
        inside = Telephone()
        dialog = f"handset-{number}"
        self._accepted[dialog] = asyncio.get_running_loop().create_future()
        self._tell(Invite(dialog, f"wall-{number}", "call", inside.media))
        async with asyncio.timeout(_PATIENCE):
            local = await self._accepted[dialog]
        self._tell(Confirmed(dialog, {"nothing": "to be taken up"}))
        inside.to = local.address, local.port
        # One after the other, as a person would: their sound is not kept, the keys are.
        for keys in (f"{1000 + number}#", "482913#", f"617555{number:04d}#"):
            inside.press(keys)
            await asyncio.sleep(0.05)
        return PhoneCall(inside, await self._outside())

    async def _page_call(self, number: int) -> tuple[PhoneCall, Page]:
        now, page = int(time.time()), Page()
        word = fresh_pass(
            self._key, right=Right.DIAL, side=Side.INSIDE, subject=f"person-{number}", now=now
        )
        self._stack.push_async_callback(page.quits)
        await page.open(f"http://127.0.0.1:{self._port}/ws?pass={word}")
        await page.say("dial", number=f"+1617555{number:04d}", key=f"dial-key-{number}")
        await page.hears("call")
        await page.connects_with_stamps(StampedMicrophone)
        return PhoneCall(None, await self._outside()), page

    async def _outside(self) -> Telephone:
        """The telephone that rings is lifted at once."""
        async with asyncio.timeout(_PATIENCE):
            order = await self._dialled.get()
        telephone = Telephone()
        telephone.to = order.local.address, order.local.port
        self._tell(Ringing(order.dialog))
        self._tell(Answered(order.dialog, telephone.media))
        self._tell(Confirmed(order.dialog, {"nothing": "to be taken up"}))
        return telephone

    async def _all_accepted(self, calls: list[PhoneCall]) -> None:
        control = self._control

        def talking(count: int) -> bool:
            return sum(Step.ACCEPTED in control.steps(call) for call in control.permits) >= count

        await asyncio.sleep(_LIFTED_SECONDS)  # a key before the announcement means nothing
        for call in calls:
            call.outside.press("1")
        await until(lambda: talking(len(calls)), "acceptance", patience=_PATIENCE)

    # --- the sip process's end --------------------------------------------------------

    async def _be_the_sip_process(self) -> None:
        path = self._folder / "data" / "sip" / "e1.sock"
        await until(path.exists, "the engine's socket", patience=_PATIENCE)
        reader, self._writer = await asyncio.open_unix_connection(path, limit=LINE_BYTES)
        task = asyncio.create_task(self._read(reader))
        self._stack.callback(task.cancel)
        self._stack.callback(self._writer.close)
        async with asyncio.timeout(_PATIENCE):
            await self._set_up.wait()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            match to_sip.decode(line):
                case Setup(handsets) if len(handsets) == self._calls:
                    self._set_up.set()
                case Accept(dialog, local):
                    self._accepted[dialog].set_result(local)
                case Dial() as order:
                    self._dialled.put_nowait(order)
                case HangUp():
                    pass

    def _tell(self, message: Any) -> None:
        self._writer.write(written(message))
