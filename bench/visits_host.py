"""What `./dev bench visits` measures: a process that carries visits, told what to do by lines.

    python -m bench.visits_host relay|janus|stock FOLDER

`relay` is the embedded relay as the engine has it, calls too. `janus` is the engine's part of a
visit that a node of Janus carries: KINLINE_BENCH_JANUS says where, as HOST:PORT WORD.
`stock` is what aiortc offers for the same out of the box: MediaRelay, which decodes
and encodes again, and MediaRecorder.
Each line in is a request in JSON with an `id`; each line out is its answer.
"""

import asyncio
import base64
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRecorder, MediaRelay

from kinline.core.call.states import Side
from kinline.core.control import RecordingGrant
from kinline.core.ids import RecordingId
from kinline.core.visit.kept import MediaKind, VisitGrant
from kinline.core.visit.terms import Seat
from kinline.engine.media.janus.engine import Janus
from kinline.engine.media.relay import leg
from kinline.engine.media.relay.engine import Relay
from kinline.engine.media.relay.room import Room
from kinline.engine.media.visit_port import VisitRooms
from kinline.engine.media.visit_room import Room as VisitRoom
from kinline.engine.recorder import Recorder
from kinline.sealed.codec import Codec

Answer = dict[str, Any]
_AN_HOUR = 3600.0


def _key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


class RelayHost:
    """The embedded relay, driven through its ports."""

    def __init__(self, folder: Path) -> None:
        self._recorder = Recorder(folder)
        self._relay = Relay(self._recorder, "127.0.0.1", (30_000, 39_998))
        self._rooms: VisitRooms = self._relay
        self._visits: dict[str, VisitRoom] = {}
        self._calls: dict[str, Room] = {}
        self._seen: dict[str, Any] = {}
        self.events = 0

    async def open(self, visit: str) -> Answer:
        grant = VisitGrant(RecordingId(visit), visit, _key())
        until = asyncio.get_running_loop().time() + _AN_HOUR
        room = await self._rooms.open_visit_room(grant, self._told, until=until, silent_after=5)
        assert isinstance(room, VisitRoom)
        room.attach_recorder()
        self._visits[visit] = room
        return {}

    async def publish(self, visit: str, seat: str, sdp: str) -> Answer:
        return {"sdp": await self._visits[visit].publish(Seat(seat), sdp)}

    async def subscribe(self, visit: str, viewer: str, source: str) -> Answer:
        seen = await self._visits[visit].subscribe(Seat(viewer), Seat(source))
        name = f"{visit}/{viewer}/{source}"
        self._seen[name] = seen
        return {"name": name, "sdp": seen.offer}

    async def answer(self, name: str, sdp: str) -> Answer:
        await self._seen[name].answer(sdp)
        return {}

    async def call(self, call: str, side: str, sdp: str) -> Answer:
        """One side of a recorded call; the second one to come begins the talk."""
        room = self._calls.get(call)
        if room is None:
            grant = RecordingGrant(RecordingId(call), call, _key())
            room = await self._relay.open_room(grant, self._told, silent_after=5, codec=Codec.OPUS)
            self._calls[call] = room
            return {"sdp": await room.publish(Side(side), sdp)}
        answer = await room.publish(Side(side), sdp)
        room.attach_recorder()
        room.bridge(None)
        return {"sdp": answer}

    async def stats(self) -> Answer:
        lost = sum(
            room._places[seat].sources[kind].lost
            for room in self._visits.values()
            for seat in Seat
            for kind in MediaKind
        )
        return {"lost": lost, "failures": self._recorder.failures}

    def _told(self, _: object) -> None:
        self.events += 1


class JanusHost(RelayHost):
    """The same with a node of Janus for the visits."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        place, word = os.environ["KINLINE_BENCH_JANUS"].split()
        host, _, port = place.rpartition(":")
        self._rooms = Janus([(host, int(port))], word, "bench", self._recorder)
        self._opened = False

    async def open(self, visit: str) -> Answer:
        if not self._opened:
            self._opened = True
            await self._rooms.open()
        return await super().open(visit)


class StockHost:
    """The same with aiortc's own helpers: pictures decoded, and encoded anew."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._relay = folder, MediaRelay()
        self._tracks: dict[tuple[str, str], list[Any]] = {}
        self._connections: dict[str, RTCPeerConnection] = {}
        self._recorders: list[MediaRecorder] = []

    async def open(self, visit: str) -> Answer:
        return {}

    async def publish(self, visit: str, seat: str, sdp: str) -> Answer:
        connection = self._connection(f"{visit}/{seat}")
        tracks = self._tracks[visit, seat] = list[Any]()
        connection.on("track", tracks.append)
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await connection.setLocalDescription(await connection.createAnswer())
        recorder = MediaRecorder(str(self._folder / f"{visit}-{seat}.webm"))
        for track in tracks:
            recorder.addTrack(self._relay.subscribe(track))
        await recorder.start()
        self._recorders.append(recorder)
        return {"sdp": connection.localDescription.sdp}

    async def subscribe(self, visit: str, viewer: str, source: str) -> Answer:
        name = f"{visit}/{viewer}/{source}"
        connection = self._connection(name)
        for track in self._tracks[visit, source]:
            connection.addTransceiver(self._relay.subscribe(track), "sendonly")
        await connection.setLocalDescription(await connection.createOffer())
        return {"name": name, "sdp": connection.localDescription.sdp}

    async def answer(self, name: str, sdp: str) -> Answer:
        await self._connections[name].setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        return {}

    async def stats(self) -> Answer:
        return {"lost": 0, "failures": 0}

    def _connection(self, name: str) -> RTCPeerConnection:
        made = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connections[name] = made
        return made


async def serve(host: Any) -> None:
    """Answer lines until there are no more."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    tasks: set[asyncio.Task[None]] = set()
    print(json.dumps({"ready": os.getpid()}), flush=True)
    while line := await reader.readline():
        request = json.loads(line)
        act: Callable[..., Awaitable[Answer]] = getattr(host, request.pop("do"))
        task = asyncio.create_task(_one(act, request.pop("id"), request))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def _one(act: Callable[..., Awaitable[Answer]], number: int, given: dict[str, Any]) -> None:
    try:
        answer = await act(**given)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps({"id": number, **answer}), flush=True)


def main() -> None:
    kind, folder = sys.argv[1], Path(sys.argv[2])
    leg.use_addresses(["127.0.0.1"])
    folder.mkdir(parents=True, exist_ok=True)
    hosts: dict[str, Callable[[Path], Any]] = {
        "relay": RelayHost,
        "janus": JanusHost,
        "stock": StockHost,
    }
    # At the end nothing is closed in order: what is measured is over.
    asyncio.run(_run(hosts[kind], folder))


async def _run(kind: Callable[[Path], Any], folder: Path) -> None:
    await serve(kind(folder))
    os._exit(0)


if __name__ == "__main__":
    main()
