"""A small WebM writer for one Opus track: EBML elements, clusters of a second, and cues.

Written because the muxer at hand cannot be told the OpusHead of two mono streams. Every
length is known before it is written, so the cues stand in front and a browser can seek.
Element numbers: RFC 9559; Opus in Matroska: codec id A_OPUS with OpusHead as private data.
"""

import struct
from collections.abc import Iterable, Iterator

CLUSTER_MS = 1000
PRE_SKIP_SAMPLES = 312  # what libopus asks decoders to drop at the start
_SEEK_PREROLL_NS = 80_000_000  # RFC 7845, section 4.6
_TRACK = 1

_EBML, _SEGMENT, _INFO, _TRACKS = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B
_CLUSTER, _CUES = 0x1F43B675, 0x1C53BB6B


def opus_head_two_mono() -> bytes:
    """OpusHead, mapping family 1: two channels from two streams, none coupled (RFC 7845, 5.1)."""
    fixed = struct.pack("<8sBBHIhB", b"OpusHead", 1, 2, PRE_SKIP_SAMPLES, 48_000, 0, 1)
    return fixed + bytes([2, 0, 0, 1])


def opus_file(
    packets: Iterable[tuple[int, bytes]], *, duration_ms: int, head: bytes, channels: int = 2
) -> Iterator[bytes]:
    """A whole WebM file from (milliseconds, packet) in rising order."""
    clusters = list(_clusters(packets))
    info = _info(duration_ms)
    tracks = _tracks(head, channels)
    cues = _cues([(ms, len(data)) for ms, data in clusters], before=len(info) + len(tracks))
    body = len(info) + len(tracks) + len(cues) + sum(len(data) for _, data in clusters)
    yield _ebml_header()
    yield _id(_SEGMENT) + _size(body, width=8)
    yield info + tracks + cues
    for _, data in clusters:
        yield data


def _clusters(packets: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    began, blocks = 0, list[bytes]()
    for ms, packet in packets:
        if blocks and ms - began >= CLUSTER_MS:
            yield began, _cluster(began, blocks)
            blocks = []
        if not blocks:
            began = ms
        blocks.append(_simple_block(ms - began, packet))
    if blocks:
        yield began, _cluster(began, blocks)


def _cluster(began: int, blocks: list[bytes]) -> bytes:
    return _element(_CLUSTER, _number(0xE7, began) + b"".join(blocks))


def _simple_block(offset_ms: int, packet: bytes) -> bytes:
    return _element(0xA3, struct.pack(">BhB", 0x80 | _TRACK, offset_ms, 0x80) + packet)


def _cues(clusters: list[tuple[int, int]], *, before: int) -> bytes:
    """Cue points with positions of fixed width, so that their own length is known at once."""
    own = len(_element(_CUES, b"".join(_cue(ms, 0) for ms, _ in clusters)))
    at, points = before + own, list[bytes]()
    for ms, size in clusters:
        points.append(_cue(ms, at))
        at += size
    return _element(_CUES, b"".join(points))


def _cue(ms: int, position: int) -> bytes:
    where = _number(0xF7, _TRACK) + _element(0xF1, position.to_bytes(8, "big"))
    return _element(0xBB, _element(0xB3, ms.to_bytes(8, "big")) + _element(0xB7, where))


def _ebml_header() -> bytes:
    fields = (
        _number(0x4286, 1)
        + _number(0x42F7, 1)
        + _number(0x42F2, 4)
        + _number(0x42F3, 8)
        + _element(0x4282, b"webm")
        + _number(0x4287, 4)
        + _number(0x4285, 2)
    )
    return _element(_EBML, fields)


def _info(duration_ms: int) -> bytes:
    return _element(
        _INFO,
        _number(0x2AD7B1, 1_000_000)
        + _element(0x4489, struct.pack(">d", float(duration_ms)))
        + _element(0x4D80, b"kinline")
        + _element(0x5741, b"kinline"),
    )


def _tracks(head: bytes, channels: int) -> bytes:
    audio = _element(0xB5, struct.pack(">d", 48_000.0)) + _number(0x9F, channels)
    pre_skip_ns = PRE_SKIP_SAMPLES * 1_000_000_000 // 48_000
    entry = (
        _number(0xD7, _TRACK)
        + _number(0x73C5, _TRACK)
        + _number(0x83, 2)
        + _number(0x9C, 0)
        + _element(0x86, b"A_OPUS")
        + _number(0x56AA, pre_skip_ns)
        + _number(0x56BB, _SEEK_PREROLL_NS)
        + _element(0x63A2, head)
        + _element(0xE1, audio)
    )
    return _element(_TRACKS, _element(0xAE, entry))


def _element(number: int, body: bytes) -> bytes:
    return _id(number) + _size(len(body)) + body


def _number(element: int, value: int) -> bytes:
    return _element(element, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _id(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _size(value: int, *, width: int = 0) -> bytes:
    """An EBML length: the number of leading zero bits says how many bytes follow."""
    width = width or next(n for n in range(1, 9) if value < (1 << (7 * n)) - 1)
    return (value | 1 << (7 * width)).to_bytes(width, "big")
