"""One message to one browser: sealed for it (RFC 8291), signed by us (VAPID, RFC 8292), posted."""

import base64
import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from kinline.apps.keys import key
from kinline.apps.notices.models import Device
from kinline.apps.notices.outbox import Closed, Later
from kinline.apps.notices.push import devices
from kinline.apps.notices.push.devices import unpadded

WITHIN_SECONDS = 5.0
KEPT_SECONDS = 24 * 3600  # so long a push service keeps a notice for a device that is off
TOKEN_LIVES = timedelta(hours=12)  # RFC 8292 allows a day
PADDED_TO = 300  # every payload has one length: it says nothing about which it is
CURVE_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class Message:
    """What a browser shows. `tag`: a later one takes an earlier one's place. No names, ever."""

    text: str
    path: str
    tag: str
    rings: bool
    keep_seconds: int = KEPT_SECONDS

    def payload(self) -> bytes:
        """As the service worker reads it, padded to one length."""
        facts = {"text": self.text, "path": self.path, "tag": self.tag, "rings": self.rings}
        told = json.dumps(facts, ensure_ascii=False).encode()
        return told + b" " * (PADDED_TO - len(told))


class NotTaken(Exception):
    """The push service did not take it, for a reason that may pass. The text is its status."""


def send(*, device: UUID, message: Message, now: datetime) -> None:
    """Raises Closed for a device that is ended or gone, Later where it is asked to wait, NotTaken
    and OSError for what may pass."""
    row = Device.objects.filter(pk=device, ended_at=None).first()
    if row is None:
        raise Closed("the device was ended")
    if not devices.known_service(row.endpoint):
        raise Closed("not the address of a push service")
    asked = urllib.request.Request(
        row.endpoint, data=sealed(message.payload(), row.key, row.secret), method="POST"
    )
    for name, value in headers(row.endpoint, message, now).items():
        asked.add_header(name, value)
    try:
        _OPENER.open(asked, timeout=WITHIN_SECONDS).close()
    except urllib.error.HTTPError as answer:
        _refused(row.pk, answer, now)
    Device.objects.filter(pk=device).update(reached_at=now)


def _refused(device: UUID, answer: urllib.error.HTTPError, now: datetime) -> None:
    """What the service's status means (RFC 8030, sections 5 and 7.3)."""
    with answer:
        if answer.code in (404, 410):
            devices.gone(device=device, now=now)
            raise Closed("the browser ended it") from None
        if answer.code in (400, 403, 413):
            # Ours to mend, and no better at the next try.
            raise Closed(f"refused with {answer.code}") from None
        if answer.code == 429:
            wait = answer.headers.get("Retry-After", "")
            raise Later(now + timedelta(seconds=int(wait) if wait.isdigit() else 60)) from None
        raise NotTaken(str(answer.code)) from None


class _Straight(urllib.request.HTTPRedirectHandler):
    """Redirects are not followed: they could lead into our own network."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Straight, urllib.request.ProxyHandler({}))


def headers(endpoint: str, message: Message, now: datetime) -> dict[str, str]:
    """What goes along in the clear: how long to keep it, how much it matters, who we are."""
    return {
        "TTL": str(message.keep_seconds),
        "Urgency": "high" if message.rings else "normal",
        "Topic": message.tag[:32],
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "Authorization": f"vapid t={_token(endpoint, now)}, k={public_key()}",
    }


def sealed(payload: bytes, key_: str, secret: str) -> bytes:
    """For this browser alone, with a key of this one message."""
    sealed_: bytes = http_ece.encrypt(
        payload,
        salt=os.urandom(16),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=unpadded(key_),
        auth_secret=unpadded(secret),
        version="aes128gcm",
    )
    return sealed_


def public_key() -> str:
    """Ours, as a browser wants it when it subscribes (an uncompressed point, base64url)."""
    point = _own().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


@cache
def _own() -> ec.EllipticCurvePrivateKey:
    """Our signing key, from the key file `push`: outside the database, the same for good."""
    number = int.from_bytes(key("push"), "big") % (CURVE_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def _token(endpoint: str, now: datetime) -> str:
    parts = urlsplit(endpoint)
    facts = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + TOKEN_LIVES).timestamp()),
        "sub": settings.PUSH_CONTACT,
    }
    return jwt.encode(facts, _own(), algorithm="ES256")
