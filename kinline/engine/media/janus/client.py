"""The line to one node of Janus: its own protocol over a WebSocket, on loopback.

A question carries a transaction, by which its answer is known; some are acknowledged first and
answered by an event. All is asked within one session, which must be kept alive. A line that
breaks is mended by claiming the session; where that fails, all that the node carried is lost.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import secrets
from asyncio import Future
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import aiohttp

from kinline.engine.media.port import MediaAway

log = logging.getLogger(__name__)

Address = tuple[str, int]
Body = dict[str, Any]

VIDEOROOM = "janus.plugin.videoroom"
_PROTOCOL = "janus-protocol"
_LONGEST = 1 << 20


class Refused(MediaAway):
    """Janus answered that it cannot; `code` is its own, the text its own words."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Reply:
    """What a plugin answered, and the session description that came with it, if one did."""

    data: Body
    sdp: str = ""


class Handle:
    """One end in a session, attached to the VideoRoom. `told` is given what happens to it."""

    def __init__(self, client: "Client", number: int) -> None:
        self._client, self.number = client, number
        self.after: asyncio.Task[None] | None = None  # it is detached once this is done
        self.told: Callable[[str, Body], None] = lambda event, body: None

    async def ask(self, request: str, *, offer: str = "", answer: str = "", **body: Any) -> Reply:
        """Have the plugin do something. Raises MediaAway, Refused."""
        message: Body = {"handle_id": self.number, "body": {"request": request, **body}}
        if offer or answer:
            message["jsep"] = {"type": "offer" if offer else "answer", "sdp": offer or answer}
        found = await self._client.ask("message", **message)
        data = found.get("plugindata", {}).get("data", {})
        if "error_code" in data:
            raise Refused(data["error_code"], str(data.get("error", "")))
        return Reply(data, found.get("jsep", {}).get("sdp", ""))

    def detach(self) -> "asyncio.Task[None] | None":
        """No more of it; what it carried is ended. Nobody has to wait for that; None if it was
        detached before."""
        return self._client.forget(self)


