"""The pulse of a session: whether sound of each end arrives, by the packets rtpengine counts.

Where a side is recorded its packets come to us and are counted here; rtpengine is asked then
only now and then, whether it still has the call.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from kinline.core.call.states import Side
from kinline.engine.media.port import Flowing, Silent, phone_patience

if TYPE_CHECKING:
    from kinline.engine.media.rtpengine.session import Session

_ASK_SECONDS = 1.0
_ASK_FIRST_SECONDS = 0.2  # while somebody's first sound is waited for
_ASK_AT_LEAST_SECONDS = 5.0


class Pulse:
    """`flowing` says whether sound of a side arrives; `ears` count packets of sides we hear."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self.silent_after = 2.5
        self.flowing = dict.fromkeys(Side, False)
        self.ears: dict[Side, Callable[[], int]] = {}
        self._counts = dict.fromkeys(Side, 0)
        self._last_at = dict.fromkeys(Side, 0.0)
        self._asked_at = 0.0

    def begin_anew(self, side: Side) -> None:
        """What comes next begins to flow."""
        self.flowing[side] = False

    def stop(self) -> None:
        self.flowing = dict.fromkeys(Side, False)

    async def beat(self) -> None:
        """For ever. Raises MediaAway when rtpengine has no such call."""
        while True:
            await asyncio.sleep(self._pause())
            if self._deaf() or time.monotonic() - self._asked_at >= _ASK_AT_LEAST_SECONDS:
                self._asked_at = time.monotonic()
                answer = await self._session.ask("query")
                asked = {side: packets_of(answer, side) for side in Side}
            else:
                asked = {}
            for side in self._seated():
                ear = self.ears.get(side)
                count = ear() if ear is not None else asked.get(side)
                if count is not None:
                    self._counted(side, count)

    def _pause(self) -> float:
        waiting = not all(self.flowing[side] for side in self._seated())
        return min(_ASK_FIRST_SECONDS if waiting else _ASK_SECONDS, self.silent_after / 2)

    def _deaf(self) -> bool:
        return any(side not in self.ears for side in self._seated())

    def _seated(self) -> Iterator[Side]:
        return (side for side, end in self._session.ends.items() if end.seat.taken)

    def _counted(self, side: Side, count: int) -> None:
        now = time.monotonic()
        if count != self._counts[side]:
            self._counts[side], self._last_at[side] = count, now
            if not self.flowing[side]:
                self.flowing[side] = True
                self._session.tell(Flowing(side))
        elif self.flowing[side] and now - self._last_at[side] >= self._patience(side):
            self.flowing[side] = False
            self._session.tell(Silent(side))

    def _patience(self, side: Side) -> float:
        """For how long nothing may come before somebody is told."""
        seat = self._session.ends[side].seat
        return self.silent_after if seat.page else phone_patience(self.silent_after, held=seat.held)


def packets_of(answer: dict[str, Any], side: Side) -> int:
    """How many packets of a side rtpengine has taken: strangers' are counted, and as errors."""
    try:
        stats = answer["tags"][side.value]["medias"][0]["streams"][0]["stats"]
        return int(stats["packets"]) - int(stats["errors"])
    except (KeyError, IndexError, TypeError, ValueError):
        return 0
