"""Private rooms: calls that nobody but the two parties can hear, by construction.

A private permit carries no key, so nothing could be sealed; and this type has nothing with
which a third party could be let in. This module imports neither the recorder nor anything
that does; tests/engine/test_private.py walks the imports.
What it proves is what our code does, not what an operator with other code might do.
"""

from collections.abc import Sequence

from kinline.core.call.states import Side
from kinline.core.control import PrivatePermit
from kinline.engine.media.port import Bridges, CallRoom, Clip, Line, Tell
from kinline.engine.media.relay.bridge import Bridge
from kinline.engine.media.rtpengine.bridge import Bridge as RtpengineBridge
from kinline.sealed.codec import Codec

_BARE = (Bridge, RtpengineBridge)


class PrivateRoom:
    """A room of exactly two. See media.port.CallRoom for what each method means."""

    __slots__ = ("__bridge",)

    def __init__(self, bridge: CallRoom) -> None:
        # The very type: what inherits from it may have learnt to record.
        if type(bridge) not in _BARE:
            raise TypeError("a private room is a bridge and nothing more")
        self.__bridge = bridge

    @property
    def codec(self) -> Codec:
        return self.__bridge.codec

    async def publish(self, side: Side, offer: str) -> str:
        return await self.__bridge.publish(side, offer)

    def open_line(self, side: Side) -> Line:
        return self.__bridge.open_line(side)

    def connect(self, side: Side, line: Line) -> None:
        self.__bridge.connect(side, line)

    def press(self, side: Side, digit: str) -> None:
        self.__bridge.press(side, digit)

    def play(self, side: Side, clips: Sequence[Clip], *, again: bool = False) -> None:
        self.__bridge.play(side, clips, again=again)

    def stop(self, side: Side) -> None:
        self.__bridge.stop(side)

    def bridge(self, until: float | None) -> None:
        self.__bridge.bridge(until)

    def part(self) -> None:
        self.__bridge.part()

    def flowing(self, side: Side) -> bool:
        return self.__bridge.flowing(side)

    async def close(self) -> None:
        await self.__bridge.close()


async def open_private_room(
    permit: PrivatePermit,
    media: Bridges,
    tell: Tell,
    *,
    silent_after: float,
    codec: Codec = Codec.OPUS,
    handset: Line | None = None,
) -> PrivateRoom:
    """Open a room under a private permit. Raises TypeError for any other right, and OSError."""
    if not isinstance(permit, PrivatePermit):
        raise TypeError("a private room is opened under a private permit")
    return PrivateRoom(
        await media.open_bridge(tell, silent_after=silent_after, codec=codec, handset=handset)
    )
