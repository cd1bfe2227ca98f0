"""A visit's room, in the relay or on a node of Janus, and whoever sits in it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from kinline.core.ids import RecordingId
from kinline.core.visit.kept import VisitGrant
from kinline.core.visit.terms import Seat
from kinline.engine.fake_control import fresh_key
from kinline.engine.media.janus.engine import Janus
from kinline.engine.media.relay.engine import Relay
from kinline.engine.media.visit_port import VisitEvent, VisitRooms
from kinline.engine.media.visit_room import Room
from kinline.engine.recorder import Recorder
from tests.engine import januses
from tests.engine.visitors import Eyes, Visitor

JULIAN, ODETTE, RUTH = Seat.INSIDE, Seat.HOME_1, Seat.HOME_2
LIGHTS = {JULIAN: 60, ODETTE: 130, RUTH: 200}
TONES = {JULIAN: 440, ODETTE: 880, RUTH: 1320}
GRANT = VisitGrant(RecordingId("v1"), "2026-11/v1", fresh_key())


class House:
    """A room, whoever sits in it, and what it told."""

    def __init__(
        self, folder: Path, stack: AsyncExitStack, recorder: Recorder, rooms: VisitRooms
    ) -> None:
        self.folder, self._stack = folder, stack
        self.recorder, self.rooms = recorder, rooms
        self.events: list[VisitEvent] = []
        self.room: Room

    async def open(self, *, seconds: float = 60.0, silent_after: float = 0.6) -> Room:
        ends = asyncio.get_running_loop().time() + seconds
        room = await self.rooms.open_visit_room(
            GRANT, self.events.append, until=ends, silent_after=silent_after
        )
        assert isinstance(room, Room)
        self.room = room
        self._stack.push_async_callback(room.close)
        return room

    async def sits(self, seat: Seat, *, loss: float = 0.0, **how: object) -> Visitor:
        visitor = await Visitor(LIGHTS[seat], TONES[seat], **how).publish(
            self.room, seat, loss=loss
        )
        self._stack.push_async_callback(visitor.close)
        return visitor

    async def sees(
        self,
        viewer: Seat | None,
        source: Seat,
        *,
        loss: float = 0.0,
        of: tuple[str, ...] = ("audio", "video"),
    ) -> Eyes:
        room = self.room
        seen = await (room.watch(source) if viewer is None else room.subscribe(viewer, source))
        eyes = Eyes(loss=loss, of=of)
        self._stack.push_async_callback(eyes.close)
        return await eyes.take(seen)


@pytest.fixture(scope="session")
def a_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[januses.Janus]:
    """A Janus for all tests that do it no harm."""
    with januses.Janus(tmp_path_factory.mktemp("janus")) as node:
        yield node


@pytest.fixture(params=["relay", pytest.param("janus", marks=januses.MARKS)])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        recorder = Recorder(tmp_path)
        stack.callback(recorder.close)
        rooms: Relay | Janus = Relay(recorder, januses.HOST, (20_000, 29_998))
        if request.param == "janus":
            node = request.getfixturevalue("a_node")
            node.lives()
            rooms = Janus([node.address], node.word, "e1", recorder)
        await rooms.open()
        stack.push_async_callback(rooms.close)
        yield House(tmp_path, stack, recorder, rooms)


def meets(eyes: Eyes, source: Seat) -> bool:
    """Whether this seat's picture and tone have come, and no other's."""
    grey, tone = eyes.grey, eyes.tone()
    return (
        grey is not None
        and tone is not None
        and abs(grey - LIGHTS[source]) < 12
        and abs(tone - TONES[source]) < 12
    )
