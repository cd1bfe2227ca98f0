"""The SMS provider spoken to: Telnyx's messaging API, version 2, after its public documentation.

Tried against the stand-in that ships with Kinline, not against the company's own service.
https://developers.telnyx.com/api-reference/messages/send-a-message, and "Receiving webhooks".
"""

import base64
import binascii
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import phonenumbers
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kinline.apps.notices.sms.port import Event, Never, NotNow, Received, Reported, Unsigned

WITHIN_SECONDS = 10.0
TOLERANCE = timedelta(minutes=5)
LARGEST_BYTES, LONGEST_TEXT = 64 * 1024, 1600
STOPPED = "40300"  # "Blocked due to STOP message"
STATES = {"delivered": True, "delivery_unconfirmed": None}
ENDS = {"delivered", "delivery_unconfirmed", "sending_failed", "delivery_failed"}


@dataclass(frozen=True, slots=True)
class Telnyx:
    """One account. `public_key` checks what it tells us: 32 bytes of Ed25519, base64."""

    api: str
    api_key: str
    public_key: str
    webhook: str

    def send(self, *, key: str, sender: str, to: str, text: str) -> str:
        """See port.Provider.

        The key goes along as Idempotency-Key. The stand-in keeps to it; the documentation does
        not promise that the company does, so there a crash between sending and marking may still
        send twice.
        """
        fields = {"from": sender, "to": to, "text": text, "webhook_url": self.webhook}
        asked = urllib.request.Request(
            f"{self.api.rstrip('/')}/v2/messages",
            data=json.dumps(fields | {"use_profile_webhooks": False}).encode(),
            headers={
                "Authorization": f"Bearer {self.api_key}",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
            },
        )
        try:
            with urllib.request.urlopen(asked, timeout=WITHIN_SECONDS) as answer:
                return _id_of(answer.read(LARGEST_BYTES))
        except urllib.error.HTTPError as no:
            with no:
                raise _trouble(no.code, no.headers.get("Retry-After"), no.read(8192)) from None

    def hear(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Event]:
        """See port.Provider. Signed is `<timestamp>|<body>`, and not more than 5 minutes ago."""
        self._check(headers, body, now)
        try:
            return _events(json.loads(body))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as wrong:
            raise Unsigned("unreadable") from wrong

    def _check(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        stamp = headers.get("telnyx-timestamp", "")
        signature = headers.get("telnyx-signature-ed25519", "")
        if (
            len(body) > LARGEST_BYTES
            or not (stamp.isascii() and stamp.isdigit())
            or len(stamp) > 12
        ):
            raise Unsigned("no timestamp")
        if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
            raise Unsigned("too old")
        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(self.public_key))
            key.verify(base64.b64decode(signature, validate=True), stamp.encode() + b"|" + body)
        except (InvalidSignature, ValueError, binascii.Error) as wrong:
            raise Unsigned("signature") from wrong


def _id_of(body: bytes) -> str:
    try:
        return str(json.loads(body)["data"]["id"])[:80]
    except (ValueError, KeyError, TypeError) as odd:
        raise NotNow("unreadable answer") from odd


def _trouble(status: int, wait: str | None, body: bytes) -> Exception:
    try:
        code = str(json.loads(body)["errors"][0]["code"])[:20]
    except (ValueError, KeyError, TypeError, IndexError):
        code = ""
    if status == 429 or status >= 500 or status in (401, 402, 403, 408, 409):
        # Also an account without credit, or with a wrong key: that is mended by people, and then
        # what waits goes out.
        if code == STOPPED:
            return Never(code, stopped=True)
        return NotNow(f"{status} {code}".strip(), int(wait) if wait and wait.isdigit() else None)
    return Never(f"{status} {code}".strip(), stopped=code == STOPPED)


def _events(whole: Any) -> list[Event]:
    data = whole["data"]
    kind, payload = data["event_type"], data["payload"]
    if kind == "message.received":
        return [_received(payload, data)]
    if kind == "message.finalized":
        state = str(payload["to"][0]["status"])
        if state in ENDS:
            errors = payload.get("errors") or [{}]
            code = str(errors[0].get("code", ""))[:20]
            return [Reported(_word(payload["id"]), STATES.get(state, False), code)]
    return []  # on its way, or something this house does not know


def _received(payload: Any, data: Any) -> Received:
    at = datetime.fromisoformat(str(data["occurred_at"]))
    return Received(
        provider_id=_word(payload["id"]),
        sender=_number(payload["from"]["phone_number"]),
        to=_number(payload["to"][0]["phone_number"]),
        text=_text(payload.get("text")),
        media=min(len(payload.get("media") or []), 99),
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
    )


def _word(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 80 or not value.isprintable():
        raise ValueError("no id")
    return value


def _number(value: Any) -> str:
    """E.164 as it is written here. Raises ValueError, also for a short code or a name."""
    try:
        found = phonenumbers.parse(str(value)[:32], None)
    except phonenumbers.NumberParseException as wrong:
        raise ValueError("no number") from wrong
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def _text(value: Any) -> str:
    # PostgreSQL keeps no NUL, and half a surrogate pair is no text.
    text = "" if value is None else str(value)
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:LONGEST_TEXT]
