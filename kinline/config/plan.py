"""What `kinline up` will start: addresses, ports, folders and the environment of every child."""

import contextlib
import json
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kinline.config import paths, turn
from kinline.config.certificate import Certificate

PORTS_TRIED = 100
LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
SMS_KEY = "demo-sms"
# 555-01xx: set aside for fiction. The first for notices, the others for texts.
SMS_NUMBERS = "+16175550190,+16175550191,+16175550192,+16175550193,+16175550194"


@dataclass(frozen=True)
class Place:
    """One listening process: its name, its port, and how a browser reaches it."""

    name: str
    port: int
    url: str


@dataclass(frozen=True)
class Plan:
    """All of one run. `host` is what browsers use; without a certificate that is loopback."""

    data: Path
    keys: Path
    host: str
    web: Place
    engines: tuple[Place, ...]
    certificate: Certificate | None
    demo: bool
    history: bool
    # One for each engine, where telephones are served; `url` is what a telephone is told.
    sip: tuple[Place, ...] = ()
    telephones: str = ""
    sip_proxy: str = ""
    # What stands in for Stripe in a demo, if it is installed; 0: nothing does.
    stripe_port: int = 0
    # What stands in for the SMS provider in a demo; 0: nothing does.
    sms_port: int = 0
    # Where each engine's rtpengine listens for commands, if telephones' sound goes there.
    rtpengines: tuple[str, ...] = ()
    # Where the nodes of Janus listen for commands, if visits go there.
    janus: tuple[str, ...] = ()
    # How many visits each engine may hold at once; None: as many as it thinks right.
    max_visits: int | None = None

    @property
    def turn_lines(self) -> list[str]:
        """How engines end private visits at TURN servers. Raises ValueError."""
        return [f"--turn-line={one.line}" for one in turn.servers(os.environ) if one.line]

    @property
    def listen(self) -> str:
        return EVERYWHERE if self.certificate else LOOPBACK

    @property
    def inside_url(self) -> str:
        """Web as our own processes reach it, on this machine."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://{LOOPBACK}:{self.web.port}/"

    @property
    def public_url(self) -> str:
        """Web as browsers reach it: behind a proxy, what KINLINE_WEB_URL says."""
        return (os.environ.get("KINLINE_WEB_URL") or self.web.url).rstrip("/")

    @property
    def stripe_url(self) -> str:
        return f"http://{LOOPBACK}:{self.stripe_port}"

    @property
    def sms_url(self) -> str:
        return f"http://{LOOPBACK}:{self.sms_port}"

    def _sms(self) -> dict[str, str]:
        """The made-up telephones' own key, and numbers that belong to nobody."""
        from kinline.config import telephones

        seed = paths.key(SMS_KEY, self.keys)
        return {
            "KINLINE_SMS_API": self.sms_url,
            "KINLINE_SMS_KEY": telephones.api_key(seed),
            "KINLINE_SMS_PUBLIC_KEY": telephones.public_key(seed),
            "KINLINE_SMS_NUMBERS": SMS_NUMBERS,
        }

    def _engines(self) -> str:
        return json.dumps([{"id": engine.name, "url": engine.url} for engine in self.engines])

    def health(self, place: Place) -> str:
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://{LOOPBACK}:{place.port}/healthz"

    def environment(self) -> Mapping[str, str]:
        """What every child is told. The rest of our own environment is handed on."""
        told = {
            "KINLINE_DATA": str(self.data),
            "KINLINE_KEYS": str(self.keys),
            "KINLINE_WEB_URL": self.public_url,
            "KINLINE_WEB_INSIDE_URL": self.inside_url,
            "KINLINE_ENGINES": os.environ.get("KINLINE_ENGINES") or self._engines(),
            "KINLINE_DEMO": "1" if self.demo else "0",
            "PYTHONUNBUFFERED": "1",
        }
        if self.stripe_port:
            told["KINLINE_STRIPE_API"] = self.stripe_url
        if self.sms_port:
            told |= self._sms()
        if self.certificate:
            told["SSL_CERT_FILE"] = str(self.certificate.trust)
        return {**os.environ, **told}

    def tls(self) -> list[str]:
        """The arguments that make a child serve HTTPS."""
        if self.certificate is None:
            return []
        return [f"--tls-cert={self.certificate.chain}", f"--tls-key={self.certificate.key}"]


def choose_ports(
    wanted: int, many: int, host: str, taken_is_told: Callable[[int, int], None]
) -> list[int]:
    """`many` free ports from `wanted` on; 0 means any. Calls `taken_is_told(taken, instead)`.

    Raises OSError when there are not enough within a hundred.
    """
    if wanted == 0:
        return _any_ports(many, host)
    found: list[int] = []
    port = wanted
    while len(found) < many:
        first = port
        while not is_free(port, host):
            port += 1
            if port > wanted + PORTS_TRIED:
                raise OSError(f"no free port from {wanted} to {port}")
        if port != first:
            taken_is_told(first, port)
        found.append(port)
        port += 1
    return found


def _any_ports(many: int, host: str) -> list[int]:
    """Ports the system picks. All are held until the last is picked, so that no two are one."""
    with contextlib.ExitStack() as doors:
        found: list[int] = []
        for _ in range(many):
            door = doors.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            door.bind((host, 0))
            found.append(door.getsockname()[1])
        return found


def is_free(port: int, host: str) -> bool:
    """Whether nobody listens on `port`, neither on `host` nor on loopback alone."""
    for address in {host, LOOPBACK}:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
            # A port whose last owner has just gone is free, as it is for the servers themselves.
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((address, port))
                door.listen(1)
            except OSError:
                return False
    return True
