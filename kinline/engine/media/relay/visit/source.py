"""One seat's sound or picture as it comes in: encoded, fanned out and never decoded."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from kinline.core.visit.kept import MediaKind
from kinline.engine.media.relay.source import distance
from kinline.engine.media.relay.visit.pictures import Assembler, Packet
from kinline.engine.media.relay.visit.timeline import SenderClock, Timeline
from kinline.sealed.opus import FRAME_SAMPLES

Sink = Callable[[bytes, int, float, bool], None]
"""Takes a packet of sound or a picture, its place on the track's clock, the monotonic second at
which it was heard or seen, and whether it stands for itself."""

RATES = {MediaKind.AUDIO: 48_000, MediaKind.VIDEO: 90_000}
_STEPS = {MediaKind.AUDIO: FRAME_SAMPLES, MediaKind.VIDEO: 3_000}
_ASK_SECONDS = 0.5
# Four times what a page may send in a second, and room for a key frame: beyond it is no visit.
_FLOOD_BYTES = 400_000


class Source:
    """Where one seat's packets of one kind pass, however often its connection is made anew."""

    def __init__(self, kind: MediaKind, on_flow: Callable[[], None]) -> None:
        self.kind, self._on_flow = kind, on_flow
        self._sinks: tuple[Sink, ...] = ()
        self._intake: Intake | None = None
        self._closed = False
        self.timeline = Timeline(RATES[kind], _STEPS[kind])
        self.last_at: float | None = None
        self.last_key_at = 0.0
        self.flowing = False
        self.packets = self.lost = 0

    def add_sink(self, sink: Sink) -> None:
        self._sinks = () if self._closed else (*self._sinks, sink)

    def drop_sink(self, sink: Sink) -> None:
        self._sinks = tuple(one for one in self._sinks if one != sink)

    def use(self, intake: "Intake", sender: SenderClock) -> None:
        """Let in what comes here from now on; what still comes through an older one is dropped."""
        self._intake = intake
        self.timeline.begin(sender)

    def close(self) -> None:
        """Nothing passes here any more."""
        self._closed, self._sinks, self._intake = True, (), None

    def ask_for_key(self) -> None:
        """Ask the page for a picture that stands for itself; not more than twice a second."""
        if self._intake is not None:
            self._intake.ask_for_key()

    def limit(self, bits_per_second: int) -> None:
        """Ask the page to send no more than this."""
        if self._intake is not None:
            self._intake.limit(bits_per_second)

    def quiet_since(self, limit_seconds: float) -> bool:
        """Note, and say, that nothing has come for `limit_seconds` although it had."""
        if not self.flowing or self.last_at is None:
            return False
        if time.monotonic() - self.last_at < limit_seconds:
            return False
        self.flowing = False
        return True

    def report(self, intake: "Intake", wall: float, timestamp: int) -> None:
        if intake is self._intake:
            self.timeline.heard(wall, timestamp, time.monotonic())

    def take(self, intake: "Intake", packet: bytes, timestamp: int, *, key: bool = True) -> None:
        if intake is not self._intake:
            return
        now = time.monotonic()
        at = self.timeline.place(timestamp, now)
        self.last_at = now
        self.packets += 1
        if key:
            self.last_key_at = now
        if not self.flowing:
            self.flowing = True
            self._on_flow()
        for sink in self._sinks:
            sink(packet, self.timeline.ticks, at, key)


class Intake(ABC):
    """Stands where aiortc's jitter buffer stood, for one connection of one source.

    `ask` sends a request for a key frame, and `tell_limit` one for less, to the sender `ssrc`.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._ssrc: int | None = None
        self._asked_at = self._second_at = 0.0
        self._bytes = 0
        self.ask: Callable[[int], None] = lambda ssrc: None
        self.tell_limit: Callable[[int, int], None] = lambda ssrc, bits: None

    def add(self, packet: Packet) -> tuple[bool, None]:
        """Called by aiortc for each packet; the answer: ask for nothing, decode nothing."""
        self._ssrc = packet.ssrc
        if not self._floods(len(packet._data)):
            self.hear(packet)
        return False, None

    @abstractmethod
    def hear(self, packet: Packet) -> None:
        """A packet of this source, as it came over the line."""

    def _floods(self, size: int) -> bool:
        """Whether this second has brought more than any page of ours would send."""
        now = time.monotonic()
        if now - self._second_at >= 1.0:
            self._second_at, self._bytes = now, 0
        self._bytes += size
        return self._bytes > _FLOOD_BYTES

    def reported(self, wall: float, timestamp: int) -> None:
        self._source.report(self, wall, timestamp)

    def ask_for_key(self) -> None:
        now = time.monotonic()
        if self._ssrc is not None and now - self._asked_at >= _ASK_SECONDS:
            self._asked_at = now
            self.ask(self._ssrc)

    def limit(self, bits_per_second: int) -> None:
        if self._ssrc is not None:
            self.tell_limit(self._ssrc, bits_per_second)


class SoundIntake(Intake):
    """Sound goes on at once, in order: the far device smooths the jitter, as it must anyway."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._next: int | None = None

    def hear(self, packet: Packet) -> None:
        ahead = 0 if self._next is None else distance(packet.sequence_number, self._next, 16)
        if ahead < 0:
            return
        self._source.lost += ahead
        self._next = (packet.sequence_number + 1) & 0xFFFF
        if packet._data:
            self._source.take(self, packet._data, packet.timestamp)

    def ask_for_key(self) -> None:
        """Every packet of sound stands for itself."""


class PictureIntake(Intake):
    """Pictures go on when they are whole."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._assembler = Assembler()

    def hear(self, packet: Packet) -> None:
        lost = self._assembler.lost
        for picture in self._assembler.add(packet, time.monotonic()):
            self._source.take(self, picture.data, picture.timestamp, key=picture.key)
        self._source.lost += self._assembler.lost - lost
        if self._assembler.frozen:
            self.ask_for_key()
