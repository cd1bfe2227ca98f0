"""A web that is not there: Control in memory, and the same behind HTTP, for tests and the bench.

It says yes to every dial unless told otherwise, and remembers everything it was told.
"""

import base64
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
from aiohttp import web

from kinline.core.call.announcement import Acceptance, announcement, line_announcement
from kinline.core.call.states import Side
from kinline.core.control import (
    Ack,
    Alive,
    AuthorizeReply,
    AuthorizeRequest,
    Command,
    Commands,
    CommandsRequest,
    ControlUnavailable,
    Ended,
    IdentifyReply,
    IdentifyRequest,
    LinesRequest,
    NameDone,
    NameGrant,
    NameReply,
    NameRequest,
    NoticeSaid,
    OpenLines,
    Permit,
    PrivatePermit,
    PrivateVisitPermit,
    Progress,
    RecordingGrant,
    RefusalFact,
    Route,
    SignSeen,
    Step,
    Telephones,
    TelephonesRequest,
    VisitCommand,
    VisitEnded,
    VisitOpen,
    VisitPermit,
    VisitProgress,
    VisitReply,
    VisitStep,
)
from kinline.core.ids import CallId, ContactId, PersonId, PlaceCode, RecordingId
from kinline.core.passes import LIFE_SECONDS, Pass, Right, seal
from kinline.engine.control_client import Told, about

PLACE = PlaceCode("ma-bristol")


