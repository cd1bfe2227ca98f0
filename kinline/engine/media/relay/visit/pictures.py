"""Pictures put together from packets: in order, with a little patience for lost ones.

It stands where aiortc's jitter buffer stood. What is missing has been asked for again (NACK) by
then; it is waited for, but not for long: after that nothing is passed on until a picture that
stands for itself, since all others would be painted on what is not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from kinline.engine.media.relay.source import distance
from kinline.sealed.film import is_key_frame

PATIENCE_SECONDS = 0.3
# Far more than a picture of a visit has; together less than a chunk of a recording may hold.
_MOST_PACKETS = 400
_MOST_BYTES = 1 << 19
_FAR = 3000
# A VP8 payload descriptor that begins a picture: S set, partition 0 (RFC 7741, section 4.2).
_BEGINS_MASK, _BEGINS = 0x17, 0x10


class Packet(Protocol):
    """What is read of an RTP packet; `_data` is its payload without the descriptor."""

    sequence_number: int
    timestamp: int
    marker: int
    payload: bytes
    ssrc: int
    _data: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole encoded picture, and whether it stands for itself."""

    timestamp: int
    data: bytes
    key: bool


class Assembler:
    """Takes packets as they come, gives pictures in order. `frozen`: it wants a key frame."""

    def __init__(self) -> None:
        self._held: dict[int, Packet] = {}
        self._next: int | None = None
        self._top = 0
        self._hole_since: float | None = None
        self.frozen = True
        self.lost = 0

    def add(self, packet: Packet, now: float) -> list[Picture]:
        """The pictures that this packet makes whole."""
        number = packet.sequence_number
        if self._next is None or abs(distance(number, self._next, 16)) > _FAR:
            self._start_at(number)
        assert self._next is not None
        if distance(number, self._next, 16) < 0:
            return []  # late or doubled
        self._held[number] = packet
        if distance(number, self._top, 16) > 0:
            self._top = number
        found = list(self._whole())
        if found or not self._holed():
            self._hole_since = None
        if self._holed() and self._waited(now):
            self._give_up()
            found += self._whole()
        return found

    def _start_at(self, number: int) -> None:
        self._held.clear()
        self._next = self._top = number
        self._hole_since, self.frozen = None, True

    def _holed(self) -> bool:
        """Whether something is missing, or there is more than a picture can have."""
        assert self._next is not None
        if not self._held:
            return False
        missing = distance(self._top, self._next, 16) + 1 - len(self._held)
        return missing > 0 or len(self._held) > _MOST_PACKETS

    def _waited(self, now: float) -> bool:
        if len(self._held) > _MOST_PACKETS:
            return True
        if self._hole_since is None:
            self._hole_since = now
        return now - self._hole_since > PATIENCE_SECONDS

    def _give_up(self) -> None:
        """Go on at the next held picture that stands for itself, or after all that is held."""
        assert self._next is not None
        end = (self._top + 1) & 0xFFFF
        ahead = distance(end, self._next, 16)
        self.lost += max(0, ahead - len(self._held))
        # The picture that should come next is the one that is given up.
        places = ((self._next + n) & 0xFFFF for n in range(1, ahead))
        keys = (n for n in places if n in self._held and _begins_key(self._held[n]))
        self._next = next(keys, end)
        self._held = {
            n: packet for n, packet in self._held.items() if distance(n, self._next, 16) >= 0
        }
        self._hole_since, self.frozen = None, True

    def _whole(self) -> Iterator[Picture]:
        while (parts := self._take()) is not None:
            picture = _joined(parts)
            if picture is None:
                continue
            if self.frozen and not picture.key:
                continue
            self.frozen = False
            yield picture

    def _take(self) -> list[Packet] | None:
        """The packets up to the next marker, if all of them are here."""
        assert self._next is not None
        parts, number = list[Packet](), self._next
        while (packet := self._held.get(number)) is not None:
            parts.append(packet)
            number = (number + 1) & 0xFFFF
            if packet.marker:
                for part in parts:
                    del self._held[part.sequence_number]
                self._next = number
                return parts
        return None


def _joined(parts: list[Packet]) -> Picture | None:
    """One picture; None if its beginning is missing or it is beyond all measure."""
    parts = [part for part in parts if part._data]  # others only fill the line
    if not parts or not _begins(parts[0]):
        return None
    data = b"".join(part._data for part in parts)
    if len(data) > _MOST_BYTES:
        return None
    return Picture(parts[0].timestamp, data, is_key_frame(data))


def _begins(packet: Packet) -> bool:
    return bool(packet.payload) and packet.payload[0] & _BEGINS_MASK == _BEGINS


def _begins_key(packet: Packet) -> bool:
    return _begins(packet) and is_key_frame(packet._data)
