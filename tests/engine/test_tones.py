"""Tones of a third line in a telephone's sound: at every loudness, in noise, in speech.

Thirty minutes of talk are made of the voices that ship with the engine, laid over each other as
people in one room do; keys, music and other lines' tones come in between.
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from kinline.core.call.signs import SignKind
from kinline.engine.ivr.prompts import FOLDER, Prompts
from kinline.engine.media.tones import Heard, ToneEar
from kinline.sealed import g711
from kinline.sealed.codec import Codec

RATE = 8000
Sound = np.ndarray
FULL = 32_124.0
SEED = 20_261_127


def at_level(dbm0: float) -> float:
    """The amplitude of one sine of this level."""
    return FULL * 10 ** ((dbm0 - 3.17) / 20)


def tone(seconds: float, *hertz: float, dbm0: float = -15.0, phase: float = 0.3) -> Sound:
    at = np.arange(int(seconds * RATE)) / RATE
    parts = [np.sin(2 * np.pi * one * at + phase * place) for place, one in enumerate(hertz)]
    return at_level(dbm0) / np.sqrt(len(hertz)) * np.sum(parts, axis=0)


def silence(seconds: float) -> Sound:
    return np.zeros(int(seconds * RATE))


def noise(seconds: float, dbm0: float) -> Sound:
    rms = at_level(dbm0) / np.sqrt(2)
    return np.random.default_rng(SEED).normal(0, rms, int(seconds * RATE))


def american(dbm0: float = -15.0, high_db: float = 0.0) -> Sound:
    low, high = tone(2, 440, dbm0=dbm0 - 3), tone(2, 480, dbm0=dbm0 - 3 + high_db)
    return np.concatenate([low + high, silence(4)])


def european(dbm0: float = -15.0, seconds: float = 1.0) -> Sound:
    return np.concatenate([tone(seconds, 425, dbm0=dbm0), silence(4)])


def special(dbm0: float = -15.0, *, short: bool = False, shift: bool = False) -> Sound:
    hertz = (913.8, 1370.6, 1776.7) if shift else (950, 1400, 1800)
    seconds = 0.276 if short else 0.33
    return np.concatenate([tone(seconds, one, dbm0=dbm0) for one in hertz])


@cache
def table(codec: Codec) -> np.ndarray:
    byte_of = g711.mu_byte if codec is Codec.PCMU else g711.a_byte
    return np.array([byte_of(sample) for sample in range(-32_768, 32_768)], dtype=np.uint8)


def encoded(sound: Sound, codec: Codec) -> bytes:
    return table(codec)[np.clip(sound, -32_768, 32_767).astype(int) + 32_768].tobytes()


def heard(sound: Sound, codec: Codec = Codec.PCMU, *, size: int = 160) -> list[tuple[float, Heard]]:
    """What an ear makes out, each with the second of the sound in which it said so."""
    found: list[tuple[float, Heard]] = []
    place = 0
    ear = ToneEar(codec, lambda one: found.append((place / RATE, one)))
    data = encoded(sound, codec)
    for place in range(0, len(data), size):
        ear.hear(data[place : place + size], place * 6, 0.0)
    return found


def after(sound: Sound, seconds: float = 1.3) -> Sound:
    """The sound in a line that was quiet before."""
    return np.concatenate([silence(seconds), sound, silence(1)])


SIGNS: dict[str, tuple[Callable[[float], Sound], SignKind, tuple[int, ...]]] = {
    "ringback": (american, SignKind.RINGBACK, (440, 480)),
    "european ringback": (european, SignKind.RINGBACK, (425,)),
    "long european ringback": (lambda db: european(db, 1.5), SignKind.RINGBACK, (425,)),
    "special": (special, SignKind.SPECIAL_TONE, (950, 1400, 1800)),
    "short special": (lambda db: special(db, short=True), SignKind.SPECIAL_TONE, (950, 1400, 1800)),
    "shifted special": (
        lambda db: special(db, shift=True),
        SignKind.SPECIAL_TONE,
        (914, 1371, 1777),
    ),
}


@pytest.mark.parametrize("codec", [Codec.PCMU, Codec.PCMA], ids=["mu-law", "a-law"])
@pytest.mark.parametrize("dbm0", [-5, -15, -25, -35])
@pytest.mark.parametrize("sign", SIGNS)
def test_a_third_line_is_heard_within_three_seconds(sign: str, dbm0: float, codec: Codec) -> None:
    made, kind, hertz = SIGNS[sign]
    for began in (1.0, 1.03, 1.07):  # wherever it falls in the windows
        found = heard(after(made(dbm0), began), codec)
        assert [(one.kind, one.hertz) for _, one in found] == [(kind, hertz)]
        at, one = found[0]
        assert at - began < 3.0
        assert abs(one.dbm0 - dbm0) < 4


@pytest.mark.parametrize("apart", [6, 10, 20], ids="{} dB".format)
@pytest.mark.parametrize("sign", SIGNS)
def test_it_is_heard_through_noise(sign: str, apart: int) -> None:
    made, kind, _ = SIGNS[sign]
    sound = after(made(-15))
    found = heard(sound + noise(len(sound) / RATE + 1, -15 - apart)[: len(sound)])
    assert [one.kind for _, one in found] == [kind]


@pytest.mark.parametrize("size", [80, 160, 240, 400])
def test_packets_may_have_any_length(size: int) -> None:
    assert [one.kind for _, one in heard(after(american()), size=size)] == [SignKind.RINGBACK]


def test_a_telephone_that_sends_nothing_in_silence_has_been_silent() -> None:
    found: list[Heard] = []
    ear = ToneEar(Codec.PCMU, found.append)
    burst = encoded(tone(1, 425), Codec.PCMU)
    for place in range(0, len(burst), 160):
        ear.hear(burst[place : place + 160], place * 6, 0.0)
    assert not found
    ear.hear(encoded(silence(0.02), Codec.PCMU), (len(burst) + 3 * RATE) * 6, 0.0)
    assert [one.kind for one in found] == [SignKind.RINGBACK]


def test_a_lost_packet_and_a_word_do_not_hide_it() -> None:
    ringing = american()
    ringing[4000:4400] += speech(1, seed=3)[2000:2400] * 2
    data = encoded(after(ringing), Codec.PCMU)
    found: list[Heard] = []
    ear = ToneEar(Codec.PCMU, found.append)
    for place in range(0, len(data), 160):
        if place // 160 != 110:
            ear.hear(data[place : place + 160], place * 6, 0.0)
    assert [one.kind for one in found] == [SignKind.RINGBACK]


def test_a_line_that_goes_on_ringing_is_said_now_and_then() -> None:
    found = heard(np.tile(american(), 10))  # a minute
    assert 2 <= len(found) <= 3
    assert all(later - before > 20 for (before, _), (later, _) in pairwise(found))


def test_only_telephones_are_heard() -> None:
    with pytest.raises(ValueError, match=r"G\.711"):
        ToneEar(Codec.OPUS, print)


# --- what is no sign --------------------------------------------------------------------


@cache
def words() -> tuple[Sound, ...]:
    """Every word the engine says, in four languages: real voices, as samples."""
    prompts = Prompts()
    samples = np.array([g711.mu_sample(byte) for byte in range(256)], dtype=float)
    found = [
        samples[np.frombuffer(b"".join(clip), dtype=np.uint8)]
        for language in sorted(prompts.languages)
        for file in sorted((FOLDER / language).glob("*.ogg"))
        if file.stem not in ("ringing", "tone")
        for clip in [prompts.clip(file.stem, language, Codec.PCMU)]
    ]
    return tuple(one for one in found if len(one) > RATE // 4)


def speech(seconds: float, *, seed: int) -> Sound:
    """One person talking: words at random, now louder, now higher, with pauses."""
    chance = np.random.default_rng(seed)
    parts, long = list[Sound](), 0
    while long < seconds * RATE:
        word = words()[chance.integers(len(words()))] * chance.uniform(0.3, 1.6)
        pace = chance.uniform(0.8, 1.35)
        word = np.interp(np.arange(0, len(word) - 1, pace), np.arange(len(word)), word)
        parts += [word, silence(chance.choice([0.1, 0.4, 1.2]))]
        long += sum(map(len, parts[-2:]))
    return np.concatenate(parts)[: int(seconds * RATE)]


def babble(seconds: float, *, seed: int) -> Sound:
    return np.sum([speech(seconds, seed=seed + place) for place in range(5)], axis=0) / 3


def tune(seconds: float, *, seed: int) -> Sound:
    """Notes of a tempered scale with overtones, as a radio in the room or a song on hold."""
    chance = np.random.default_rng(seed)
    parts, long = list[Sound](), 0
    while long < seconds * RATE:
        note = 220 * 2 ** (chance.integers(0, 36) / 12)
        length = chance.choice([0.25, 0.5, 1.0, 2.0])
        parts.append(tone(length, note, dbm0=-16) + tone(length, 2 * note, dbm0=-22))
        long += len(parts[-1])
    return np.concatenate(parts)[: int(seconds * RATE)]


def keys(seconds: float) -> Sound:
    """Every key of a telephone (ITU-T Q.23), again and again."""
    pairs = [(low, high) for low in (697, 770, 852, 941) for high in (1209, 1336, 1477, 1633)]
    once = np.concatenate(
        [np.concatenate([tone(0.12, *pair), silence(0.08)]) for pair in pairs]
        + [np.concatenate([tone(0.7, *pair), silence(1)]) for pair in pairs]
    )
    return np.tile(once, int(seconds * RATE / len(once)) + 1)[: int(seconds * RATE)]


def hum(seconds: float) -> Sound:
    """Somebody hums about the very pitch of ringback, and rests: a pitch is never still."""
    at = np.arange(int(seconds * RATE)) / RATE
    pitch = 430 + 9 * np.sin(2 * np.pi * 0.31 * at) + 3 * np.sin(2 * np.pi * 5.2 * at)
    wave = np.sin(2 * np.pi * np.cumsum(pitch) / RATE)
    return at_level(-15) * wave * (at % 2.6 < 1.2)


@pytest.mark.parametrize(
    "made",
    [
        lambda: speech(60, seed=1),
        lambda: babble(60, seed=2),
        lambda: tune(60, seed=3),
        lambda: keys(40),
        lambda: hum(60),
        lambda: np.tile(np.concatenate([tone(0.5, 480, 620), silence(0.5)]), 20),
        lambda: tone(10, 350, 440),
        lambda: tone(10, 440),
        lambda: np.tile(np.concatenate([tone(1, 440), silence(1)]), 10),
        lambda: tone(10, 425),
        lambda: np.concatenate([tone(0.33, one) for one in (1800, 1400, 950)] * 5),
        lambda: noise(30, -10),
        lambda: american(-48),
    ],
    ids=[
        "speech",
        "babble",
        "tune",
        "keys",
        "hum",
        "busy",
        "dial",
        "note",
        "notes",
        "hold-tone",
        "falling",
        "noise",
        "too-quiet",
    ],
)
def test_it_is_not_flagged(made: Callable[[], Sound]) -> None:
    assert not heard(after(made()))


def half_an_hour() -> Iterator[Sound]:
    for minute in range(30):
        talk = speech(56, seed=100 + minute)
        if minute % 3 == 1:
            talk = talk + babble(56, seed=1000 + minute) * 0.6
        if minute % 3 == 2:
            talk = talk + tune(56, seed=2000 + minute) * 0.4
        yield talk + noise(56, -50)
        yield keys(4)


@pytest.mark.long
def test_thirty_minutes_of_talk_are_not_flagged() -> None:
    sound = np.concatenate(list(half_an_hour()))
    assert len(sound) == 30 * 60 * RATE
    assert not heard(sound)
    assert not heard(sound, Codec.PCMA)
    # The same half hour is no deaf one: a ringing laid into it is heard.
    began = 17 * 60 * RATE + 3 * RATE
    sound[began : began + 2 * RATE] = american()[: 2 * RATE]
    assert [one.kind for _, one in heard(sound)] == [SignKind.RINGBACK]
