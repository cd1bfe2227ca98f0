"""Tones that tell the two sides apart, and what is heard in a file."""

import io
import wave
from pathlib import Path

import av
import numpy as np

INSIDE_HZ, OUTSIDE_HZ = 440, 880
RATE = 48_000


def tone(path: Path, hz: int, seconds: float = 10.0) -> Path:
    """A WAV file for a browser's fake microphone."""
    at = np.arange(int(RATE * seconds)) / RATE
    samples = (np.sin(2 * np.pi * hz * at) * 0.4 * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def channels(content: bytes) -> np.ndarray:
    """All channels of an encoded file: shape (channels, samples) at 48 kHz."""
    with av.open(io.BytesIO(content)) as container:
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        frames = [
            out.to_ndarray()
            for frame in container.decode(audio=0)
            for out in resampler.resample(frame)
        ]
    return np.concatenate(frames, axis=1)


def loudness(samples: np.ndarray, hz: int) -> float:
    """How strongly a tone stands in the samples: 1.0 is a full-scale sine, 0 is silence."""
    if not len(samples):
        return 0.0
    window = np.hanning(len(samples))
    spectrum = np.abs(np.fft.rfft(samples * window)) * 2 / window.sum()
    place = round(hz * len(samples) / RATE)
    return float(spectrum[max(0, place - 4) : place + 5].max())
