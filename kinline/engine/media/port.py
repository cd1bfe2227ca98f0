"""The media port: what a conversation may ask of the machinery that carries sound.

Shaped after rtpengine, Janus and LiveKit rather than after the embedded relay, so that
another one can stand behind it. A room has two sides; each side has a peer track (the other
party) and an announcer track (prompts), which the listener's device mixes.
What happens in the media comes back as events, through the callable given at opening.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kinline.core.call.states import Side
from kinline.core.control import TrackFact
from kinline.sealed.codec import Codec

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


class Line(Protocol):
    """A telephone's line: opened before its room is known, and moved into it."""

    @property
    def local(self) -> tuple[str, int]:
        """The address and port the telephone is told to send to."""

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


MediaEvent = Flowing | Silent | Pressed | TimeIsUp | RecordingFailed
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

    async def tracks(self) -> tuple[TrackFact, ...]:
        """End the recording and say what lies on disk; nothing if there was none."""
