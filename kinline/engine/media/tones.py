"""Tones of telephone networks in one telephone's sound: ringback, and special information.

A line on which a third party is rung carries ringback; one that reached nobody carries three
rising tones. Heard while two people talk, they are a sign. The frequencies and cadences are
those of ITU-T E.180 and of North America: 440 and 480 Hz for 2 seconds, 425 Hz for about one,
and 950, 1400, 1800 Hz one after the other (E.180 section 7, and their American shifts). Other
countries' ringback (400 and 450 Hz, or 440 alone) is not known here.

Only G.711 is decoded, by table, 50 ms out of each 100: about a millisecond and a half of
work for a second in which somebody speaks, and nearly none for a silent one. Nothing of what
is said is kept; rooms that are private have no way here.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from typing import NamedTuple

from kinline.core.call.signs import SignKind
from kinline.sealed import g711
from kinline.sealed.codec import Codec
from kinline.sealed.opus import SAMPLE_RATE

STEP, WINDOW = g711.RATE // 10, g711.RATE // 20
STEP_SECONDS = STEP / g711.RATE
_SCALE = SAMPLE_RATE // g711.RATE
# Longer than this nobody sends nothing and goes on in the same tone.
_LONGEST_GAP = g711.RATE * 8
QUIETEST_DBM0 = -40.0
# A sine that just fills the law is +3.17 dBm0 in mu-law, +3.14 in A-law (G.711, table 5).
_FULL_ENERGY, _FULL_DBM0 = 32_124.0**2 / 2, 3.17

_EUROPE, _AMERICA = 425.0, (440.0, 480.0)
_RISING = ((913.8, 950.0, 985.2), (1370.6, 1400.0, 1428.5), (1776.7, 1800.0))
# Of a window's energy, how much must be the tone's. Voices have overtones.
_TWO_SHARE, _ONE_SHARE, _RISING_SHARE = 0.6, 0.7, 0.6
_MOST_APART_DB = 8.0
# Steady to about a hertz, which no voice is: how far a phase may stray from its even course.
_STRAY_RADIANS = 0.6
_TWO_STEPS, _ONE_STEPS, _REST_STEPS = 12, range(7, 18), 8
_REST_DB = 5.0
_RISING_STEPS, _LONGEST_RISING = 2, 6
_PAUSE_STEPS = round(20 / STEP_SECONDS)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was made out: the tones, how loud each second of them was, and for how long."""

    kind: SignKind
    hertz: tuple[int, ...]
    dbm0: float
    seconds: float


class _Tone(NamedTuple):
    """One frequency in one window: its share of all energy there, and where its wave stood."""

    share: float
    phase: float


@cache
def _waves(hertz: float) -> tuple[Sequence[float], Sequence[float]]:
    turn = 2 * math.pi * hertz / g711.RATE
    return (
        [math.cos(turn * at) for at in range(WINDOW)],
        [math.sin(turn * at) for at in range(WINDOW)],
    )


@cache
def _table(codec: Codec) -> tuple[float, ...]:
    sample_of = g711.mu_sample if codec is Codec.PCMU else g711.a_sample
    return tuple(float(sample_of(byte)) for byte in range(256))


class _Window:
    """50 ms of sound. `dbm0` is how loud all of it is."""

    def __init__(self, samples: Sequence[float]) -> None:
        self._samples = samples
        self._energy = sum(map(mul, samples, samples))
        power = self._energy / WINDOW / _FULL_ENERGY
        self.dbm0 = _FULL_DBM0 + 10 * math.log10(power) if power else -100.0

    def tone(self, hertz: float) -> _Tone:
        """Goertzel's sum, as two products of vectors: that is what Python does fastest."""
        cosine, sine = _waves(hertz)
        along = sum(map(mul, self._samples, cosine))
        across = sum(map(mul, self._samples, sine))
        share = 2 * (along * along + across * across) / WINDOW / self._energy
        return _Tone(share, math.atan2(across, along))


class _Steady:
    """Whether a tone's phase goes on evenly from one step to the next."""

    def __init__(self) -> None:
        self._phases: list[float] = []

    def goes_on(self, phase: float) -> bool:
        self._phases = [*self._phases[-2:], phase]
        if len(self._phases) < 3:
            return True
        first, second, third = self._phases
        return abs(_turned(third - 2 * second + first)) < _STRAY_RADIANS

    def begin_anew(self) -> None:
        self._phases.clear()


def _turned(angle: float) -> float:
    return math.remainder(angle, 2 * math.pi)


class _American:
    """Two tones together, long enough that it is a burst of ringback. Now and then one window
    may be spoilt by who speaks over it."""

    def __init__(self) -> None:
        self._score = 0
        self._steady = _Steady()

    def hear(self, low: _Tone, high: _Tone) -> bool:
        """One window; whether it makes a burst complete."""
        apart = abs(10 * math.log10((low.share + 1e-9) / (high.share + 1e-9)))
        both = low.share + high.share > _TWO_SHARE and apart < _MOST_APART_DB
        if both and self._steady.goes_on(low.phase):
            self._score += 1
        else:
            self.miss()
        return self._score == _TWO_STEPS

    def miss(self) -> None:
        self._score = max(0, self._score - 2)
        if not self._score:
            self._steady.begin_anew()


