"""A booth: one side's place in a room. Connections come and go, the booth stays."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from kinline.engine.media.port import Clip, Line, Sink, phone_patience
from kinline.engine.media.relay.leg import Leg
from kinline.engine.media.relay.outlet import Outlet, PacketTrack, Way
from kinline.engine.media.relay.phone import PhoneLine
from kinline.engine.media.relay.player import Player
from kinline.engine.media.relay.source import Intake, Source
from kinline.sealed.codec import Codec

log = logging.getLogger(__name__)

_WATCH_SECONDS = 0.5


class Booth:
    """Microphone in, peer and announcer out.

    `on_flow` is called when sound begins to arrive, `on_silence` when nothing has come for
    `silent_after` seconds, `on_digit` for each key a telephone sends. All sound here is of one
    `codec`, which whoever opens the booth has chosen so that it fits both ends.
    """

    def __init__(
        self,
        *,
        on_flow: Callable[[], None],
        on_silence: Callable[[], None],
        silent_after: float,
        on_digit: Callable[[str], None] = lambda _: None,
        codec: Codec = Codec.OPUS,
    ) -> None:
        self.codec = codec
        self.source = Source(on_flow)
        self.peer = Outlet(codec)
        self.announcer = Outlet(codec)
        self._on_silence, self._on_digit = on_silence, on_digit
        self._silent_after = silent_after
        self._leg: Leg | PhoneLine | None = None
        self._player: Player | None = None
        self._publishing = asyncio.Lock()
        self._closed = False
        self._look_again()

    async def publish(self, offer: str) -> str:
        """Connect, or connect anew: the older connection is closed. Raises OfferRefused."""
        async with self._publishing:
            # Nothing is exchanged before the offer is answered: a bad one costs no connection.
            intake = Intake(self.source, self.codec)
            peer, announcer = PacketTrack(), PacketTrack()
            leg = await Leg.answered(offer, self.codec, intake, peer, announcer)
            self._use(intake, peer, announcer)
            before, self._leg = self._leg, leg
            await _let_go(before)
            if self._closed:
                await leg.close()
            return leg.answer

    def connect(self, line: Line) -> None:
        """Let a telephone sit here. The line goes on belonging to whoever opened it."""
        if not isinstance(line, PhoneLine):
            raise TypeError("a line of another media engine")
        intake = Intake(self.source, self.codec)
        line.plug(intake, self.codec, self._on_digit)
        self.source.begin_anew()
        self._use(intake, line.peer, line.announcer)
        self._leg = line

    def press(self, digit: str) -> None:
        """Send a key to the telephone that sits here; a browser has no use for it."""
        if isinstance(self._leg, PhoneLine):
            self._leg.press(digit)

    def play(
        self, clips: Sequence[Clip], *, again: bool = False, done: Callable[[], None] | None = None
    ) -> None:
        """Play to this side instead of what plays now; `done` is called at the natural end."""
        self.stop()
        if not self._closed:
            self.announcer.restart()
            self._player = Player(clips, self.announcer.push, again=again, done=done)

    def stop(self) -> None:
        if self._player is not None and not self._player.over:
            self._player.stop()
            self.announcer.trail_off()
        self._player = None

    def hear(self, sink: Sink) -> None:
        self.source.add_sink(sink)

    def hush(self, sink: Sink) -> None:
        self.source.drop_sink(sink)

    async def close(self) -> None:
        self._closed = True
        self._watch.cancel()
        self.stop()
        self.peer.feed(None)
        leg, self._leg = self._leg, None
        await _let_go(leg)

    def _use(self, intake: Intake, peer: Way, announcer: Way) -> None:
        self.source.use(intake)
        self.peer.use(peer)
        self.announcer.use(announcer)

    def _look_again(self) -> None:
        loop = asyncio.get_running_loop()
        self._look_due = loop.time() + min(_WATCH_SECONDS, self._silent_after / 4)
        self._watch = loop.call_at(self._look_due, self._look)

    def _look(self) -> None:
        late = asyncio.get_running_loop().time() - self._look_due
        self._look_again()
        # A machine that was held up has packets waiting: that is no silence.
        if late < _WATCH_SECONDS and self.source.quiet_since(self._patience()):
            self._on_silence()

    def _patience(self) -> float:
        """For how long nothing may come before somebody is told."""
        if not isinstance(self._leg, PhoneLine):
            return self._silent_after
        return phone_patience(self._silent_after, held=self._leg.on_hold)


async def _let_go(leg: Leg | PhoneLine | None) -> None:
    if isinstance(leg, PhoneLine):
        leg.unplug()
    elif leg is not None:
        await leg.close()
