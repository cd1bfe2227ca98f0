"""coturn as it comes from Debian, on free ports of loopback, with the settings that docs name."""

import base64
import hashlib
import hmac
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.baresip import free_port

HOST = "127.0.0.1"
CONF = Path(__file__).parents[2] / "docs" / "turnserver.conf"
STARTS_SECONDS = 20.0
MARKS = (
    pytest.mark.coturn,
    pytest.mark.skipif(shutil.which("turnserver") is None, reason="no coturn"),
)


@dataclass(frozen=True, slots=True)
class Tls:
    """The port with TLS, and the files of the certificate and its key."""

    port: int
    certificate: Path
    key: Path


class Coturn:
    """`with Coturn(folder, secret, line_password)`: a TURN server that relays to itself alone.

    With `tls` it listens with TLS as well, by the lines of its settings that are for that.
    """

    def __init__(
        self,
        folder: Path,
        secret: str = "a secret",
        password: str = "a word",
        *,
        host: str = HOST,
        tls: Tls | None = None,
    ) -> None:
        self._folder, self._secret, self._password = folder, secret, password
        self.host, self.tls = host, tls
        self.port, self.line = (host, free_port()), (HOST, free_port())
        self.log = folder / "turnserver.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def relays(self) -> tuple[int, int]:
        """From which ports it relays."""
        low = 51_000 + self.port[1] % 60 * 200
        return low, low + 199

    def holds(self) -> int:
        """How many allocations there are, as its own command line says."""
        with socket.create_connection(self.line, timeout=5) as door:
            told = b""
            for line, answer in ((self._password, b"> "), ("ps", b"Total sessions: ")):
                while b"password: " not in told:
                    told += door.recv(4096)
                door.sendall(f"{line}\r\n".encode())
                while answer not in told:
                    told += door.recv(4096)
            while not told.split(b"Total sessions: ")[1].strip(b"\r\n> "):
                told += door.recv(4096)
            return int(told.split(b"Total sessions: ")[1].split()[0])

    @property
    def url(self) -> str:
        return f"turn:{self.host}:{self.port[1]}?transport=udp"

    @property
    def urls(self) -> list[str]:
        """As docs/operations.md has them: with TLS, that is the second one."""
        if self.tls:
            return [self.url, f"turns:{self.host}:{self.tls.port}?transport=tcp"]
        return [self.url, f"turn:{self.host}:{self.port[1]}?transport=tcp"]

    def credential(self, name: str) -> str:
        """As web makes it: HMAC-SHA1 of the name."""
        made = hmac.new(self._secret.encode(), name.encode(), hashlib.sha1).digest()
        return base64.b64encode(made).decode()

    def __enter__(self) -> "Coturn":
        self._folder.mkdir(parents=True, exist_ok=True)
        low, high = self.relays
        conf = self._folder / "turnserver.conf"
        conf.write_text(
            self._settings()
            + f"static-auth-secret={self._secret}\ncli-password={self._password}\n"
            + f"allowed-peer-ip={self.host}\n"
            + "allow-loopback-peers\nlog-file=stdout\nsimple-log\n"
            + f"pidfile={self._folder / 'turnserver.pid'}\nuserdb={self._folder / 'turndb'}\n"
        )
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                (
                    *("turnserver", "-c", str(conf), f"--listening-ip={self.host}"),
                    *(f"--relay-ip={self.host}", f"--listening-port={self.port[1]}"),
                    *(f"--cli-port={self.line[1]}", f"--min-port={low}", f"--max-port={high}"),
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + STARTS_SECONDS
        while not self._answers():
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait()

    def _settings(self) -> str:
        """What docs name. With TLS its lines are no comments any more, and name our files."""
        told = CONF.read_text().replace("no-stdout-log\nsyslog\n", "")
        if not self.tls:
            return told + "no-tls\n"
        for line, ours in (
            ("tls-listening-port=443", f"tls-listening-port={self.tls.port}"),
            ("cert=/etc/kinline/turn.pem", f"cert={self.tls.certificate}"),
            ("pkey=/etc/kinline/turn.key.pem", f"pkey={self.tls.key}"),
        ):
            assert f"#{line}\n" in told
            told = told.replace(f"#{line}\n", f"{ours}\n")
        return told

    def _answers(self) -> bool:
        with_tls = [(self.host, self.tls.port)] if self.tls else []
        for address in (self.port, self.line, *with_tls):
            try:
                socket.create_connection(address, timeout=0.5).close()
            except OSError:
                return False
        return True
