"""The messages between a page and the engine: JSON objects, named by "type", nothing unknown."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from kinline.core.call.states import Side
from kinline.core.visit.terms import Seat

MAX_MESSAGE_CHARS = 64 * 1024

BAD_MESSAGE = 4400
PASS_REFUSED = 4401
IDLE = 4408
CALL_OVER = 4410
STOPPING = 4503


class BadMessage(ValueError):
    """The page said something the protocol does not have. `code` is for the page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# --- from the page --------------------------------------------------------------------


class _FromPage(Struct, forbid_unknown_fields=True, tag_field="type"):
    pass


class Dial(_FromPage, tag="dial"):
    """Start a call. `key` is made by the page: the same key is the same call."""

    number: Annotated[str, Meta(min_length=2, max_length=32, pattern=r"^[0-9+()\-. ]+$")]
    key: Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_\-]+$")]


class Answer(_FromPage, tag="answer"):
    """The contact takes the call that rings."""


class Decline(_FromPage, tag="decline"):
    """Not now."""


class Offer(_FromPage, tag="offer"):
    """A session description; its own length limit has its own answer (sdp.too_long)."""

    sdp: str


class Key(_FromPage, tag="key"):
    """A key of the keypad. Never logged."""

    digit: Annotated[str, Meta(pattern=r"^[0-9*#]$")]


class HangUp(_FromPage, tag="hangup"):
    pass


class Leave(_FromPage, tag="leave"):
    """The page is about to go: closed, or loaded again."""


class RecordName(_FromPage, tag="record_name"):
    pass


class StopName(_FromPage, tag="stop_name"):
    pass


class KeepName(_FromPage, tag="keep_name"):
    pass


class Listen(_FromPage, tag="listen"):
    """Staff listening: please offer me both sides of the call again."""


class Heard(_FromPage, tag="heard"):
    """Staff listening: the answer to the offer of one side's sound."""

    source: Side
    sdp: str


class See(_FromPage, tag="see"):
    """In a visit: please offer me this seat's sound and picture, for the first time or again."""

    source: Seat


class Seen(_FromPage, tag="seen"):
    """The answer to the offer of a seat's sound and picture."""

    source: Seat
    sdp: str


class Shows(_FromPage, tag="shows"):
    """What this page sends now, for the others to be told: a camera may be off, or missing."""

    camera: bool
    microphone: bool


class Narrow(_FromPage, tag="narrow"):
    """The line is slow: send me only sound, or pictures again."""

    on: bool


Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
Hex64 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
_Attempt = Annotated[int, Meta(ge=1, le=1_000_000)]


class Pledge(_FromPage, tag="pledge"):
    """In a private visit: the commitment to one's own key (core/visit/check_words.py)."""

    attempt: _Attempt
    commitment: Hex64


class Describe(_FromPage, tag="describe"):
    """In a private visit: a session description for the other page, and the nonce pledged for."""

    attempt: _Attempt
    sdp: str
    nonce: Hex32


class Reach(_FromPage, tag="reach"):
    """In a private visit: one more address at which this page may be reached (an ICE candidate)."""

    attempt: _Attempt
    candidate: Annotated[str, Meta(max_length=1000)]
    mid: Annotated[str, Meta(max_length=16)]


class Joined(_FromPage, tag="joined"):
    """In a private visit: whether this page is connected to the other one."""

    attempt: _Attempt
    on: bool


class Anew(_FromPage, tag="anew"):
    """In a private visit: this attempt to connect failed, or broke off; let us begin another."""

    attempt: _Attempt


class Ping(_FromPage, tag="ping"):
    pass


Peering = Pledge | Describe | Reach | Joined | Anew
Listening = Listen | Heard
OfVisit = See | Seen | Shows | Narrow | Peering
FromPage = (
    Dial
    | Answer
    | Decline
    | Offer
    | Key
    | HangUp
    | Leave
    | RecordName
    | StopName
    | KeepName
    | Ping
    | Listening
    | OfVisit
)

_decoder: msgspec.json.Decoder[FromPage] = msgspec.json.Decoder(FromPage)


def read(text: str) -> FromPage:
    """One message of a page. Raises BadMessage."""
    if len(text) > MAX_MESSAGE_CHARS:
        raise BadMessage("message.too_long")
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError:
        raise BadMessage("message.unknown") from None
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise BadMessage("message.not_json") from None


# --- to the page ----------------------------------------------------------------------


class _ToPage(Struct, tag_field="type", omit_defaults=True):
    pass


