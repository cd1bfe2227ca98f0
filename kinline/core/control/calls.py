"""Calls on the sill: who calls, may it be, how it goes and ends, and what web wants of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from kinline.core.call.announcement import Acceptance
from kinline.core.call.signs import SignKind, SignPolicy
from kinline.core.call.states import EndReason, Side
from kinline.core.control.visits import VisitCommand
from kinline.core.control.wire import VERSION, RefusalFact
from kinline.core.ids import (
    CallId,
    ContactId,
    EngineId,
    LineId,
    PersonId,
    RecordingId,
    StationId,
    VisitId,
)

# How long it rings, and how long the called side may take to accept.
RING_SECONDS, ACCEPT_SECONDS = 45, 60


# --- identify -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IdentifyRequest:
    """Who stands at this station: an ID number and a PIN. The PIN never appears in a repr."""

    station: StationId
    number: str
    pin: str = field(repr=False)
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class IdentifyReply:
    """The person, or why not. `named`: their own name has been recorded already.

    `notice` is something to be told once (its id), and `notice_prompts` say it.
    """

    person: PersonId | None = None
    language: str = "en"
    refusals: tuple[RefusalFact, ...] = ()
    named: bool = True
    notice: str = ""
    notice_prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeSaid:
    """A notice was said to a person, to its end or until a key: it is not said again."""

    person: PersonId
    notice: str
    version: int = VERSION


# --- authorize ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """May this person call this number from this station, now? `key` is the dial's own id.

    Nobody need be signed in for an open `line` without PIN, nor at an intake station: then
    `person` is None, and `language` is what the station is spoken to in. With a `line` the
    number is web's to know: what stands in `number` does not count. A person who dials the
    number of a line without PIN is forgotten by web: the call has none.

    `boot` names the engine's current life, so that a call begun in it is never ended as one
    that an earlier life left behind.
    """

    key: str
    engine: EngineId
    station: StationId
    person: PersonId | None
    number: str
    boot: str = ""
    line: LineId | None = None
    language: str = "en"
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class RecordingGrant:
    """The right to record one call: without it no key exists, and without a key no recording.

    `data_key` is 32 bytes for AES-256-GCM, in base64, and never appears in a repr; `folder` is
    relative to the recordings folder that web and engine share.
    """

    recording: RecordingId
    folder: str
    data_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrivatePermit:
    """The right to carry one call in private. It holds no key, so nothing can be recorded."""

    because: str


@dataclass(frozen=True, slots=True)
class NameGrant:
    """The right to read (or make) the recording of a person's own spoken name."""

    folder: str
    data_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Route:
    """Which telephone to ring: `number` in E.164, through `trunk` (its id in Telephones)."""

    trunk: str
    number: str


@dataclass(frozen=True, slots=True)
class MoneyLimit:
    """The permit's limit is what the money pays for.

    A talk that lasts until `free_from` costs nothing from there on: it is not cut for money, and
    has `otherwise_seconds` as its limit (None: no rule limits it).
    """

    otherwise_seconds: int | None = None
    free_from: datetime | None = None

    def cuts(self, accepted_at: datetime, seconds: int) -> bool:
        """Whether these seconds of money are over before the talk would cost nothing any more."""
        return self.free_from is None or accepted_at + timedelta(seconds=seconds) < self.free_from


@dataclass(frozen=True, slots=True)
class Permit:
    """The call may be made. Exactly one of `recording` and `private` is there.

    `limit_seconds` runs from acceptance; None means that no rule limits this call. `ends_by` is
    the facility's closing, which it does not outlast however late it was accepted.
    `announcement` names the prompts the called side hears, in order, in `language`, and
    `acceptance` what it must then do. `name` is None where nobody may be named.
    Without a `route` only the contact's own pages are rung. `money` is there where the limit is
    what the money pays for; `told` are prompts that a caller without a screen hears of it.
    `signs` says what becomes of signs of a third party; None: nobody looks for any.
    """

    call: CallId
    contact: ContactId | None
    language: str
    limit_seconds: int | None
    announcement: tuple[str, ...]
    recording: RecordingGrant | None = None
    private: PrivatePermit | None = None
    name: NameGrant | None = None
    caller_language: str = "en"
    acceptance: Acceptance = Acceptance.KEYS
    ring_seconds: int = RING_SECONDS
    accept_seconds: int = ACCEPT_SECONDS
    warn_seconds: int = 60
    route: Route | None = None
    ends_by: datetime | None = None
    money: MoneyLimit | None = None
    told: tuple[str, ...] = ()
    signs: SignPolicy | None = None

    def __post_init__(self) -> None:
        if (self.recording is None) == (self.private is None):
            raise ValueError("a call is either recorded under a grant or private, never both")

    def seconds_from(self, now: datetime) -> int | None:
        """How long the talk may last that is accepted at `now`; None: as long as they like."""
        limit = self._limit_from(now)
        if self.ends_by is None:
            return limit
        left = max(0, int((self.ends_by - now).total_seconds()))
        return left if limit is None else min(left, limit)

    def money_ends(self, now: datetime) -> bool:
        """Whether it is the money that ends a talk accepted at `now`, if nobody else does."""
        if self.money is None or self.limit_seconds is None:
            return False
        cut = self.money.cuts(now, self.limit_seconds)
        return cut and self.seconds_from(now) == self.limit_seconds

    def _limit_from(self, now: datetime) -> int | None:
        if self.money is None or self.limit_seconds is None:
            return self.limit_seconds
        if self.money.cuts(now, self.limit_seconds):
            return self.limit_seconds
        return self.money.otherwise_seconds


