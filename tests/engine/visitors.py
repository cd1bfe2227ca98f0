"""Visitors made of aiortc: they send pictures encoded beforehand, and see what they are sent."""

import asyncio
import fractions
import random
import time
from collections import deque
from functools import cache
from typing import Any

import av
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.packet import Packet

from tests.engine.browsers import Microphone

WIDTH, HEIGHT, RATE = 160, 120, 20


@cache
def clip(light: int, flash: int | None = None) -> tuple[bytes, ...]:
    """A second of VP8 in one grey, the first tenth of it in another; its first picture is key."""
    context = av.CodecContext.create("libvpx", "w")
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    context.time_base, context.bit_rate = fractions.Fraction(1, RATE), 200_000
    context.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    packets = []
    for place in range(RATE):
        grey = flash if flash is not None and place < RATE // 10 else light
        image = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        image[:HEIGHT] = grey
        # Something that moves, so that no picture is empty.
        image[:8, place * 8 : place * 8 + 8] = 255 - grey
        frame = av.VideoFrame.from_ndarray(image, format="yuv420p")
        frame.pts = place
        packets += [bytes(packet) for packet in context.encode(frame)]
    return tuple(packets)


class Camera(MediaStreamTrack):
    """Sends a clip over and over, in real time; begins anew when a key frame is asked for."""

    kind = "video"

    def __init__(self, light: int, *, flash: int | None = None, obeys: bool = True) -> None:
        super().__init__()
        self._packets, self._obeys = clip(light, flash), obeys
        self._place = self._shift = 0
        self._began = time.monotonic()
        self.off = False
        self.asked = 0

    def key_wanted(self) -> None:
        self.asked += 1
        if self._obeys:
            self._shift = -self._place

    async def recv(self) -> Packet:
        while True:
            await asyncio.sleep(self._began + self._place / RATE - time.monotonic())
            place = self._place
            self._place += 1
            if not self.off:
                break
            self._shift = -self._place  # the next picture it sends stands for itself
        packet = Packet(self._packets[(place + self._shift) % len(self._packets)])
        packet.pts, packet.time_base = place, fractions.Fraction(1, RATE)
        return packet


class Eyes:
    """One viewer's connection to one seat: what it sees and hears, decoded by aiortc itself."""

    def __init__(self, *, loss: float = 0.0, of: tuple[str, ...] = ("audio", "video")) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.greys: deque[tuple[float, float]] = deque(maxlen=2000)
        self.sound: deque[np.ndarray] = deque(maxlen=400)
        self._loss, self._of = loss, of
        self._tasks: list[asyncio.Task[None]] = []

    async def take(self, seen: Any) -> "Eyes":
        """Answer the engine's offer."""
        connection = self.connection
        await connection.setRemoteDescription(RTCSessionDescription(seen.offer, "offer"))
        for transceiver in connection.getTransceivers():
            look = self._look if transceiver.kind == "video" else self._listen
            self._tasks.append(asyncio.create_task(look(transceiver.receiver.track)))
            if self._loss and transceiver.kind in self._of:
                lose(transceiver.receiver, self._loss)
        await connection.setLocalDescription(await connection.createAnswer())
        await seen.answer(connection.localDescription.sdp)
        return self

    @property
    def grey(self) -> float | None:
        """How light the last picture was."""
        return self.greys[-1][1] if self.greys else None

    def tone(self) -> int | None:
        """The loudest pitch of the last quarter second, in hertz; None while there is less."""
        if len(self.sound) < 13:
            return None
        samples = np.concatenate(list(self.sound)[-12:])
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        return round(int(spectrum.argmax()) * 48_000 / len(samples))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.connection.close()

    async def _look(self, track: Any) -> None:
        try:
            while True:
                picture = (await track.recv()).to_ndarray(format="yuv420p")[:HEIGHT]
                self.greys.append((time.monotonic(), float(np.median(picture))))
        except MediaStreamError:
            pass

    async def _listen(self, track: Any) -> None:
        try:
            while True:
                frame = await track.recv()
                self.sound.append(frame.to_ndarray().reshape(-1)[::2].astype(float))
        except MediaStreamError:
            pass


class Visitor:
    """One seat's page: what it publishes."""

    def __init__(self, light: int = 200, hertz: int = 440, **how: Any) -> None:
        self.camera = Camera(light, **how)
        self.microphone = Microphone(hertz)
        self.connection: RTCPeerConnection | None = None

    async def publish(self, room: Any, seat: Any, *, loss: float = 0.0) -> "Visitor":
        """Connect, or connect anew."""
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection = connection
        for track in (self.microphone, self.camera):
            sender = connection.addTransceiver(track, "sendonly").sender
            if track is self.camera:
                sender._send_keyframe = self.camera.key_wanted
        await connection.setLocalDescription(await connection.createOffer())
        answer = await room.publish(seat, connection.localDescription.sdp)
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        if loss:
            thin(connection, loss)
        return self

    async def close(self) -> None:
        if self.connection is not None:
            await self.connection.close()
            self.connection = None


def thin(connection: RTCPeerConnection, share: float) -> None:
    """Lose this share of what a connection sends, reports aside."""
    chance = random.Random(20261126)
    for transport in {one.sender.transport for one in connection.getTransceivers()}:
        send = transport._send_rtp

        async def lossy(data: bytes, send: Any = send) -> None:
            if 192 <= data[1] <= 223 or chance.random() >= share:
                await send(data)

        transport._send_rtp = lossy


def lose(receiver: Any, share: float) -> None:
    """Lose this share of what a receiver is sent."""
    chance, take = random.Random(7), receiver._handle_rtp_packet

    async def lossy(packet: Any, arrival_time_ms: int) -> None:
        if chance.random() >= share:
            await take(packet, arrival_time_ms)

    receiver._handle_rtp_packet = lossy
