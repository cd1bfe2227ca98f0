"""The port of video visits: what a visit may ask of the machinery that carries it.

Shaped after Janus's VideoRoom as much as after the embedded relay, so that either can stand
behind it. A room has seats; whoever sits there publishes sound and picture over one connection
that only sends, and has one more connection for each other seat, which only receives: nothing
is ever renegotiated. What happens in the media comes back as events, through the callable given
at opening.

Sound is Opus, the picture VP8, at most `MOST_BITS_PER_SECOND`; the page sets that limit as its
sender's `maxBitrate`, and a media engine lowers it by itself while a viewer's line loses much.
A page turns its camera off by taking the track from its sender (`replaceTrack(null)`), so that
nothing is sent: the room then says `Silent(seat, VIDEO)`.

A private visit has no room here: two pages carry it between themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kinline.core.visit.kept import MediaKind, VisitGrant, VisitTrack
from kinline.core.visit.terms import Seat
from kinline.engine.media import port
from kinline.engine.media.port import RecordingFailed, RoomLost, TimeIsUp

# Good for 640x480 at 30 pictures a second, and for the lines of most homes.
MOST_BITS_PER_SECOND = 600_000


@dataclass(frozen=True, slots=True)
class Flowing:
    """Sound or pictures of this seat arrive: for the first time, or again."""

    seat: Seat
    kind: MediaKind


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing of this kind has come from this seat for a while.

    Pictures alone: its camera is off. Sound too: its line is gone, perhaps not for long.
    """

    seat: Seat
    kind: MediaKind


@dataclass(frozen=True, slots=True)
class Thinned:
    """A viewer's line is too narrow: of this source only sound goes there, or pictures again."""

    viewer: Seat
    source: Seat
    pictures: bool


VisitEvent = Flowing | Silent | Thinned | TimeIsUp | RecordingFailed | RoomLost
Tell = Callable[[VisitEvent], None]


class Subscription(port.Subscription, Protocol):
    """One viewer's connection to one source: the engine offers, the viewer's page answers.

    The offer has two lines: 0 is sound, 1 the picture.
    """

    def show(self, pictures: bool) -> None:
        """Send pictures, or only sound: what a viewer with a narrow line asks for."""


class VisitRoom(Protocol):
    """A visit's room, opened under a grant. Everything raises OSError when the engine is away."""

    async def publish(self, seat: Seat, offer: str) -> str:
        """Connect (or reconnect) a seat's page; returns the answer.

        The offer has one line of sound and, unless there is no camera at all, a second one of
        picture, both `sendonly`. Raises OfferRefused.
        """

    async def subscribe(self, viewer: Seat, source: Seat) -> Subscription:
        """Let one seat see and hear another. A second one for the same pair ends the first.

        The source need not be there yet, nor stay: what comes from it goes on over the same
        connection when it is there again. Raises ValueError for one's own seat.
        """

    async def watch(self, source: Seat) -> Subscription:
        """Let staff see and hear a seat. A watcher has no seat, sends nothing and is in no event.

        Whoever asks has asked for the right and written the audit line.
        """

    def attach_recorder(self) -> None:
        """Record from now on, each seat's sound and picture on its own track.

        Raises RuntimeError the second time.
        """

    async def tracks(self) -> tuple[VisitTrack, ...]:
        """End the recording and say what lies on disk; nothing if there was none."""

    def until(self, moment: float) -> None:
        """Cut at this moment of the loop's clock, whatever else is down, and tell TimeIsUp."""

    def cut(self) -> None:
        """Nobody sees, hears or records anybody any more, at once and for good."""

    def flowing(self, seat: Seat, kind: MediaKind) -> bool:
        """Whether sound, or pictures, of this seat arrive now."""

    async def close(self) -> None:
        """Cut, and free everything. Safe to repeat; `tracks` may be asked before or after."""


class VisitRooms(Protocol):
    """The machinery that carries visits: the embedded relay, or nodes of Janus."""

    @property
    def name(self) -> str:
        """For the engine's health."""

    @property
    def here(self) -> bool:
        """Whether visits can be carried now."""

    async def open(self) -> None:
        """Begin to look whether it is there. Raises OSError for what cannot come right."""

    async def close(self) -> None:
        """Rooms were closed by whoever opened them."""

    async def open_visit_room(
        self, grant: VisitGrant, tell: Tell, *, until: float, silent_after: float
    ) -> VisitRoom:
        """A room that cuts at `until`, a moment of the loop's clock. Raises OSError.

        `silent_after` is in seconds. Raises TypeError without a grant, ValueError for one that
        cannot be used.
        """
