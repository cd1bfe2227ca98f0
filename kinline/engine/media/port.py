"""The media port: what a conversation may ask of the machinery that carries sound.

Shaped after rtpengine, Janus and LiveKit rather than after the embedded relay, so that
another one can stand behind it. A room has two sides; each side has a peer track (the other
party) and an announcer track (prompts), which the listener's device mixes.
What happens in the media comes back as events, through the callable given at opening.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kinline.core.call.signs import SignKind
from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant, TrackFact
from kinline.sealed.codec import Codec

Sink = Callable[[bytes, int, float], None]
"""Takes a packet, its place on the source's 48 kHz clock, and its monotonic second."""

Clip = tuple[bytes, ...]
"""A prompt ready to be played: packets of 20 ms each, in the codec of the room."""


@dataclass(frozen=True, slots=True)
class PhoneMedia:
    """Where and how a telephone wants its sound, as its session description said.

    `codec` is one of the two laws of G.711, `digits` its payload type for keys (RFC 4733), None
    if it knows none. `sends` and `hears` are False while it holds the call.
    """

    address: str
    port: int
    codec: Codec
    digits: int | None
    sends: bool = True
    hears: bool = True


# Some telephones send nothing while nobody speaks; a page always does.
_PHONE_PATIENCE = 4


def phone_patience(silent_after: float, *, held: bool) -> float:
    """For how many seconds nothing may come from a telephone, where a page has `silent_after`.

    One on hold has nothing to say.
    """
    return math.inf if held else silent_after * _PHONE_PATIENCE


class MediaAway(OSError):
    """The media engine does not answer, or has no room for more."""


class Line(Protocol):
    """A telephone's line. A handset's is opened before its room is known, and moved into it."""

    @property
    def local(self) -> tuple[str, int]:
        """The address and port the telephone is told to send to."""

    @property
    def on_hold(self) -> bool:
        """Whether the telephone has asked for silence."""

    def meet(self, media: PhoneMedia) -> None:
        """What the telephone said of itself, at first or again."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Flowing:
    """Sound of this side arrives: for the first time, or again."""

    side: Side


@dataclass(frozen=True, slots=True)
class Silent:
    """No packet of this side has come for a while: its line is gone, perhaps not for long."""

    side: Side


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key: of a page's keypad, or of a telephone. It may be part of a secret: never log it."""

    side: Side
    digit: str


@dataclass(frozen=True, slots=True)
class TimeIsUp:
    """The room has cut both sides, because the moment given to `bridge` has come."""


@dataclass(frozen=True, slots=True)
class RecordingFailed:
    """The recording cannot be written; the call goes on."""


@dataclass(frozen=True, slots=True)
class RoomLost:
    """The media engine carries this room no more: nobody hears anybody."""


@dataclass(frozen=True, slots=True)
class ToneHeard:
    """In this side's sound was the tone of another line. `evidence`: what was heard, how loud."""

    side: Side
    kind: SignKind
    evidence: dict[str, str]


MediaEvent = Flowing | Silent | Pressed | TimeIsUp | RecordingFailed | RoomLost | ToneHeard
Tell = Callable[[MediaEvent], None]


class OfferRefused(Exception):
    """A session description that cannot be answered. `code` is for the page: sdp.no_opus ..."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CallRoom(Protocol):
    """What recordable and private rooms have in common: everything but recording and listening."""

    @property
    def codec(self) -> Codec:
        """What all sound in this room is encoded with; it never changes."""

    async def publish(self, side: Side, offer: str) -> str:
        """Connect (or reconnect) a side's page; returns the answer. Raises OfferRefused."""

    def open_line(self, side: Side) -> Line:
        """A line for a telephone that is rung for this side. Raises OSError."""

    def connect(self, side: Side, line: Line) -> None:
        """Connect a side's telephone. Its line belongs to whoever opened it: rooms close none."""

    def press(self, side: Side, digit: str) -> None:
        """Send a key to a side's telephone; a page has no use for it."""

    def play(self, side: Side, clips: Sequence[Clip], *, again: bool = False) -> None:
        """Play clips to a side, instead of what plays now; `again` repeats them until stopped."""

    def stop(self, side: Side) -> None:
        """End what plays to a side."""

    def bridge(self, until: float | None) -> None:
        """Let both sides hear each other, until this moment of the loop's clock at the latest."""

    def part(self) -> None:
        """Let them hear each other no more, at once."""

    def flowing(self, side: Side) -> bool:
        """Whether sound of this side arrives now."""

    async def close(self) -> None:
        """Part, and free everything. Safe to repeat."""


class Subscription(Protocol):
    """One more listener: the engine offers, the listener answers."""

    offer: str

    async def answer(self, sdp: str) -> None:
        """Take the listener's answer. Raises OfferRefused."""

    async def close(self) -> None: ...


class RecordableRoom(CallRoom, Protocol):
    """A room opened under a grant: it may be recorded, and listened to."""

    async def listen(self, source: Side) -> Subscription:
        """Let a third party hear one side of the call."""

    def attach_recorder(self) -> None:
        """Record from now on, each side on its own track."""

    def watch_tones(self, side: Side) -> None:
        """Tell of another line's tones in what this side's telephone says, from now on.

        After `attach_recorder`, in a room that speaks G.711. Raises ValueError in another.
        """

    async def tracks(self) -> tuple[TrackFact, ...]:
        """End the recording and say what lies on disk; nothing if there was none."""


class Booth(Protocol):
    """One telephone alone with the announcer: before its calls, and between them."""

    @property
    def codec(self) -> Codec:
        """What all sound in here is encoded with."""

    def connect(self, line: Line) -> None:
        """Let this telephone sit here; its line goes on belonging to whoever opened it."""

    def play(
        self, clips: Sequence[Clip], *, again: bool = False, done: Callable[[], None] | None = None
    ) -> None:
        """Play instead of what plays now; `done` is called at the natural end."""

    def stop(self) -> None:
        """End what plays."""

    def hear(self, sink: Sink) -> None:
        """Give what is said here to `sink`, until `hush` says otherwise."""

    def hush(self, sink: Sink) -> None: ...

    async def close(self) -> None: ...


class Bridges(Protocol):
    """Opens rooms that nobody can be let into, and of which nothing can be recorded."""

    async def open_bridge(
        self, tell: Tell, *, silent_after: float, codec: Codec, handset: Line | None = None
    ) -> CallRoom:
        """A room with no way in for a third party; `handset` is who calls. Raises OSError."""


class MediaEngine(Bridges, Protocol):
    """The machinery that carries sound: the embedded relay, or rtpengine beside us.

    Everything but whether it is there raises OSError when it is not.
    """

    @property
    def name(self) -> str:
        """For the engine's health."""

    @property
    def here(self) -> bool:
        """Whether calls with telephones can be carried now."""

    async def open(self) -> None:
        """Get ready. An engine that is away is waited for in the background."""

    async def close(self) -> None: ...

    async def open_line(self, codec: Codec) -> Line:
        """A line for a handset that calls, in the law it speaks."""

    def open_booth(
        self,
        *,
        on_silence: Callable[[], None],
        on_digit: Callable[[str], None],
        silent_after: float,
        codec: Codec,
    ) -> Booth: ...

    async def open_room(
        self,
        grant: RecordingGrant,
        tell: Tell,
        *,
        silent_after: float,
        codec: Codec,
        handset: Line | None = None,
    ) -> RecordableRoom:
        """A room under a recording grant; `handset` is who calls, if that is a telephone."""
