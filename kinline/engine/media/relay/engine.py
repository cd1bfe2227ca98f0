"""The relay as a media engine: everything in this process, nothing beside it."""

from collections.abc import Callable
from functools import partial

from kinline.core.control import RecordingGrant
from kinline.core.visit.kept import VisitGrant
from kinline.engine.media.port import Line, Tell
from kinline.engine.media.relay.booth import Booth
from kinline.engine.media.relay.bridge import Bridge
from kinline.engine.media.relay.phone import PhoneLine
from kinline.engine.media.relay.room import Room, open_room
from kinline.engine.media.relay.visit.room import Room as VisitRoom
from kinline.engine.media.relay.visit.room import open_visit_room
from kinline.engine.media.visit_port import Tell as TellVisit
from kinline.engine.recorder import Recorder
from kinline.sealed.codec import Codec


class Relay:
    """Carries calls and visits. Telephones send to `host`, to ports of the range `ports`."""

    name, here = "relay", True

    def __init__(self, recorder: Recorder, host: str, ports: tuple[int, int]) -> None:
        self._recorder = recorder
        # Every telephone is asked for the very address it named: see PhoneLine.
        self._lines = partial(PhoneLine, host, ports, exact=True)

    async def open(self) -> None:
        """Nothing has to be there first."""

    async def close(self) -> None:
        """Rooms and lines were closed by whoever opened them."""

    async def open_line(self, codec: Codec) -> PhoneLine:
        return self._lines()

    def open_booth(
        self,
        *,
        on_silence: Callable[[], None],
        on_digit: Callable[[str], None],
        silent_after: float,
        codec: Codec,
    ) -> Booth:
        return Booth(
            on_flow=lambda: None,
            on_silence=on_silence,
            on_digit=on_digit,
            silent_after=silent_after,
            codec=codec,
        )

    async def open_bridge(
        self, tell: Tell, *, silent_after: float, codec: Codec, handset: Line | None = None
    ) -> Bridge:
        return Bridge(tell, silent_after=silent_after, codec=codec, lines=self._lines)

    async def open_room(
        self,
        grant: RecordingGrant,
        tell: Tell,
        *,
        silent_after: float,
        codec: Codec,
        handset: Line | None = None,
    ) -> Room:
        return open_room(
            grant,
            self._recorder,
            tell,
            silent_after=silent_after,
            codec=codec,
            lines=self._lines,
        )

    async def open_visit_room(
        self, grant: VisitGrant, tell: TellVisit, *, until: float, silent_after: float
    ) -> VisitRoom:
        return open_visit_room(grant, self._recorder, tell, until=until, silent_after=silent_after)
