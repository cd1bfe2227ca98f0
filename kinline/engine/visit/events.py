"""What may happen to a visit: what its pages do, what web orders, what the media tell."""

from dataclasses import dataclass

from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import Seat
from kinline.engine.media.visit_port import VisitEvent
from kinline.engine.signalling.page import Page


@dataclass(frozen=True, slots=True)
class Came:
    """A page is here, for the first time or again."""

    page: Page


@dataclass(frozen=True, slots=True)
class Dropped:
    """A page's line is gone, or it is being loaded again; it may come back."""

    page: Page


@dataclass(frozen=True, slots=True)
class WentOut:
    """Somebody pressed Leave."""

    page: Page


@dataclass(frozen=True, slots=True)
class Publishes:
    page: Page
    sdp: str


@dataclass(frozen=True, slots=True)
class WantsToSee:
    page: Page
    source: Seat


@dataclass(frozen=True, slots=True)
class HasSeen:
    page: Page
    source: Seat
    sdp: str


@dataclass(frozen=True, slots=True)
class Shows:
    page: Page
    camera: bool
    microphone: bool


@dataclass(frozen=True, slots=True)
class Narrow:
    page: Page
    on: bool


@dataclass(frozen=True, slots=True)
class Say:
    """Staff say something to everybody."""

    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Web wants it to end."""

    reason: EndReason


PageEvent = Came | Dropped | WentOut | Publishes | WantsToSee | HasSeen | Shows | Narrow
Happening = PageEvent | Say | Stop | VisitEvent
