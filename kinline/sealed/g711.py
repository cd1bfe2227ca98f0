"""G.711 without decoding: tables from byte to byte, and from byte to sample.

ITU-T G.711 (11/88). Samples are 16-bit, as is usual; mu-law fills 14 of the bits, A-law 13.
Everything here is a look-up of 256 entries, which `bytes.translate` does at the speed of C.
"""

from collections.abc import Callable
from functools import cache

RATE = 8000
BYTES_PER_MS = 8
MU_SILENCE, A_SILENCE = 0xFF, 0xD5
PEER_SHARE = 0.35

_MU_BIAS, _MU_CLIP = 0x84, 32_635
_A_CLIP = 32_767


def mu_sample(byte: int) -> int:
    """The sample of a mu-law byte."""
    flipped = ~byte & 0xFF
    size = (((flipped & 0x0F) << 3) + _MU_BIAS << (flipped >> 4 & 7)) - _MU_BIAS
    return -size if flipped & 0x80 else size


def mu_byte(sample: int) -> int:
    """The mu-law byte nearest to a sample."""
    size = min(abs(sample), _MU_CLIP) + _MU_BIAS
    segment = size.bit_length() - 8
    sign = 0x80 if sample < 0 else 0
    return ~(sign | segment << 4 | size >> segment + 3 & 0x0F) & 0xFF


def a_sample(byte: int) -> int:
    """The sample of an A-law byte."""
    plain = byte ^ 0x55
    segment, size = plain >> 4 & 7, (plain & 0x0F) << 4 | 8
    if segment:
        size = size + 0x100 << segment - 1
    return size if plain & 0x80 else -size


def a_byte(sample: int) -> int:
    """The A-law byte nearest to a sample."""
    size = min(abs(sample + (sample < 0)), _A_CLIP)
    segment = max(0, size.bit_length() - 8)
    step = size >> (segment + 3 if segment else 4) & 0x0F
    return (segment << 4 | step | (0x80 if sample >= 0 else 0)) ^ 0x55


MU_TO_A = bytes(a_byte(mu_sample(byte)) for byte in range(256))
A_TO_MU = bytes(mu_byte(a_sample(byte)) for byte in range(256))


@cache
def halves(sample_of: Callable[[int], int]) -> tuple[bytes, bytes]:
    """Two tables: the low and the high byte of each byte's 16-bit sample."""
    samples = [sample_of(byte) & 0xFFFF for byte in range(256)]
    return bytes(s & 0xFF for s in samples), bytes(s >> 8 for s in samples)


@cache
def mixer(mu: bool) -> tuple[bytes, ...]:
    """For each byte of a prompt a table of what is heard with each byte of the peer's.

    The peer is heard at a third of its loudness, so that the prompt stays clear.
    """
    sample_of, byte_of = (mu_sample, mu_byte) if mu else (a_sample, a_byte)
    peers = [int(sample_of(byte) * PEER_SHARE) for byte in range(256)]
    return tuple(
        bytes(byte_of(max(-32_768, min(32_767, sample_of(prompt) + peer))) for peer in peers)
        for prompt in range(256)
    )


def warm_up() -> None:
    """Make the large tables now: a tenth of a second that no call should wait for."""
    for mu in (True, False):
        mixer(mu)