@dataclass(frozen=True, slots=True)
class AuthorizeReply:
    """A permit, or every reason why not. `call` names the attempt in both cases."""

    call: CallId
    permit: Permit | None = None
    refusals: tuple[RefusalFact, ...] = ()


# --- progress, sign, ended: journalled by the engine until acknowledged -------------------------


class Step(StrEnum):
    """What the engine tells of a call on its way."""

    RANG = "rang"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    WARNED = "warned"
    LINE_LOST = "line_lost"
    LINE_BACK = "line_back"
    RECORDING_FAILED = "recording_failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a call. (call, seq) is its key: web stores it once, however often it comes."""

    call: CallId
    seq: int
    engine: EngineId
    boot: str
    step: Step
    at: datetime
    side: Side | None = None
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class SignSeen:
    """A sign of a third party, and whether it ends the call. (call, seq) is its key, with the
    steps'. `evidence` is short text under fixed names; it never has a key that was pressed."""

    call: CallId
    seq: int
    engine: EngineId
    boot: str
    kind: SignKind
    at: datetime
    side: Side | None = None
    cut: bool = False
    evidence: dict[str, str] = field(default_factory=dict)
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class TrackFact:
    """One side of a recording: `path` under the recordings folder, `seconds` of sound."""

    side: Side
    path: str
    seconds: int
    chunks: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a call. `talk_seconds` counts from acceptance to the end, 0 if never accepted."""

    call: CallId
    seq: int
    engine: EngineId
    boot: str
    reason: EndReason
    at: datetime
    side: Side | None = None
    talk_seconds: int = 0
    tracks: tuple[TrackFact, ...] = ()
    version: int = VERSION


# --- alive, commands ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alive:
    """A sign of life, every two seconds: the calls and visits this engine holds, who waits.

    A new `boot` tells web that everything an earlier boot held is gone. The engine sends it
    only after its journal of earlier boots is acknowledged.
    """

    engine: EngineId
    boot: str
    at: datetime
    calls: tuple[CallId, ...] = ()
    waiting: tuple[ContactId, ...] = ()
    version: int = VERSION
    visits: tuple[VisitId, ...] = ()


class Order(StrEnum):
    END = "end"
    RING = "ring"


@dataclass(frozen=True, slots=True)
class Command:
    """What web wants of the engine.

    END: end `call` with `reason` (staff; `contact` empty). RING: tell the waiting pages of
    `contact` to come to another engine: `url` is its WebSocket address, `tokens` one per page.
    """

    id: int
    order: Order
    call: CallId
    reason: EndReason | None = None
    contact: ContactId | None = None
    url: str = ""
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CommandsRequest:
    """Commands after `after` (the last id the engine carried out).

    Those of visits have numbers of their own, which may come out of order: each one that was
    carried out is named in `visit_orders_done` until web stops sending it.
    """

    engine: EngineId
    boot: str
    after: int = 0
    version: int = VERSION
    visit_orders_done: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Commands:
    commands: tuple[Command, ...] = ()
    visits: tuple[VisitCommand, ...] = ()


# --- a person's own recorded name -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class NameRequest:
    """May this person record their name now? The reply's grant is for one new file."""

    key: str
    person: PersonId
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class NameReply:
    grant: NameGrant | None = None
    max_seconds: int = 4
    refusals: tuple[RefusalFact, ...] = ()


@dataclass(frozen=True, slots=True)
class NameDone:
    """The name was spoken: from the next call on it is played. Idempotent by `key`."""

    key: str
    person: PersonId
    folder: str
    seconds_tenths: int
    version: int = VERSION
