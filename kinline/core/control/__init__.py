"""The sill between the engine and the web: frozen requests and replies, and one Protocol.

The verbs are those of charging systems (CGRateS, Diameter): a call is authorized, makes
progress, is alive, ends. Every message carries `version` and, where it changes something,
a `key`: the same key again gives the same answer and changes nothing.

Fields that came later have a default, so that a journal of an earlier engine is still understood
and `version` need not change; it does when a field changes its meaning.

Moments are aware datetimes in UTC; spans are whole seconds unless the name says otherwise.
"""

from typing import Protocol

from kinline.core.control.calls import (
    ACCEPT_SECONDS,
    RING_SECONDS,
    Alive,
    AuthorizeReply,
    AuthorizeRequest,
    Command,
    Commands,
    CommandsRequest,
    Ended,
    IdentifyReply,
    IdentifyRequest,
    MoneyLimit,
    NameDone,
    NameGrant,
    NameReply,
    NameRequest,
    NoticeSaid,
    Order,
    Permit,
    PrivatePermit,
    Progress,
    RecordingGrant,
    Route,
    SignSeen,
    Step,
    TrackFact,
)
from kinline.core.control.lines import (
    LinesRequest,
    OpenLine,
    OpenLines,
)
from kinline.core.control.telephones import (
    Handset,
    HandsetSeen,
    Telephones,
    TelephonesRequest,
    TrialCall,
    TrialDone,
    Trunk,
    TrunkSeen,
)
from kinline.core.control.visits import (
    PrivateVisitPermit,
    TurnServer,
    VisitCommand,
    VisitEnded,
    VisitOpen,
    VisitOrder,
    VisitPermit,
    VisitProgress,
    VisitReply,
    VisitStep,
)
from kinline.core.control.wire import (
    VERSION,
    Ack,
    RefusalFact,
)
from kinline.core.visit.kept import VisitGrant, VisitTrack

__all__ = [
    "ACCEPT_SECONDS",
    "RING_SECONDS",
    "VERSION",
    "Ack",
    "Alive",
    "AuthorizeReply",
    "AuthorizeRequest",
    "Command",
    "Commands",
    "CommandsRequest",
    "Control",
    "ControlUnavailable",
    "Ended",
    "Handset",
    "HandsetSeen",
    "IdentifyReply",
    "IdentifyRequest",
    "LinesRequest",
    "MoneyLimit",
    "NameDone",
    "NameGrant",
    "NameReply",
    "NameRequest",
    "NoticeSaid",
    "OpenLine",
    "OpenLines",
    "Order",
    "Permit",
    "PrivatePermit",
    "PrivateVisitPermit",
    "Progress",
    "RecordingGrant",
    "RefusalFact",
    "Route",
    "SignSeen",
    "Step",
    "Telephones",
    "TelephonesRequest",
    "TrackFact",
    "TrialCall",
    "TrialDone",
    "Trunk",
    "TrunkSeen",
    "TurnServer",
    "VisitCommand",
    "VisitEnded",
    "VisitGrant",
    "VisitOpen",
    "VisitOrder",
    "VisitPermit",
    "VisitProgress",
    "VisitReply",
    "VisitStep",
    "VisitTrack",
]


class ControlUnavailable(Exception):
    """Web could not be reached or did not answer in time; the request may be repeated."""


class Control(Protocol):
    """What the engine may ask of web. Every method may raise ControlUnavailable."""

    async def identify(self, request: IdentifyRequest) -> IdentifyReply: ...
    async def notice_said(self, said: NoticeSaid) -> Ack: ...
    async def authorize(self, request: AuthorizeRequest) -> AuthorizeReply: ...
    async def progress(self, event: Progress) -> Ack: ...
    async def sign(self, event: SignSeen) -> Ack: ...
    async def ended(self, event: Ended) -> Ack: ...
    async def alive(self, sign: Alive) -> Ack: ...
    async def commands(self, request: CommandsRequest) -> Commands: ...
    async def name(self, request: NameRequest) -> NameReply: ...
    async def name_done(self, done: NameDone) -> Ack: ...
    async def lines(self, request: LinesRequest) -> OpenLines: ...
    async def telephones(self, request: TelephonesRequest) -> Telephones: ...
    async def open_visit(self, request: VisitOpen) -> VisitReply: ...
    async def visit_progress(self, event: VisitProgress) -> Ack: ...
    async def visit_ended(self, event: VisitEnded) -> Ack: ...
