"""Hands and ears for telephones whose SIP another program speaks: they hear, and press keys.

A telephone's sound goes to a port of ours, which its description names. Where the engine sends
from is where its keys go.
"""

import asyncio
import socket
from collections.abc import Callable, Iterator

from kinline.engine.media.relay import rtp

KEYS_KIND, SOUND_KIND = 101, 0
_SILENCE = b"\xff" * rtp.FRAME


class Fingers(asyncio.DatagramProtocol):
    """One telephone. `lifted` is called with each new line that it hears.

    A line is known by its source's number (SSRC), too: a later call may come from the same port.
    """

    def __init__(self, lifted: Callable[["Fingers"], None]) -> None:
        self._lifted, self._number, self.heard = lifted, 0, 0
        self.engine: tuple[str, int] | None = None
        self.line: tuple[tuple[str, int], bytes] | None = None
        self._transport: asyncio.DatagramTransport

    @classmethod
    async def on(cls, door: socket.socket, lifted: Callable[["Fingers"], None]) -> "Fingers":
        loop = asyncio.get_running_loop()
        _, found = await loop.create_datagram_endpoint(lambda: cls(lifted), sock=door)
        return found

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, sender: tuple[str, int]) -> None:
        self.heard += 1
        if (line := (sender, data[8:12])) != self.line:
            self.engine, self.line = sender, line
            self._lifted(self)

    def breathe(self) -> None:
        """A packet of silence, as a sign of life."""
        self._send(_SILENCE, SOUND_KIND, (self._number + 1) * rtp.FRAME)

    def press(self, digits: str) -> None:
        """One key after the other, faster than a hand."""
        for digit in digits:
            stamp = (self._number + 1) * rtp.FRAME
            for payload in rtp.key_payloads(digit):
                self._send(payload, KEYS_KIND, stamp)

    def _send(self, payload: bytes, kind: int, stamp: int) -> None:
        if self.engine is None:
            return
        self._number += 1
        data = rtp.packed(payload, kind=kind, number=self._number, timestamp=stamp, source=1)
        self._transport.sendto(data, self.engine)

    def close(self) -> None:
        self._transport.close()


def doors(address: str, many: int) -> Iterator[socket.socket]:
    """Sockets on ports of the system's choosing."""
    for _ in range(many):
        door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        door.bind((address, 0))
        yield door
