"""The made-up telephones as a process of their own, and a house that is set up to use them."""

import contextlib
import json
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kinline.config import telephones as stand_in
from tests.engine.baresip import free_port
from tests.plugins.programs import program

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
    port = free_port(socket.SOCK_STREAM)
    address = f"http://127.0.0.1:{port}"
    words = ("telephones", "--port", str(port), "--webhook", webhook, "--key-file", str(key))
    with program("kinline", *words, answers_at=f"{address}/healthz"):
        yield Telephones(address)


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