class _European:
    """One tone of about a second and then rest: only both together tell it from a note."""

    def __init__(self) -> None:
        self._steady = _Steady()
        self._long = self._rest = 0
        self.loud = 0.0

    def hear(self, tone: _Tone | None, dbm0: float) -> bool:
        """One window (no tone: a quiet one); whether it makes burst and rest complete."""
        if tone is not None and tone.share > _ONE_SHARE and self._steady.goes_on(tone.phase):
            if self._rest > 1:
                self.begin_anew()
            self._long, self._rest, self.loud = self._long + 1 + self._rest, 0, dbm0
            return False
        return self._rests(dbm0)

    def _rests(self, dbm0: float) -> bool:
        if not self._long:
            self._steady.begin_anew()
            return False
        self._rest += 1
        # Its last window may hold the end of the tone.
        loud = self._rest > 1 and dbm0 > self.loud - _REST_DB
        if loud or self._long not in _ONE_STEPS:
            self.begin_anew()
            return False
        return self._rest >= _REST_STEPS

    def begin_anew(self) -> None:
        self._steady.begin_anew()
        self._long = self._rest = 0

    @property
    def seconds(self) -> float:
        return self._long * STEP_SECONDS


class _Special:
    """Three tones, each higher than the one before, each for about a third of a second."""

    def __init__(self) -> None:
        self._place = self._long = self._missed = 0
        self._found = [0, 0, 0]

    def hear(self, window: _Window) -> tuple[int, ...] | None:
        """One window; the three frequencies when it makes the third complete."""
        here = self._here(window, self._place)
        if here is None and self._enough and self._place < 2:
            here = self._here(window, self._place + 1)
            if here is not None:
                self._place, self._long = self._place + 1, 0
        if here is None:
            self.miss()
            return None
        self._long, self._missed = self._long + 1, 0
        self._found[self._place] = here
        if self._long > _LONGEST_RISING:
            self._begin_anew()
        if self._place == 2 and self._enough:
            found = tuple(self._found)
            self._begin_anew()
            return found
        return None

    def miss(self) -> None:
        """A window on the border of two tones is neither; two are the end of it."""
        self._missed += 1
        if self._missed > 1:
            self._begin_anew()

    @property
    def _enough(self) -> bool:
        return self._long >= _RISING_STEPS

    def _here(self, window: _Window, place: int) -> int | None:
        for hertz in _RISING[place]:
            if window.tone(hertz).share > _RISING_SHARE:
                return round(hertz)
        return None

    def _begin_anew(self) -> None:
        self._place = self._long = self._missed = 0
        self._found = [0, 0, 0]


class ToneEar:
    """Listens to one telephone. Give it each packet; it says what it made out to `tell`.

    The same tone is said again only after twenty seconds.
    """

    def __init__(self, codec: Codec, tell: Callable[[Heard], None]) -> None:
        if not codec.telephone:
            raise ValueError("tones are heard in G.711 only")
        self._table, self._silence = _table(codec), codec.silence[:1]
        self._tell = tell
        self._waiting = bytearray()
        self._next: int | None = None
        self._american, self._european, self._special = _American(), _European(), _Special()
        self._steps = 0
        self._said_at: dict[SignKind, int] = {}

    def hear(self, packet: bytes, samples: int, at: float) -> None:
        """One packet (a Sink of media.port). Where nothing came there was silence."""
        place = samples // _SCALE
        if self._next is not None and place > self._next:
            self._waiting += self._silence * min(place - self._next, _LONGEST_GAP)
        self._next = place + len(packet)
        self._waiting += packet
        while len(self._waiting) >= STEP:
            sound = self._waiting[:WINDOW]
            del self._waiting[:STEP]
            self._steps += 1
            table = self._table
            self._judge(_Window([table[byte] for byte in sound]))

    def _judge(self, window: _Window) -> None:
        if window.dbm0 < QUIETEST_DBM0:
            self._american.miss()
            self._special.miss()
            if self._european.hear(None, window.dbm0):
                self._rang_in_europe()
            return
        low, high = (window.tone(hertz) for hertz in _AMERICA)
        if self._american.hear(low, high):
            hertz = tuple(round(one) for one in _AMERICA)
            seconds = _TWO_STEPS * STEP_SECONDS
            self._say(Heard(SignKind.RINGBACK, hertz, window.dbm0, seconds))
        if self._european.hear(window.tone(_EUROPE), window.dbm0):
            self._rang_in_europe()
        if (three := self._special.hear(window)) is not None:
            self._say(Heard(SignKind.SPECIAL_TONE, three, window.dbm0, 1.0))

    def _rang_in_europe(self) -> None:
        loud, seconds = self._european.loud, self._european.seconds
        self._european.begin_anew()
        self._say(Heard(SignKind.RINGBACK, (round(_EUROPE),), loud, seconds))

    def _say(self, heard: Heard) -> None:
        before = self._said_at.get(heard.kind)
        if before is None or self._steps - before > _PAUSE_STEPS:
            self._said_at[heard.kind] = self._steps
            self._tell(heard)
