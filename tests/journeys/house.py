"""A whole Kinline for one test: `kinline up` with a data folder of its own, on free ports."""

import atexit
import json
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

STARTS_WITHIN = 180.0  # many start at once beside other tests
OURS = ("KINLINE_", "DJANGO_")
MAINTENANCE = "postgres"
T = TypeVar("T")


class House:
    """A running `kinline up`. `url` is web's address; parts are restarted by the supervisor.

    Its data are a copy of a first start's, unless it shall make one itself.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str = "",
        arguments: tuple[str, ...] = (),
        copied: bool = True,
        **env: str,
    ) -> None:
        self.data, self.keys = folder / "data", folder / "keys"
        self.database_url = database_url
        self.lines: list[str] = []
        self._ready = threading.Event()
        self.began_well = False
        # Nothing of the tests' own settings: the program as a person would start it.
        named = {"KINLINE_DATA": str(self.data), "KINLINE_KEYS": str(self.keys)}
        if database_url:
            named["KINLINE_DATABASE_URL"] = database_url
        # A cluster's own database is what copies are made through, so it fills itself.
        if copied and database_url != _beside(database_url, MAINTENANCE):
            first = _first_start(database_url)
            shutil.copytree(first.folder, folder, dirs_exist_ok=True)
            first.fill(database_url)
        self.env = _inherited() | named | env
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kinline", "up", "--port", "0", "--no-history", *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        if not self._ready.wait(STARTS_WITHIN) or not self.began_well:
            self.stop()
            raise AssertionError("kinline up never said ready:\n" + "\n".join(self.lines[-40:]))

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.strip() == "ready":
                self.began_well = True
                self._ready.set()
        self._ready.set()  # it ended: no need to wait any longer

    @property
    def state(self) -> dict[str, Any]:
        """Ports and process ids, as the supervisor wrote them."""
        content: dict[str, Any] = json.loads((self.data / "run.json").read_text())
        return content

    @property
    def url(self) -> str:
        return str(self.state["web"]["url"]).rstrip("/")

    def kill(self, part: str, how: signal.Signals = signal.SIGKILL) -> int:
        """Kill "web", "worker", an engine or its sip by its id; returns the pid that died.

        The whole process group: web is granian's main process and the worker that serves.
        """
        pid = self.pid(part)
        os.killpg(pid, how)
        return pid

    def pid(self, part: str) -> int:
        state = self.state
        if part in state:
            return int(state[part]["pid"])
        many = [*state["engines"], *state["sip"]]
        return next(int(one["pid"]) for one in many if one["id"] == part)

    def web_answers(self) -> bool:
        """Whether web answers a plain question within two seconds."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look into the database from outside, as an auditor would (SQL with %s)."""
        if self.database_url:
            with psycopg.connect(self.database_url) as connection:
                return list(connection.execute(sql, values).fetchall())
        source = f"file:{self.data / 'kinline.sqlite3'}?mode=ro"
        with sqlite3.connect(source, uri=True, timeout=10) as reader:
            return list(reader.execute(sql.replace("%s", "?"), values).fetchall())

    def one(self, sql: str, *values: Any) -> Any:
        """The single value of a query."""
        ((value,),) = self.rows(sql, *values)
        return value

    def command(self, *words: str) -> str:
        """What a command of the program prints, against this house's data and database."""
        ran = subprocess.run(
            [sys.executable, "-m", *words],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def arrange(self, program: str) -> str:
        """Change facts as the rooms would, in a process of its own; returns what it printed."""
        before = "import django; django.setup()\n"
        named = self.env | {"DJANGO_SETTINGS_MODULE": "kinline.config.settings"}
        ran = subprocess.run(
            [sys.executable, "-c", before + program],
            env=named,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def recordings(self) -> list[Path]:
        return sorted(path for path in (self.data / "recordings").rglob("*") if path.is_file())

    def stop(self) -> int:
        """Ctrl-C, as a person would; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            return self.process.wait()


def _inherited() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(OURS)}


@dataclass(frozen=True, slots=True)
class FirstStart:
    """A data folder and its keys, and on PostgreSQL the database that belongs to them."""

    folder: Path
    database: str = ""

    def fill(self, database_url: str) -> None:
        """Make this fresh database a copy; on SQLite the data folder has it already."""
        if not self.database:
            return
        name = sql.Identifier(urlsplit(database_url).path.strip("/"))
        with psycopg.connect(_beside(database_url, MAINTENANCE), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {}").format(name))
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(copy.format(name, sql.Identifier(self.database)))


def _first_start(database_url: str) -> FirstStart:
    """The demo town in its tables: made once for each kind of database, and copied for each house.

    Tables and town take most of a first start, and tests/tooling/test_up.py has that for itself.
    """
    return _made(_beside(database_url, MAINTENANCE) if database_url else "")


@cache
def _made(server: str) -> FirstStart:
    folder = Path(tempfile.mkdtemp(prefix="kinline-first-start-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    named = {"KINLINE_DATA": str(folder / "data"), "KINLINE_KEYS": str(folder / "keys")}
    (folder / "data").mkdir(mode=0o700)
    name = f"kinline_first_{secrets.token_hex(4)}" if server else ""
    if server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        named["KINLINE_DATABASE_URL"] = _beside(server, name)
    for step in ("migrate", "demo"):
        command = [sys.executable, "-m", "kinline", step]
        subprocess.run(command, env=_inherited() | named, check=True, capture_output=True)
    return FirstStart(folder, name)


def _beside(url: str, name: str) -> str:
    """Another database of the same server; nothing beside nothing."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def eventually(what: Callable[[], T], *, within: float = 10.0, every: float = 0.1) -> T:
    """The first true answer of `what`; AssertionError with the last one if none comes in time."""
    until = time.monotonic() + within
    while True:
        answer = what()
        if answer:
            return answer
        assert time.monotonic() < until, f"still {answer!r} after {within} s"
        time.sleep(every)
