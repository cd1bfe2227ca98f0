"""The codecs a track may hold: Opus between browsers, G.711 wherever a telephone takes part.

VP8 is what visits show (RFC 6386). A packet of sound between browsers is 20 ms; a telephone
chooses its own length, and with G.711 the length in bytes is the length in time (8 bytes to a
millisecond, ITU-T G.711).
"""

from enum import IntEnum

from kinline.sealed import g711, opus


class Codec(IntEnum):
    """The number stands in the header of a sealed track: never give one a new meaning."""

    OPUS = 0
    PCMU = 1
    PCMA = 2
    VP8 = 3

    @property
    def telephone(self) -> bool:
        """Whether this is one of the two laws of G.711."""
        return self in (Codec.PCMU, Codec.PCMA)

    @property
    def picture(self) -> bool:
        """Whether this is something to look at."""
        return self is Codec.VP8

    @property
    def silence(self) -> bytes:
        """20 ms in which nothing is heard. Raises KeyError for pictures."""
        return _SILENCES[self]

    def milliseconds(self, packet: bytes) -> int:
        """How long this packet sounds. A picture stands until the next one and counts nothing."""
        if self.picture:
            return 0
        return len(packet) // g711.BYTES_PER_MS if self.telephone else opus.FRAME_MS


def translated(sound: bytes, before: Codec, after: Codec) -> bytes:
    """The same sound under the other law of G.711, byte by byte."""
    if before is after:
        return sound
    return sound.translate(g711.MU_TO_A if before is Codec.PCMU else g711.A_TO_MU)


_FRAME_BYTES = opus.FRAME_MS * g711.BYTES_PER_MS
_SILENCES = {
    Codec.OPUS: opus.SILENCE,
    Codec.PCMU: bytes([g711.MU_SILENCE]) * _FRAME_BYTES,
    Codec.PCMA: bytes([g711.A_SILENCE]) * _FRAME_BYTES,
}
