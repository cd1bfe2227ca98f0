"""The parts of a WebM file: EBML elements, clusters of a second, and cues.

Written because the muxer at hand cannot be told the OpusHead of two mono streams. Every
length is known before it is written, so the cues stand in front and a browser can seek.
Element numbers: RFC 9559; Opus in Matroska: codec id A_OPUS with OpusHead as private data.
"""

import struct
from collections.abc import Iterable, Iterator

from kinline.sealed.ebml import element, element_id, length, number

CLUSTER_MS = 1000
PRE_SKIP_SAMPLES = 312  # what libopus asks decoders to drop at the start
SOUND, PICTURE = 1, 2  # the numbers of the tracks
_SEEK_PREROLL_NS = 80_000_000  # RFC 7845, section 4.6
_BLOCK = struct.Struct(">BhB")
_KEY_FRAME = 0x80

_EBML, _SEGMENT, _INFO, _TRACKS = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B
_CLUSTER, _CUES = 0x1F43B675, 0x1C53BB6B


def opus_head_two_mono() -> bytes:
    """OpusHead, mapping family 1: two channels from two streams, none coupled (RFC 7845, 5.1)."""
    fixed = struct.pack("<8sBBHIhB", b"OpusHead", 1, 2, PRE_SKIP_SAMPLES, 48_000, 0, 1)
    return fixed + bytes([2, 0, 0, 1])


def opus_head() -> bytes:
    """OpusHead, mapping family 0: one stream, mono or stereo as each packet says."""
    return struct.pack("<8sBBHIhB", b"OpusHead", 1, 2, PRE_SKIP_SAMPLES, 48_000, 0, 0)


def opus_file(
    packets: Iterable[tuple[int, bytes]], *, duration_ms: int, head: bytes, channels: int = 2
) -> Iterator[bytes]:
    """A whole WebM file from (milliseconds, packet) in rising order."""
    clusters = list(_clusters(packets))
    entries = tracks(sound_entry(head, channels))
    places, at = list[tuple[int, int, int]](), 0
    for ms, data in clusters:
        places.append((ms, SOUND, at))
        at += len(data)
    yield opening(info(duration_ms) + entries, places, size=at)
    for _, data in clusters:
        yield data


def opening(front: bytes, places: list[tuple[int, int, int]], *, size: int) -> bytes:
    """Everything that stands before the clusters, which have `size` bytes together.

    `places` are what can be sought: milliseconds, track, and where its cluster begins, counted
    from the first one.
    """
    # Positions have a fixed width, so that the cues' own length is known before they are.
    before = len(front) + len(_cues(places, 0))
    cues = _cues(places, before)
    body = before + size
    return _file_header() + element_id(_SEGMENT) + length(body, width=8) + front + cues


def info(duration_ms: int) -> bytes:
    return element(
        _INFO,
        number(0x2AD7B1, 1_000_000)
        + element(0x4489, struct.pack(">d", float(duration_ms)))
        + element(0x4D80, b"kinline")
        + element(0x5741, b"kinline"),
    )


def tracks(*entries: bytes) -> bytes:
    return element(_TRACKS, b"".join(entries))


def sound_entry(head: bytes, channels: int = 2) -> bytes:
    """Opus, as its OpusHead says."""
    audio = element(0xB5, struct.pack(">d", 48_000.0)) + number(0x9F, channels)
    pre_skip_ns = PRE_SKIP_SAMPLES * 1_000_000_000 // 48_000
    return element(
        0xAE,
        number(0xD7, SOUND)
        + number(0x73C5, SOUND)
        + number(0x83, 2)
        + number(0x9C, 0)
        + element(0x86, b"A_OPUS")
        + number(0x56AA, pre_skip_ns)
        + number(0x56BB, _SEEK_PREROLL_NS)
        + element(0x63A2, head)
        + element(0xE1, audio),
    )


def picture_entry(width: int, height: int) -> bytes:
    """VP8; its size here is that of the first picture, and each key frame says its own."""
    return element(
        0xAE,
        number(0xD7, PICTURE)
        + number(0x73C5, PICTURE)
        + number(0x83, 1)
        + number(0x9C, 0)
        + element(0x86, b"V_VP8")
        + element(0xE0, number(0xB0, width) + number(0xBA, height)),
    )


def cluster(began_ms: int, blocks: Iterable[bytes]) -> bytes:
    return element(_CLUSTER, number(0xE7, began_ms) + b"".join(blocks))


def cluster_size(began_ms: int, blocks_size: int) -> int:
    """How long `cluster` is with blocks of this length together."""
    body = len(number(0xE7, began_ms)) + blocks_size
    return len(element_id(_CLUSTER)) + len(length(body)) + body


def block(track: int, offset_ms: int, packet: bytes, *, key: bool = True) -> bytes:
    """A SimpleBlock of one packet, `offset_ms` after its cluster's beginning."""
    head = _BLOCK.pack(0x80 | track, offset_ms, _KEY_FRAME if key else 0)
    return element(0xA3, head + packet)


def block_size(packet_size: int) -> int:
    """How long `block` is with a packet of this length."""
    body = _BLOCK.size + packet_size
    return 1 + len(length(body)) + body


def _clusters(packets: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    began, blocks = 0, list[bytes]()
    for ms, packet in packets:
        if blocks and ms - began >= CLUSTER_MS:
            yield began, cluster(began, blocks)
            blocks = []
        if not blocks:
            began = ms
        blocks.append(block(SOUND, ms - began, packet))
    if blocks:
        yield began, cluster(began, blocks)


def _cues(places: list[tuple[int, int, int]], before: int) -> bytes:
    return element(_CUES, b"".join(_cue(ms, track, before + at) for ms, track, at in places))


def _cue(ms: int, track: int, position: int) -> bytes:
    where = number(0xF7, track) + element(0xF1, position.to_bytes(8, "big"))
    return element(0xBB, element(0xB3, ms.to_bytes(8, "big")) + element(0xB7, where))


def _file_header() -> bytes:
    fields = (
        number(0x4286, 1)
        + number(0x42F7, 1)
        + number(0x42F2, 4)
        + number(0x42F3, 8)
        + element(0x4282, b"webm")
        + number(0x4287, 4)
        + number(0x4285, 2)
    )
    return element(_EBML, fields)
