"""RTP packets (RFC 3550) and the keys in them (RFC 4733), as bytes and numbers.

Nothing is kept here but what telling one key from the next needs.
"""

import struct

from kinline.engine.media.relay.source import distance

CLOCK = 8000
FRAME = 160  # samples of 20 ms
KEYS = "0123456789*#"

_HEADER = struct.Struct(">BBHII")
_EVENT = struct.Struct(">BBH")
_VERSION_2 = 0x80
_MARKER = 0x80
_END = 0x80
_VOLUME = 10  # -10 dBm0, what telephones send
_KEY_PACKETS, _END_PACKETS = 5, 3


def packed(
    payload: bytes, *, kind: int, number: int, timestamp: int, source: int, marker: bool = False
) -> bytes:
    """One packet; counters are cut to their width."""
    head = _HEADER.pack(
        _VERSION_2,
        kind | (_MARKER if marker else 0),
        number & 0xFFFF,
        timestamp & 0xFFFFFFFF,
        source,
    )
    return head + payload


def unpacked(datagram: bytes) -> tuple[int, int, int, int, bytes] | None:
    """Payload type, sequence number, timestamp, source and payload; None if it is no RTP."""
    if len(datagram) < _HEADER.size:
        return None
    first, second, number, timestamp, source = _HEADER.unpack_from(datagram)
    if first >> 6 != 2:
        return None
    at, end = _HEADER.size + 4 * (first & 0x0F), len(datagram)
    if first & 0x10:  # an extension header, with its length in words
        if at + 4 > end:
            return None
        at += 4 + 4 * int.from_bytes(datagram[at + 2 : at + 4], "big")
    if first & 0x20:
        end -= datagram[-1]
    return (second & 0x7F, number, timestamp, source, datagram[at:end]) if at <= end else None


class KeysHeard:
    """Tells each key once, however many packets of it come, lost or doubled.

    A key has one timestamp; its end is sent three times. One held for longer than the duration
    field can say (8.2 s) goes on under a new timestamp, right where the old one ended.
    """

    def __init__(self) -> None:
        self._at: int | None = None
        self._key = self._ends_at = 0
        self._ended = False

    def heard(self, timestamp: int, payload: bytes) -> str | None:
        """The key that begins with this packet, if one does."""
        if len(payload) < _EVENT.size:
            return None
        key, flags, duration = _EVENT.unpack_from(payload)
        if key >= len(KEYS):
            return None
        new = self._at is None or distance(timestamp, self._at, 32) > 0
        goes_on = new and not self._ended and (key, timestamp) == (self._key, self._ends_at)
        if not new and timestamp != self._at:
            return None  # a straggler of the key before
        if new:
            self._at, self._key, self._ended = timestamp, key, False
        self._ends_at = timestamp + duration & 0xFFFFFFFF
        self._ended = self._ended or bool(flags & _END)
        return KEYS[key] if new and not goes_on else None


def key_payloads(digit: str) -> list[bytes]:
    """What is sent for one key of a tenth of a second, a packet every 20 ms."""
    key = KEYS.index(digit)
    presses = [_EVENT.pack(key, _VOLUME, FRAME * n) for n in range(1, _KEY_PACKETS + 1)]
    end = _EVENT.pack(key, _END | _VOLUME, FRAME * _KEY_PACKETS)
    return presses + [end] * _END_PACKETS
