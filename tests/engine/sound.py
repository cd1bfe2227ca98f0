"""Decoding, for tests alone: which tone is in which sound."""

import base64
import fractions
from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
from av.packet import Packet

from kinline.core.control import RecordingGrant, TrackFact
from kinline.sealed.track import Frame, Track

RATE = 48_000


def frames_of(folder: Path, grant: RecordingGrant, fact: TrackFact) -> list[Frame]:
    with (folder / fact.path).open("rb") as file:
        return list(Track(file, base64.b64decode(grant.data_key)))


def decoded(packets: Iterable[bytes]) -> np.ndarray:
    """Mono samples of Opus packets."""
    context = av.CodecContext.create("libopus", "r")
    context.sample_rate, context.layout, context.format = RATE, "mono", "s16"
    pieces = []
    for place, data in enumerate(packets):
        packet = Packet(data)
        packet.pts, packet.time_base = place * 960, fractions.Fraction(1, RATE)
        pieces += [frame.to_ndarray().reshape(-1) for frame in context.decode(packet)]
    return np.concatenate(pieces).astype(float)


def loudness(samples: np.ndarray, hertz: int) -> float:
    """How loud one tone is, in decibels below the loudest tone."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    place = round(hertz * len(samples) / RATE)
    return float(20 * np.log10(spectrum[place - 2 : place + 3].max() / spectrum.max() + 1e-12))


def channels(webm: bytes, path: Path) -> np.ndarray:
    """Both channels of a joined file."""
    path.write_bytes(webm)
    with av.open(str(path)) as container:
        return np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)
