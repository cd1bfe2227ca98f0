"""What is kept of a call that may be recorded: the recording, who listens, what tones were heard.

The rooms of both media engines have it, each with its own sources of sound; a private one never.
"""

import logging
from collections.abc import Mapping

from aiortc import RTCSessionDescription

from kinline.core.call.signs import evidence
from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant, TrackFact
from kinline.engine.media.port import OfferRefused, RecordingFailed, Tell, ToneHeard
from kinline.engine.media.relay.leg import new_connection, only
from kinline.engine.media.relay.outlet import Outlet, PacketTrack
from kinline.engine.media.relay.source import Source
from kinline.engine.media.tones import Heard, ToneEar
from kinline.engine.recorder import Recorder, Recording
from kinline.sealed.codec import Codec

log = logging.getLogger(__name__)


class Kept:
    """Under a grant, of these sources. Raises ValueError for a grant that cannot be used."""

    def __init__(
        self,
        grant: RecordingGrant,
        recorder: Recorder,
        tell: Tell,
        sources: Mapping[Side, Source],
        codec: Codec,
    ) -> None:
        recorder.check(grant)
        self._grant, self._recorder, self._tell = grant, recorder, tell
        self._sources, self._codec = sources, codec
        self._recording: Recording | None = None
        self._listeners: list[Listening] = []
        self._ears: dict[Side, ToneEar] = {}

    def record(self) -> None:
        """Both sides, from now on. Raises RuntimeError the second time."""
        if self._recording is not None:
            raise RuntimeError("this room is being recorded already")
        self._recording = self._recorder.record(self._grant, self.failed, self._codec)
        for side, source in self._sources.items():
            source.add_sink(self._recording.sink(side))

    def watch_tones(self, side: Side) -> None:
        """Tell of another line's tones in this side's sound. Raises ValueError without G.711."""
        if side not in self._ears:
            self._ears[side] = ToneEar(self._codec, lambda heard: self._heard(side, heard))
            self._sources[side].add_sink(self._ears[side].hear)

    def _heard(self, side: Side, heard: Heard) -> None:
        facts = {
            "tones": " + ".join(f"{hertz} Hz" for hertz in heard.hertz),
            "level": f"{heard.dbm0:.0f} dBm0",
            "seconds": f"{heard.seconds:.1f}",
        }
        self._tell(ToneHeard(side, heard.kind, evidence(facts)))

    async def tracks(self) -> tuple[TrackFact, ...]:
        """End the recording and say what lies on disk; nothing if there was none."""
        recording, self._recording = self._recording, None
        if recording is None:
            return ()
        for side, source in self._sources.items():
            source.drop_sink(recording.sink(side))
        return await recording.close()

    async def listen(self, source: Side) -> "Listening":
        """Let a third party hear one side."""
        listening = await Listening.offered(self._sources[source], self._codec)
        self._listeners.append(listening)
        return listening

    async def close(self) -> None:
        """Nobody listens any more, and nothing is recorded."""
        for side, ear in self._ears.items():
            self._sources[side].drop_sink(ear.hear)
        listeners, self._listeners = self._listeners, []
        for listening in listeners:
            await listening.close()
        await self.tracks()

    def failed(self) -> None:
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
