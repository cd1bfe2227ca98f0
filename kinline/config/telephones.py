"""`kinline telephones`: stands in for the SMS provider in demo and tests, with a page of phones.

It speaks the provider's protocol (apps/notices/sms/telnyx.py): takes SMS in, once per idempotency
key, reports what became of them, and sends what is typed on its page, each as a webhook signed with
Ed25519. Listens on loopback only, keeps everything in memory, and knows no Django.
"""

import argparse
import base64
import html
import json
import queue
import secrets
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LOOPBACK = "127.0.0.1"
HOSTS = {LOOPBACK, "localhost"}
LARGEST_BYTES = 64 * 1024
TOLD_TIMES, TELL_WITHIN_SECONDS = 5, 5.0
MOST_KEPT = 2000


def public_key(seed: str) -> str:
    """What checks our webhooks, as the provider shows it: base64. `seed`: 64 hex digits."""
    made = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key()
    return base64.b64encode(made.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


@dataclass(slots=True)
class Message:
    """One SMS on a telephone: to it (`mine` False) or from it."""

    id: str
    key: str
    phone: str
    ours: str
    text: str
    at: str
    mine: bool = False
    state: str = "queued"


@dataclass(slots=True)
class Exchange:
    """The whole of the provider. `fail`: statuses that the next requests are answered with."""

    api_key: str
    seed: str
    webhook: str
    messages: list[Message] = field(default_factory=list)
    fail: list[int] = field(default_factory=list)
    reports: str = "delivered"  # what becomes of a message; "none": nothing is reported
    lock: threading.Lock = field(default_factory=threading.Lock)
    to_tell: "queue.Queue[dict[str, Any]]" = field(default_factory=queue.Queue)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def take(self, sender: str, to: str, text: str, key: str) -> Message:
        """An SMS to send, once per key."""
        with self.lock:
            for one in self.messages:
                if key and one.key == key:
                    return one
            made = Message(str(uuid4()), key, to, sender, text, _now(), state="sent")
            self.messages.append(made)
            del self.messages[:-MOST_KEPT]
        self.report(made, self.reports)
        return made

    def report(self, message: Message, state: str) -> None:
        """Tell what became of one."""
        if state == "none":
            return
        message.state = state
        errors = [] if state == "delivered" else [{"code": "40001", "title": "Not routable"}]
        self.to_tell.put(_event("message.finalized", message, state, errors))

    def write(self, phone: str, ours: str, text: str, media: int = 0) -> Message:
        """A telephone writes to one of the house's numbers."""
        made = Message(str(uuid4()), "", phone, ours, text, _now(), mine=True, state="received")
        with self.lock:
            self.messages.append(made)
        pictures = [{"url": "https://pictures.example/1.jpg", "content_type": "image/jpeg"}]
        event = _event("message.received", made, "webhook_delivered", [])
        event["data"]["payload"]["media"] = pictures * media
        self.to_tell.put(event)
        return made

    def keep_telling(self) -> None:
        """Deliver webhooks in order, each until it is taken or has been tried five times."""
        while True:
            event = self.to_tell.get()
            for tries in range(TOLD_TIMES):
                if self._tell(event):
                    break
                time.sleep(min(2.0, 0.2 * 2**tries))

    def _tell(self, event: dict[str, Any]) -> bool:
        body, stamp = json.dumps(event).encode(), str(int(time.time()))
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.seed))
        signed = base64.b64encode(key.sign(stamp.encode() + b"|" + body)).decode()
        asked = urllib.request.Request(
            self.webhook,
            data=body,
            headers={
                "Content-Type": "application/json",
                "telnyx-timestamp": stamp,
                "telnyx-signature-ed25519": signed,
            },
        )
        try:
            urllib.request.urlopen(asked, timeout=TELL_WITHIN_SECONDS).close()
        except OSError:
            return False
        return True


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _event(
    kind: str, message: Message, status: str, errors: Sequence[dict[str, str]]
) -> dict[str, Any]:
    """As the provider's documentation shows it."""
    sender, to = (message.phone, message.ours) if message.mine else (message.ours, message.phone)
    payload = {
        "record_type": "message",
        "direction": "inbound" if message.mine else "outbound",
        "id": message.id,
        "type": "SMS",
        "from": {"phone_number": sender},
        "to": [{"phone_number": to, "status": status}],
        "text": message.text,
        "media": [],
        "errors": list(errors),
        "parts": 1,
    }
    about = {"record_type": "event", "id": str(uuid4()), "event_type": kind, "occurred_at": _now()}
    return {"data": {**about, "payload": payload}, "meta": {"attempt": 1}}


