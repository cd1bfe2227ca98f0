"""A cable with bad weather on it: packets come late or not at all, as long as a test wants it.

The kernel's own way (tc netem) is not in every kernel. Two TUN devices are, and what passes between
them goes through our hands.
"""

import fcntl
import heapq
import os
import random
import select
import struct
import threading
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.journeys.network import Cable

TUN = Path("/dev/net/tun")
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
LARGEST, SEED = 2048, 26


@dataclass
class Weather:
    """How late each packet is, and which part of them is lost; for each way of the cable."""

    delay: float = 0.0
    loss: float = 0.0
    pulled: bool = False


@dataclass
class WeatherCable(Cable):
    """As a Cable, but each packet passes through a thread of this process."""

    number: int
    now: Weather = field(default_factory=Weather)

    def __post_init__(self) -> None:
        super().__init__(self.number)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def pull(self) -> None:
        self.now.pulled = True

    def plug(self) -> None:
        self.now.pulled = False

    def remove(self) -> None:
        self._over.set()
        self._thread.join()
        for end in self._ends:
            os.close(end)  # which takes the device away
        self._ip("netns", "del", self.name)

    def _lay(self) -> None:
        self._ends = tuple(_device(name) for name in (self.near, self.far))

    def _lets(self, packet: bytes, *, out: bool) -> bool:
        """Whether a packet may pass, `out` from the browser or in to it. Here all may."""
        return True

    def _carry(self) -> None:
        near, far = self._ends
        across = {near: far, far: near}
        chance, turn = random.Random(SEED), count()
        late: list[tuple[float, int, int, bytes]] = []
        while not self._over.is_set():
            wait = max(0.0, late[0][0] - time.monotonic()) if late else 0.1
            for end in select.select(self._ends, (), (), min(wait, 0.1))[0]:
                packet = os.read(end, LARGEST)
                if not self._lets(packet, out=end == far):
                    continue
                if not self.now.pulled and chance.random() >= self.now.loss:
                    due = time.monotonic() + self.now.delay
                    heapq.heappush(late, (due, next(turn), across[end], packet))
            while late and late[0][0] <= time.monotonic():
                _, _, end, packet = heapq.heappop(late)
                _put(end, packet)


def lay(number: int) -> Cable:
    """A cable with weather on it; without TUN devices one in fair weather, that can be pulled."""
    if not possible():
        warnings.warn(f"{TUN} cannot be opened: no packet is late or lost", stacklevel=2)
        return Cable(number)
    return WeatherCable(number)


def possible() -> bool:
    """Whether there are TUN devices, so that what passes can go through our hands."""
    try:
        os.close(os.open(TUN, os.O_RDWR))
    except OSError:
        return False
    return True


def _put(end: int, packet: bytes) -> None:
    # The device may not be up yet, or its queue is full: a packet that is lost.
    with suppress(OSError):
        os.write(end, packet)


def _device(name: str) -> int:
    end = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return end
