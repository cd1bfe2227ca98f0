"""What goes out to one side: tracks fed with packets that are encoded already."""

import asyncio
import time
from fractions import Fraction
from typing import Protocol

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.packet import Packet
from av.stream import Stream

from kinline.engine.media.relay.source import Source
from kinline.sealed.codec import Codec
from kinline.sealed.opus import FRAME_SAMPLES, SAMPLE_RATE

_TIME_BASE = Fraction(1, SAMPLE_RATE)
# What stops in the middle leaves the far end with silence rather than half a vowel.
_TAIL_PACKETS = 5
# A connection that takes nothing for two seconds gets no backlog: old sound is no use.
_BACKLOG = 100


class Way(Protocol):
    """Where an outlet's packets go: a browser's track, or a telephone's line."""

    def push(self, packet: bytes, samples: int) -> None: ...


class PacketTrack(MediaStreamTrack):
    """One browser connection's outgoing audio."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._queue: asyncio.Queue[Packet[Stream]] = asyncio.Queue()
        self._asked = False

    def push(self, packet: bytes, samples: int) -> None:
        """Send a packet at this place of the track's 48 kHz clock; dropped before connection."""
        if not self._asked or self._queue.qsize() >= _BACKLOG:
            return
        ready = Packet(packet)
        ready.pts, ready.time_base = samples, _TIME_BASE
        self._queue.put_nowait(ready)

    async def recv(self) -> "Packet[Stream]":
        """The next packet, as aiortc's sender asks for it; the sender packs but never encodes."""
        if self.readyState != "live":
            raise MediaStreamError
        self._asked = True
        return await self._queue.get()


class Outlet:
    """One side's ear for the peer or the announcer; it outlives connections and sources.

    The outgoing clock never runs back: a new source goes on where the last one ended.
    """

    def __init__(self, codec: Codec = Codec.OPUS) -> None:
        self._silence = codec.silence
        self._track: Way | None = None
        self._source: Source | None = None
        self._offset: int | None = None
        self._last = 0
        self._last_at = time.monotonic()
        self.packets = 0

    def use(self, track: Way) -> None:
        """Send through this connection's track from now on."""
        self._track = track

    def feed(self, source: Source | None) -> None:
        """Hear this source from now on, and no other; None is silence."""
        if self._source is not None:
            self._source.drop_sink(self.push)
            self.trail_off()
        self._source = source
        self.restart()
        if source is not None:
            source.add_sink(self.push)

    def restart(self) -> None:
        """What comes next has a clock of its own."""
        self._offset = None

    def push(self, packet: bytes, samples: int, _at: float = 0.0) -> None:
        if self._offset is None:
            self._offset = self._resume_point() - samples
        self._send(packet, self._offset + samples)
        self.packets += 1

    def trail_off(self) -> None:
        """A tenth of a second of encoded silence, where sound stops in the middle."""
        for _ in range(_TAIL_PACKETS):
            self._send(self._silence, self._last + FRAME_SAMPLES)

    def _send(self, packet: bytes, samples: int) -> None:
        self._last, self._last_at = samples, time.monotonic()
        if self._track is not None:
            self._track.push(packet, samples)

    def _resume_point(self) -> int:
        passed = int((time.monotonic() - self._last_at) * SAMPLE_RATE)
        return self._last + max(FRAME_SAMPLES, passed)
