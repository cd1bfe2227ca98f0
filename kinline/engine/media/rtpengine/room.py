"""The recordable room at rtpengine: a bridge whose sides can be forked to us.

Open one with `Rtpengine.open_room`, under a recording grant.
"""

import asyncio
import logging

from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant, TrackFact
from kinline.engine.media.port import RecordingFailed, Tell
from kinline.engine.media.relay.room import Listening
from kinline.engine.media.rtpengine.bridge import Bridge
from kinline.engine.media.rtpengine.client import Client
from kinline.engine.media.rtpengine.fork import Fork
from kinline.engine.media.rtpengine.session import Session
from kinline.engine.recorder import Recorder, Recording
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
        recorder.check(grant)
        self._grant, self._recorder = grant, recorder
        self._forks = {side: Fork(client, session, side) for side in Side}
        self._opening: dict[Side, asyncio.Task[bool]] = {}
        self._recording: Recording | None = None
        self._listeners: list[Listening] = []

    def attach_recorder(self) -> None:
        """Record both sides from now on, before another word passes. Raises RuntimeError the
        second time."""
        if self._recording is not None:
            raise RuntimeError("this room is being recorded already")
        self._recording = self._recorder.record(self._grant, self._recording_failed, self.codec)
        for side, fork in self._forks.items():
            fork.source.add_sink(self._recording.sink(side))
        self._session.first(self._forked_for_recording())

    async def tracks(self) -> tuple[TrackFact, ...]:
        """End the recording and say what lies on disk; nothing if there was none."""
        recording, self._recording = self._recording, None
        if recording is None:
            return ()
        for side, fork in self._forks.items():
            fork.source.drop_sink(recording.sink(side))
        return await recording.close()

    async def listen(self, source: Side) -> Listening:
        """Let a third party hear one side. Raises OSError when rtpengine does not fork it."""
        if not await self._forked(source):
            raise OSError("no copy of this side")
        listening = await Listening.offered(self._forks[source].source, self.codec)
        self._listeners.append(listening)
        return listening

    async def close(self) -> None:
        listeners, self._listeners = self._listeners, []
        for listening in listeners:
            await listening.close()
        await self.tracks()
        self.part()
        self._session.pulse.ears.clear()
        for side, fork in self._forks.items():
            if side in self._opening:
                await self._opening[side]
                await fork.close()
        await super().close()

    async def _forked_for_recording(self) -> None:
        if not all([await self._forked(side) for side in Side]):
            self._recording_failed()

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

    def _recording_failed(self) -> None:
        self._tell(RecordingFailed())
