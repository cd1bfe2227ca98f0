"""A knock: a connection that carries nothing, by which a page learns whether it could have one."""

import asyncio

from aiortc import RTCPeerConnection, RTCSessionDescription

from kinline.engine.media.port import OfferRefused
from kinline.engine.media.relay.leg import negotiated, new_connection, read_media

_LASTS_SECONDS = 12.0
_MOST = 40  # at a time


class Knocks:
    """Answers knocks; each is forgotten after twelve seconds, whatever became of it."""

    def __init__(self, lasts: float = _LASTS_SECONDS) -> None:
        self._lasts = lasts
        self._open: set[asyncio.Task[None]] = set()

    async def answer(self, offer: str) -> str:
        """The answer to an offer of one line of sound that sends nothing. Raises OfferRefused."""
        if len(self._open) >= _MOST:
            raise OfferRefused("engine.full")
        if [line.kind for line in read_media(offer)] != ["audio"]:
            raise OfferRefused("sdp.lines")
        connection = new_connection()

        async def take(usable: str) -> str:
            connection.addTransceiver("audio", "inactive")
            await connection.setRemoteDescription(RTCSessionDescription(usable, "offer"))
            await connection.setLocalDescription(await connection.createAnswer())
            return str(connection.localDescription.sdp)

        answer = await negotiated(connection, offer, take)
        task = asyncio.create_task(self._forget(connection))
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        return answer

    async def close(self) -> None:
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _forget(self, connection: RTCPeerConnection) -> None:
        try:
            await asyncio.sleep(self._lasts)
        finally:
            await connection.close()