@dataclass
class FakeControl:
    """Set `private`, `refusals`, `permit_changes`, `trunk`, `phones` or `away` to steer it.

    A request with a `line` gets a private permit with no name and no limit: `line_answers` says
    how the called side takes it, `line_number` where it rings.
    """

    private: bool = False
    away: bool = False
    answers_lost: int = 0  # to the next authorizations: decided, and never heard of
    name_seconds: int = 4
    refusals: tuple[RefusalFact, ...] = ()
    permit_changes: dict[str, object] = field(default_factory=dict)
    contact_of: Callable[[str], str] = lambda number: f"contact-{number}"
    asked: list[AuthorizeRequest] = field(default_factory=list)
    permits: dict[str, Permit] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    signs: list[Alive] = field(default_factory=list)
    orders: list[Command] = field(default_factory=list)
    names: dict[str, NameGrant] = field(default_factory=dict)
    names_done: list[NameDone] = field(default_factory=list)
    open_lines: OpenLines = field(default_factory=OpenLines)
    line_answers: Acceptance = Acceptance.DIRECT
    line_number: str = "+16175550142"
    phones: Telephones = field(default_factory=Telephones)
    phones_seen: list[TelephonesRequest] = field(default_factory=list)
    pins: dict[str, str] = field(default_factory=dict)
    named: bool = True
    notice: str = ""  # one that waits, until it was said
    notices_said: list[NoticeSaid] = field(default_factory=list)
    language: str = "en"
    trunk: str = ""
    visits: dict[str, VisitPermit | PrivateVisitPermit] = field(
        default_factory=dict
    )  # those that may be held
    visits_asked: list[VisitOpen] = field(default_factory=list)
    visit_orders: list[VisitCommand] = field(default_factory=list)
    _by_key: dict[str, AuthorizeReply] = field(default_factory=dict)
    _known: set[tuple[str, str, int]] = field(default_factory=set)

    async def identify(self, request: IdentifyRequest) -> IdentifyReply:
        self._reachable("identify")
        if self.pins.get(request.number, request.pin) != request.pin:
            return IdentifyReply(refusals=(RefusalFact("sign_in.wrong", "facility"),))
        return IdentifyReply(
            person=PersonId(request.number),
            language=self.language,
            named=self.named,
            notice=self.notice,
            notice_prompts=("notice:all", "notice:rest") if self.notice else (),
        )

    async def notice_said(self, said: NoticeSaid) -> Ack:
        self._reachable("notice_said")
        self.notices_said.append(said)
        self.notice = ""
        return Ack()

    async def authorize(self, request: AuthorizeRequest) -> AuthorizeReply:
        self._reachable("authorize")
        self.asked.append(request)
        if request.key not in self._by_key:
            self._by_key[request.key] = self._decide(request)
        if self.answers_lost:
            self.answers_lost -= 1
            raise ControlUnavailable("authorize")
        return self._by_key[request.key]

    async def progress(self, event: Progress) -> Ack:
        self._reachable("progress")
        return self._store(event)

    async def sign(self, event: SignSeen) -> Ack:
        self._reachable("sign")
        return self._store(event)

    async def ended(self, event: Ended) -> Ack:
        self._reachable("ended")
        return self._store(event)

    async def open_visit(self, request: VisitOpen) -> VisitReply:
        self._reachable("open_visit")
        self.visits_asked.append(request)
        permit = self.visits.get(request.visit)
        if permit is None:
            return VisitReply(refusals=(RefusalFact("visit.over", "kinline"),))
        if isinstance(permit, PrivateVisitPermit):
            return VisitReply(private=permit)
        return VisitReply(permit)

    async def visit_progress(self, event: VisitProgress) -> Ack:
        self._reachable("visit_progress")
        return self._store(event)

    async def visit_ended(self, event: VisitEnded) -> Ack:
        self._reachable("visit_ended")
        return self._store(event)

    async def alive(self, sign: Alive) -> Ack:
        self._reachable("alive")
        self.signs.append(sign)
        return Ack()

    async def commands(self, request: CommandsRequest) -> Commands:
        self._reachable("commands")
        done = request.visit_orders_done
        self.visit_orders = [order for order in self.visit_orders if order.id not in done]
        orders = tuple(order for order in self.orders if order.id > request.after)
        return Commands(orders, tuple(self.visit_orders))

    async def name(self, request: NameRequest) -> NameReply:
        self._reachable("name")
        if self.refusals:
            return NameReply(refusals=self.refusals)
        grant = NameGrant(folder=f"{request.person}/{request.key}", data_key=fresh_key())
        self.names[request.key] = grant
        return NameReply(grant=grant, max_seconds=self.name_seconds)

    async def name_done(self, done: NameDone) -> Ack:
        self._reachable("name_done")
        self.names_done.append(done)
        return Ack()

    async def lines(self, request: LinesRequest) -> OpenLines:
        self._reachable("lines")
        return self.open_lines

    async def telephones(self, request: TelephonesRequest) -> Telephones:
        self._reachable("telephones")
        self.phones_seen.append(request)
        return self.phones

    # --- what tests ask ---------------------------------------------------------------

    def steps(self, call: str) -> list[Step]:
        """The steps told of a call, in the order they came."""
        return [e.step for e in self.told if isinstance(e, Progress) and e.call == call]

    def signs_of(self, call: str) -> list[SignSeen]:
        """The signs of a third party told of a call, in the order they came."""
        return [e for e in self.told if isinstance(e, SignSeen) and e.call == call]

    def end_of(self, call: str) -> Ended | None:
        """The end told of a call; it is stored once, however often it comes."""
        return next((e for e in self.told if isinstance(e, Ended) and e.call == call), None)

    def visit_steps(self, visit: str) -> list[VisitStep]:
        """The steps told of a visit, in the order they came."""
        return [e.step for e in self.told if isinstance(e, VisitProgress) and e.visit == visit]

    def end_of_visit(self, visit: str) -> VisitEnded | None:
        return next((e for e in self.told if isinstance(e, VisitEnded) and e.visit == visit), None)

    def _reachable(self, verb: str) -> None:
        if self.away:
            raise ControlUnavailable(verb)

    def _store(self, event: Told) -> Ack:
        key = (about(event), event.boot, event.seq)
        if key not in self._known:
            self._known.add(key)
            self.told.append(event)
        return Ack()

    def _decide(self, request: AuthorizeRequest) -> AuthorizeReply:
        call = CallId(f"call-{secrets.token_hex(6)}")
        if self.refusals:
            return AuthorizeReply(call=call, refusals=self.refusals)
        number = self.line_number if request.line is not None else request.number
        made = self._permit(call, number)
        if request.line is not None:
            made = self._line_permit(made)
        permit = replace(made, **self.permit_changes)  # type: ignore[arg-type]
        self.permits[call] = permit
        return AuthorizeReply(call=call, permit=permit)

    def _permit(self, call: CallId, number: str) -> Permit:
        grant = RecordingGrant(RecordingId(call), folder=f"today/{call}", data_key=fresh_key())
        return Permit(
            call=call,
            contact=ContactId(self.contact_of(number)),
            language="en",
            limit_seconds=1200,
            announcement=announcement(place=PLACE, price_per_minute=None, private=self.private),
            recording=None if self.private else grant,
            private=PrivatePermit("verified attorney") if self.private else None,
            route=Route(self.trunk, number) if self.trunk else None,
        )

    def _line_permit(self, made: Permit) -> Permit:
        said = line_announcement(place=PLACE, private=True, acceptance=self.line_answers)
        return replace(
            made,
            limit_seconds=None,
            announcement=said,
            acceptance=self.line_answers,
            recording=None,
            private=PrivatePermit("line"),
        )


