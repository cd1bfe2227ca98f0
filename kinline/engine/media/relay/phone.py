"""A telephone's line: plain RTP over UDP, both laws of G.711, keys by RFC 4733.

Sound passes undecoded; a telephone that speaks the other law than its room is translated byte
by byte. A telephone has one stream where a page has two tracks, so a prompt that comes while
the other party talks is laid over the talk.
"""

import asyncio
import contextlib
import logging
import secrets
import socket
import time
from collections.abc import Callable

from kinline.engine.media.port import PhoneMedia
from kinline.engine.media.relay import rtp
from kinline.engine.media.relay.rounds import Rounds
from kinline.engine.media.relay.source import Intake
from kinline.sealed import g711
from kinline.sealed.codec import Codec, translated
from kinline.sealed.opus import FRAME_MS, SAMPLE_RATE

log = logging.getLogger(__name__)

_KINDS = {Codec.PCMU: 0, Codec.PCMA: 8}  # RFC 3551
_TRIES = 200
_MAX_DATAGRAM = 2048
_SCALE = SAMPLE_RATE // g711.RATE
# Without a packet of the peer for so long a prompt goes out by itself.
_PEER_GONE_SECONDS = 0.06
_PROMPT_KEPT = rtp.FRAME * 25
# Another stream from the same address may take over when the first has paused; not before.
_TAKEOVER_SECONDS = 0.1
_BETWEEN_KEYS_SECONDS = 0.1


class NoPort(OSError):
    """Every port of the range is taken."""


class Strand:
    """One of the two things a line carries out: the peer's sound, or a prompt's."""

    def __init__(self, take: Callable[[bytes, int], None]) -> None:
        self.push = take


