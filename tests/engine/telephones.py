"""Telephones made of a socket: they send a tone as G.711 and keep what they hear."""

import asyncio
import random
import socket
import time
from dataclasses import replace

import numpy as np

from kinline.engine.media.port import PhoneMedia
from kinline.engine.media.relay import rtp
from kinline.sealed import g711
from kinline.sealed.codec import Codec

KEYS_KIND = 101
KINDS = {Codec.PCMU: 0, Codec.PCMA: 8}


def tone(hertz: int, codec: Codec = Codec.PCMU, seconds: float = 1.0) -> list[bytes]:
    """A tone in packets of 20 ms, whole waves so that it can be repeated."""
    byte_of = g711.mu_byte if codec is Codec.PCMU else g711.a_byte
    wave = 12_000 * np.sin(2 * np.pi * hertz * np.arange(int(8000 * seconds)) / 8000)
    sound = bytes(byte_of(int(sample)) for sample in wave)
    return [sound[at : at + 160] for at in range(0, len(sound), 160)]


def samples(packets: list[bytes], codec: Codec = Codec.PCMU) -> np.ndarray:
    sample_of = g711.mu_sample if codec is Codec.PCMU else g711.a_sample
    table = np.array([sample_of(byte) for byte in range(256)], dtype=float)
    return table[np.frombuffer(b"".join(packets), dtype=np.uint8)]


def loudness(packets: list[bytes], hertz: int, codec: Codec = Codec.PCMU) -> float:
    """How loud one tone is, in decibels below full scale; silence is far below -60."""
    wave = samples(packets, codec)
    if not len(wave):
        return -200.0
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) / len(wave) * 4
    place = round(hertz * len(wave) / 8000)
    return float(20 * np.log10(spectrum[place - 2 : place + 3].max() / 32_768 + 1e-10))


class Telephone:
    """One telephone on loopback. `heard` is (moment, packet); `keys` what it was sent."""

    def __init__(
        self,
        hertz: int,
        codec: Codec = Codec.PCMU,
        *,
        address: str = "127.0.0.1",
        packet_ms: int = 20,
    ) -> None:
        self.codec, self.keys_kind = codec, KEYS_KIND
        self.heard: list[tuple[float, bytes]] = []
        self.stamps: list[int] = []
        self.keys: list[tuple[int, bytes]] = []
        self.number, self.stamp = random.randrange(1 << 15), random.randrange(1 << 31)
        self.source = random.randrange(1 << 32)
        size = packet_ms * 8
        sound = b"".join(tone(hertz, codec))
        self._packets = [sound[at : at + size] for at in range(0, len(sound) - size + 1, size)]
        self._seconds = packet_ms / 1000
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self.socket, self._readable)
        self._talking: asyncio.Task[None] | None = None

    @property
    def media(self) -> PhoneMedia:
        address, port = self.socket.getsockname()
        return PhoneMedia(address, port, self.codec, self.keys_kind)

    @property
    def holding(self) -> PhoneMedia:
        return replace(self.media, hears=False)

    def talks_to(self, where: tuple[str, int]) -> None:
        self._talking = asyncio.create_task(self._talk(where))

    def falls_silent(self) -> None:
        if self._talking is not None:
            self._talking.cancel()

    def send(self, where: tuple[str, int], payload: bytes, *, kind: int | None = None) -> None:
        """One packet with the next number and the present stamp."""
        self.number += 1
        kind = KINDS[self.codec] if kind is None else kind
        data = rtp.packed(
            payload, kind=kind, number=self.number, timestamp=self.stamp, source=self.source
        )
        self.socket.sendto(data, where)

    def press(self, where: tuple[str, int], digit: str, *, lost: int = 0) -> None:
        """A key, with the first packets lost on the way."""
        self.stamp += 160
        for payload in rtp.key_payloads(digit)[lost:]:
            self.send(where, payload, kind=self.keys_kind)

    def since(self, moment: float) -> list[bytes]:
        return [packet for at, packet in self.heard if at >= moment]

    def close(self) -> None:
        self.falls_silent()
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()

    async def _talk(self, where: tuple[str, int]) -> None:
        began, place = time.monotonic(), 0
        while True:
            await asyncio.sleep(began + place * self._seconds - time.monotonic())
            payload = self._packets[place % len(self._packets)]
            self.stamp += len(payload)
            self.send(where, payload)
            place += 1

    def _readable(self) -> None:
        packet = rtp.unpacked(self.socket.recv(2048))
        assert packet is not None
        kind, _, stamp, _, payload = packet
        if kind == self.keys_kind:
            self.keys.append((stamp, payload))
        else:
            assert kind == KINDS[self.codec]
            self.heard.append((time.monotonic(), payload))
            self.stamps.append(stamp)
