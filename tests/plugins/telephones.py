"""The made-up telephones as a process of their own, and a house that is set up to use them."""

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kinline.config import telephones as stand_in

STARTS_WITHIN_SECONDS = 20
SEED = "5a" * 32
NOTICES, *TEXTS = OURS = [f"+1617555019{number}" for number in range(4)]


class Telephones:
    """What they received, and how to make them write, fail or report."""

    def __init__(self, address: str) -> None:
        self.address = address

    def messages(self, phone: str = "") -> list[dict[str, Any]]:
        """What went to telephones (or to one), oldest first."""
        with urllib.request.urlopen(f"{self.address}/_messages", timeout=5) as answer:
            found = json.loads(answer.read())
        return [one for one in found if not one["mine"] and phone in ("", one["phone"])]

    def texts(self, phone: str = "") -> list[str]:
        return [one["text"] for one in self.messages(phone)]

    def switch(self, **what: Any) -> dict[str, Any]:
        asked = urllib.request.Request(
            f"{self.address}/_switch",
            data=json.dumps(what).encode(),
            headers={"Authorization": f"Bearer {stand_in.api_key(SEED)}"},
        )
        with urllib.request.urlopen(asked, timeout=5) as answer:
            told: dict[str, Any] = json.loads(answer.read())
        return told


@contextlib.contextmanager
def telephones_at(folder: Path, webhook: str) -> Iterator[Telephones]:
    """Started for this block, ended with it."""
    key = folder / "sms.key"
    key.write_text(SEED)
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    words = [sys.executable, "-m", "kinline", "telephones", "--port", str(port)]
    words += ["--webhook", webhook, "--key-file", str(key)]
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = Telephones(f"http://127.0.0.1:{port}")
    try:
        _wait(found, child)
        yield found
    finally:
        child.terminate()
        child.wait(10)


def _wait(found: Telephones, child: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until and child.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{found.address}/healthz", timeout=1).close()
            return
        time.sleep(0.05)
    raise RuntimeError("the telephones do not start")


@pytest.fixture(scope="session")
def _telephones(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telephones]:
    # Nobody listens at this address: tests hand webhooks over themselves.
    with telephones_at(tmp_path_factory.mktemp("sms"), "http://127.0.0.1:9/") as found:
        yield found


@pytest.fixture
def telephones(_telephones: Telephones, settings: Any) -> Telephones:
    """The house sends its SMS there."""
    _telephones.switch(fail=[], reports="none", forget=True)
    settings.SMS_API, settings.SMS_NUMBERS = _telephones.address, OURS
    settings.SMS_KEY = stand_in.api_key(SEED)
    settings.SMS_PUBLIC_KEY = stand_in.public_key(SEED)
    return _telephones
