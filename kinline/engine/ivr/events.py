"""What can happen to a call, besides the media's own events (media.port)."""

from dataclasses import dataclass

from kinline.core.call.states import EndReason, Side
from kinline.engine.media.port import MediaEvent
from kinline.engine.signalling.page import Page
from kinline.engine.signalling.sip.telephony import PhoneEvent


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page of the contact can be rung now."""

    page: Page


@dataclass(frozen=True, slots=True)
class Answered:
    page: Page


@dataclass(frozen=True, slots=True)
class Declined:
    page: Page


@dataclass(frozen=True, slots=True)
class Offered:
    """A page offers a connection: its first, or a new one."""

    page: Page
    sdp: str


@dataclass(frozen=True, slots=True)
class Keyed:
    """A key of a page's keypad; for a party of the call it becomes media.port.Pressed."""

    page: Page
    digit: str


@dataclass(frozen=True, slots=True)
class HungUp:
    page: Page


@dataclass(frozen=True, slots=True)
class PageLeft:
    """A page was closed or loaded again: it says so, or its socket does."""

    page: Page


@dataclass(frozen=True, slots=True)
class PageDropped:
    """A page's socket broke without a word."""

    page: Page


@dataclass(frozen=True, slots=True)
class PageCame:
    """A page of this side is here: back, or in place of the one before."""

    page: Page
    side: Side


@dataclass(frozen=True, slots=True)
class Stopped:
    """The call must end: staff wants it, or the engine cannot go on."""

    reason: EndReason


@dataclass(frozen=True, slots=True)
class ListenerCame:
    """Staff listen with this page, from now on or anew."""

    page: Page


@dataclass(frozen=True, slots=True)
class ListenerWent:
    page: Page


@dataclass(frozen=True, slots=True)
class ListenerHeard:
    """The answer to the offer of one side's sound."""

    page: Page
    source: Side
    sdp: str


ListenerEvent = ListenerCame | ListenerWent | ListenerHeard
CallEvent = (
    MediaEvent
    | PhoneEvent
    | Waiting
    | Answered
    | Declined
    | Offered
    | Keyed
    | HungUp
    | PageLeft
    | PageDropped
    | PageCame
    | ListenerEvent
    | Stopped
)
