"""Deadlines on the loop's own clock: no network, no database, no other process is asked."""

import asyncio
from collections.abc import Callable


class Deadline:
    """Calls `action` once, at a moment of the loop's clock; setting it again moves it."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._handle: asyncio.TimerHandle | None = None

    def set(self, at: float) -> None:
        self.cancel()
        self._handle = asyncio.get_running_loop().call_at(at, self._action)

    def cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


def earliest(*moments: float | None) -> float | None:
    """The first of these moments; None stands for never."""
    return min((at for at in moments if at is not None), default=None)
