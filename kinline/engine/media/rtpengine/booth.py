"""A handset alone with the announcer, in its own session: before its calls and between them."""

from collections.abc import Callable, Sequence

from kinline.core.call.states import Side
from kinline.engine.media.port import Clip, Line, MediaEvent, Pressed, RoomLost, Silent, Sink
from kinline.engine.media.rtpengine.client import Client
from kinline.engine.media.rtpengine.fork import Fork
from kinline.engine.media.rtpengine.line import PhoneLine
from kinline.engine.media.rtpengine.session import Session
from kinline.sealed.codec import Codec


class Booth:
    """See media.port.Booth. What is said here is heard only while somebody asks to `hear` it."""

    def __init__(
        self,
        client: Client,
        *,
        on_silence: Callable[[], None],
        on_digit: Callable[[str], None],
        silent_after: float,
        codec: Codec,
    ) -> None:
        self.codec = codec
        self._client, self._on_silence, self._on_digit = client, on_silence, on_digit
        self._silent_after = silent_after
        self._session: Session | None = None
        self._fork: Fork | None = None

    def connect(self, line: Line) -> None:
        if not isinstance(line, PhoneLine):
            raise TypeError("a line of another media engine")
        self._session = line.session
        self._session.use(self._happened, self._silent_after)
        self._session.pulse.begin_anew(Side.INSIDE)

    def play(
        self, clips: Sequence[Clip], *, again: bool = False, done: Callable[[], None] | None = None
    ) -> None:
        if self._session is not None:
            self._session.play(Side.INSIDE, clips, again=again, done=done or _nothing)

    def stop(self) -> None:
        if self._session is not None:
            self._session.stop(Side.INSIDE)

    def hear(self, sink: Sink) -> None:
        if self._session is not None:
            fork = self._fork = Fork(self._client, self._session, Side.INSIDE)
            fork.source.add_sink(sink)
            self._session.first(fork.open())
            self._session.overhear(Side.INSIDE, True)

    def hush(self, sink: Sink) -> None:
        if self._session is None or self._fork is None:
            return
        fork, self._fork = self._fork, None
        fork.source.drop_sink(sink)
        self._session.overhear(Side.INSIDE, False)
        self._session.first(fork.close())

    async def close(self) -> None:
        if self._session is not None:
            self._session.stop(Side.INSIDE)
        if self._fork is not None:
            await self._fork.close()

    def _happened(self, event: MediaEvent) -> None:
        match event:
            case Pressed(Side.INSIDE, digit):
                self._on_digit(digit)
            case Silent(Side.INSIDE) | RoomLost():
                self._on_silence()


def _nothing() -> None:
    pass
