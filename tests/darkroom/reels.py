"""Short films as browsers and telephones record them, for tests: tiny, and quick to make."""

import io
import math
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

RATE = 48_000
IDENTITY = (65536).to_bytes(4, "big") + bytes(12) + (65536).to_bytes(4, "big")
# ISO/IEC 14496-12: the matrix of a track held a quarter turn to the left.
QUARTER = bytes(4) + (65536).to_bytes(4, "big") + bytes(4) + (2**32 - 65536).to_bytes(4, "big")
QUARTER += bytes(4)


def reel(
    kind: str = "webm",
    *,
    seconds: float = 1.0,
    width: int = 320,
    height: int = 240,
    rate: int = 15,
    sound: bool = True,
    picture: bool = True,
    codec: str = "",
    tracks: int = 1,
    metadata: dict[str, str] | None = None,
) -> bytes:
    """Red above, blue below, and a tone of 440 Hz."""
    written = io.BytesIO()
    with av.open(written, "w", format=kind) as goes:
        goes.metadata.update(metadata or {})
        seen: list[Any] = []
        dots = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for _ in range(tracks if picture else 0):
            track: Any = goes.add_stream(codec or ("libvpx" if kind == "webm" else "libx264"), rate)
            track.width, track.height, track.pix_fmt = width, height, dots
            seen.append(track)
        heard: Any = (
            goes.add_stream("libopus" if kind == "webm" else "aac", RATE) if sound else None
        )
        for track in seen:
            for number in range(round(seconds * rate)):
                goes.mux(track.encode(_frame(width, height, number)))
            goes.mux(track.encode(None))
        if heard is not None:
            for number in range(round(seconds * RATE / 960)):
                goes.mux(heard.encode(_tone(number)))
            goes.mux(heard.encode(None))
    return written.getvalue()


def turned(mp4: bytes) -> bytes:
    """The same film, told to have been held sideways."""
    assert IDENTITY in mp4
    at = mp4.index(b"tkhd")
    begin = mp4.index(IDENTITY, at)
    return mp4[:begin] + QUARTER + mp4[begin + len(IDENTITY) :]


def _frame(width: int, height: int, number: int) -> VideoFrame:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, :, 0], pixels[height // 2 :, :, 2] = 200, 200
    pixels[:, number % width, 1] = 255
    frame = VideoFrame.from_ndarray(pixels, format="rgb24")
    frame.pts = number
    return frame


def _tone(number: int) -> AudioFrame:
    at = (np.arange(960) + number * 960) * (2 * math.pi * 440 / RATE)
    frame = AudioFrame.from_ndarray(
        (np.sin(at) * 8000).astype(np.int16).reshape(1, -1), format="s16", layout="mono"
    )
    frame.sample_rate, frame.pts, frame.time_base = RATE, number * 960, Fraction(1, RATE)
    return frame
