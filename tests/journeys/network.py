"""A browser's own network: a namespace joined to this machine by a cable that can be pulled."""

import os
import shutil
import subprocess
from pathlib import Path


def possible() -> bool:
    """Network namespaces need root and iproute2."""
    return os.geteuid() == 0 and shutil.which("ip") is not None


class Cable:
    """One namespace `name`, with this machine at `here` and the browser at `there`."""

    def __init__(self, number: int) -> None:
        mark = f"{os.getpid() % 100_000}{number}"
        self.name = f"kl{mark}"
        self.near, self.far = f"kn{mark}", f"kf{mark}"
        self.here, self.there = f"10.213.{number}.1", f"10.213.{number}.2"
        self._ip("netns", "add", self.name)
        self._lay()
        self._ip("link", "set", self.far, "netns", self.name)
        self._ip("addr", "add", f"{self.here}/30", "dev", self.near)
        self._ip("link", "set", self.near, "up")
        for words in (
            ("addr", "add", f"{self.there}/30", "dev", self.far),
            ("link", "set", self.far, "up"),
            ("link", "set", "lo", "up"),
        ):
            self._ip("-n", self.name, *words)

    def _lay(self) -> None:
        self._ip("link", "add", self.near, "type", "veth", "peer", "name", self.far)

    def wrapper(self, program: str, folder: Path) -> str:
        """An executable that runs `program` inside the namespace."""
        script = folder / f"{self.name}.sh"
        script.write_text(f'#!/bin/sh\nexec ip netns exec {self.name} {program} "$@"\n')
        script.chmod(0o755)
        return str(script)

    def pull(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._ip("link", "set", self.near, "down")

    def plug(self) -> None:
        self._ip("link", "set", self.near, "up")

    def remove(self) -> None:
        self._ip("link", "del", self.near)
        self._ip("netns", "del", self.name)

    def _ip(self, *words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)
