"""From one codec to another: for prompts and recorded names, never for a talk.

A prompt lies on disk as Opus and a name in whatever it was spoken into; a room hears one codec.
"""

from fractions import Fraction

from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.codec.context import CodecContext
from av.packet import Packet

from kinline.engine.media.port import Clip
from kinline.sealed.codec import Codec, translated
from kinline.sealed.opus import FRAME_MS

_NAMES = {Codec.OPUS: "libopus", Codec.PCMU: "pcm_mulaw", Codec.PCMA: "pcm_alaw"}
_RATES = {Codec.OPUS: 48_000, Codec.PCMU: 8_000, Codec.PCMA: 8_000}
_OPUS_BIT_RATE = 24_000


def recoded(clip: Clip, before: Codec, after: Codec) -> Clip:
    """The same sound in another codec, in packets of 20 ms. Some milliseconds of work a second."""
    if before.telephone and after.telephone:
        return _cut(b"".join(clip), before, after)
    if before is after or not clip:
        return clip
    decoder, encoder = _context(before, "r"), _context(after, "w")
    size = _RATES[after] * FRAME_MS // 1000
    resampler = AudioResampler("s16", "mono", _RATES[after], frame_size=size)
    frames = [
        out for packet in clip for frame in decoder.decode(Packet(packet))
        for out in resampler.resample(_placed(frame))
    ]  # fmt: skip
    found = [bytes(packet) for frame in frames for packet in encoder.encode(frame)]
    found += [bytes(packet) for packet in encoder.encode(None)]
    return tuple(found)


def _cut(sound: bytes, before: Codec, after: Codec) -> Clip:
    """A telephone's own packets may be of any length."""
    sound, size = translated(sound, before, after), len(after.silence)
    whole = sound + after.silence[: -len(sound) % size]
    return tuple(whole[at : at + size] for at in range(0, len(whole), size))


def _context(codec: Codec, mode: str) -> AudioCodecContext:
    context = CodecContext.create(_NAMES[codec], mode)  # type: ignore[call-overload]
    context.sample_rate, context.layout, context.format = _RATES[codec], "mono", "s16"
    if mode == "w":
        context.time_base = Fraction(1, _RATES[codec])
        if codec is Codec.OPUS:
            context.bit_rate = _OPUS_BIT_RATE
    found: AudioCodecContext = context
    return found


def _placed(frame: AudioFrame) -> AudioFrame:
    """Without a place in time: the resampler counts by itself."""
    frame.pts = None
    return frame
