"""What goes out to one viewer: tracks fed with packets that are encoded already."""

import asyncio
import time
from fractions import Fraction

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.packet import Packet
from av.stream import Stream

from kinline.core.visit.kept import MediaKind
from kinline.engine.media.relay.visit.source import RATES, Source

# A connection that takes nothing for some seconds gets no backlog: old sound is no use.
_BACKLOG = 100
# Seconds from 1900, where NTP begins, to 1970.
_NTP_EPOCH = 2_208_988_800


class Outgoing(MediaStreamTrack):
    """One viewer's sound or picture of one source.

    Pictures begin with one that stands for itself, at first and after every pause.
    """

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.kind = source.kind.value
        self._source = source
        self._time_base = Fraction(1, RATES[source.kind])
        self._queue: asyncio.Queue[tuple[bytes, int, float]] = asyncio.Queue()
        self._base: int | None = None
        self._asked = self._paused = False
        self._needs_key = source.kind is MediaKind.VIDEO
        self._sent_at: float | None = None
        # Monotonic and wall clock are read together once: reports must never jump.
        self._wall = time.time() + _NTP_EPOCH - time.monotonic()
        source.add_sink(self.push)

    def pause(self, paused: bool) -> None:
        """Send nothing, until told otherwise."""
        self._paused = paused
        self._needs_key = self._source.kind is MediaKind.VIDEO
        if not paused:
            self._source.ask_for_key()

    def push(self, packet: bytes, ticks: int, at: float, key: bool) -> None:
        if not self._asked or self._paused:
            return
        if self._queue.qsize() >= _BACKLOG:
            self._needs_key = self._source.kind is MediaKind.VIDEO
            return
        if self._needs_key:
            if not key:
                self._source.ask_for_key()
                return
            self._needs_key = False
        if self._base is None:
            self._base = ticks
        self._queue.put_nowait((packet, ticks - self._base, at))

    async def recv(self) -> "Packet[Stream]":
        """The next packet, as aiortc's sender asks for it; the sender packs but never encodes."""
        if self.readyState != "live":
            raise MediaStreamError
        if not self._asked:
            self._asked = True
            self._source.ask_for_key()
        packet, ticks, self._sent_at = await self._queue.get()
        ready = Packet(packet)
        ready.pts, ready.time_base = ticks, self._time_base
        return ready

    def wall(self) -> float | None:
        """When the packet sent last was heard or seen, in seconds since 1900; None before."""
        return None if self._sent_at is None else self._sent_at + self._wall

    def close(self) -> None:
        self._source.drop_sink(self.push)
        self.stop()
