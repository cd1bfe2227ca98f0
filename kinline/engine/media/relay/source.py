"""One side's sound as it comes in: encoded packets, fanned out and never decoded."""

import time
from collections.abc import Callable
from typing import Protocol

from kinline.engine.media.port import Sink
from kinline.sealed.codec import Codec
from kinline.sealed.g711 import RATE as PHONE_RATE
from kinline.sealed.opus import FRAME_SAMPLES, SAMPLE_RATE

# The sender's clock is trusted between packets, our own over minutes: the difference is
# taken back by a millisecond a second, which no ear and no recording notices.
_SLEW_SECONDS = 0.000_02
_JUMP_SECONDS = 1.0


class Packet(Protocol):
    """What the relay reads of an RTP packet."""

    sequence_number: int
    timestamp: int
    _data: bytes


class Source:
    """Where the packets of one side pass, however often its connection is made anew."""

    def __init__(self, on_flow: Callable[[], None]) -> None:
        self._on_flow = on_flow
        self._sinks: list[Sink] = []
        self._intake: Intake | None = None
        self._samples = 0
        self._anchor = 0.0
        self.last_at: float | None = None
        self.flowing = False
        self.packets = self.lost = self.late = 0

    def add_sink(self, sink: Sink) -> None:
        self._sinks.append(sink)

    def drop_sink(self, sink: Sink) -> None:
        if sink in self._sinks:
            self._sinks.remove(sink)

    def use(self, intake: "Intake") -> None:
        """Let in what comes here from now on; what still comes through an older one is dropped."""
        self._intake = intake

    def begin_anew(self) -> None:
        """What comes next begins to flow, however long ago the last packet came."""
        self.flowing = False

    def quiet_since(self, limit_seconds: float) -> bool:
        """Note, and say, that nothing has come for `limit_seconds` although it had."""
        if not self.flowing or self.last_at is None:
            return False
        if time.monotonic() - self.last_at < limit_seconds:
            return False
        self.flowing = False
        return True

    def take(self, intake: "Intake", packet: bytes, step: int | None) -> None:
        """One packet, `step` samples after the one before (None: the first of its intake)."""
        if intake is not self._intake:
            return
        now = time.monotonic()
        self._advance(now, step)
        self.last_at = now
        self.packets += 1
        if not self.flowing:
            self.flowing = True
            self._on_flow()
        at = self._anchor + self._samples / SAMPLE_RATE
        for sink in self._sinks:
            sink(packet, self._samples, at)

    def _advance(self, now: float, step: int | None) -> None:
        if self.last_at is None:
            self._anchor = now
            return
        if step is None:
            step = max(FRAME_SAMPLES, int((now - self.last_at) * SAMPLE_RATE))
        self._samples += step
        error = now - (self._anchor + self._samples / SAMPLE_RATE)
        if abs(error) > _JUMP_SECONDS:
            self._anchor += error
        else:
            # A packet cannot come before it was spoken: early ones show the true delay.
            self._anchor += error if error < 0 else min(error, _SLEW_SECONDS)


class Intake:
    """Stands where aiortc's jitter buffer stood: sound goes on at once, in order.

    The far device smooths the jitter, as it must anyway. A packet that comes after its
    successor is dropped, since outgoing packets are numbered anew.
    """

    def __init__(self, source: Source, codec: Codec = Codec.OPUS) -> None:
        self._source = source
        # A G.711 sender counts at 8 kHz, the source at 48.
        self._scale = SAMPLE_RATE // PHONE_RATE if codec.telephone else 1
        self._next: int | None = None
        self._timestamp = 0

    def add(self, packet: Packet) -> tuple[bool, None]:
        """Called by aiortc for each packet; the answer: no picture is lost, decode nothing."""
        self.hear(packet.sequence_number, packet.timestamp, packet._data)
        return False, None

    def hear(self, number: int, timestamp: int, packet: bytes) -> None:
        """One packet, by its RTP sequence number and timestamp."""
        ahead = 0 if self._next is None else distance(number, self._next, 16)
        if ahead < 0:
            self._source.late += 1
            return
        self._source.lost += ahead
        first, self._next = self._next is None, (number + 1) & 0xFFFF
        if not packet:
            return  # a telephone's key: numbered like sound, and no sound
        step = None if first else max(0, distance(timestamp, self._timestamp, 32)) * self._scale
        self._timestamp = timestamp
        self._source.take(self, packet, step)

    def begin_anew(self) -> None:
        """What comes next is numbered by another sender."""
        self._next = None


def distance(one: int, other: int, bits: int) -> int:
    """`one` minus `other` on a counter that wraps around."""
    half = 1 << (bits - 1)
    return ((one - other + half) & ((1 << bits) - 1)) - half
