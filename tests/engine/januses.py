"""Janus as it comes from Debian, on free ports of loopback, with the files of deploy/janus."""

import re
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from kinline.engine.media.janus.client import Address
from tests.engine.baresip import free_port

HOST = "127.0.0.1"
STARTS_WITHIN = 30.0
FILES = Path(__file__).parents[2] / "deploy" / "janus"
MARKS = (
    pytest.mark.janus,
    pytest.mark.skipif(shutil.which("janus") is None, reason="no Janus on this machine"),
)


class Janus:
    """One node; `with` it."""

    def __init__(self, folder: Path, word: str = "") -> None:
        self.folder, self.word = folder, word or secrets.token_hex(32)
        self.log = folder / "janus.log"
        self.address: Address = (HOST, free_port())
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Janus":
        self.starts()
        return self

    def __exit__(self, *_: object) -> None:
        self.dies()

    def starts(self) -> None:
        self._write()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ("janus", "-C", str(self.folder / "janus.jcfg"), "-F", str(self.folder)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        ends = time.monotonic() + STARTS_WITHIN
        while b"WebSockets thread started" not in self.log.read_bytes():
            assert time.monotonic() < ends, self.log.read_text(errors="replace")[-2000:]
            time.sleep(0.02)

    def lives(self) -> None:
        """Start it again if it crashed: Janus 1.1.2 does now and then, and one test is enough."""
        if self.process is not None and self.process.poll() is not None:
            self.starts()

    def dies(self) -> None:
        """Without a word."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def hangs(self, *, still: bool) -> None:
        """Stand still, or go on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP if still else signal.SIGCONT)

    def _write(self) -> None:
        """The files of deploy/janus, with a key, ports and a folder of their own."""
        self.folder.mkdir(parents=True, exist_ok=True)
        port = self.address[1]
        low = 40_000 + port % 40 * 200
        changes: dict[str, Any] = {
            r"@KEY@": self.word,
            r'configs_folder = ".*"': f'configs_folder = "{self.folder}"',
            r'rtp_port_range = ".*"': f'rtp_port_range = "{low}-{low + 198}"',
            r"ws_port = \d+": f"ws_port = {port}",
            r"debug_level = \d": "debug_level = 4",
        }
        for file in FILES.glob("*.jcfg"):
            text = file.read_text()
            for old, new in changes.items():
                text = re.sub(old, new, text)
            (self.folder / file.name).write_text(text)
