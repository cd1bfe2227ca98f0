"""rtpengine as a media engine, for every call with a telephone; calls between pages stay with
the relay (docs/decisions/0018)."""

import itertools
from collections.abc import Callable

from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant
from kinline.engine.media.port import CallRoom, Line, MediaAway, RecordableRoom, Tell
from kinline.engine.media.relay.engine import Relay
from kinline.engine.media.rtpengine.booth import Booth
from kinline.engine.media.rtpengine.bridge import Bridge
from kinline.engine.media.rtpengine.client import Address, Client
from kinline.engine.media.rtpengine.line import PhoneLine
from kinline.engine.media.rtpengine.room import Room
from kinline.engine.media.rtpengine.session import Session
from kinline.engine.recorder import Recorder
from kinline.sealed.codec import Codec


class Rtpengine:
    """The one that listens for commands at `address`. `engine` and `boot` name our calls there,
    so that what an earlier boot left behind is found."""

    name = "rtpengine"

    def __init__(
        self, address: Address, engine: str, boot: str, recorder: Recorder, pages: Relay
    ) -> None:
        self._recorder, self._pages = recorder, pages
        self._prefix, self._boot = f"kinline/{engine}/", boot
        self._numbers = itertools.count(1)
        self._sessions: dict[str, Session] = {}
        self._client = Client(address, self._prefix, self._key_told, self._gone)

    @property
    def here(self) -> bool:
        return self._client.here

    async def open(self) -> None:
        """Raises OSError when the port for keys is taken."""
        await self._client.open()

    async def close(self) -> None:
        for session in self._sessions.values():
            session.close_soon()
        await self._client.close()

    async def open_line(self, codec: Codec) -> PhoneLine:
        return PhoneLine(await self._session(codec), Side.INSIDE, whole=True)

    def open_booth(
        self,
        *,
        on_silence: Callable[[], None],
        on_digit: Callable[[str], None],
        silent_after: float,
        codec: Codec,
    ) -> Booth:
        return Booth(
            self._client,
            on_silence=on_silence,
            on_digit=on_digit,
            silent_after=silent_after,
            codec=codec,
        )

    async def open_bridge(
        self, tell: Tell, *, silent_after: float, codec: Codec, handset: Line | None = None
    ) -> CallRoom:
        if not codec.telephone:
            return await self._pages.open_bridge(tell, silent_after=silent_after, codec=codec)
        session, whole = await self._session_of(handset, codec)
        return Bridge(session, tell, silent_after=silent_after, codec=codec, whole=whole)

    async def open_room(
        self,
        grant: RecordingGrant,
        tell: Tell,
        *,
        silent_after: float,
        codec: Codec,
        handset: Line | None = None,
    ) -> RecordableRoom:
        if not isinstance(grant, RecordingGrant):
            raise TypeError("a recordable room is opened under a recording grant")
        if not codec.telephone:
            return await self._pages.open_room(grant, tell, silent_after=silent_after, codec=codec)
        session, whole = await self._session_of(handset, codec)
        try:
            return Room(
                session,
                self._client,
                grant,
                self._recorder,
                tell,
                silent_after=silent_after,
                codec=codec,
                whole=whole,
            )
        except ValueError:
            if whole:
                session.close_soon()
            raise

    async def _session_of(self, handset: Line | None, codec: Codec) -> tuple[Session, bool]:
        """A handset's room is in the handset's session; any other has one to itself."""
        if handset is None:
            return await self._session(codec), True
        if not isinstance(handset, PhoneLine):
            raise TypeError("a line of another media engine")
        if handset.session.lost:
            raise MediaAway("the handset's session is lost")
        return handset.session, False

    async def _session(self, codec: Codec) -> Session:
        if not self.here:
            raise MediaAway("rtpengine does not answer")
        call = f"{self._prefix}{self._boot}/{next(self._numbers)}"
        session = await Session.opened(self._client, call, codec)
        self._sessions = {name: one for name, one in self._sessions.items() if not one.closed}
        self._sessions[call] = session
        return session

    def _key_told(self, call: str, tag: str, digit: str) -> None:
        session = self._sessions.get(call)
        if session is not None:
            session.key_told(tag, digit)

    def _gone(self) -> None:
        for session in list(self._sessions.values()):
            session.lose()
