"""Makes the engine's prompts: kinline/engine/prompts/<language>/<name>.ogg, from prompt_texts.

    apt-get install espeak-ng
    .venv/bin/python -m tools.prompts

The voices are espeak-ng's, encoded as Opus at 24 kbit/s in packets of 20 ms. The files are
committed, so that neither running nor building Kinline needs a speech program; an agency may
replace any of them by a recorded voice of the same name.
"""

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import yaml
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from kinline.core.rating.book import Law
from kinline.engine.ivr.prompts import FOLDER, numbers
from kinline.laws import spoken

RATE = 48_000
BIT_RATE = 24_000
VOICES = {"en": "en-us", "es": "es-419", "pt": "pt-br", "ht": "ht"}
TEXTS = Path(__file__).resolve().parent / "prompt_texts"
WORDS_PER_MINUTE = 150
FULL_SCALE = 32_767


def main() -> int:
    if shutil.which("espeak-ng") is None:
        print("espeak-ng is not here: apt-get install espeak-ng", file=sys.stderr)
        return 1
    for language, voice in VOICES.items():
        folder = FOLDER / language
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts(language).items():
            write(folder / file_name(name), trimmed(voiced(text, voice)))
        write(folder / file_name("ringing"), ringing())
        write(folder / file_name("tone"), beep())
        print(f"{language}: {len(list(folder.glob('*.ogg')))} prompts")
    return 0


def texts(language: str) -> dict[str, str]:
    """Every prompt of a language by its name. Raises ValueError when a number is missing."""
    said = yaml.safe_load((TEXTS / f"{language}.yaml").read_text("utf-8"))
    words = zip(numbers(language), said["numbers"], strict=True)
    return {
        **said["texts"],
        **{f"number:{n}": word for n, word in words},
        **{spoken.day(law): first_day(law, said["notice_day"]) for law in spoken.freeing()},
    }


def first_day(law: Law, words: dict[str, Any]) -> str:
    """The first day of a law, as a sentence."""
    on = law.period.from_on
    day = words["day"].format(day=on.day, month=words["months"][on.month - 1], year=on.year)
    return str(words["text"].format(day=day))


def file_name(name: str) -> str:
    return name.replace(":", ".") + ".ogg"


def voiced(text: str, voice: str) -> np.ndarray:
    """What espeak-ng says, as samples at 48 kHz from -1 to 1."""
    command = ["espeak-ng", "-v", voice, "-s", str(WORDS_PER_MINUTE), "--stdout", text]
    wav = subprocess.run(command, check=True, capture_output=True).stdout
    resampler = AudioResampler("s16", "mono", RATE)
    with av.open(io.BytesIO(wav)) as container:
        pieces = [
            piece.to_ndarray()[0]
            for frame in container.decode(audio=0)
            for piece in resampler.resample(frame)
        ]
    return np.concatenate(pieces).astype(np.float64) / FULL_SCALE


def trimmed(samples: np.ndarray) -> np.ndarray:
    """Without the silence espeak-ng puts around, with a breath after it, at a common loudness."""
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    voice = samples[max(0, loud[0] - 480) : loud[-1] + 960]
    return np.concatenate([voice * (0.7 / np.abs(voice).max()), np.zeros(RATE // 12)])


def ringing() -> np.ndarray:
    """North America's ringing tone: 440 and 480 Hz, two seconds on, four off."""
    return np.concatenate([0.15 * (sine(440, 2.0) + sine(480, 2.0)), np.zeros(RATE * 4)])


def beep() -> np.ndarray:
    return 0.4 * sine(1000, 0.3)


def sine(hertz: float, seconds: float) -> np.ndarray:
    wave = np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)
    edge = np.linspace(0, 1, RATE // 100)
    wave[: len(edge)] *= edge
    wave[-len(edge) :] *= edge[::-1]
    return wave


def write(path: Path, samples: np.ndarray) -> None:
    with av.open(str(path), "w", format="ogg", options={"serial_offset": "0"}) as container:
        stream = container.add_stream("libopus", rate=RATE)
        stream.codec_context.layout = "mono"
        stream.codec_context.bit_rate = BIT_RATE
        stream.codec_context.options = {"application": "voip", "frame_duration": "20"}
        for frame in frames(samples):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def frames(samples: np.ndarray) -> Iterator[AudioFrame]:
    whole = np.pad(samples, (0, -len(samples) % 960))
    clear = (np.clip(whole, -1, 1) * FULL_SCALE).astype(np.int16)
    for at in range(0, len(clear), 960):
        frame = AudioFrame.from_ndarray(clear[None, at : at + 960], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        yield frame


if __name__ == "__main__":
    raise SystemExit(main())
