"""The bridge: two booths, and the deadline after which they hear each other no more.

Both kinds of room are made of it. It knows nothing of recording or listening, and imports
nothing that does.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from kinline.core.call.states import Side
from kinline.engine.media.port import Clip, Flowing, Line, Pressed, Silent, Tell, TimeIsUp
from kinline.engine.media.relay.booth import Booth
from kinline.engine.media.relay.phone import PhoneLine
from kinline.engine.timers import Deadline
from kinline.sealed.codec import Codec


class Bridge:
    """Two sides that hear each other between `bridge` and `part`, and never at other times."""

    def __init__(
        self,
        tell: Tell,
        *,
        silent_after: float,
        codec: Codec = Codec.OPUS,
        lines: Callable[[], PhoneLine] | None = None,
    ) -> None:
        self._tell, self._lines = tell, lines
        self.codec = codec
        self._booths = {side: self._booth(side, silent_after) for side in Side}
        self._deadline = Deadline(self._time_is_up)

    async def publish(self, side: Side, offer: str) -> str:
        return await self._booths[side].publish(offer)

    def open_line(self, side: Side) -> Line:
        if self._lines is None:
            raise OSError("this room has no telephones")
        return self._lines()

    def connect(self, side: Side, line: Line) -> None:
        self._booths[side].connect(line)

    def press(self, side: Side, digit: str) -> None:
        self._booths[side].press(digit)

    def play(self, side: Side, clips: Sequence[Clip], *, again: bool = False) -> None:
        self._booths[side].play(clips, again=again)

    def stop(self, side: Side) -> None:
        self._booths[side].stop()

    def bridge(self, until: float | None) -> None:
        inside, outside = self._booths[Side.INSIDE], self._booths[Side.OUTSIDE]
        inside.peer.feed(outside.source)
        outside.peer.feed(inside.source)
        if until is not None:
            self._deadline.set(until)

    def part(self) -> None:
        self._deadline.cancel()
        for booth in self._booths.values():
            booth.peer.feed(None)

    def flowing(self, side: Side) -> bool:
        return self._booths[side].source.flowing

    async def close(self) -> None:
        self.part()
        await asyncio.gather(*(booth.close() for booth in self._booths.values()))

    def _booth(self, side: Side, silent_after: float) -> Booth:
        return Booth(
            on_flow=partial(self._tell, Flowing(side)),
            on_silence=partial(self._tell, Silent(side)),
            on_digit=lambda digit: self._tell(Pressed(side, digit)),
            silent_after=silent_after,
            codec=self.codec,
        )

    def _time_is_up(self) -> None:
        self.part()
        self._tell(TimeIsUp())