class Hello(_ToPage, tag="hello"):
    """`resume` opens /ws?resume=... for this page again; keep it in memory only. `now` in ms."""

    right: str
    resume: str
    engine: str
    now: int


class CallIs(_ToPage, tag="call"):
    call: str


class Refused(_ToPage, tag="refused"):
    """Web has the reasons; the page goes to the call's own screen."""

    call: str


class Ring(_ToPage, tag="ring"):
    call: str


class Taken(_ToPage, tag="taken"):
    """Another page of the same person has the call now."""

    call: str


class Cancelled(_ToPage, tag="cancelled"):
    """It rings no more."""

    call: str
    reason: str


class StateIs(_ToPage, tag="state"):
    """Where the call stands. Moments are Unix milliseconds; `side`: whose line is waited for."""

    call: str
    state: Literal["ringing", "announcing", "talking", "minute", "waiting"]
    now: int
    recorded: bool
    side: str | None = None
    ends_at: int | None = None
    limit_seconds: int | None = None


class Sdp(_ToPage, tag="sdp"):
    sdp: str


class Renew(_ToPage, tag="renew"):
    """Nothing arrives any more: please offer a new connection."""


class EndedIs(_ToPage, tag="ended"):
    call: str
    reason: str
    talk_seconds: Annotated[int, Meta(ge=0)]


class Go(_ToPage, tag="go"):
    """The call is at another engine: open a second socket there."""

    call: str
    url: str
    token: str = msgspec.field(name="pass")


class Hear(_ToPage, tag="hear"):
    """One side's sound, offered to staff who listen; the page answers with `heard`."""

    source: str
    sdp: str


class NameState(_ToPage, tag="name_state"):
    state: Literal["recording", "recorded", "playing", "kept"]
    seconds: float


class SeatIs(Struct, omit_defaults=True):
    """One seat as the others see it. `lost`: its line is gone, and it is waited for."""

    seat: str
    here: bool
    lost: bool = False
    camera: bool = True
    microphone: bool = True


class SaidIs(Struct):
    """What staff said to everybody in a visit; `at` in Unix milliseconds."""

    text: str
    at: int


class VisitIs(_ToPage, tag="visit"):
    """Where a visit stands. Moments are Unix milliseconds by the engine's clock.

    `you` is one's own seat, absent for who watches; `minutes`: the last warning, how many are
    left. `sound_only`: the seats whose picture does not come because one's own line is slow.
    """

    visit: str
    phase: Literal["lobby", "live"]
    now: int
    starts_at: int
    ends_at: int
    recorded: bool
    seats: list[SeatIs]
    said: list[SaidIs]
    you: str | None = None
    minutes: int | None = None
    sound_only: list[str] = []


class Look(_ToPage, tag="look"):
    """A seat's sound and picture, offered; the page answers with `seen`."""

    source: str
    sdp: str


class IceServer(Struct):
    """As RTCConfiguration.iceServers has it."""

    urls: list[str]
    username: str
    credential: str

    def __repr__(self) -> str:
        return f"IceServer(urls={self.urls!r})"


class PeerIs(_ToPage, tag="peer"):
    """In a private visit: both are here, connect to each other. `offers`: you make the offer.

    With `servers` everything goes through them and nothing past them.
    """

    attempt: int
    offers: bool
    servers: list[IceServer]


class PledgeIs(_ToPage, tag="pledge"):
    """The other one's, as it gave it; so are the next two."""

    attempt: int
    commitment: str


class DescribeIs(_ToPage, tag="describe"):
    attempt: int
    sdp: str
    nonce: str


class ReachIs(_ToPage, tag="reach"):
    attempt: int
    candidate: str
    mid: str


class VisitOver(_ToPage, tag="visit_over"):
    """`seconds`: for how long both sides were there."""

    visit: str
    reason: str
    seconds: int


class SatElsewhere(_ToPage, tag="sat_elsewhere"):
    """Another page has taken this seat."""


class Error(_ToPage, tag="error"):
    code: str


class Pong(_ToPage, tag="pong"):
    pass


class Bye(_ToPage, tag="bye"):
    code: str


ToPage = (
    Hello
    | CallIs
    | Refused
    | Ring
    | Taken
    | Cancelled
    | StateIs
    | Sdp
    | Renew
    | EndedIs
    | Go
    | Hear
    | NameState
    | VisitIs
    | Look
    | PeerIs
    | PledgeIs
    | DescribeIs
    | ReachIs
    | VisitOver
    | SatElsewhere
    | Error
    | Pong
    | Bye
)


def written(message: ToPage) -> str:
    return msgspec.json.encode(message).decode()
