"""Nodes of Janus as the machinery of visits: which there are, and which one takes the next room."""

import asyncio
import logging
from collections.abc import Sequence

from kinline.core.visit.kept import VisitGrant
from kinline.engine.media.janus.client import Address, Client
from kinline.engine.media.janus.room import Room
from kinline.engine.media.port import MediaAway
from kinline.engine.media.visit_port import Tell
from kinline.engine.recorder import Recorder

log = logging.getLogger(__name__)

# What one core of a node carries; more is another node's (docs/decisions/0043).
MOST_ROOMS = 40


class Node:
    """One Janus, and the rooms it carries."""

    def __init__(self, address: Address, word: str, engine: str) -> None:
        self.client = Client(address, word, f"kinline/{engine}/")
        self.client.on_lost = self._lose
        self._rooms: set[Room] = set()

    @property
    def rooms(self) -> int:
        self._rooms = {room for room in self._rooms if not room.over}
        return len(self._rooms)

    @property
    def has_room(self) -> bool:
        return self.client.here and self.rooms < MOST_ROOMS

    async def open_visit_room(
        self,
        grant: VisitGrant,
        recorder: Recorder,
        tell: Tell,
        *,
        until: float,
        silent_after: float,
    ) -> Room:
        """Raises MediaAway."""
        room = await Room.opened(
            self.client, grant, recorder, tell, until=until, silent_after=silent_after
        )
        self._rooms.add(room)
        if not self.client.here:
            room.lose()
        return room

    def _lose(self) -> None:
        rooms, self._rooms = self._rooms, set()
        for room in rooms:
            room.lose()


class Janus:
    """The nodes at `addresses`; `word` opens each of them. Engines may share them: each ends the
    rooms of its own name only."""

    name = "janus"

    def __init__(
        self, addresses: Sequence[Address], word: str, engine: str, recorder: Recorder
    ) -> None:
        self._recorder = recorder
        self.nodes = [Node(address, word, engine) for address in addresses]

    @property
    def here(self) -> bool:
        return any(node.has_room for node in self.nodes)

    async def open(self) -> None:
        """Begin to look which nodes are there. One that is not may come later."""
        await asyncio.gather(*(node.client.open() for node in self.nodes))

    async def close(self) -> None:
        await asyncio.gather(*(node.client.close() for node in self.nodes))

    async def open_visit_room(
        self, grant: VisitGrant, tell: Tell, *, until: float, silent_after: float
    ) -> Room:
        """A room on the node that carries fewest. Raises MediaAway when none has room."""
        for node in sorted(self.nodes, key=lambda node: node.rooms):
            if not node.has_room:
                continue
            try:
                return await node.open_visit_room(
                    grant, self._recorder, tell, until=until, silent_after=silent_after
                )
            except MediaAway as error:
                log.warning("no room on a node of Janus", extra={"error": str(error)})
        raise MediaAway("no node of Janus has room")
