"""Nodes of Janus: found, lost in mid-visit, come back, and cleared of what an engine left there."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from kinline.core.control import VisitCommand, VisitOrder
from kinline.core.visit.kept import MediaKind
from kinline.core.visit.states import EndReason
from kinline.core.visit.terms import Seat
from kinline.engine.media.janus import engine as janus_engine
from kinline.engine.media.janus.client import Client
from kinline.engine.media.janus.copy import Copy
from kinline.engine.media.janus.engine import Janus
from kinline.engine.media.janus.publisher import Publisher
from kinline.engine.media.port import MediaAway, OfferRefused, RoomLost
from kinline.engine.media.visit_port import Silent
from kinline.engine.recorder import Recorder
from kinline.engine.settings import from_arguments
from kinline.engine.signalling.protocol import Look, Renew, Sdp, VisitIs
from kinline.engine.visit import events
from tests.engine import januses
from tests.engine.browsers import until
from tests.engine.visit_house import (
    GRANT,
    JULIAN,
    LIGHTS,
    ODETTE,
    TONES,
    House,
    a_node,
    house,
    meets,
)
from tests.engine.visitors import Eyes, Visitor, lose
from tests.engine.visits import VISIT, Town, Visiting

__all__ = ["a_node", "house"]

pytestmark = list(januses.MARKS)


@pytest.fixture(scope="module")
def own_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[januses.Janus]:
    """A Janus that may be done harm, and is well again after each test."""
    with januses.Janus(tmp_path_factory.mktemp("own")) as node:
        yield node


class Engines:
    """Engines that use nodes, and end with the test."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self._stack = stack
        self.recorder = Recorder(folder)
        stack.callback(self.recorder.close)
        self.events: list[Any] = []

    async def start(self, *nodes: januses.Janus, name: str = "e1", word: str = "") -> Janus:
        addresses = [node.address for node in nodes]
        rooms = Janus(addresses, word or nodes[0].word, name, self.recorder)
        await rooms.open()
        self._stack.push_async_callback(rooms.close)
        return rooms

    async def room(self, rooms: Janus) -> Any:
        ends = asyncio.get_running_loop().time() + 60
        return await rooms.open_visit_room(GRANT, self.events.append, until=ends, silent_after=5)


@pytest.fixture
async def engines(tmp_path: Path) -> AsyncIterator[Engines]:
    async with AsyncExitStack() as stack:
        yield Engines(tmp_path, stack)


async def rooms_on(node: januses.Janus) -> list[str]:
    """The names on the rooms of a node."""
    client = Client(node.address, node.word, "nobody/")
    await client.open()
    handle = await client.attach()
    listed = (await handle.ask("list", **client.admin)).data["list"]
    await client.close()
    return sorted(room["description"] for room in listed)


class Tab:
    """A page of a visit with a real connection for what it sends, and one for what it sees."""

    def __init__(self, visiting: Visiting, seat: Seat) -> None:
        self.visiting, self.seat = visiting, seat
        self.visitor = Visitor(LIGHTS[seat], TONES[seat])
        self.eyes: Eyes | None = None

    async def sends(self) -> None:
        """Connect, or connect anew."""
        tab = self

        class Door:
            async def publish(self, seat: Seat, offer: str) -> str:
                before = len(tab.visiting.got(Sdp))
                tab.visiting.does(events.Publishes, offer)
                await until(lambda: len(tab.visiting.got(Sdp)) > before, "the answer")
                return str(tab.visiting.got(Sdp)[-1].sdp)

        await self.visitor.close()
        await self.visitor.publish(Door(), self.seat)

    async def see(self, look: Look) -> Eyes:
        """Take an offer of the engine's."""

        class Seen:
            offer = look.sdp

            async def answer(_, sdp: str) -> None:
                self.visiting.does(events.HasSeen, look.source, sdp)

        await self.close_eyes()
        self.eyes = await Eyes().take(Seen())
        return self.eyes

    async def close_eyes(self) -> None:
        if self.eyes is not None:
            await self.eyes.close()

    async def close(self) -> None:
        await self.visitor.close()
        await self.close_eyes()


async def _answers(client: Client) -> bool:
    try:
        await client.ask("keepalive")
    except MediaAway:
        return False
    return True


async def test_a_node_that_dies_in_mid_visit_costs_a_moment_and_no_recording(
    tmp_path: Path, own_node: januses.Janus, engines: Engines
) -> None:
    with januses.Janus(tmp_path / "second", own_node.word) as second:
        nodes = await engines.start(own_node, second)
        town = Town(tmp_path)
        town.rooms = nodes  # type: ignore[assignment]
        town.start("boot-1")
        town.visit(starts=0, lasts=60)
        julian, odette = (Tab(town.at(seat), seat) for seat in (JULIAN, ODETTE))
        await until(lambda: nodes.nodes[0].rooms == 1, "the room")
        await until(lambda: julian.visiting.got(VisitIs), "both inside")
        for tab in (julian, odette):
            await tab.sends()
        odette.visiting.does(events.WantsToSee, JULIAN)
        await until(lambda: odette.visiting.got(Look), "his picture offered")
        eyes = await odette.see(odette.visiting.got(Look)[0])
        await until(lambda: meets(eyes, JULIAN), "him")

        own_node.dies()
        await until(lambda: julian.visiting.got(Renew), "to be asked to connect anew")
        await until(lambda: nodes.nodes[1].rooms == 1, "a room on the other node")
        await until(lambda: len(odette.visiting.got(Look)) == 2, "his picture offered, unasked")
        eyes = await odette.see(odette.visiting.got(Look)[1])
        await julian.sends()
        await until(lambda: meets(eyes, JULIAN), "him again")
        assert not odette.visiting.over

        town.hall.obey(VisitCommand(1, VisitOrder.END, VISIT, EndReason.STAFF))
        await until(lambda: town.control.end_of_visit(VISIT), "the end")
        end = town.control.end_of_visit(VISIT)
        assert end is not None
        parts = {track.path for track in end.tracks if track.seat is JULIAN}
        assert parts == {
            f"rec/inside-{kind}.{part}.ktrack" for kind in MediaKind for part in (0, 1)
        }
        for tab in (julian, odette):
            await tab.close()
        await town.stop()
    own_node.starts()
    await until(lambda: nodes.nodes[0].has_room, "the first node again")
    await engines.room(nodes)
    assert nodes.nodes[0].rooms == 1


