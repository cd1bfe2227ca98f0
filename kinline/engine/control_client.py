"""The one HTTP client of core.control.Control: a POST for each verb, JSON both ways."""

import logging
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
import msgspec

from kinline.core.control import (
    Ack,
    Alive,
    AuthorizeReply,
    AuthorizeRequest,
    Commands,
    CommandsRequest,
    ControlUnavailable,
    Ended,
    IdentifyReply,
    IdentifyRequest,
    LinesRequest,
    NameDone,
    NameReply,
    NameRequest,
    NoticeSaid,
    OpenLines,
    Progress,
    SignSeen,
    Telephones,
    TelephonesRequest,
    VisitEnded,
    VisitOpen,
    VisitProgress,
    VisitReply,
)

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 5.0

Reply = TypeVar("Reply")
Told = Progress | SignSeen | Ended | VisitProgress | VisitEnded
"""What the journal keeps until web has it."""


class ControlRefused(Exception):
    """Web understood the message as faulty (400): to send it again would not help."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where web listens for engines, and the word that lets one in (kept out of reprs)."""

    url: str
    key: str

    def __repr__(self) -> str:
        return f"Address({self.url})"


class ControlClient:
    """Control over HTTP. Every verb may raise ControlUnavailable or ControlRefused."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {self._address.key}"},
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
            connector=aiohttp.TCPConnector(limit=32),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def identify(self, request: IdentifyRequest) -> IdentifyReply:
        return await self._ask("identify", request, IdentifyReply)

    async def notice_said(self, said: NoticeSaid) -> Ack:
        return await self._ask("notice_said", said, Ack)

    async def authorize(self, request: AuthorizeRequest) -> AuthorizeReply:
        return await self._ask("authorize", request, AuthorizeReply)

    async def progress(self, event: Progress) -> Ack:
        return await self._ask("progress", event, Ack)

    async def sign(self, event: SignSeen) -> Ack:
        return await self._ask("sign", event, Ack)

    async def ended(self, event: Ended) -> Ack:
        return await self._ask("ended", event, Ack)

    async def alive(self, sign: Alive) -> Ack:
        return await self._ask("alive", sign, Ack)

    async def commands(self, request: CommandsRequest) -> Commands:
        return await self._ask("commands", request, Commands)

    async def name(self, request: NameRequest) -> NameReply:
        return await self._ask("name", request, NameReply)

    async def name_done(self, done: NameDone) -> Ack:
        return await self._ask("name_done", done, Ack)

    async def lines(self, request: LinesRequest) -> OpenLines:
        return await self._ask("lines", request, OpenLines)

    async def telephones(self, request: TelephonesRequest) -> Telephones:
        return await self._ask("telephones", request, Telephones)

    async def open_visit(self, request: VisitOpen) -> VisitReply:
        return await self._ask("open_visit", request, VisitReply)

    async def visit_progress(self, event: VisitProgress) -> Ack:
        return await self._ask("visit_progress", event, Ack)

    async def visit_ended(self, event: VisitEnded) -> Ack:
        return await self._ask("visit_ended", event, Ack)

    async def _ask(self, verb: str, message: object, kind: type[Reply]) -> Reply:
        body = await self._post(verb, msgspec.json.encode(message))
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.DecodeError:
            log.error("web's reply not understood", extra={"verb": verb})
            raise ControlUnavailable(verb) from None

    async def _post(self, verb: str, body: bytes) -> bytes:
        if self._session is None:
            raise RuntimeError("the client is used outside its context")
        try:
            async with self._session.post(
                f"{self._address.url}{verb}",
                data=body,
                headers={"Content-Type": "application/json"},
            ) as reply:
                return await _accepted(verb, reply)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise ControlUnavailable(f"{verb}: {type(error).__name__}") from None


async def _accepted(verb: str, reply: aiohttp.ClientResponse) -> bytes:
    if reply.status == 200:
        return await reply.read()
    if reply.status == 400:
        log.error("web refused a message", extra={"verb": verb})
        raise ControlRefused(verb)
    # 404 is a wrong key as well as a wrong address: both are mended from outside.
    raise ControlUnavailable(f"{verb}: status {reply.status}")


def plain(message: object) -> dict[str, Any]:
    """A message as JSON data, for the journal."""
    data: dict[str, Any] = msgspec.to_builtins(message)
    return data


def journalled(verb: str, body: dict[str, Any]) -> Told:
    """A message out of the journal. Raises ValueError."""
    try:
        return msgspec.convert(body, _JOURNALLED[verb])
    except (KeyError, msgspec.ValidationError) as error:
        raise ValueError(f"no message: {type(error).__name__}") from None


_JOURNALLED: dict[str, type[Told]] = {
    "progress": Progress,
    "sign": SignSeen,
    "ended": Ended,
    "visit_progress": VisitProgress,
    "visit_ended": VisitEnded,
}


def about(event: Told) -> str:
    """The call or visit it is about: what is told of one of them is told in order."""
    return event.visit if isinstance(event, VisitProgress | VisitEnded) else event.call
