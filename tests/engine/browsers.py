"""Browsers made of aiohttp and aiortc: a real WebSocket, a real PeerConnection, no screen."""

import asyncio
import fractions
import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import aiohttp
import av
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from av.packet import Packet

from kinline.sealed.codec import Codec
from tests.engine.telephones import tone as g711_tone

RATE = 48_000
PATIENCE = 30.0  # other tests run beside


@cache
def tone(hertz: int, seconds: float = 1.0) -> tuple[bytes, ...]:
    """A tone as Opus packets of 20 ms, whole waves so that it can be repeated."""
    context = av.CodecContext.create("libopus", "w")
    context.sample_rate, context.layout, context.format = RATE, "mono", "s16"
    context.bit_rate, context.time_base = 24_000, fractions.Fraction(1, RATE)
    wave = 12_000 * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)
    packets = []
    for at in range(0, len(wave), 960):
        piece = wave[at : at + 960].astype(np.int16)[None, :]
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, at
        packets += [bytes(packet) for packet in context.encode(frame)]
    return tuple(packets)


class Microphone(MediaStreamTrack):
    """Sends a tone over and over, in real time; can be muted as a cut line would be."""

    kind = "audio"

    def __init__(self, hertz: int, codec: Codec = Codec.OPUS) -> None:
        super().__init__()
        self._packets = tuple(g711_tone(hertz, codec)) if codec.telephone else tone(hertz)
        self._place = 0
        self._began = time.monotonic()

    async def recv(self) -> Packet:
        await asyncio.sleep(self._began + self._place * 0.02 - time.monotonic())
        packet = Packet(self._packets[self._place % len(self._packets)])
        packet.pts, packet.time_base = self._place * 960, fractions.Fraction(1, RATE)
        self._place += 1
        return packet


async def listening_in(listening: Any) -> tuple[RTCPeerConnection, "Ear"]:
    """A third party's connection, to be closed by whoever asked, and what it hears."""
    third, ear = RTCPeerConnection(RTCConfiguration(iceServers=[])), Ear()
    await third.setRemoteDescription(RTCSessionDescription(listening.offer, "offer"))
    third.getTransceivers()[0].receiver._RTCRtpReceiver__jitter_buffer = ear
    await third.setLocalDescription(await third.createAnswer())
    await listening.answer(third.localDescription.sdp)
    return third, ear


class Ear:
    """Takes the place of aiortc's jitter buffer: keeps what arrives, with its moment."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, int, int, bytes]] = []

    def add(self, packet: Any) -> tuple[bool, None]:
        self.heard.append(
            (time.monotonic(), packet.sequence_number, packet.timestamp, packet._data)
        )
        return False, None

    @property
    def count(self) -> int:
        return len(self.heard)

    def since(self, moment: float) -> list[bytes]:
        return [data for at, _, _, data in self.heard if at >= moment]


class Browser:
    """One page: its socket, its messages, and its connection once it has offered one."""

    def __init__(self, hertz: int = 440) -> None:
        self.hertz, self.codec = hertz, Codec.OPUS
        self.messages: list[dict[str, Any]] = []
        self.close_code: int | None = None
        self.peer, self.announcer = Ear(), Ear()
        self.connection: RTCPeerConnection | None = None
        self._news = asyncio.Condition()
        self._session = aiohttp.ClientSession()
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None

    async def open(self, url: str) -> "Browser":
        self.close_code = None
        self._ws = await self._session.ws_connect(url, autoping=True)
        self._reader = asyncio.create_task(self._read(self._ws))
        return self

    async def say(self, kind: str, **fields: Any) -> None:
        await self.say_raw(json.dumps({"type": kind, **fields}))

    async def say_raw(self, text: str) -> None:
        assert self._ws is not None
        await self._ws.send_str(text)

    async def say_bytes(self, data: bytes) -> None:
        assert self._ws is not None
        await self._ws.send_bytes(data)

    async def hears(self, kind: str, after: int = 0, **fields: Any) -> dict[str, Any]:
        """Wait for a message of this kind with these fields, beyond the first `after` messages."""

        def found() -> dict[str, Any] | None:
            wanted = {"type": kind, **fields}.items()
            return next((m for m in self.messages[after:] if wanted <= m.items()), None)

        return await self._until(found, f"{kind} {fields}")

    async def closed(self) -> int:
        return await self._until(lambda: self.close_code, "close")

    async def connects(self, microphone: Callable[[int, Codec], Microphone] = Microphone) -> None:
        """Offer a connection and take the answer, as the call page does."""
        old, self.connection = self.connection, RTCPeerConnection(RTCConfiguration(iceServers=[]))
        if old is not None:
            await old.close()
        self.connection.addTransceiver(microphone(self.hertz, self.codec), "sendrecv")
        self.connection.addTransceiver("audio", "recvonly")
        await self.connection.setLocalDescription(await self.connection.createOffer())
        seen = len(self.messages)
        await self.say("offer", sdp=self.connection.localDescription.sdp)
        answer = await self.hears("sdp", after=seen)
        await self.connection.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
        for transceiver, ear in zip(
            self.connection.getTransceivers(), (self.peer, self.announcer), strict=True
        ):
            transceiver.receiver._RTCRtpReceiver__jitter_buffer = ear

    async def goes_deaf_and_mute(self) -> None:
        """The connection is gone, without a word on the socket."""
        if self.connection is not None:
            await self.connection.close()
            self.connection = None

    async def closes_tab(self) -> None:
        assert self._ws is not None
        await self._ws.close(code=1001)
        await self.goes_deaf_and_mute()

    async def breaks_line(self) -> None:
        """The socket breaks without a close frame."""
        assert self._ws is not None
        transport = self._ws._response.connection.transport  # type: ignore[union-attr]
        transport.abort()
        if self._reader is not None:
            await asyncio.wait([self._reader])

    async def quits(self) -> None:
        await self.goes_deaf_and_mute()
        if self._ws is not None and not self._ws.closed:
            await self._ws.close()
        await self._session.close()

    async def _read(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        async for message in ws:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.messages.append(json.loads(message.data))
                await self._notify()
        self.close_code = ws.close_code
        await self._notify()

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _until(self, found: Callable[[], Any], what: str) -> Any:
        try:
            async with asyncio.timeout(PATIENCE), self._news:
                while (result := found()) is None:
                    await self._news.wait()
                return result
        except TimeoutError:
            raise AssertionError(f"never heard {what}; heard {self.messages}") from None


async def until(found: Callable[[], Any], what: str = "it", patience: float = PATIENCE) -> Any:
    """Wait until `found` gives something true."""
    ends = time.monotonic() + patience
    while not (result := found()):
        assert time.monotonic() < ends, f"never came to pass: {what}"
        await asyncio.sleep(0.01)
    return result