class Door(BaseHTTPRequestHandler):
    """One request: the provider's API, its page of telephones, and the tests' own switch."""

    server: "Server"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if not self._ours():
            return
        path = urlsplit(self.path).path
        if path == "/healthz":
            self._answer(HTTPStatus.OK, b"ok\n", "text/plain")
        elif path == "/_messages":
            self._json(HTTPStatus.OK, [asdict(one) for one in self.server.exchange.messages])
        elif path == "/":
            self._answer(HTTPStatus.OK, page(self.server.exchange).encode(), "text/html")
        else:
            self._json(HTTPStatus.NOT_FOUND, {"errors": [{"code": "10005"}]})

    def do_POST(self) -> None:
        if not self._ours():
            return
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BYTES:
            self._json(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {})
            return
        body = self.rfile.read(length)
        roads = {"/v2/messages": self._send, "/_write": self._write, "/_switch": self._switch}
        road = roads.get(urlsplit(self.path).path)
        if road is None:
            self._json(HTTPStatus.NOT_FOUND, {"errors": [{"code": "10005"}]})
            return
        road(body)

    def _send(self, body: bytes) -> None:
        exchange = self.server.exchange
        if self.headers.get("Authorization") != f"Bearer {exchange.api_key}":
            self._json(HTTPStatus.UNAUTHORIZED, {"errors": [{"code": "10009"}]})
            return
        if exchange.fail:
            status = exchange.fail.pop(0)
            code = "40300" if status == HTTPStatus.CONFLICT else "10011"
            self._json(status, {"errors": [{"code": code}]})
            return
        try:
            asked = json.loads(body)
            sender, to, text = (str(asked[name]) for name in ("from", "to", "text"))
        except (ValueError, KeyError, TypeError):
            self._json(HTTPStatus.UNPROCESSABLE_ENTITY, {"errors": [{"code": "10015"}]})
            return
        made = exchange.take(sender, to, text, self.headers.get("Idempotency-Key", ""))
        told = {"id": made.id, "to": [{"phone_number": to, "status": "queued"}], "text": text}
        self._json(HTTPStatus.OK, {"data": told})

    def _write(self, body: bytes) -> None:
        """The page's form: only one that we gave out, so that no other site can fill it in."""
        fields = {name: values[0] for name, values in parse_qs(body.decode("utf-8")).items()}
        exchange = self.server.exchange
        if not secrets.compare_digest(fields.get("token", ""), exchange.token):
            self._json(HTTPStatus.FORBIDDEN, {})
            return
        exchange.write(fields.get("phone", ""), fields.get("ours", ""), fields.get("text", ""))
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _switch(self, body: bytes) -> None:
        """For tests, with the API's key: trouble to come, reports, and what a telephone writes."""
        exchange = self.server.exchange
        if self.headers.get("Authorization") != f"Bearer {exchange.api_key}":
            self._json(HTTPStatus.UNAUTHORIZED, {})
            return
        asked = json.loads(body)
        exchange.fail = [int(one) for one in asked.get("fail", exchange.fail)]
        exchange.reports = str(asked.get("reports", exchange.reports))
        exchange.webhook = str(asked.get("webhook", exchange.webhook))
        if asked.get("forget"):
            exchange.messages.clear()
        if says := asked.get("write"):
            made = exchange.write(says["phone"], says["ours"], says["text"], says.get("media", 0))
            self._json(HTTPStatus.OK, {"id": made.id})
            return
        self._json(HTTPStatus.OK, {})

    def _ours(self) -> bool:
        """Whether it was asked for by a name of this machine: another could be a stranger's."""
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if host not in HOSTS:
            self._json(HTTPStatus.FORBIDDEN, {})
        return host in HOSTS

    def _json(self, status: int, told: Any) -> None:
        self._answer(status, json.dumps(told).encode(), "application/json")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; form-action 'self'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: addresses and texts are people's."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, exchange: Exchange) -> None:
        super().__init__((LOOPBACK, port), Door)
        self.exchange = exchange


def page(exchange: Exchange) -> str:
    """Every telephone with what it received and sent, and a line to write on."""
    with exchange.lock:
        found = list(exchange.messages)
    threads: dict[tuple[str, str], list[Message]] = {}
    for one in found:
        threads.setdefault((one.phone, one.ours), []).append(one)
    parts = [_telephone(phone, ours, some, exchange) for (phone, ours), some in threads.items()]
    blank = _form("", "", exchange)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Telephones</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>'
        "<h1>Telephones of the demo</h1><p>This page stands in for the phone company: here is "
        "what telephones would have received. Everybody is made up. Load it anew to see more.</p>"
        f"{''.join(parts) or '<p>Nothing was sent yet.</p>'}<h2>Another telephone writes</h2>"
        f"{blank}</body></html>"
    )


def _telephone(phone: str, ours: str, some: list[Message], exchange: Exchange) -> str:
    lines = "".join(
        f"<li>{'It wrote' if one.mine else 'It received'} ({html.escape(one.state)}): "
        f"{html.escape(one.text)}</li>"
        for one in some
    )
    head = f"<h2>{html.escape(phone)}, with {html.escape(ours)}</h2>"
    return f"<section>{head}<ol>{lines}</ol>{_form(phone, ours, exchange)}</section>"


def _form(phone: str, ours: str, exchange: Exchange) -> str:
    def given(name: str, label: str, value: str) -> str:
        kept = f'name="{name}" value="{html.escape(value)}"'
        if value:
            return f'<input type="hidden" {kept}>'
        return f"<label>{label} <input {kept} required></label> "

    return (
        '<form method="post" action="/_write">'
        f'<input type="hidden" name="token" value="{exchange.token}">'
        f"{given('phone', 'From', phone)}{given('ours', 'To', ours)}"
        '<label>Text <input name="text" required maxlength="1000"></label> '
        "<button>Send</button></form>"
    )


def main(arguments: Sequence[str]) -> int:
    """Serve until ended."""
    parser = argparse.ArgumentParser(prog="kinline telephones", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook", required=True, help="where the house hears")
    parser.add_argument("--key-file", required=True, help="64 hex digits, that sign and let in")
    options = parser.parse_args(arguments)
    with open(options.key_file, encoding="utf-8") as file:
        seed = file.read().strip()
    exchange = Exchange(api_key=api_key(seed), seed=seed, webhook=options.webhook)
    threading.Thread(target=exchange.keep_telling, daemon=True).start()
    with Server(options.port, exchange) as server:
        print(f"telephones at http://{LOOPBACK}:{server.server_port}/", file=sys.stderr, flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def api_key(seed: str) -> str:
    """What lets the house in: made from the same file."""
    return f"KEY{seed[:16]}"
