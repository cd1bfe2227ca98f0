"""The visitors of `./dev bench visits`: real aiortc clients that encode and decode nothing."""

import asyncio
import fractions
import itertools
import json
import random
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from av.packet import Packet

from bench.processes import cpu, rss_mib
from kinline.engine.media.relay.source import distance
from kinline.engine.media.relay.visit.pictures import Assembler
from tests.engine.browsers import Microphone

WIDTH, HEIGHT, RATE, BITS = 640, 480, 30, 600_000
CLIP_SECONDS = 3
ASK_SECONDS = 0.5
SEATS = ("inside", "home-1")


@cache
def clip() -> tuple[bytes, ...]:
    """Some seconds of VP8 at 640x480, 30 pictures and 600 kbit a second, one key frame."""
    context = av.CodecContext.create("libvpx", "w")
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    context.time_base, context.bit_rate = fractions.Fraction(1, RATE), BITS
    context.framerate = fractions.Fraction(RATE)
    context.options = {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "end-usage": "cbr",
        "minrate": str(BITS),
        "maxrate": str(BITS),
        "bufsize": str(BITS),
        "g": "9999",
    }
    chance = np.random.default_rng(7)
    ground = chance.integers(60, 190, (HEIGHT, WIDTH), np.uint8)
    packets = []
    for place in range(RATE * CLIP_SECONDS):
        image = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        image[:HEIGHT] = np.roll(ground, place * 2, axis=1) // 2 + 60
        image[:HEIGHT:4] = chance.integers(60, 190, (HEIGHT // 4, WIDTH), np.uint8)
        frame = av.VideoFrame.from_ndarray(image, format="yuv420p")
        frame.pts = place
        packets += [bytes(packet) for packet in context.encode(frame)]
    return tuple(packets)


class Camera(MediaStreamTrack):
    """Sends the clip in real time, and from its beginning when a key frame is asked for."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._packets, self._place, self._shift = clip(), 0, 0
        # Cameras do not tick together.
        self._began = time.monotonic() + random.random() / RATE

    def key_wanted(self) -> None:
        self._shift = -self._place

    async def recv(self) -> Packet:
        await asyncio.sleep(self._began + self._place / RATE - time.monotonic())
        packet = Packet(self._packets[(self._place + self._shift) % len(self._packets)])
        packet.pts, packet.time_base = self._place, fractions.Fraction(1, RATE)
        self._place += 1
        return packet


class Count:
    """Stands where aiortc's jitter buffer stood: counts what comes, and what is missing.

    As a browser does, it asks for a key frame when a picture is broken for good.
    """

    def __init__(self, kind: str) -> None:
        self._assembler = Assembler() if kind == "video" else None
        self._top = 1 << 20
        self._asked_at = 0.0
        self._seen: set[int] = set()
        self.pictures = 0
        self.first_picture_at: float | None = None

    def add(self, packet: Any) -> tuple[bool, None]:
        place = self._top + distance(packet.sequence_number, self._top, 16)
        self._top = max(self._top, place)
        self._seen.add(place)
        if self._assembler is None:
            return False, None
        now = time.monotonic()
        for _ in self._assembler.add(packet, now):
            self.pictures += 1
            self.first_picture_at = self.first_picture_at or now
        ask = self._assembler.frozen and now - self._asked_at > ASK_SECONDS
        if ask:
            self._asked_at = now
        return ask, None

    def begin(self) -> None:
        """Count from here."""
        self._seen.clear()
        self.pictures = 0

    @property
    def packets(self) -> int:
        return len(self._seen)

    @property
    def missing(self) -> int:
        """Packets that never came, between the first and the last."""
        return max(self._seen) - min(self._seen) + 1 - len(self._seen) if self._seen else 0


class Host:
    """The process that is measured; see visits_host.py."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process, self.pid = process, process.pid
        self.beside: int | None = None  # a process that carries for it: Janus
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}

    @classmethod
    async def start(cls, kind: str, folder: Path) -> "Host":
        words = (sys.executable, "-m", "bench.visits_host", kind, str(folder))
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe)
        host = cls(process)
        assert process.stdout is not None
        json.loads(await process.stdout.readline())
        host._reader = asyncio.create_task(host._read(process.stdout))
        return host

    async def ask(self, do: str, **given: Any) -> dict[str, Any]:
        """Raises RuntimeError with what the host said went wrong."""
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        line = json.dumps({"id": number, "do": do, **given}) + "\n"
        self._process.stdin.write(line.encode())
        found = await answer
        if "error" in found:
            raise RuntimeError(found["error"])
        return found

    async def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        self._reader.cancel()

    @property
    def cpu(self) -> float:
        """CPU seconds so far, with those of what carries for it."""
        return self.own_cpu + (0.0 if self.beside is None else cpu(self.beside))

    @property
    def own_cpu(self) -> float:
        """CPU seconds of the process itself so far."""
        return cpu(self.pid)

    @property
    def rss_mib(self) -> int:
        return rss_mib(self.pid) + (0 if self.beside is None else rss_mib(self.beside))

    _reader: asyncio.Task[None]

    async def _read(self, lines: asyncio.StreamReader) -> None:
        while line := await lines.readline():
            found = json.loads(line)
            waiting = self._waiting.pop(found["id"], None)
            if waiting is not None and not waiting.done():
                waiting.set_result(found)


