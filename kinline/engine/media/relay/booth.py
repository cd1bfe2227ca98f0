"""A booth: one side's place in a room. Connections come and go, the booth stays."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from kinline.engine.media.port import Clip
from kinline.engine.media.relay.leg import Leg
from kinline.engine.media.relay.outlet import Outlet, PacketTrack
from kinline.engine.media.relay.source import Intake, Source
from kinline.sealed.opus import FRAME_MS, FRAME_SAMPLES

log = logging.getLogger(__name__)

_WATCH_SECONDS = 0.5


class Booth:
    """Microphone in, peer and announcer out.

    `on_flow` is called when sound begins to arrive, `on_silence` when nothing has come for
    `silent_after` seconds.
    """

    def __init__(
        self,
        *,
        on_flow: Callable[[], None],
        on_silence: Callable[[], None],
        silent_after: float,
    ) -> None:
        self.source = Source(on_flow)
        self.peer = Outlet()
        self.announcer = Outlet()
        self._on_silence = on_silence
        self._silent_after = silent_after
        self._leg: Leg | None = None
        self._player: asyncio.Task[None] | None = None
        self._publishing = asyncio.Lock()
        self._closed = False
        self._look_again()

    async def publish(self, offer: str) -> str:
        """Connect, or connect anew: the older connection is closed. Raises OfferRefused."""
        async with self._publishing:
            # Nothing is exchanged before the offer is answered: a bad one costs no connection.
            intake, peer, announcer = Intake(self.source), PacketTrack(), PacketTrack()
            leg = await Leg.answered(offer, intake, peer, announcer)
            self.source.use(intake)
            self.peer.use(peer)
            self.announcer.use(announcer)
            before, self._leg = self._leg, leg
            if before is not None:
                await before.close()
            if self._closed:
                await leg.close()
            return leg.answer

    def play(
        self, clips: Sequence[Clip], *, again: bool = False, done: Callable[[], None] | None = None
    ) -> None:
        """Play to this side instead of what plays now; `done` is called at the natural end."""
        self.stop()
        if not self._closed:
            self._player = asyncio.create_task(self._play(clips, again, done))

    def stop(self) -> None:
        if self._player is not None and not self._player.done():
            self._player.cancel()
            self.announcer.trail_off()
        self._player = None

    async def close(self) -> None:
        self._closed = True
        self._watch.cancel()
        self.stop()
        self.peer.feed(None)
        leg, self._leg = self._leg, None
        if leg is not None:
            await leg.close()

    async def _play(
        self, clips: Sequence[Clip], again: bool, done: Callable[[], None] | None
    ) -> None:
        self.announcer.restart()
        loop = asyncio.get_running_loop()
        began, place = loop.time(), 0
        while True:
            for packet in (packet for clip in clips for packet in clip):
                await asyncio.sleep(began + place * FRAME_MS / 1000 - loop.time())
                self.announcer.push(packet, place * FRAME_SAMPLES)
                place += 1
            if not again or not place:
                break
        if done is not None:
            done()

    def _look_again(self) -> None:
        loop = asyncio.get_running_loop()
        self._look_due = loop.time() + min(_WATCH_SECONDS, self._silent_after / 4)
        self._watch = loop.call_at(self._look_due, self._look)

    def _look(self) -> None:
        late = asyncio.get_running_loop().time() - self._look_due
        self._look_again()
        # A machine that was held up has packets waiting: that is no silence.
        if late < _WATCH_SECONDS and self.source.quiet_since(self._silent_after):
            self._on_silence()
