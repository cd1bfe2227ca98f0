"""What may happen to a visit: what its pages do and what web orders. What media tell is theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import Seat
from kinline.engine.signalling.protocol import Peering, ToPage, VisitOver


class Guest(Protocol):
    """A page, as a visit knows it. Without a seat it watches."""

    seat: Seat | None
    meeting: "Held | None"

    @property
    def here(self) -> bool:
        """Whether its socket is open."""

    def send(self, message: ToPage) -> None:
        """Tell it something, if it is here."""

    def refuse(self, code: str) -> None:
        """Tell it that what it wanted cannot be."""

    def leave_visit(self, over: VisitOver) -> None:
        """Its visit is over."""


class Held(Protocol):
    """A visit that is held, as pages and the hall know it."""

    over: VisitOver | None

    @property
    def seats(self) -> Sequence[Seat]:
        """The seats it has."""

    def tell(self, event: Any) -> None:
        """Something happened, of what this kind of visit can hear."""

    async def run(self) -> EndReason:
        """From the lobby to the end."""


@dataclass(frozen=True, slots=True)
class Came:
    """A page is here, for the first time or again."""

    page: Guest


@dataclass(frozen=True, slots=True)
class Dropped:
    """A page's line is gone, or it is being loaded again; it may come back."""

    page: Guest


@dataclass(frozen=True, slots=True)
class WentOut:
    """Somebody pressed Leave."""

    page: Guest


@dataclass(frozen=True, slots=True)
class Publishes:
    page: Guest
    sdp: str


@dataclass(frozen=True, slots=True)
class WantsToSee:
    page: Guest
    source: Seat


@dataclass(frozen=True, slots=True)
class HasSeen:
    page: Guest
    source: Seat
    sdp: str


@dataclass(frozen=True, slots=True)
class Shows:
    page: Guest
    camera: bool
    microphone: bool


@dataclass(frozen=True, slots=True)
class Narrow:
    page: Guest
    on: bool


@dataclass(frozen=True, slots=True)
class Peers:
    """In a private visit: what a page has to say to the other one, or of their connection."""

    page: Guest
    said: Peering


@dataclass(frozen=True, slots=True)
class Say:
    """Staff say something to everybody."""

    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Web wants it to end."""

    reason: EndReason


PageEvent = Came | Dropped | WentOut | Publishes | WantsToSee | HasSeen | Shows | Narrow | Peers
