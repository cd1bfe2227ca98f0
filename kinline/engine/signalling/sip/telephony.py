"""The engine's end of the line to its sip process, and the telephones of its calls."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kinline.core.call.signs import SignKind
from kinline.core.control import Handset, HandsetSeen, Telephones, TrunkSeen
from kinline.core.ids import StationId
from kinline.engine.media.port import Line, MediaEngine, PhoneMedia
from kinline.engine.signalling.sip.messages import (
    LINE_BYTES,
    Accept,
    Adopt,
    Answered,
    Confirmed,
    Dial,
    FromSip,
    Gone,
    HandsetLine,
    HangUp,
    Invite,
    Law,
    Local,
    Media,
    Moved,
    Noticed,
    Refuse,
    Registered,
    Ringing,
    Setup,
    Standing,
    ToSip,
    TrunkIs,
    TrunkLine,
    from_sip,
    written,
)
from kinline.sealed.codec import Codec

log = logging.getLogger(__name__)

LAWS: dict[Law, Codec] = {"pcmu": Codec.PCMU, "pcma": Codec.PCMA}
_NAMES: dict[Codec, Law] = {codec: law for law, codec in LAWS.items()}
NO_ENGINE, NO_PORT = 503, 503


@dataclass(frozen=True, slots=True)
class PhoneAnswered:
    """The called telephone was lifted."""

    phone: "Phone"


@dataclass(frozen=True, slots=True)
class PhoneGone:
    """It hung up (0), or never was answered: then `code` is the SIP status that says why."""

    phone: "Phone"
    code: int


@dataclass(frozen=True, slots=True)
class PhoneHeld:
    """It holds the call, or takes it up again."""

    phone: "Phone"
    held: bool


@dataclass(frozen=True, slots=True)
class PhoneSign:
    """It, or the network behind it, gave away that a third party is being brought in."""

    phone: "Phone"
    kind: SignKind
    evidence: dict[str, str]


PhoneEvent = PhoneAnswered | PhoneGone | PhoneHeld | PhoneSign
TellPhone = Callable[[PhoneEvent], None]


class Phone:
    """One telephone in a dialog: a handset that called, or an outside line that we call.

    `codec` is the law it speaks. Events go to whoever said `use` last.
    """

    def __init__(self, dialog: str, line: Line, codec: Codec, send: Callable[[ToSip], None]):
        self.dialog, self.line, self.codec = dialog, line, codec
        self.station = StationId("")
        self.state: dict[str, str] | None = None
        self.gone = False
        self._send = send
        self._tell: TellPhone = lambda _: None

    def use(self, tell: TellPhone) -> None:
        self._tell = tell

    def answer(self) -> None:
        """Lift the receiver towards a handset that called."""
        self._send(Accept(self.dialog, self._local()))

    def hang_up(self) -> None:
        """End the dialog, answered or not, and free its ports. Safe to repeat."""
        if not self.gone:
            self.gone = True
            self._send(HangUp(self.dialog))
        self.line.close()

    def heard(self, message: FromSip) -> None:
        """What the sip process tells of this dialog."""
        match message:
            case Answered(_, media):
                self.line.meet(media_of(media))
                self._tell(PhoneAnswered(self))
            case Ringing(_, media) if media is not None:
                self.line.meet(media_of(media))
            case Moved(_, media):
                held = self.line.on_hold
                self.line.meet(media_of(media))
                if held != self.line.on_hold:
                    self._tell(PhoneHeld(self, self.line.on_hold))
            case Confirmed(_, state):
                self.state = state
            case Noticed(_, kind, evidence):
                self._tell(PhoneSign(self, kind, evidence))
            case Gone(_, code):
                self.gone = True
                self._tell(PhoneGone(self, code))

    def _local(self) -> Local:
        return Local(*self.line.local, _NAMES[self.codec])


class Telephony:
    """Everything about telephones on the engine's loop.

    `on_call` is given each handset that calls, unanswered. `media` opens the lines for them.
    """

    def __init__(self, socket: Path, media: MediaEngine, on_call: Callable[[Phone], None]) -> None:
        self._path, self._media, self._on_call = socket, media, on_call
        self._phones: dict[str, Phone] = {}
        self._calling: dict[str, asyncio.Task[None]] = {}
        self._telephones = Telephones()
        self._handsets_seen: dict[str, HandsetSeen] = {}
        self._trunks_seen: dict[str, bool] = {}
        self._writer: asyncio.StreamWriter | None = None
        self.standing: Standing | None = None

    async def open(self) -> None:
        """Wait for the sip process. Only who may open the folder may connect."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path, limit=LINE_BYTES)
        self._path.chmod(0o600)

    async def close(self) -> None:
        for phone in list(self._phones.values()):
            phone.hang_up()
        self._server.close()
        if self._writer is not None:
            self._writer.close()
        self._path.unlink(missing_ok=True)

    @property
    def here(self) -> bool:
        """Whether a sip process is connected."""
        return self._writer is not None

    @property
    def phones(self) -> int:
        return len(self._phones)

    def handset(self, station: str) -> Handset | None:
        return next((one for one in self._telephones.handsets if one.station == station), None)

    # --- what web knows and wants to know ---------------------------------------------

    def use(self, telephones: Telephones) -> None:
        """These are the telephones from now on."""
        if telephones != self._telephones:
            self._telephones = telephones
            self._send(self._setup())

    def handsets_seen(self) -> tuple[HandsetSeen, ...]:
        return tuple(self._handsets_seen.values())

    def trunks_seen(self) -> tuple[TrunkSeen, ...]:
        return tuple(TrunkSeen(trunk, up) for trunk, up in self._trunks_seen.items())

    # --- calling out ------------------------------------------------------------------

    def dial(
        self,
        *,
        trunk: str,
        number: str,
        line: Line,
        codec: Codec,
        ring_seconds: float,
        tell: TellPhone,
    ) -> Phone:
        """Ring an outside telephone, whose sound goes over this line."""
        phone = self._phone(secrets.token_hex(8), line, codec)
        phone.use(tell)
        if self._writer is None:
            asyncio.get_running_loop().call_soon(self._heard, Gone(phone.dialog, NO_ENGINE))
        seconds = max(1, round(ring_seconds))
        self._send(Dial(phone.dialog, trunk, number, phone._local(), seconds))
        return phone

    def _phone(self, dialog: str, line: Line, codec: Codec) -> Phone:
        phone = self._phones[dialog] = Phone(dialog, line, codec, self._send_for)
        return phone

    # --- the sip process --------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        before, self._writer = self._writer, writer
        if before is not None:
            before.close()
        log.info("sip process is here")
        self._send(self._setup())
        for phone in list(self._phones.values()):
            if phone.state is not None:
                self._send(Adopt(phone.dialog, phone.state))
        try:
            while line := await reader.readline():
                self._heard(from_sip.decode(line))
        except (OSError, ValueError, asyncio.LimitOverrunError) as error:
            log.error("line to sip process broken", extra={"error": type(error).__name__})
        finally:
            writer.close()
            if self._writer is writer:
                self._lost()

    def _lost(self) -> None:
        """The sip process is gone: what stands waits for its successor, the rest is over."""
        self._writer = self.standing = None
        self._calling.clear()
        log.warning("sip process is gone", extra={"phones": len(self._phones)})
        for phone in list(self._phones.values()):
            if phone.state is None:
                self._heard(Gone(phone.dialog, NO_ENGINE))

    def _heard(self, message: FromSip) -> None:
        match message:
            case Invite():
                self._calling[message.dialog] = asyncio.create_task(self._invited(message))
            case Registered(station, address, seconds):
                self._registered(StationId(station), address, seconds)
            case TrunkIs(trunk, up):
                self._trunks_seen[trunk] = up
                log.info("trunk answers" if up else "trunk is silent", extra={"trunk": trunk})
            case Standing():
                self.standing = message
            case _:
                phone = self._phones.get(message.dialog)
                if isinstance(message, Gone):
                    self._phones.pop(message.dialog, None)
                    self._calling.pop(message.dialog, None)
                if phone is not None:
                    phone.heard(message)

    async def _invited(self, invite: Invite) -> None:
        codec = LAWS[invite.media.law]
        try:
            line = await self._media.open_line(codec)
        except OSError as error:
            self._calling.pop(invite.dialog, None)
            kind = type(error).__name__
            log.error("no line for a handset", extra={"station": invite.station, "error": kind})
            self._send(Refuse(invite.dialog, NO_PORT))
            return
        if self._calling.pop(invite.dialog, None) is None:
            line.close()  # put down meanwhile
            return
        phone = self._phone(invite.dialog, line, codec)
        phone.station = StationId(invite.station)
        phone.line.meet(media_of(invite.media))
        self._on_call(phone)

    def _registered(self, station: StationId, address: str, seconds: int) -> None:
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        self._handsets_seen[station] = HandsetSeen(station, address, until)

    def _send_for(self, message: ToSip) -> None:
        if isinstance(message, HangUp):
            self._phones.pop(message.dialog, None)
        self._send(message)

    def _send(self, message: ToSip) -> None:
        if self._writer is not None:
            self._writer.write(written(message))

    def _setup(self) -> Setup:
        known = self._telephones
        return Setup(
            handsets=tuple(HandsetLine(h.station, h.user, h.secret) for h in known.handsets),
            trunks=tuple(
                TrunkLine(t.trunk, t.host, t.port, t.caller, t.user, t.secret) for t in known.trunks
            ),
            networks=known.networks,
        )


def media_of(media: Media) -> PhoneMedia:
    return PhoneMedia(
        media.address,
        media.port,
        LAWS[media.law],
        media.digits,
        sends=media.sends,
        hears=media.hears,
    )
