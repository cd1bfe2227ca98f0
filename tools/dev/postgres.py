"""A throw-away PostgreSQL cluster for tests: own folder, own port on loopback, own password."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

UNPRIVILEGED = ("postgres", "nobody")
# Tests throw everything away: no need to wait for a disk.
CARELESS = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


def programs() -> Path | None:
    """The folder of initdb and postgres, newest version first, or None."""
    places = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda bin: int(bin.parent.name),
        reverse=True,
    )
    if found := shutil.which("initdb"):
        places.append(Path(found).parent)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    return None


class Cluster:
    """`with Cluster() as cluster: cluster.url` - gone without trace afterwards.

    durable=True keeps fsync on, for tests that kill the server and look at what is left.
    Raises RuntimeError when PostgreSQL is not installed or does not start.
    """

    def __init__(self, *, durable: bool = False) -> None:
        found = programs()
        if found is None:
            raise RuntimeError("PostgreSQL's initdb was not found")
        self.bin = found
        self.durable = durable
        self.folder = Path(tempfile.mkdtemp(prefix="kinline-pg-"))
        self.port = free_port()
        self.password = secrets.token_hex(12)
        self.server: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            os.chown(self.folder, _lower_user().pw_uid, _lower_user().pw_gid)

    @property
    def url(self) -> str:
        return f"postgres://kinline:{self.password}@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def _make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        if os.geteuid() == 0:
            os.chown(secret, _lower_user().pw_uid, _lower_user().pw_gid)
        options = ["--auth=scram-sha-256", "--username=kinline", f"--pwfile={secret}", "--no-sync"]
        options += ["--encoding=UTF8", "--locale=C.UTF-8", f"--pgdata={self.folder / 'data'}"]
        made = subprocess.run(
            [*_as_lower_user(), self.bin / "initdb", *options],
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
        )
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{made.stderr}")

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        options = ["-D", f"{self.folder}/data", "-p", str(self.port), "-k", f"{self.folder}"]
        options += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"]
        log = (self.folder / "log").open("ab")
        self.server = subprocess.Popen(
            [
                *_as_lower_user(),
                self.bin / "postgres",
                *options,
                *(() if self.durable else CARELESS),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.folder,
            process_group=0,
        )
        log.close()
        self._wait_until_open()

    def _wait_until_open(self, seconds: float = 30.0) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.server and self.server.poll() is None:
            asked = [f"{self.bin}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
            if subprocess.run(asked, check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not start:\n" + (self.folder / "log").read_text())

    def kill(self) -> None:
        """As a power cut: every process of the server at once, nothing said."""
        if self.server and self.server.poll() is None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()

    def stop(self) -> None:
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)  # "fast": ends sessions, no waiting
            try:
                self.server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def _lower_user() -> pwd.struct_passwd:
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL will not run as root, and there is no user postgres or nobody")


def _as_lower_user() -> Sequence[str]:
    """The words before a command that make root somebody else; nothing for others."""
    if os.geteuid() != 0:
        return []
    user = _lower_user()
    # setpriv replaces itself by the program, so that signals reach the server itself.
    who = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return ["setpriv", *who, "--pdeathsig=INT"]  # nor does it outlive a killed ./dev
