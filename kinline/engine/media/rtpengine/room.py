"""The recordable room at rtpengine: a bridge whose sides can be forked to us.

Open one with `Rtpengine.open_room`, under a recording grant.
"""

import asyncio
import logging

from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant, TrackFact
from kinline.engine.media.port import Tell
from kinline.engine.media.relay.kept import Kept, Listening
from kinline.engine.media.rtpengine.bridge import Bridge
from kinline.engine.media.rtpengine.client import Client
from kinline.engine.media.rtpengine.fork import Fork
from kinline.engine.media.rtpengine.session import Session
from kinline.engine.recorder import Recorder
from kinline.sealed.codec import Codec

log = logging.getLogger(__name__)


class Room(Bridge):
    """A room that may be recorded and listened to."""

    def __init__(
        self,
        session: Session,
        client: Client,
        grant: RecordingGrant,
        recorder: Recorder,
        tell: Tell,
        *,
        silent_after: float,
        codec: Codec,
        whole: bool,
    ) -> None:
        super().__init__(session, tell, silent_after=silent_after, codec=codec, whole=whole)
        self._forks = {side: Fork(client, session, side) for side in Side}
        sources = {side: fork.source for side, fork in self._forks.items()}
        self._kept = Kept(grant, recorder, tell, sources, codec)
        self._opening: dict[Side, asyncio.Task[bool]] = {}

    def attach_recorder(self) -> None:
        """Record both sides from now on, before another word passes. Raises RuntimeError the
        second time."""
        self._kept.record()
        self._session.first(self._forked_for_recording())

    def watch_tones(self, side: Side) -> None:
        """Tell of another line's tones in what this side's telephone says, from now on."""
        self._kept.watch_tones(side)

    async def tracks(self) -> tuple[TrackFact, ...]:
        """End the recording and say what lies on disk; nothing if there was none."""
        return await self._kept.tracks()

    async def listen(self, source: Side) -> Listening:
        """Let a third party hear one side. Raises OSError when rtpengine does not fork it."""
        if not await self._forked(source):
            raise OSError("no copy of this side")
        return await self._kept.listen(source)

    async def close(self) -> None:
        await self._kept.close()
        self.part()
        self._session.pulse.ears.clear()
        for side, fork in self._forks.items():
            if side in self._opening:
                await self._opening[side]
                await fork.close()
        await super().close()

    async def _forked_for_recording(self) -> None:
        if not all([await self._forked(side) for side in Side]):
            self._kept.failed()

    async def _forked(self, side: Side) -> bool:
        """Whether this side's sound comes to us, from now on if not before."""
        if side not in self._opening:
            self._opening[side] = asyncio.create_task(self._fork(side))
        return await asyncio.shield(self._opening[side])

    async def _fork(self, side: Side) -> bool:
        fork = self._forks[side]
        try:
            await fork.open()
        except (OSError, ValueError) as error:
            log.error("side not forked", extra={"error": type(error).__name__})
            return False
        self._session.pulse.ears[side] = lambda: fork.source.packets
        return True
