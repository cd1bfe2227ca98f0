"""The recordable room: a bridge opened under a recording grant."""

import logging
from collections.abc import Callable

from aiortc import RTCSessionDescription

from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant, TrackFact
from kinline.engine.media.port import OfferRefused, RecordingFailed, Tell
from kinline.engine.media.relay.bridge import Bridge
from kinline.engine.media.relay.leg import new_connection, only
from kinline.engine.media.relay.outlet import Outlet, PacketTrack
from kinline.engine.media.relay.phone import PhoneLine
from kinline.engine.media.relay.source import Source
from kinline.engine.recorder import Recorder, Recording
from kinline.sealed.codec import Codec

log = logging.getLogger(__name__)


class Room(Bridge):
    """A room that may be recorded and listened to. Made by `open_room` alone."""

    def __init__(
        self,
        grant: RecordingGrant,
        recorder: Recorder,
        tell: Tell,
        *,
        silent_after: float,
        codec: Codec = Codec.OPUS,
        lines: Callable[[], PhoneLine] | None = None,
    ) -> None:
        super().__init__(tell, silent_after=silent_after, codec=codec, lines=lines)
        recorder.check(grant)
        self._grant, self._recorder = grant, recorder
        self._recording: Recording | None = None
        self._listeners: list[Listening] = []

    def attach_recorder(self) -> None:
        """Record both sides from now on. Raises RuntimeError the second time."""
        if self._recording is not None:
            raise RuntimeError("this room is being recorded already")
        self._recording = self._recorder.record(self._grant, self._recording_failed, self.codec)
        for side, booth in self._booths.items():
            booth.source.add_sink(self._recording.sink(side))

    async def tracks(self) -> tuple[TrackFact, ...]:
        """End the recording and say what lies on disk; nothing if there was none."""
        recording, self._recording = self._recording, None
        if recording is None:
            return ()
        for side, booth in self._booths.items():
            booth.source.drop_sink(recording.sink(side))
        return await recording.close()

    async def listen(self, source: Side) -> "Listening":
        """Let a third party hear one side."""
        listening = await Listening.offered(self._booths[source].source, self.codec)
        self._listeners.append(listening)
        return listening

    async def close(self) -> None:
        listeners, self._listeners = self._listeners, []
        for listening in listeners:
            await listening.close()
        await self.tracks()
        await super().close()

    def _recording_failed(self) -> None:
        self._tell(RecordingFailed())


class Listening:
    """One listener's connection: the engine offers, the listener answers."""

    def __init__(self, source: Source, codec: Codec) -> None:
        self._connection = new_connection()
        self._outlet, self._track = Outlet(codec), PacketTrack()
        self._source = source
        self.offer = ""

    @classmethod
    async def offered(cls, source: Source, codec: Codec) -> "Listening":
        listening = cls(source, codec)
        line = listening._connection.addTransceiver(listening._track, "sendonly")
        line.setCodecPreferences(only(codec))
        await listening._connection.setLocalDescription(await listening._connection.createOffer())
        listening.offer = str(listening._connection.localDescription.sdp)
        listening._outlet.use(listening._track)
        listening._outlet.feed(source)
        return listening

    async def answer(self, sdp: str) -> None:
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        except Exception as error:
            log.warning("answer not understood", extra={"error": type(error).__name__})
            raise OfferRefused("sdp.unreadable") from None

    async def close(self) -> None:
        self._outlet.feed(None)
        await self._connection.close()


def open_room(
    grant: RecordingGrant,
    recorder: Recorder,
    tell: Tell,
    *,
    silent_after: float,
    codec: Codec = Codec.OPUS,
    lines: Callable[[], PhoneLine] | None = None,
) -> Room:
    """Open a room under a recording grant. Raises TypeError for any other right."""
    if not isinstance(grant, RecordingGrant):
        raise TypeError("a recordable room is opened under a recording grant")
    return Room(grant, recorder, tell, silent_after=silent_after, codec=codec, lines=lines)
