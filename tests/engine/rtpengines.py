"""rtpengine as it comes from Debian, on free ports of loopback, and what it says of its calls."""

import asyncio
import os
import secrets
import signal
import socket
from pathlib import Path
from typing import Any

from kinline.engine.media.rtpengine.bencode import decoded, encoded
from tests.engine.baresip import free_port
from tests.engine.browsers import until

HOST = "127.0.0.1"
CONF = Path(__file__).parents[2] / "docs" / "rtpengine.conf"


def free_pair() -> int:
    """A port for commands, with the next one free too: keys are told there."""
    while True:
        port = free_port()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
            try:
                door.bind((HOST, port + 1))
            except OSError:
                continue
        return port


class Rtpengine:
    """Started with the file that docs/operations.md names, on other ports; `async with` it."""

    def __init__(self, folder: Path, *, log_level: int = 5) -> None:
        self.folder, self.log_level = folder, log_level
        self.address = (HOST, free_pair())
        self.log = folder / "rtpengine.log"
        self.process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "Rtpengine":
        await self.starts()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.dies()

    async def starts(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        port = self.address[1]
        low = 50_000 + port % 50 * 200
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *("rtpengine", f"--config-file={CONF}", "--foreground", "--log-stderr"),
                *(f"--listen-ng={HOST}:{port}", f"--dtmf-log-dest={HOST}:{port + 1}"),
                *(f"--port-min={low}", f"--port-max={low + 198}", f"--log-level={self.log_level}"),
                "--num-threads=2",
                stdout=log,
                stderr=log,
            )
        await until(self._answers, "rtpengine")

    async def dies(self) -> None:
        """Without a word."""
        if self.process is not None and self.process.returncode is None:
            os.kill(self.process.pid, signal.SIGKILL)
            await self.process.wait()

    async def asked(self, command: str, **fields: Any) -> dict[str, Any]:
        """What it answers to a command of the ng protocol, asked beside the engine."""
        return await asyncio.to_thread(ask, self.address, command, fields)

    async def calls(self) -> list[str]:
        return list((await self.asked("list", limit=1000))["calls"])

    def _answers(self) -> bool:
        try:
            return ask(self.address, "ping", {}, patience=0.2)["result"] == "pong"
        except OSError:
            return False


def ask(
    address: tuple[str, int], command: str, fields: dict[str, Any], patience: float = 3.0
) -> dict[str, Any]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.settimeout(patience)
        door.connect(address)
        cookie = secrets.token_hex(4).encode()
        door.send(cookie + b" " + encoded({"command": command, **fields}))
        found: dict[str, Any] = decoded(door.recv(65_536).partition(b" ")[2])
        return found
