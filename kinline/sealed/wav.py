"""A small WAV writer for two channels of G.711, written out as plain 16-bit samples.

Browsers differ in which laws of G.711 they play, but all play linear PCM, and a table turns
one into the other. RIFF WAVE, format tag 1 (Microsoft and IBM, 1991). Little-endian.
"""

import struct
from collections.abc import Iterator

from kinline.sealed.codec import Codec
from kinline.sealed.g711 import RATE, a_sample, halves, mu_sample

_CHANNELS, _SAMPLE_BYTES = 2, 2
_FRAME_BYTES = _CHANNELS * _SAMPLE_BYTES
_BLOCK = RATE * 10
_FORMAT = struct.Struct("<4sIHHIIHH")


def two_channels(left: bytes, right: bytes, codec: Codec) -> Iterator[bytes]:
    """The whole file, in blocks of ten seconds. Both sides are of one length."""
    yield _header(len(left) * _FRAME_BYTES)
    low, high = halves(mu_sample if codec is Codec.PCMU else a_sample)
    for at in range(0, len(left), _BLOCK):
        one, other = left[at : at + _BLOCK], right[at : at + _BLOCK]
        block = bytearray(len(one) * _FRAME_BYTES)
        block[0::4], block[1::4] = one.translate(low), one.translate(high)
        block[2::4], block[3::4] = other.translate(low), other.translate(high)
        yield bytes(block)


def _header(data_bytes: int) -> bytes:
    form = _FORMAT.pack(
        b"fmt ",
        16,
        1,
        _CHANNELS,
        RATE,
        RATE * _FRAME_BYTES,
        _FRAME_BYTES,
        _SAMPLE_BYTES * 8,
    )
    data = struct.pack("<4sI", b"data", data_bytes)
    size = 4 + len(form) + len(data) + data_bytes
    return struct.pack("<4sI4s", b"RIFF", size, b"WAVE") + form + data
