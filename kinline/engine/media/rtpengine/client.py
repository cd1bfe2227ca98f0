"""The line to rtpengine: commands over UDP (its ng protocol), and its notices of keys.

A question carries a cookie, and is asked again until it is answered; rtpengine answers a cookie
it has seen from memory, so nothing is done twice. The protocol knows no password: loopback only.
"""

import asyncio
import contextlib
import logging
import secrets
from asyncio import DatagramTransport, Future
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from kinline.engine.media.port import MediaAway
from kinline.engine.media.rtpengine.bencode import Value, decoded, encoded

log = logging.getLogger(__name__)

Address = tuple[str, int]
Answer = dict[str, Any]

_KEYS = "0123456789*#"
# One datagram holds no more, and rtpengine reads no more.
_LONGEST = 60_000
_CALLS_LISTED = 10_000


class Refused(MediaAway):
    """rtpengine answered that it cannot; the reason is its own words."""


class _Notice(msgspec.Struct, frozen=True):
    """A key, as --dtmf-log-dest tells it."""

    callid: str
    source_tag: str
    event: int


class Client:
    """Commands go to `address`; keys are told to the port above it.

    `on_key` is given a call, a tag and a key; `on_gone` is called when rtpengine answers no more.
    Calls of `prefix` that rtpengine holds at `open`, or when it comes back, were left behind
    by an engine that died, unless they are in `calls`: they are ended.
    """

    # Asked again after so many seconds, then given up.
    PAUSES = (0.15, 0.3, 0.6, 1.0)
    PING_SECONDS = 1.0

    def __init__(
        self,
        address: Address,
        prefix: str,
        on_key: Callable[[str, str, str], None],
        on_gone: Callable[[], None],
    ) -> None:
        self._address, self._prefix = address, prefix
        self._on_key, self._on_gone = on_key, on_gone
        self._asked: dict[bytes, Future[Answer]] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._commands: DatagramTransport | None = None
        self._keys: DatagramTransport | None = None
        self._pinging: asyncio.Task[None] | None = None
        self.calls: set[str] = set()
        self.here = False
        self.garbage = 0

    async def open(self) -> None:
        """Listen for keys, and begin to ask whether rtpengine is there. Raises OSError."""
        loop = asyncio.get_running_loop()
        host, port = self._address
        self._keys, _ = await loop.create_datagram_endpoint(
            lambda: _Ear(self._key_told), local_addr=(host, port + 1)
        )
        self._commands, _ = await loop.create_datagram_endpoint(
            lambda: _Ear(self._answered, self._nobody_listens), remote_addr=self._address
        )
        await self._look()
        if not self.here:
            log.error("rtpengine is not there")
        self._pinging = asyncio.create_task(self._ping())

    async def close(self) -> None:
        if self._pinging is not None:
            self._pinging.cancel()
        if self._errands:
            await asyncio.wait(self._errands, timeout=self.PAUSES[0] + self.PAUSES[1])
        for transport in (self._commands, self._keys):
            if transport is not None:
                transport.close()
        await asyncio.sleep(0)  # only then are their ports free

    async def ask(self, command: str, **fields: Value) -> Answer:
        """Have a command done; `_` in a field's name stands for `-`. Raises MediaAway, Refused."""
        message = {"command": command, **{key.replace("_", "-"): v for key, v in fields.items()}}
        answer = await self._answer_to(command, encoded(message))
        if answer.get("result") not in ("ok", "pong"):
            raise Refused(f"{command}: {answer.get('error-reason', 'refused')}")
        return answer

    def soon(self, work: Coroutine[Any, Any, Any]) -> None:
        """Have something done that nobody waits for; that rtpengine is away is no news."""
        task = asyncio.create_task(_quietly(work))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _answer_to(self, command: str, message: bytes) -> Answer:
        if self._commands is None or self._commands.is_closing():
            raise MediaAway(command)
        if len(message) > _LONGEST:
            raise ValueError(f"{command}: too long for a datagram")
        cookie = secrets.token_hex(8).encode()
        future = self._asked[cookie] = asyncio.get_running_loop().create_future()
        try:
            for pause in self.PAUSES:
                self._commands.sendto(cookie + b" " + message)
                with contextlib.suppress(TimeoutError):
                    return await asyncio.wait_for(asyncio.shield(future), pause)
        finally:
            del self._asked[cookie]
        raise MediaAway(command)

    def _nobody_listens(self) -> None:
        """Its port is closed: rtpengine is dead, and with it all its calls."""
        for future in self._asked.values():
            if not future.done():
                future.set_exception(MediaAway("nobody listens"))
        self._lost()

    def _lost(self) -> None:
        if self.here:
            log.error("rtpengine does not answer")
            self.here = False
            self._on_gone()

    # --- what comes in ----------------------------------------------------------------

    def _answered(self, data: bytes, _: Address) -> None:
        cookie, _space, text = data.partition(b" ")
        future = self._asked.get(cookie)
        if future is None:
            return  # late, doubled, or nobody's
        try:
            answer = decoded(text)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            self.garbage += 1  # what is meant will be asked again
        elif not future.done():
            future.set_result(answer)

    def _key_told(self, data: bytes, sender: Address) -> None:
        """Each notice is one key: its moment is too coarse to tell doubles by, and none come."""
        try:
            notice = msgspec.json.decode(data, type=_Notice)
        except msgspec.DecodeError:
            self.garbage += 1
            return
        if sender[0] == self._address[0] and 0 <= notice.event < len(_KEYS):
            self._on_key(notice.callid, notice.source_tag, _KEYS[notice.event])

    # --- whether it is there ----------------------------------------------------------

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(self.PING_SECONDS)
            await self._look()

    async def _look(self) -> None:
        try:
            await self.ask("ping")
            if not self.here:
                await self._sweep()
        except MediaAway:
            self._lost()
            return
        if not self.here:
            log.info("rtpengine is here")
        self.here = True

    async def _sweep(self) -> None:
        """End the calls that an engine of this name left behind."""
        listed = await self.ask("list", limit=_CALLS_LISTED)
        left = [
            call for call in listed.get("calls", ())
            if isinstance(call, str) and call.startswith(self._prefix) and call not in self.calls
        ]  # fmt: skip
        for call in left:
            with contextlib.suppress(Refused):
                await self.ask("delete", call_id=call, delete_delay=0)
        if left:
            log.warning("calls left behind are ended", extra={"calls": len(left)})


class _Ear(asyncio.DatagramProtocol):
    """Hands on each datagram, and says when the port at the other end is closed."""

    def __init__(
        self, take: Callable[[bytes, Address], None], refused: Callable[[], None] = lambda: None
    ) -> None:
        self._take, self._refused = take, refused

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._take(data, addr)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, ConnectionRefusedError):
            self._refused()


async def _quietly(work: Coroutine[Any, Any, Any]) -> None:
    with contextlib.suppress(MediaAway):
        await work
