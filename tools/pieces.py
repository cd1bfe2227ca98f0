"""Makes the two things of our own that the demo's shop sells: kinline/config/demo/pieces/.

    .venv/bin/python -m tools.pieces

`lamps.zip` is the game of web/pieces/lamps, its script bundled by esbuild like the other scripts.
`first_light.ogg` is a piece of music: computed from the notes below, no recording of anything. The
files are committed, so that neither running nor building Kinline has to make them; the same
sources make the same game, byte for byte.
"""

import subprocess
import sys
import zipfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from tools.dev.setup import with_node
from tools.dev.steps import ROOT

OUT = ROOT / "kinline" / "config" / "demo" / "pieces"
GAME = ROOT / "web" / "pieces" / "lamps"
RATE = 48_000
BIT_RATE = 56_000
FULL_SCALE = 32_767
BEAT = 0.72  # seconds
# A voice is notes of (steps above A3, beats); None is a rest. Lydian on D, over a slow bass.
D, E, F, G, A, B, C = 5, 7, 9, 11, 12, 14, 16  # D4 E4 F#4 G#4 A4 B4 C#5
MELODY: list[tuple[int | None, float]] = [
    (None, 4), (A, 1), (F, 1), (E, 2), (F, 1), (G, 1), (A, 2),
    (B, 1.5), (A, 0.5), (F, 1), (E, 1), (D, 4),
    (D, 1), (F, 1), (A, 1), (C, 1), (B, 2), (G, 1), (A, 1),
    (F, 1.5), (E, 0.5), (D, 1), (E, 1), (F, 4),
    (A, 1), (F, 1), (E, 2), (D, 1), (E, 1), (F, 2), (E, 2), (D, 6),
]  # fmt: skip
BASS: list[tuple[int | None, float]] = [
    (D - 24, 4), (D - 24, 4), (B - 24, 4), (G - 24, 4), (D - 24, 4),
    (B - 24, 4), (E - 24, 4), (G - 24, 4), (D - 24, 4),
    (D - 24, 4), (B - 24, 4), (A - 24, 4), (D - 24, 6),
]  # fmt: skip
MIDDLE: list[tuple[int | None, float]] = [
    (None if beat % 4 == 0 else (D, F, A)[beat % 3] - 12, 1) for beat in range(52)
]


def main() -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    pack(OUT / "lamps.zip")
    write(OUT / "first_light.ogg", composed())
    for path in sorted(OUT.iterdir()):
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    return 0


def pack(target: Path) -> None:
    """The game's three files, with no dates in the ZIP."""
    bundle = [
        str(ROOT / "node_modules" / ".bin" / "esbuild"),
        str(GAME / "lamps.ts"),
        "--bundle",
        "--minify",
        "--charset=utf8",
        "--target=chrome100,firefox100,safari15.4",
    ]
    script = subprocess.run(bundle, check=True, capture_output=True, env=with_node()).stdout
    files = {
        "index.html": (GAME / "index.html").read_bytes(),
        "lamps.css": (GAME / "lamps.css").read_bytes(),
        "lamps.js": script,
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def composed() -> np.ndarray:
    """The piece as two channels of samples from -1 to 1."""
    length = max(sum(beats for _, beats in voice) for voice in (MELODY, BASS, MIDDLE)) * BEAT + 3
    left, right = np.zeros(int(length * RATE)), np.zeros(int(length * RATE))
    for voice, loud, side, bright in (
        (MELODY, 0.30, 0.55, 5), (BASS, 0.34, 0.5, 3), (MIDDLE, 0.13, 0.35, 2),
    ):  # fmt: skip
        at = 0.0
        for step, beats in voice:
            if step is not None:
                tone = loud * plucked(step, beats * BEAT + 1.4, bright)
                begin = int(at * RATE)
                end = min(begin + len(tone), len(left))
                left[begin:end] += (1 - side) * 2 * tone[: end - begin]
                right[begin:end] += side * 2 * tone[: end - begin]
            at += beats * BEAT
    both = np.stack([echoed(left, 0.31), echoed(right, 0.37)])
    faded = np.minimum(1, np.arange(both.shape[1])[::-1] / (2.5 * RATE))
    sound: np.ndarray = both * faded * (0.8 / np.abs(both).max())
    return sound


def plucked(step: int, seconds: float, partials: int) -> np.ndarray:
    """A string: partials that fade, the higher the sooner. `step` counts half tones from A3."""
    time = np.arange(int(seconds * RATE)) / RATE
    hertz = 220 * 2 ** (step / 12)
    tone = sum(
        np.sin(2 * np.pi * hertz * number * time)
        / number**1.6
        * np.exp(-time * (1.1 + 0.7 * number))
        for number in range(1, partials + 1)
    )
    sound: np.ndarray = tone * np.minimum(1, time / 0.012)
    return sound


def echoed(samples: np.ndarray, seconds: float) -> np.ndarray:
    """The room around it: two echoes."""
    late = int(seconds * RATE)
    out = samples.copy()
    out[late:] += 0.28 * samples[:-late]
    out[2 * late :] += 0.11 * samples[: -2 * late]
    return out


def write(path: Path, samples: np.ndarray) -> None:
    with av.open(str(path), "w", format="ogg", options={"serial_offset": "0"}) as container:
        stream = container.add_stream("libopus", rate=RATE)
        stream.codec_context.layout = "stereo"
        stream.codec_context.bit_rate = BIT_RATE
        stream.codec_context.options = {"application": "audio", "frame_duration": "20"}
        whole = np.pad(samples, ((0, 0), (0, -samples.shape[1] % 960)))
        clear = (np.clip(whole, -1, 1) * FULL_SCALE).astype(np.int16)
        for at in range(0, clear.shape[1], 960):
            part = clear[:, at : at + 960].T.reshape(1, -1)  # left, right, left, right ...
            frame = AudioFrame.from_ndarray(part.copy(), format="s16", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


if __name__ == "__main__":
    sys.exit(main())
