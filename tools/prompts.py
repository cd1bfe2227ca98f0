"""Makes the engine's prompts: kinline/engine/prompts/<language>/<name>.ogg.

    apt-get install espeak-ng
    .venv/bin/python tools/prompts.py

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

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from kinline.engine.ivr.prompts import FOLDER, numbers

RATE = 48_000
BIT_RATE = 24_000
VOICES = {"en": "en-us", "es": "es-419"}
WORDS_PER_MINUTE = 150
FULL_SCALE = 32_767

ENGLISH = {
    "call_from": "You have a call from",
    "free_call_from": "You have a free call from",
    "someone": "a person in custody",
    "at": "at",
    "place:ma-doc-norfolk": "M C I Norfolk, Massachusetts Department of Correction.",
    "place:ma-bristol": "the Bristol County jail and house of correction.",
    "place:ma-essex": "the Essex County jail and house of correction.",
    "place:ma-suffolk": "the Suffolk County jail and house of correction.",
    "place:nh-example": "the Example County jail, New Hampshire.",
    "place:unknown": "a correctional facility.",
    "price": "For each minute, this call costs",
    "cent": "cent.",
    "cents": "cents.",
    "dollar": "dollar",
    "dollars": "dollars",
    "and": "and",
    "recorded": "This call is recorded, and staff may listen to it.",
    "private": "This call is private. It is not recorded.",
    "keys": "To accept the call, press 1. To refuse it, press 2. To block this caller, press 9.",
    "two_keys": "To accept the call, press 1. To refuse it, press 2.",
    "one_minute": "You have one minute left.",
    "call_ended": "The call has ended. Goodbye.",
    "not_accepted": "Your call was not answered.",
    "waiting_for_line": "The line was lost. Please wait. We are trying to connect you again.",
    "refusal.generic": "This call cannot be made now. Your screen says why.",
    "name.prompt": "After the tone, please say your name.",
}

SPANISH = {
    "call_from": "Tiene una llamada de",
    "free_call_from": "Tiene una llamada gratuita de",
    "someone": "una persona bajo custodia",
    "at": "en",
    "place:ma-doc-norfolk": "M C I Nórfolk, Departamento Correccional de Massachusetts.",
    "place:ma-bristol": "la cárcel del condado de Bristol.",
    "place:ma-essex": "la cárcel del condado de Essex.",
    "place:ma-suffolk": "la cárcel del condado de Suffolk.",
    "place:nh-example": "la cárcel del condado de Example, Nuevo Hampshire.",
    "place:unknown": "un centro correccional.",
    "price": "Por cada minuto, esta llamada cuesta",
    "cent": "centavo.",
    "cents": "centavos.",
    "dollar": "dólar",
    "dollars": "dólares",
    "and": "y",
    "recorded": "Esta llamada se graba, y el personal puede escucharla.",
    "private": "Esta llamada es privada. No se graba.",
    "keys": (
        "Para aceptar la llamada, oprima 1. Para rechazarla, oprima 2. "
        "Para bloquear a esta persona, oprima 9."
    ),
    "two_keys": "Para aceptar la llamada, oprima 1. Para rechazarla, oprima 2.",
    "one_minute": "Le queda un minuto.",
    "call_ended": "La llamada ha terminado. Adiós.",
    "not_accepted": "Nadie contestó su llamada.",
    "waiting_for_line": "Se perdió la línea. Espere, por favor. Estamos tratando de reconectar.",
    "refusal.generic": "Esta llamada no se puede hacer ahora. Su pantalla dice por qué.",
    "name.prompt": "Después del tono, diga su nombre, por favor.",
}

# Said before a noun: un centavo, veintiún centavos. From 30 on only the tens have a word.
SPANISH_NUMBERS = """
un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince
dieciséis diecisiete dieciocho diecinueve veinte veintiún veintidós veintitrés
veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve
treinta cuarenta cincuenta sesenta setenta ochenta noventa
"""


def main() -> int:
    if shutil.which("espeak-ng") is None:
        print("espeak-ng is not here: apt-get install espeak-ng", file=sys.stderr)
        return 1
    for language, texts in {"en": ENGLISH, "es": SPANISH}.items():
        folder = FOLDER / language
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in {**texts, **number_texts(language)}.items():
            write(folder / file_name(name), trimmed(spoken(text, VOICES[language])))
        write(folder / file_name("ringing"), ringing())
        write(folder / file_name("tone"), beep())
        print(f"{language}: {len(list(folder.glob('*.ogg')))} prompts")
    return 0


def number_texts(language: str) -> dict[str, str]:
    if language == "en":
        return {f"number:{n}": str(n) for n in numbers("en")}
    words = SPANISH_NUMBERS.split()
    return {f"number:{n}": word for n, word in zip(numbers("es"), words, strict=True)}


def file_name(name: str) -> str:
    return name.replace(":", ".") + ".ogg"


def spoken(text: str, voice: str) -> np.ndarray:
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
