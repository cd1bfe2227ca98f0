"""Reading many telephones' sockets in rounds: one waking for several packets.

A packet is handled in a few microseconds; being woken for it costs several times as much. So
where packets come in quick succession, all sockets are looked at every two milliseconds instead,
which no ear notices, and those that nobody waits for more seldom. A quiet engine is woken by each
packet as ever.
"""

import asyncio
import selectors
import socket
from collections.abc import Callable
from weakref import WeakKeyDictionary

PAUSE_SECONDS = 0.002
# Packets that follow each other within so many pauses come in quick succession.
_QUICK_PAUSES = 1.5

_all: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[float, Rounds]]" = WeakKeyDictionary()


class Rounds:
    """The sockets of one loop. Ends itself with the last of them; use `of_this_loop`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, pause_seconds: float) -> None:
        self._loop, self._pause = loop, pause_seconds
        # Ready as a whole when one of its sockets is.
        self._selector = selectors.DefaultSelector()
        self._reads: dict[int, Callable[[], None]] = {}
        self._woken_at = 0.0
        self._next: asyncio.TimerHandle | None = None
        loop.add_reader(self._selector, self._woken)

    @classmethod
    def of_this_loop(cls, pause_seconds: float = PAUSE_SECONDS) -> "Rounds":
        """Those of the running loop that pause for so long."""
        loop = asyncio.get_running_loop()
        of_loop = _all.setdefault(loop, {})
        if pause_seconds not in of_loop:
            of_loop[pause_seconds] = cls(loop, pause_seconds)
        return of_loop[pause_seconds]

    def add(self, door: socket.socket, read: Callable[[], None]) -> None:
        """Call `read` when a packet waits; it takes one or a few, and never blocks."""
        self._selector.register(door, selectors.EVENT_READ)
        self._reads[door.fileno()] = read

    def remove(self, door: socket.socket) -> None:
        """Before it is closed."""
        self._selector.unregister(door)
        del self._reads[door.fileno()]
        if not self._reads:
            self._end()

    def _woken(self) -> None:
        before, self._woken_at = self._woken_at, self._loop.time()
        self._serve()
        if self._woken_at - before < self._pause * _QUICK_PAUSES and self._reads:
            self._loop.remove_reader(self._selector)
            self._look_later()

    def _look(self) -> None:
        if self._serve():
            self._look_later()
        elif self._reads:
            self._next = None
            self._loop.add_reader(self._selector, self._woken)

    def _look_later(self) -> None:
        if self._reads:
            self._next = self._loop.call_later(self._pause, self._look)

    def _serve(self) -> bool:
        """Read a packet of each socket that has one; whether any had.

        After a hold-up more of them wait: they come in the next rounds, so that others on the loop
        have their turn.
        """
        ready = self._selector.select(0) if self._reads else []
        for key, _events in ready:
            read = self._reads.get(key.fd)  # None: one that was read before has closed this one
            if read is not None:
                read()
        return bool(ready)

    def _end(self) -> None:
        if self._next is not None:
            self._next.cancel()
        self._loop.remove_reader(self._selector)
        del _all[self._loop][self._pause]
        self._selector.close()