class Client:
    """A node at `address`. `word` is both its api_secret and the VideoRoom's admin_key.

    Rooms whose description begins with `prefix`, which are there at `open` or when the node comes
    back, were left behind by an engine that died: they are ended. `on_lost` is called when all
    that the node carried is gone.
    """

    PING_SECONDS = 1.0
    ANSWER_SECONDS = 4.0
    AGAIN_SECONDS = 1.0

    def __init__(self, address: Address, word: str, prefix: str) -> None:
        self._address, self._word, self.prefix = address, word, prefix
        self.on_lost: Callable[[], None] = lambda: None
        self._http: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._session: int | None = None
        self._asked: dict[str, _Question] = {}
        self._handles: dict[int, Handle] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._looked = asyncio.Event()
        self._living: asyncio.Task[None] | None = None
        self.here = False
        self.garbage = 0

    async def open(self) -> None:
        """Begin to look whether the node is there; returns after the first look."""
        self._http = aiohttp.ClientSession()
        self._living = asyncio.create_task(self._live())
        await self._looked.wait()
        if not self.here:
            log.error("a node of Janus is not there", extra={"port": self._address[1]})

    async def close(self) -> None:
        if self._errands:
            await asyncio.wait(self._errands, timeout=self.PING_SECONDS)
        if self._session is not None:
            with contextlib.suppress(MediaAway):
                await self.ask("destroy")
        self._session = None
        if self._living is not None:
            self._living.cancel()
            await asyncio.gather(self._living, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def attach(self) -> Handle:
        """A new end. Raises MediaAway."""
        found = await self.ask("attach", plugin=VIDEOROOM)
        handle = Handle(self, int(found["data"]["id"]))
        self._handles[handle.number] = handle
        return handle

    def forget(self, handle: Handle) -> "asyncio.Task[None] | None":
        if self._handles.pop(handle.number, None) is None:
            return None
        return self.soon(self._detach(handle))

    async def _detach(self, handle: Handle) -> None:
        if handle.after is not None:
            await asyncio.wait({handle.after}, timeout=self.ANSWER_SECONDS)
        await self.ask("detach", handle_id=handle.number)

    async def ask(self, what: str, **fields: Any) -> Body:
        """Raises MediaAway, Refused."""
        session = {} if self._session is None else {"session_id": self._session}
        return await self._answer_to({"janus": what, **session, **fields})

    def soon(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[None]:
        """Have something done that nobody has to wait for; that the node is away is no news."""
        task = asyncio.create_task(_quietly(work))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)
        return task

    def secret(self, room: int) -> str:
        """A room's own secret, and its pin: known again by the next life of an engine."""
        return hmac.new(self._word.encode(), str(room).encode(), hashlib.sha256).hexdigest()

    @property
    def admin(self) -> Body:
        """What opens the VideoRoom to whoever may make rooms and have copies sent."""
        return {"admin_key": self._word}

    async def _answer_to(self, message: Body) -> Body:
        if self._socket is None or self._socket.closed:
            raise MediaAway(message["janus"])
        transaction = secrets.token_hex(8)
        question = self._asked[transaction] = _Question(message["janus"])
        text = json.dumps({**message, "transaction": transaction, "apisecret": self._word})
        try:
            # Not wait_for: before Python 3.12 it forgets that it was canceled when the answer comes
            # in the same moment, and then whoever closes this client waits for ever.
            async with asyncio.timeout(self.ANSWER_SECONDS):
                await self._socket.send_str(text)
                found = await question.answer
        except (TimeoutError, aiohttp.ClientError, ConnectionError) as error:
            raise MediaAway(message["janus"]) from error
        finally:
            del self._asked[transaction]
        if found["janus"] == "error":
            why = found.get("error", {})
            raise Refused(int(why.get("code", 0)), str(why.get("reason", "")))
        return found

    # --- what comes in ----------------------------------------------------------------

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            try:
                message = json.loads(frame.data)
                self._heard(message["janus"], message)
            except (ValueError, TypeError, KeyError):
                self.garbage += 1

    def _heard(self, what: str, message: Body) -> None:
        question = self._asked.get(message.get("transaction", ""))
        if question is not None:
            question.heard(what, message)
        elif what == "timeout":
            self._lose()
        elif (handle := self._handles.get(message.get("sender", 0))) is not None:
            handle.told(what, message)

    # --- whether it is there ----------------------------------------------------------

    async def _live(self) -> None:
        while True:
            try:
                await self._connected()
            except Refused as no:
                if not self._looked.is_set():
                    log.error("a node of Janus refuses us", extra={"code": no.code})
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass  # it is away: asked again
            self._looked.set()
            await asyncio.sleep(self.AGAIN_SECONDS if self._session is None else 0)

    async def _connected(self) -> None:
        """One connection, from its first word to its last. A session that outlived the one before
        is claimed; raises whatever says that the node is away."""
        assert self._http is not None
        host, port = self._address
        stands = False
        try:
            async with asyncio.timeout(self.ANSWER_SECONDS):
                socket = await self._http.ws_connect(
                    f"ws://{host}:{port}/", protocols=(_PROTOCOL,), max_msg_size=_LONGEST
                )
            self._socket, reading = socket, asyncio.create_task(self._read(socket))
            try:
                await (self._begin() if self._session is None else self.ask("claim"))
                stands = True
                self._looked.set()
                await self._stay(reading)
            finally:
                reading.cancel()
                self._socket = None
                self._give_up()
                await socket.close()
        finally:
            if not stands:
                self._lose()

    async def _begin(self) -> None:
        found = await self.ask("create")
        self._session = int(found["data"]["id"])
        await self._sweep()
        self.here = True
        log.info("a node of Janus is here", extra={"port": self._address[1]})

    async def _stay(self, reading: asyncio.Task[None]) -> None:
        """Keep the session alive until the connection ends; a node that hangs is left."""
        while self._session is not None:
            done, _ = await asyncio.wait({reading}, timeout=self.PING_SECONDS)
            if done:
                return
            await self.ask("keepalive")

    def _give_up(self) -> None:
        for question in self._asked.values():
            question.fail()

    def _lose(self) -> None:
        self._session = None
        self._handles.clear()
        if self.here:
            log.error("a node of Janus is lost", extra={"port": self._address[1]})
            self.here = False
            self.on_lost()

    async def _sweep(self) -> None:
        """End the rooms that an engine of this name left behind."""
        handle = await self.attach()
        rooms = (await handle.ask("list", **self.admin)).data.get("list", ())
        left = [
            int(room["room"]) for room in rooms
            if str(room.get("description", "")).startswith(self.prefix)
        ]  # fmt: skip
        for room in left:
            with contextlib.suppress(Refused):
                await handle.ask("destroy", room=room, secret=self.secret(room))
        handle.detach()
        if left:
            log.warning("rooms left behind are ended", extra={"rooms": len(left)})


class _Question:
    """What was asked, until it is answered. A message is acknowledged first, and then answered;
    of a sign of life the acknowledgement is the answer."""

    def __init__(self, what: str) -> None:
        self._what = what
        self.answer: Future[Body] = asyncio.get_running_loop().create_future()

    def heard(self, what: str, message: Body) -> None:
        if not self.answer.done() and (what != "ack" or self._what == "keepalive"):
            self.answer.set_result(message)

    def fail(self) -> None:
        if not self.answer.done():
            self.answer.set_exception(MediaAway("the connection is gone"))


async def _quietly(work: Coroutine[Any, Any, Any]) -> None:
    with contextlib.suppress(MediaAway):
        await work