async def test_a_node_that_hangs_is_left_and_cleared_when_it_goes_on(
    own_node: januses.Janus, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    for span in ("PING_SECONDS", "ANSWER_SECONDS", "AGAIN_SECONDS"):
        monkeypatch.setattr(Client, span, 0.3)
    nodes = await engines.start(own_node)
    await until(lambda: nodes.here, "the node")
    await engines.room(nodes)
    own_node.hangs(still=True)
    try:
        await until(lambda: engines.events == [RoomLost()], "the loss")
        assert not nodes.here
        with pytest.raises(MediaAway):
            await engines.room(nodes)
    finally:
        own_node.hangs(still=False)
    await until(lambda: nodes.here, "the node again")
    assert await rooms_on(own_node) == []


async def test_a_broken_line_is_mended_and_nothing_is_lost(
    own_node: januses.Janus, engines: Engines
) -> None:
    nodes = await engines.start(own_node)
    room = await engines.room(nodes)
    client = nodes.nodes[0].client
    session, socket_ = client._session, client._socket
    assert socket_ is not None
    await socket_.close()
    await until(lambda: client._socket not in (None, socket_), "another line")
    async with asyncio.timeout(10):
        while not await _answers(client):
            await asyncio.sleep(0.02)
    assert client._session == session
    assert engines.events == []
    seen = await room.watch(ODETTE)
    assert "m=video" in seen.offer
    await room.close()


async def test_what_a_dead_engine_left_is_ended_and_nobody_elses(
    own_node: januses.Janus, engines: Engines
) -> None:
    dead, other = await engines.start(own_node), await engines.start(own_node, name="e2")
    await engines.room(dead)
    await engines.room(other)
    assert await rooms_on(own_node) == ["kinline/e1/", "kinline/e2/"]
    await engines.start(own_node)
    assert await rooms_on(own_node) == ["kinline/e2/"]


async def test_a_node_with_another_word_and_one_that_is_full_take_no_visit(
    own_node: januses.Janus, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = await engines.start(own_node, word="guessed")
    assert not stranger.here
    nodes = await engines.start(own_node)
    monkeypatch.setattr(janus_engine, "MOST_ROOMS", 1)
    room = await engines.room(nodes)
    for rooms in (stranger, nodes):
        with pytest.raises(MediaAway):
            await engines.room(rooms)
    room.cut()
    await engines.room(nodes)


@pytest.mark.parametrize("house", ["janus"], indirect=True)
async def test_nobody_else_can_speak_into_a_copy_and_janus_writes_nothing(
    house: House, a_node: januses.Janus
) -> None:
    room = await house.open()
    room.attach_recorder()
    await house.sits(JULIAN)
    await until(lambda: room.flowing(JULIAN, MediaKind.AUDIO))
    publisher = room._places[JULIAN].publisher
    assert isinstance(publisher, Publisher)
    copy: Copy = publisher.copy
    assert copy._socket is not None
    heard = room._places[JULIAN].sources[MediaKind.AUDIO].lost
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        for junk in (b"", b"\x80" * 40, bytes([0x80, 111, 255, 255]) + bytes(60)):
            door.sendto(junk, copy._socket.getsockname())
    await until(lambda: copy.garbage >= 2, "what was dropped")
    assert room._places[JULIAN].sources[MediaKind.AUDIO].lost == heard
    room.cut()
    await room.tracks()
    assert sorted(path.suffix for path in a_node.folder.iterdir()) == [".jcfg"] * 3 + [".log"]
    with pytest.raises(OfferRefused):
        await room.watch(JULIAN)


@pytest.mark.long
@pytest.mark.parametrize("house", ["janus"], indirect=True)
async def test_janus_mends_four_percent_of_loss(house: House) -> None:
    """It sends again once it knows how far a viewer is: some seconds after they came."""
    await house.open(silent_after=2.0)
    await house.sits(JULIAN, loss=0.04)
    eyes = await house.sees(ODETTE, JULIAN)
    await until(lambda: meets(eyes, JULIAN))
    await asyncio.sleep(6)
    for transceiver in eyes.connection.getTransceivers():
        lose(transceiver.receiver, 0.04)
    before = len(eyes.greys)
    await asyncio.sleep(3.0)
    assert len(eyes.greys) - before > 30
    assert Silent(JULIAN, MediaKind.VIDEO) not in house.events


@pytest.mark.parametrize("word", ["10.20.30.1:8188", "janus:8188", "127.0.0.1"])
def test_nodes_are_of_this_machine_alone(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--id=e1", "--listen=127.0.0.1:0", "--control=http://x", "--data=d", "--keys=k"]
    two = from_arguments([*words, "--janus=127.0.0.1:8188", "--janus=127.0.0.1:8189"])
    assert two.janus == (("127.0.0.1", 8188), ("127.0.0.1", 8189))
    with pytest.raises(SystemExit):
        from_arguments([*words, f"--janus={word}"])
    assert word in capsys.readouterr().err