class Load:
    """All visitors and callers of one host, and what reaches them."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.counts: dict[str, list[Count]] = {}
        self._connections: list[RTCPeerConnection] = []

    async def visit(self, name: str) -> None:
        """Two people who see and hear each other."""
        await self.host.ask("open", visit=name)
        for seat in SEATS:
            connection = self._connection()
            connection.addTransceiver(Microphone(440), "sendonly")
            camera = Camera()
            sender = connection.addTransceiver(camera, "sendonly").sender
            sender._send_keyframe = camera.key_wanted
            await self._offer(connection, "publish", visit=name, seat=seat)
        for viewer, source in (SEATS, SEATS[::-1]):
            await self.view(name, viewer, source)

    async def view(self, visit: str, viewer: str, source: str) -> float:
        """See somebody; milliseconds from asking to the first whole picture."""
        began = time.monotonic()
        asked = await self.host.ask("subscribe", visit=visit, viewer=viewer, source=source)
        connection = self._connection()
        await connection.setRemoteDescription(RTCSessionDescription(asked["sdp"], "offer"))
        counts = [self._count(transceiver) for transceiver in connection.getTransceivers()]
        await connection.setLocalDescription(await connection.createAnswer())
        sdp = connection.localDescription.sdp
        await self.host.ask("answer", name=asked["name"], sdp=sdp)
        self.counts[asked["name"]] = counts
        while (seen := counts[1].first_picture_at) is None:
            if time.monotonic() - began > 30:
                raise RuntimeError(f"no picture for {asked['name']}")
            await asyncio.sleep(0.005)
        return (seen - began) * 1000

    async def call(self, name: str) -> None:
        for side in ("inside", "outside"):
            connection = self._connection()
            connection.addTransceiver(Microphone(1000), "sendrecv")
            connection.addTransceiver("audio", "recvonly")
            await self._offer(connection, "call", call=name, side=side)
            self.counts[f"{name}/{side}"] = [self._count(connection.getTransceivers()[0])]

    def begin(self) -> None:
        for count in self._all():
            count.begin()

    @property
    def missing(self) -> int:
        return sum(count.missing for count in self._all())

    @property
    def packets(self) -> int:
        return sum(count.packets for count in self._all())

    @property
    def pictures(self) -> int:
        return sum(count.pictures for count in self._all())

    async def close(self) -> None:
        await asyncio.gather(*(connection.close() for connection in self._connections))

    def _all(self) -> list[Count]:
        return [count for counts in self.counts.values() for count in counts]

    async def _offer(self, connection: RTCPeerConnection, do: str, **given: Any) -> None:
        await connection.setLocalDescription(await connection.createOffer())
        answer = await self.host.ask(do, sdp=connection.localDescription.sdp, **given)
        await connection.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))

    def _count(self, transceiver: Any) -> Count:
        count = Count(transceiver.kind)
        transceiver.receiver._RTCRtpReceiver__jitter_buffer = count
        return count

    def _connection(self) -> RTCPeerConnection:
        made = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connections.append(made)
        return made
