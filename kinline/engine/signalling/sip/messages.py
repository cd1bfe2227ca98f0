"""What engine and sip process tell each other: JSON objects, one a line, named by "type".

The sip process reads strangers' messages, so it holds no sound, no recording key and no way to
web: it knows what is in `Setup` and the dialogs it carries. A dialog's name is made by whoever
begins it.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec import Struct

from kinline.core.call.signs import SignKind

LINE_BYTES = 256 * 1024
Law = Literal["pcmu", "pcma"]


class _Message(Struct, tag_field="type", frozen=True, omit_defaults=True):
    pass


class Media(Struct, frozen=True):
    """Where and how a telephone wants its sound. `digits`: payload type of RFC 4733, or none."""

    address: str
    port: int
    law: Law
    digits: int | None = None
    sends: bool = True
    hears: bool = True


class Local(Struct, frozen=True):
    """Where we want a telephone's sound, and which law we would rather have."""

    address: str
    port: int
    law: Law


# --- to the sip process ---------------------------------------------------------------


class HandsetLine(Struct, frozen=True):
    """A handset that may register and call. Its secret never appears in a repr."""

    station: str
    user: str
    secret: str

    def __repr__(self) -> str:
        return f"HandsetLine({self.user})"


class TrunkLine(Struct, frozen=True):
    """A carrier. With a user name it asks for our password (digest), else it trusts our address."""

    trunk: str
    host: str
    port: int
    caller: str
    user: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return f"TrunkLine({self.host}:{self.port})"


class Setup(_Message, tag="setup", frozen=True):
    """Everything the sip process may deal with; whatever is not in it is a stranger."""

    handsets: tuple[HandsetLine, ...] = ()
    trunks: tuple[TrunkLine, ...] = ()
    networks: tuple[str, ...] = ()


class Dial(_Message, tag="dial", frozen=True):
    dialog: str
    trunk: str
    number: str
    local: Local
    ring_seconds: int


class Accept(_Message, tag="accept", frozen=True):
    """Answer an Invite: `early` tells the caller to listen already, without answering."""

    dialog: str
    local: Local
    early: bool = False


class Refuse(_Message, tag="refuse", frozen=True):
    dialog: str
    code: int


class HangUp(_Message, tag="hangup", frozen=True):
    dialog: str


class Adopt(_Message, tag="adopt", frozen=True):
    """A dialog that an earlier sip process carried: `state` is what it told in Confirmed."""

    dialog: str
    state: dict[str, str]


ToSip = Setup | Dial | Accept | Refuse | HangUp | Adopt


# --- from the sip process -------------------------------------------------------------


class Invite(_Message, tag="invite", frozen=True):
    """A handset lifted its receiver and called `number` (often nothing but "call")."""

    dialog: str
    station: str
    number: str
    media: Media


class Ringing(_Message, tag="ringing", frozen=True):
    """It rings; with `media` there is early sound, from a carrier that speaks first."""

    dialog: str
    media: Media | None = None


class Answered(_Message, tag="answered", frozen=True):
    dialog: str
    media: Media


class Moved(_Message, tag="moved", frozen=True):
    """The telephone changed its description: it holds, comes back, or moved."""

    dialog: str
    media: Media


class Confirmed(_Message, tag="confirmed", frozen=True):
    """The dialog stands. With `state` another sip process could carry it on."""

    dialog: str
    state: dict[str, str]


class Gone(_Message, tag="gone", frozen=True):
    """The dialog is over; `code` is the SIP status if it was never answered, 0 for a hang-up."""

    dialog: str
    code: int = 0


class Registered(_Message, tag="registered", frozen=True):
    """A handset was here, for `seconds`; 0: it signed off."""

    station: str
    address: str
    seconds: int


class TrunkIs(_Message, tag="trunk", frozen=True):
    """Whether a trunk answers OPTIONS."""

    trunk: str
    up: bool


class Standing(_Message, tag="standing", frozen=True):
    """What the sip process holds: it must come back to nothing when nobody calls."""

    dialogs: int
    transactions: int
    callers: int


class Noticed(_Message, tag="noticed", frozen=True):
    """The telephone, or the network behind it, gave away that a third party is being brought in.

    `kind` is a SignKind; nothing was obeyed. `evidence` may name numbers: never log it.
    """

    dialog: str
    kind: SignKind
    evidence: dict[str, str]


FromSip = (
    Invite
    | Ringing
    | Answered
    | Moved
    | Confirmed
    | Gone
    | Noticed
    | Registered
    | TrunkIs
    | Standing
)

_encoder = msgspec.json.Encoder()
to_sip: msgspec.json.Decoder[ToSip] = msgspec.json.Decoder(ToSip)
from_sip: msgspec.json.Decoder[FromSip] = msgspec.json.Decoder(FromSip)


def written(message: ToSip | FromSip) -> bytes:
    return _encoder.encode(message) + b"\n"


class Lines:
    """Puts what comes in pieces together to lines. Raises ValueError when one has no end."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        *whole, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LINE_BYTES:
            raise ValueError("a line without an end")
        yield from whole
