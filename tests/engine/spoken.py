"""Which prompt was heard: its sound looked for in what a telephone heard, at any place."""

from collections.abc import Mapping

import numpy as np

from kinline.engine.media.port import Clip
from kinline.sealed.codec import Codec

# Speech through the same codec is nearly itself again; another sentence is far from it.
SAME = 0.7


def was_said(heard: np.ndarray, clip: Clip, *, like: float = SAME) -> bool:
    """Whether this prompt, in G.711 (mu-law), is within what was heard at 8 kHz."""
    return likeness(heard, clip) > like


def likeness(heard: np.ndarray, clip: Clip) -> float:
    """The best correlation of a prompt with a piece of what was heard: 1.0 is the very sound."""
    return float(_along(heard, samples(clip)).max(initial=0.0))


def in_order(heard: np.ndarray, clips: Mapping[str, Clip], *, like: float = SAME) -> list[str]:
    """Which of these prompts were said, in order; where two are alike, the one that is more so."""
    found = []
    for name, clip in clips.items():
        wanted = samples(clip)
        along = _along(heard, wanted)
        while along.max(initial=0.0) > like:
            at = int(along.argmax())
            found.append((float(along[at]), at, at + len(wanted), name))
            along[max(0, at - len(wanted)) : at + len(wanted)] = 0.0
    kept: list[tuple[int, int, str]] = []
    for _, begin, end, name in sorted(found, reverse=True):
        if all(end <= other or begin >= ends for other, ends, _ in kept):
            kept.append((begin, end, name))
    return [name for _, _, name in sorted(kept)]


def _along(heard: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """How like the wanted sound each piece of what was heard is."""
    if len(heard) < len(wanted):
        return np.zeros(0)
    wanted = wanted / np.linalg.norm(wanted)
    size = 1 << (len(heard) + len(wanted) - 1).bit_length()
    found = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size)), size)
    power = np.concatenate([[0.0], np.cumsum(heard.astype(float) ** 2)])
    energy = power[len(wanted) :] - power[: len(heard) - len(wanted) + 1]
    # Where it is nearly silent, nothing is like anything.
    loud = np.maximum(energy, energy.max() * 1e-3 + 1.0)
    return np.abs(found[: len(energy)]) / np.sqrt(loud)


def samples(clip: Clip) -> np.ndarray:
    """A prompt in mu-law as samples of 16 bits, without the silence around it."""
    assert all(len(packet) == len(Codec.PCMU.silence) for packet in clip)
    code = ~np.frombuffer(b"".join(clip), np.uint8) & 0xFF
    magnitude = (((code & 0x0F).astype(int) << 3) + 0x84 << ((code & 0x70) >> 4).astype(int)) - 0x84
    clear = np.where(code & 0x80, -magnitude, magnitude).astype(float)
    loud = np.flatnonzero(np.abs(clear) > 200)
    return clear[loud[0] : loud[-1] + 1]
