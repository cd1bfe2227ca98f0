"""The recordable room: a bridge opened under a recording grant."""

from collections.abc import Callable

from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant, TrackFact
from kinline.engine.media.port import Tell
from kinline.engine.media.relay.bridge import Bridge
from kinline.engine.media.relay.kept import Kept, Listening
from kinline.engine.media.relay.phone import PhoneLine
from kinline.engine.recorder import Recorder
from kinline.sealed.codec import Codec


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
        sources = {side: booth.source for side, booth in self._booths.items()}
        self._kept = Kept(grant, recorder, tell, sources, codec)

    def attach_recorder(self) -> None:
        """Record both sides from now on. Raises RuntimeError the second time."""
        self._kept.record()

    def watch_tones(self, side: Side) -> None:
        """Tell of another line's tones in what this side's telephone says, from now on."""
        self._kept.watch_tones(side)

    async def tracks(self) -> tuple[TrackFact, ...]:
        """End the recording and say what lies on disk; nothing if there was none."""
        return await self._kept.tracks()

    async def listen(self, source: Side) -> Listening:
        """Let a third party hear one side."""
        return await self._kept.listen(source)

    async def close(self) -> None:
        await self._kept.close()
        await super().close()


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