class PhoneLine:
    """One telephone. `exact` demands the very address and port its description names.

    Otherwise the first packet from the named address decides on the port (symmetric RTP, for
    telephones behind a translator), and nobody else is heard from then on. `strangers` counts
    what came from elsewhere: it is neither heard nor recorded.
    """

    def __init__(self, host: str, ports: tuple[int, int], *, exact: bool) -> None:
        self._exact = exact
        self._socket, self._control = _pair(host, ports)
        self.peer, self.announcer = Strand(self._take_peer), Strand(self._take_prompt)
        self.strangers = 0
        self._media: PhoneMedia | None = None
        self._heard_from: tuple[str, int] | None = None
        self._intake: Intake | None = None
        self._law = Codec.PCMU
        self._on_digit: Callable[[str], None] = lambda _: None
        self._keys = rtp.KeysHeard()
        self._source_in: int | None = None
        self._heard_at = self._peer_at = self._sent_at = 0.0
        self._prompt = bytearray()
        self._strand: Strand | None = None
        self._source_out = secrets.randbits(32)
        self._number = secrets.randbits(15)
        self._base = self._stamp = 0
        self._pressing: asyncio.Task[None] | None = None
        self._to_press: asyncio.Queue[str] = asyncio.Queue()
        Rounds.of_this_loop().add(self._socket, self._readable)

    @property
    def local(self) -> tuple[str, int]:
        address, port = self._socket.getsockname()[:2]
        return address, port

    @property
    def on_hold(self) -> bool:
        return self._media is not None and not (self._media.sends and self._media.hears)

    def meet(self, media: PhoneMedia) -> None:
        before, self._media = self._media, media
        moved = before is None or (before.address, before.port) != (media.address, media.port)
        if moved:
            self._heard_from = (media.address, media.port) if self._exact else None

    def plug(self, intake: Intake, law: Codec, on_digit: Callable[[str], None]) -> None:
        """What the telephone says goes there, in this law, whatever its own is."""
        if not law.telephone:
            raise ValueError("a telephone's room speaks G.711")
        self._intake, self._law, self._on_digit = intake, law, on_digit
        self._prompt.clear()

    def press(self, digit: str) -> None:
        """Send a key, after those that are on their way."""
        if self._media is None or self._media.digits is None:
            return
        self._to_press.put_nowait(digit)
        if self._pressing is None or self._pressing.done():
            self._pressing = asyncio.create_task(self._press_all())

    def unplug(self) -> None:
        """What the telephone says goes nowhere until it is plugged in again."""
        self._intake, self._on_digit = None, lambda _: None

    def close(self) -> None:
        """Free the ports. Safe to repeat."""
        if self._socket.fileno() < 0:
            return
        if self._pressing is not None:
            self._pressing.cancel()
        Rounds.of_this_loop().remove(self._socket)
        self._socket.close()
        self._control.close()

    # --- in ---------------------------------------------------------------------------

    def _readable(self) -> None:
        try:
            datagram, sender = self._socket.recvfrom(_MAX_DATAGRAM)
        except OSError:
            return  # what the network says of packets we sent
        if sender == self._heard_from or self._is_expected(sender):
            self._hear(datagram)
        else:
            self.strangers += 1

    def _is_expected(self, sender: tuple[str, int]) -> bool:
        """Whether the telephone's first packet comes from here; it is known by it afterwards."""
        if self._heard_from is not None or self._media is None:
            return False
        if sender[0] != self._media.address:
            return False
        self._heard_from = sender
        return True

    def _hear(self, datagram: bytes) -> None:
        packet, media = rtp.unpacked(datagram), self._media
        if packet is None or media is None or self._intake is None:
            return
        kind, number, timestamp, source, payload = packet
        if source != self._source_in and not self._takes_over(source):
            self.strangers += 1
            return
        self._heard_at = time.monotonic()
        if kind == _KINDS[media.codec]:
            self._intake.hear(number, timestamp, translated(payload, media.codec, self._law))
        elif kind == media.digits:
            # A key is a sign of life, but its place in the numbering must not look like a loss.
            self._intake.hear(number, timestamp, b"")
            digit = self._keys.heard(timestamp, payload)
            if digit is not None:
                self._on_digit(digit)

    def _takes_over(self, source: int) -> bool:
        """Whether another stream may follow the one before, which must have ended."""
        if time.monotonic() - self._heard_at < _TAKEOVER_SECONDS:
            return False
        self._source_in, self._keys = source, rtp.KeysHeard()
        if self._intake is not None:
            self._intake.begin_anew()
        return True

    # --- out --------------------------------------------------------------------------

    def _take_peer(self, packet: bytes, samples: int) -> None:
        self._peer_at = time.monotonic()
        if self._prompt:
            packet = self._laid_over(packet)
        self._send(packet, samples, self.peer)

    def _take_prompt(self, packet: bytes, samples: int) -> None:
        self._prompt += packet
        if time.monotonic() - self._peer_at > _PEER_GONE_SECONDS:
            self._send(self._prompt_piece(len(packet)), samples, self.announcer)
        elif len(self._prompt) > _PROMPT_KEPT:
            del self._prompt[:-_PROMPT_KEPT]

    def _prompt_piece(self, size: int) -> bytes:
        piece = bytes(self._prompt[:size])
        del self._prompt[:size]
        return piece

    def _laid_over(self, peer: bytes) -> bytes:
        """The prompt over the other party's voice, which goes on more softly."""
        piece = self._prompt_piece(len(peer))
        tables = g711.mixer(self._law is Codec.PCMU)
        mixed = bytes(tables[said][heard] for said, heard in zip(piece, peer, strict=False))
        return mixed + peer[len(piece) :]

    def _send(self, packet: bytes, samples: int, strand: Strand) -> None:
        media = self._media
        if media is None or not media.hears or self._busy_pressing:
            return
        marker = strand is not self._strand
        stamp = samples // _SCALE
        if marker:
            self._strand, self._base = strand, self._next_stamp() - stamp
        self._stamp = self._base + stamp
        payload = translated(packet, self._law, media.codec)
        self._put(payload, kind=_KINDS[media.codec], marker=marker)

    def _put(self, payload: bytes, *, kind: int, marker: bool) -> None:
        media = self._media
        if media is None or self._socket.fileno() < 0:
            return
        self._number += 1
        self._sent_at = time.monotonic()
        datagram = rtp.packed(
            payload,
            kind=kind,
            number=self._number,
            timestamp=self._stamp,
            source=self._source_out,
            marker=marker,
        )
        # A full buffer, an unreachable telephone: its silence will tell.
        with contextlib.suppress(OSError):
            self._socket.sendto(datagram, self._heard_from or (media.address, media.port))

    def _next_stamp(self) -> int:
        """Where another strand goes on: after what was sent, by as much as time went by."""
        passed = int((time.monotonic() - self._sent_at) * rtp.CLOCK) if self._sent_at else 0
        return self._stamp + max(rtp.FRAME, passed)

    @property
    def _busy_pressing(self) -> bool:
        return self._pressing is not None and not self._pressing.done()

    async def _press_all(self) -> None:
        while not self._to_press.empty():
            await self._press(self._to_press.get_nowait())
        self._strand = None  # sound goes on under a stamp of its own

    async def _press(self, digit: str) -> None:
        media = self._media
        if media is None or media.digits is None:
            return
        self._stamp = self._next_stamp()
        for place, payload in enumerate(rtp.key_payloads(digit)):
            self._put(payload, kind=media.digits, marker=not place)
            await asyncio.sleep(FRAME_MS / 1000)
        await asyncio.sleep(_BETWEEN_KEYS_SECONDS)


def _pair(host: str, ports: tuple[int, int]) -> tuple[socket.socket, socket.socket]:
    """An even port for sound and the odd one above for RTCP, which nobody reads. Raises NoPort."""
    low, high = ports
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _ in range(_TRIES):
        port = (low + secrets.randbelow(max(1, high - low))) & ~1
        sound, control = (socket.socket(family, socket.SOCK_DGRAM) for _ in range(2))
        try:
            sound.bind((host, port))
            control.bind((host, port + 1))
        except OSError:
            sound.close()
            control.close()
            continue
        sound.setblocking(False)
        control.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        return sound, control
    raise NoPort(f"no pair of ports free between {low} and {high}")