def fresh_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def fresh_pass(
    key: bytes,
    *,
    right: Right,
    side: Side,
    subject: str,
    now: int,
    engine: str = "e1",
    call: str = "",
    language: str = "en",
    line: str = "",
    visit: str = "",
    seat: str = "",
) -> str:
    """A pass as web makes it."""
    ticket = Pass(
        engine=engine,
        right=right,
        side=side,
        subject=subject,
        nonce=secrets.token_hex(8),
        expires_at=now + LIFE_SECONDS,
        call=call,
        station="tablet-1",
        language=language,
        line=line,
        visit=visit,
        seat=seat,
    )
    return seal(ticket, key)


def write_keys(folder: Path) -> bytes:
    """The keys folder as config.paths makes it; returns the pass key."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("control", "pass"):
        path = folder / f"{name}.key"
        path.write_text(secrets.token_hex(32))
        path.chmod(0o600)
    return bytes.fromhex((folder / "pass.key").read_text())


class FakeWeb:
    """FakeControl behind HTTP at /control/, as core.control's wire wants it."""

    def __init__(self, control: FakeControl, key: str, port: int = 0) -> None:
        self.control, self._key, self.port = control, key, port
        app = web.Application()
        app.router.add_post("/control/{verb}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/control/"

    async def __aenter__(self) -> "FakeWeb":
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        kind = _REQUESTS.get(request.match_info["verb"])
        if kind is None or request.headers.get("Authorization") != f"Bearer {self._key}":
            return web.Response(status=404)
        try:
            message: object = msgspec.json.decode(await request.read(), type=kind)
        except msgspec.DecodeError as error:
            return web.json_response({"error": str(error)}, status=400)
        try:
            reply = await getattr(self.control, request.match_info["verb"])(message)
        except ControlUnavailable:
            return web.Response(status=503)
        return web.Response(body=msgspec.json.encode(reply), content_type="application/json")


_REQUESTS: dict[str, type] = {
    "identify": IdentifyRequest,
    "notice_said": NoticeSaid,
    "authorize": AuthorizeRequest,
    "progress": Progress,
    "sign": SignSeen,
    "ended": Ended,
    "alive": Alive,
    "commands": CommandsRequest,
    "name": NameRequest,
    "name_done": NameDone,
    "lines": LinesRequest,
    "telephones": TelephonesRequest,
    "open_visit": VisitOpen,
    "visit_progress": VisitProgress,
    "visit_ended": VisitEnded,
}
