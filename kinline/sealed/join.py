"""Two sealed tracks as one playable file, each side on its own channel, without decoding.

Opus becomes WebM. It may carry several streams in one packet (RFC 7845, channel mapping
family 1): stream 0 is the left channel (inside), stream 1 the right one (outside), neither
coupled. All but the last stream of a packet are self-delimited (RFC 6716, appendix B). Both
sides are laid on a 20 ms grid; where a side has no sound a packet with an empty frame stands in.

G.711 becomes WAV (wav.py): it has a byte for each sample and needs no grid.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kinline.sealed import wav, webm
from kinline.sealed.codec import Codec
from kinline.sealed.g711 import BYTES_PER_MS
from kinline.sealed.opus import (
    FRAME_MS,
    FRAME_SAMPLES,
    HOLE,
    SILENCE,
    NotOpus,
    frame_samples,
    frames,
    self_delimited,
    single,
)
from kinline.sealed.track import Frame

# How far a packet may be off the grid before it counts as a hole or as too early. Arrival
# times jitter; moving packets for that would tear holes into whole words.
SLACK_MS = 60
# After this many concealed frames a decoder has faded out; silence is cheaper and certain.
MAX_CONCEALED = 5


@dataclass(frozen=True, slots=True)
class Joined:
    """A playable file: `blocks` of bytes in order, `size` of all, `duration_ms`.

    `unplaced` counts frames that could not be placed (Opus not 20 ms long, or a clock so fast
    that more sound came than time went by). `media_type` is for whoever serves the file.
    """

    blocks: tuple[bytes, ...]
    duration_ms: int
    unplaced: int
    media_type: str = "audio/webm"

    @property
    def size(self) -> int:
        return sum(map(len, self.blocks))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.blocks)


def join(inside: Iterable[Frame], outside: Iterable[Frame], codec: Codec = Codec.OPUS) -> Joined:
    """Join the frames of both sides, which hold the same codec: left is inside, right outside."""
    return _join_g711(inside, outside, codec) if codec.telephone else _join_opus(inside, outside)


def _join_g711(inside: Iterable[Frame], outside: Iterable[Frame], codec: Codec) -> Joined:
    left, right = _Tape(codec), _Tape(codec)
    left.fill(inside)
    right.fill(outside)
    length = max(len(left.bytes), len(right.bytes))
    blocks = tuple(wav.two_channels(left.until(length), right.until(length), codec))
    unplaced = left.unplaced + right.unplaced
    return Joined(blocks, length // BYTES_PER_MS, unplaced, "audio/wav")


class _Tape:
    """One side's G.711 from acceptance on, a byte for each sample."""

    def __init__(self, codec: Codec) -> None:
        self.bytes, self._silence = bytearray(), codec.silence[:1]
        self.unplaced = 0

    def fill(self, track: Iterable[Frame]) -> None:
        for frame in track:
            ahead = frame.ms * BYTES_PER_MS - len(self.bytes)
            if ahead < -SLACK_MS * BYTES_PER_MS:
                self.unplaced += 1
                continue
            if ahead > SLACK_MS * BYTES_PER_MS:
                self.bytes += self._silence * ahead
            self.bytes += frame.packet

    def until(self, length: int) -> bytes:
        return bytes(self.bytes) + self._silence * (length - len(self.bytes))


def _join_opus(inside: Iterable[Frame], outside: Iterable[Frame]) -> Joined:
    left, right = _Lane(), _Lane()
    left.fill(inside)
    right.fill(outside)
    slots = max(left.end, right.end)
    packets = (self_delimited(left.at(n)) + right.at(n) for n in range(slots))
    timed = ((n * FRAME_MS, packet) for n, packet in enumerate(packets))
    duration_ms = slots * FRAME_MS
    blocks = webm.opus_file(timed, duration_ms=duration_ms, head=webm.opus_head_two_mono())
    return Joined(tuple(blocks), duration_ms, left.unplaced + right.unplaced)


class _Lane:
    """One side on the grid: at most one 20 ms packet a slot."""

    def __init__(self) -> None:
        self._slots: dict[int, bytes] = {}
        self.end = 0
        self.unplaced = 0

    def fill(self, track: Iterable[Frame]) -> None:
        for frame in track:
            for offset, packet in enumerate(self._twenties(frame.packet)):
                self._place(frame.ms + offset * FRAME_MS, packet)

    def at(self, slot: int) -> bytes:
        found = self._slots.get(slot)
        if found is not None:
            return found
        recent = any(slot - back in self._slots for back in range(1, MAX_CONCEALED + 1))
        return HOLE if recent else SILENCE

    def _twenties(self, packet: bytes) -> list[bytes]:
        """The packet as packets of one 20 ms frame each; none if that cannot be done."""
        try:
            if frame_samples(packet) != FRAME_SAMPLES:
                raise NotOpus("frames of another length cannot share the grid")
            return [single(packet[0], frame) for frame in frames(packet)]
        except NotOpus:
            self.unplaced += 1
            return []

    def _place(self, ms: int, packet: bytes) -> None:
        ahead = ms - self.end * FRAME_MS
        if ahead < -SLACK_MS:
            self.unplaced += 1
            return
        slot = self.end if ahead <= SLACK_MS else ms // FRAME_MS
        self._slots[slot] = packet
        self.end = slot + 1
