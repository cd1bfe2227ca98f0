"""A copy of what one seat sends, from Janus to a socket of ours on loopback (`rtp_forward`).

It stays in memory, for the recorder to seal and for the room to know who is there. Janus's own
recorder is never used: it writes clear sound and pictures to disks. The copy is encrypted and
signed (SRTP, RFC 3711) with a key of its own, so that no other program of this machine can hear
it, or speak into a recording.
"""

import base64
import os
import socket
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiortc.codecs.vpx import VpxPayloadDescriptor
from pylibsrtp import Error, Policy, Session

from kinline.core.visit.kept import MediaKind
from kinline.engine.media.relay import rtp
from kinline.engine.media.relay.rounds import Rounds
from kinline.engine.media.visit_room import Intakes

_LOOPBACK = "127.0.0.1"
_MAX_DATAGRAM = 2048
_AT_ONCE = 32
# Nobody hears the copy: it may wait, as long as sound and picture wait for each other.
_PAUSE_SECONDS = 0.02
_MARKER = 0x80
# AES-128 in counter mode with an 80-bit tag: a key of 16 bytes and a salt of 14.
_SUITE, _KEY_BYTES = 80, 30
# Janus is told to give the two streams these sources, whatever the page chose.
_SOURCES = {MediaKind.AUDIO: 1, MediaKind.VIDEO: 2}
_KINDS = {source: kind for kind, source in _SOURCES.items()}


@dataclass(slots=True)
class _Packet:
    """What an intake reads: see relay/visit/pictures.py."""

    sequence_number: int
    timestamp: int
    marker: int
    payload: bytes
    ssrc: int
    _data: bytes


class Copy:
    """One publisher's, from `open` to `close`."""

    def __init__(self, intakes: Intakes) -> None:
        self._intakes = intakes
        self._key = os.urandom(_KEY_BYTES)
        self._srtp = Session(Policy(key=self._key, ssrc_type=Policy.SSRC_ANY_INBOUND))
        self._socket: socket.socket | None = None
        self._pictures = 0
        self.garbage = 0

    def open(self, lines: dict[MediaKind, str]) -> dict[str, Any]:
        """Listen; returns what Janus must be asked for. `lines` are the publisher's mids."""
        door = self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        door.setblocking(False)
        door.bind((_LOOPBACK, 0))
        Rounds.of_this_loop(_PAUSE_SECONDS).add(door, partial(self._readable, door))
        port = door.getsockname()[1]
        return {
            "host": _LOOPBACK,
            "host_family": "ipv4",
            "srtp_suite": _SUITE,
            "srtp_crypto": base64.b64encode(self._key).decode(),
            "streams": [
                {"mid": mid, "port": port, "ssrc": _SOURCES[kind]} for kind, mid in lines.items()
            ],
        }

    def close(self) -> None:
        """Hear no more. Safe to repeat."""
        if self._socket is not None:
            Rounds.of_this_loop(_PAUSE_SECONDS).remove(self._socket)
            self._socket.close()
            self._socket = None

    def pictures(self) -> int:
        """How many packets of the picture have come since this was asked last."""
        count, self._pictures = self._pictures, 0
        return count

    def _readable(self, door: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                datagram = door.recv(_MAX_DATAGRAM)
            except OSError:
                return
            try:
                self._hear(self._srtp.unprotect(datagram))
            except (Error, ValueError):
                self.garbage += 1

    def _hear(self, datagram: bytes) -> None:
        """Raises ValueError for what is no packet of Opus or VP8."""
        found = rtp.unpacked(datagram)
        if found is None or found[3] not in _KINDS:
            raise ValueError("no packet of ours")
        _, number, timestamp, source, payload = found
        kind = _KINDS[source]
        data = payload
        if kind is MediaKind.VIDEO and payload:
            _, data = VpxPayloadDescriptor.parse(payload)
            self._pictures += 1
        packet = _Packet(number, timestamp, datagram[1] & _MARKER, payload, source, data)
        self._intakes[kind].add(packet)
