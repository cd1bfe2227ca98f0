"""Video visits on the sill: may it be held, how it goes and ends, and what web wants of it.

A visit is no call: it has a moment at which it begins and one at which it ends, whoever comes
or stays away. An ordinary visit is held in a room of the engine, opened under a grant; a private
one has none: its permit has no key, and two pages carry it between themselves.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kinline.core.control.wire import VERSION, RefusalFact
from kinline.core.ids import EngineId, VisitId
from kinline.core.visit.kept import VisitGrant, VisitTrack
from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import Seat


@dataclass(frozen=True, slots=True)
class VisitOpen:
    """May this visit be held here, now? Asked as the first page comes, or comes back.

    After a fault the same visit is opened again, by another life of the engine or by another
    engine: web's answer has the same grant, and the recording goes on in a new part.
    """

    visit: VisitId
    engine: EngineId
    boot: str
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class VisitPermit:
    """The visit may be held from `starts_at` until `ends_at`, which nothing puts off.

    `seats` are those somebody has: inside, and one for each home. Not `recorded`: no recorder
    comes in, and the grant's key is kept nowhere.
    """

    visit: VisitId
    starts_at: datetime
    ends_at: datetime
    seats: tuple[Seat, ...]
    grant: VisitGrant
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class TurnServer:
    """Where the two pages of a private visit meet, for one of them: a TURN server (RFC 8656).

    `username` begins with the moment until which the credential is good, in Unix seconds: the
    end of the visit. The credential never appears in a repr.
    """

    urls: tuple[str, ...]
    username: str
    credential: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrivateVisitPermit:
    """Two pages may talk to each other from `starts_at` until `ends_at`: inside, and one home.

    It holds no key, so nothing can be recorded. `turn` has the servers of each seat; empty: the
    two connect directly, and nothing of ours can end what they send each other.
    """

    visit: VisitId
    starts_at: datetime
    ends_at: datetime
    home: Seat
    because: str
    turn: dict[Seat, tuple[TurnServer, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.home is Seat.INSIDE:
            raise ValueError("a private visit is between inside and one home")

    @property
    def seats(self) -> tuple[Seat, ...]:
        return (Seat.INSIDE, self.home)

    @property
    def recorded(self) -> bool:
        """Never: there is no recorder."""
        return False


@dataclass(frozen=True, slots=True)
class VisitReply:
    """A permit of one kind or the other, or every reason why not."""

    permit: VisitPermit | None = None
    private: PrivateVisitPermit | None = None
    refusals: tuple[RefusalFact, ...] = ()


class VisitStep(StrEnum):
    """What the engine tells of a visit on its way."""

    CAME = "came"  # a seat's page is here: in the lobby, or in the visit
    BEGAN = "began"  # the hour has come, whoever is here
    MET = "met"  # for the first time somebody of both sides is seen or heard
    LOST = "lost"  # a seat's line is gone, perhaps not for long
    BACK = "back"
    LEFT = "left"  # on purpose, or gone for too long
    WARNED = "warned"  # `minutes` are left
    TOLD = "told"  # a message of staff was shown to all
    RECORDING_FAILED = "recording_failed"


@dataclass(frozen=True, slots=True)
class VisitProgress:
    """One step of a visit. (visit, boot, seq) is its key: web stores it once."""

    visit: VisitId
    seq: int
    engine: EngineId
    boot: str
    step: VisitStep
    at: datetime
    seat: Seat | None = None
    minutes: int = 0
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class VisitEnded:
    """The end of a visit. `seconds`: for how long somebody of both sides was there."""

    visit: VisitId
    seq: int
    engine: EngineId
    boot: str
    reason: EndReason
    at: datetime
    seat: Seat | None = None
    seconds: int = 0
    tracks: tuple[VisitTrack, ...] = ()
    version: int = VERSION


class VisitOrder(StrEnum):
    END = "end"
    SAY = "say"


@dataclass(frozen=True, slots=True)
class VisitCommand:
    """What web wants of a visit. END: end it with `reason`. SAY: show `text` to everybody.

    It comes again until `CommandsRequest.visit_orders_done` names it; the engine does it once.
    """

    id: int
    order: VisitOrder
    visit: VisitId
    reason: EndReason | None = None
    text: str = ""
