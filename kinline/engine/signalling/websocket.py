"""The WebSocket door: /ws?pass=... or /ws?resume=..., one JSON object in each message."""

import asyncio
import contextlib
import logging
import time

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from kinline.core.passes import PassRefused
from kinline.engine.signalling import protocol
from kinline.engine.signalling.desk import Desk
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.protocol import (
    BAD_MESSAGE,
    IDLE,
    MAX_MESSAGE_CHARS,
    PASS_REFUSED,
    BadMessage,
    Bye,
    Pong,
    ToPage,
    read,
    written,
)

log = logging.getLogger(__name__)

# Beyond this a frame is not even read; between it and the protocol's own limit it is answered.
_MAX_FRAME = 1024 * 1024
_OUTGOING = 200
_CLOSE_SECONDS = 2.0


class Connection:
    """One socket. What is sent waits in a queue, so that a slow page delays nobody."""

    def __init__(self, ws: web.WebSocketResponse) -> None:
        self.ws = ws
        self._outgoing: asyncio.Queue[ToPage | None] = asyncio.Queue(_OUTGOING)
        self._closing: tuple[int, str] | None = None

    def send(self, message: ToPage) -> None:
        try:
            self._outgoing.put_nowait(message)
        except asyncio.QueueFull:
            # It takes nothing any more: as good as a lost line.
            self.close(WSCloseCode.TRY_AGAIN_LATER, "slow")

    def close(self, code: int, reason: str = "") -> None:
        if self._closing is None:
            self._closing = (code, reason)
            with contextlib.suppress(asyncio.QueueFull):
                self._outgoing.put_nowait(None)

    async def write(self) -> None:
        """Write what is queued, and the close frame last."""
        with contextlib.suppress(ConnectionError, RuntimeError):
            while (message := await self._outgoing.get()) is not None:
                await self.ws.send_str(written(message))
        if self._closing is not None:
            code, reason = self._closing
            with contextlib.suppress(ConnectionError, RuntimeError, TimeoutError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self.ws.close(code=code, message=reason.encode())


class SocketDoor:
    """Handles /ws."""

    def __init__(self, desk: Desk, *, heartbeat: float, idle: float) -> None:
        self._desk, self._heartbeat, self._idle = desk, heartbeat, idle

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(heartbeat=self._heartbeat, max_msg_size=_MAX_FRAME)
        await ws.prepare(request)
        connection = Connection(ws)
        writer = asyncio.create_task(connection.write())
        try:
            await self._serve(request, connection)
        finally:
            connection.close(WSCloseCode.OK)
            # A socket that is gone already has nobody to write to.
            if ws.closed:
                writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        return ws

    async def _serve(self, request: web.Request, connection: Connection) -> None:
        try:
            page = self._admitted(request)
        except PassRefused as no:
            log.info("pass refused", extra={"code": no.code})
            connection.close(PASS_REFUSED, no.code)
            await self._drain(connection)
            return
        if not self._desk.arrive(page, connection):
            await self._drain(connection)
            return
        left = await self._listen(page, connection)
        self._desk.depart(page, connection, left=left)

    def _admitted(self, request: web.Request) -> Page:
        if "resume" in request.query:
            return self._desk.sessions.resume(request.query["resume"])
        return self._desk.sessions.admit(request.query.get("pass", ""), now=int(time.time()))

    async def _listen(self, page: Page, connection: Connection) -> bool:
        """Hear the page until its socket is gone; whether it went on purpose."""
        while True:
            try:
                async with asyncio.timeout(self._idle):
                    message = await connection.ws.receive()
            except TimeoutError:
                connection.send(Bye("idle"))
                connection.close(IDLE, "idle")
                return False
            if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED):
                return _on_purpose(connection)
            if message.type is WSMsgType.ERROR:
                return False
            await self._hear(page, connection, message)

    async def _hear(self, page: Page, connection: Connection, message: WSMessage) -> None:
        if page.floods():
            connection.close(BAD_MESSAGE, "flood")
            return
        try:
            if message.type is not WSMsgType.TEXT:
                raise BadMessage("message.not_text")
            understood = read(message.data)
        except BadMessage as bad:
            log.info("bad message", extra={"code": bad.code})
            page.refuse(bad.code)
            if page.misbehaved():
                connection.close(BAD_MESSAGE, bad.code)
            return
        if isinstance(understood, protocol.Ping):
            connection.send(Pong())
        elif isinstance(understood, protocol.Key):
            self._key(page, connection, understood)
        else:
            await self._desk.handle(page, understood)

    def _key(self, page: Page, connection: Connection, key: protocol.Key) -> None:
        heard = page.hears_key()
        if heard is None:
            connection.close(BAD_MESSAGE, "flood")
        elif heard:
            self._desk.key(page, key.digit)

    async def _drain(self, connection: Connection) -> None:
        """Let the other end read its close frame and answer it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                while not connection.ws.closed:
                    await connection.ws.receive()


def _on_purpose(connection: Connection) -> bool:
    """A closed or reloaded page says "going away", or that it has no more to say.

    A socket closed without a code was given up for lost by its page, one without a close frame
    broke, and one we closed ourselves is neither: such a page may come back as after a lost line.
    """
    return connection.ws.close_code in (WSCloseCode.OK, WSCloseCode.GOING_AWAY)


assert MAX_MESSAGE_CHARS < _MAX_FRAME
