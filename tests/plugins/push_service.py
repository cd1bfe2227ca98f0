"""A push service and a browser behind it: takes what is sent, and opens it with the browser's keys.

Opened after RFC 8291 with the primitives alone, not with the library that sealed it.
"""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def words(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """One subscription: its keys, and what came."""

    endpoint: str
    secret: bytes = b"0123456789abcdef"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self) -> dict[str, Any]:
        """As PushSubscription.toJSON gives it."""
        keys = {"p256dh": words(self.point), "auth": words(self.secret)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def open(self, body: bytes) -> dict[str, Any]:
        """RFC 8188 and 8291: salt, record size, their key, then one sealed record."""
        salt, length = body[:16], body[20]
        theirs, record = body[21 : 21 + length], body[21 + length :]
        their_key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self.key.exchange(ec.ECDH(), their_key)
        info = b"WebPush: info\0" + self.point + theirs
        secret = HKDF(hashes.SHA256(), 32, self.secret, info).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        opened = AESGCM(key).decrypt(nonce, record, None)
        told: dict[str, Any] = json.loads(opened.rstrip(b"\0")[:-1])  # a 2 ends the last record
        return told


@dataclass
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class PushService:
    """What was posted to it; `status` is its answer."""

    address: str
    posted: list[Posted] = field(default_factory=list)
    status: int = 201
    more: dict[str, str] = field(default_factory=dict)

    def browser(self, name: str = "odette") -> Browser:
        return Browser(f"{self.address}/push/{name}")

    def signed_by(self, posted: Posted) -> dict[str, Any]:
        """Who posted it, if the signature holds with the key it names (RFC 8292)."""
        scheme, facts = posted.headers["authorization"].split(" ", 1)
        assert scheme == "vapid"
        parts = dict(part.strip().split("=", 1) for part in facts.split(","))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(parts["k"]))
        options = {"verify_exp": False}
        told: dict[str, Any] = jwt.decode(
            parts["t"], key, ["ES256"], audience=self.address, options=options
        )
        return told


@pytest.fixture
def push_service(settings: Any) -> Iterator[PushService]:
    """One that the house knows; real HTTP on loopback."""
    found = PushService("")

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.posted.append(Posted(self.path, headers, body))
            self.send_response(found.status)
            for name, value in found.more.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        found.address = f"http://127.0.0.1:{server.server_port}"
        settings.PUSH_SERVICES = [found.address]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield found
        server.shutdown()
        thread.join(5)
