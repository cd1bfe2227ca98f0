"""Passes: the short-lived signed tokens with which a page opens its WebSocket to an engine.

A pass names the engine, the right, who holds it, the call and the leg. It is signed with a
key of its own (never the web's SECRET_KEY), lives 60 seconds and is good once: the engine
remembers the `nonce` until the pass has run out.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from enum import StrEnum

LIFE_SECONDS = 60


class Right(StrEnum):
    DIAL = "dial"  # an incarcerated person's tablet: may start one call
    WAIT = "wait"  # a contact's page: is rung, may answer
    JOIN = "join"  # either side: come (back) to a call that is under way
    NAME = "name"  # record one's own name
    VISIT = "visit"  # sit down in a visit, on one seat
    WATCH = "watch"  # staff: see a visit without being seen
    LISTEN = "listen"  # staff: hear a recorded call without being heard
    TEST = "test"  # either side: find out whether sound and picture would get through


@dataclass(frozen=True, slots=True)
class Pass:
    """`subject` is a person id inside, a contact id outside; `expires_at` is Unix seconds.

    Inside, `subject` is empty where nobody signs in: for an open `line`, or at intake.
    Of a `visit`, `seat` is where its holder sits; whoever watches one has none.
    """

    engine: str
    right: Right
    side: str
    subject: str
    nonce: str
    expires_at: int
    call: str = ""
    station: str = ""
    language: str = "en"
    line: str = ""
    visit: str = ""
    seat: str = ""


class PassRefused(Exception):
    """The pass is not good. `code`: malformed, forged, expired or foreign."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def seal(ticket: Pass, key: bytes) -> str:
    """The pass as one URL-safe word: body, a dot, its HMAC-SHA256."""
    body = _b64(json.dumps(asdict(ticket), separators=(",", ":"), sort_keys=True).encode())
    return f"{body}.{_b64(_sign(body, key))}"


def unseal(word: str, key: bytes, *, engine: str, now: int) -> Pass:
    """The pass in `word`, if it is ours, for this engine, and not past its time.

    Raises PassRefused. Whether it was used before is for the engine to know.
    """
    body, _, signature = word.partition(".")
    try:
        given = base64.urlsafe_b64decode(_pad(signature))
        genuine = hmac.compare_digest(given, _sign(body, key))
    except (binascii.Error, ValueError):
        raise PassRefused("malformed") from None
    if not genuine:
        raise PassRefused("forged")
    ticket = _read(body)
    if ticket.engine != engine:
        raise PassRefused("foreign")
    if now >= ticket.expires_at:
        raise PassRefused("expired")
    return ticket


def _read(body: str) -> Pass:
    fields = json.loads(base64.urlsafe_b64decode(_pad(body)))
    return Pass(**{**fields, "right": Right(fields["right"])})


def _sign(body: str, key: bytes) -> bytes:
    return hmac.new(key, body.encode(), hashlib.sha256).digest()


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _pad(word: str) -> str:
    return word + "=" * (-len(word) % 4)
