"""Telephones on the sill: handsets, trunks, and the calls that Kinline makes by itself."""

from dataclasses import dataclass, field
from datetime import datetime

from kinline.core.control.wire import VERSION
from kinline.core.ids import EngineId, StationId


@dataclass(frozen=True, slots=True)
class HandsetSeen:
    """A handset registered from `address` and holds that until `until`; then it is not there."""

    station: StationId
    address: str
    until: datetime


@dataclass(frozen=True, slots=True)
class TrunkSeen:
    """Whether a trunk answers."""

    trunk: str
    up: bool


@dataclass(frozen=True, slots=True)
class TrialCall:
    """A call of Kinline's own: ring `number` through `trunk`, say these prompts twice, tell.

    A test of the trunk that staff want, or what an attorney asked for (core.call.rings). The
    prompts may spell a code: they appear in no repr.
    """

    trial: str
    trunk: str
    number: str
    says: tuple[str, ...] = field(default=("test.call",), repr=False)
    language: str = "en"


@dataclass(frozen=True, slots=True)
class TrialDone:
    """What became of a test call: the SIP status, 200 if somebody answered."""

    trial: str
    code: int


@dataclass(frozen=True, slots=True)
class TelephonesRequest:
    """Which telephones are there? With it goes what the engine has seen of them, and `tried`."""

    engine: EngineId
    handsets: tuple[HandsetSeen, ...] = ()
    trunks: tuple[TrunkSeen, ...] = ()
    tried: tuple[TrialDone, ...] = ()
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Handset:
    """A wall phone, as it signs in by SIP digest. The secret never appears in a repr.

    `place` is the code of its facility, which may have recorded prompts of its own.
    """

    station: StationId
    user: str
    secret: str = field(repr=False)
    languages: tuple[str, ...] = ("en",)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Trunk:
    """A carrier's door. With `user` it wants a password (digest), without it trusts our address."""

    trunk: str
    host: str
    port: int
    caller: str
    user: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Telephones:
    """All telephones an engine may deal with. `networks` (CIDR) is where handsets may speak from.

    Whoever is not in it is a stranger, who gets no answer. `trials` are for this engine alone.
    """

    handsets: tuple[Handset, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    networks: tuple[str, ...] = ()
    trials: tuple[TrialCall, ...] = ()
