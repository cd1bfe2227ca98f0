"""How many phones a unit needs, by Erlang's formula for callers who wait (Erlang C).

A. K. Erlang, "Solution of some Problems in the Theory of Probabilities of Significance in
Automatic Telephone Exchanges", 1917. It takes arrivals that come independently of each other and
lengths that scatter widely (exponentially); calls with a longest length scatter less, so real
waits are rather shorter. Worked out through Erlang B, whose recursion never overflows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, isfinite

from kinline.core.queue.figures import NINE_OF_TEN

HOUR_SECONDS = 3600
MOST_PHONES = 500  # beyond all units; a figure above it is a mistake in what was measured


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the day as measured: wishes to call per day, and how long a phone is in use."""

    hour: int
    arrivals: float
    call_seconds: float

    @property
    def load(self) -> float:
        """Erlangs: the phones that would be in use at once if nobody had to wait."""
        return self.arrivals * self.call_seconds / HOUR_SECONDS


@dataclass(frozen=True, slots=True)
class Need:
    """What an hour needs. `in_time` is the share of waits within the wished time with the phones
    there are; 0 where they are too few for ever."""

    hour: Hour
    phones: int
    in_time: float


def blocked(load: float, phones: int) -> float:
    """Erlang B: the share that finds all phones in use, if nobody waits. `load` in erlangs."""
    _check(load, phones)
    share = 1.0
    for one in range(1, phones + 1):
        share = load * share / (one + load * share)
    return share


def must_wait(load: float, phones: int) -> float:
    """Erlang C: the share of people who have to wait at all. `load` in erlangs; 1 where the
    phones are too few."""
    _check(load, phones)
    if load >= phones:
        return 1.0
    found = blocked(load, phones)
    return phones * found / (phones - load * (1 - found))


def within(load: float, phones: int, *, call_seconds: float, seconds: float) -> float:
    """The share of people who wait no longer than `seconds`."""
    _check(load, phones)
    if load == 0:
        return 1.0
    if load >= phones:
        return 0.0
    return 1 - must_wait(load, phones) * exp(-(phones - load) * seconds / call_seconds)


def needed(hour: Hour, *, seconds: float, share: float = NINE_OF_TEN) -> int:
    """The fewest phones with which `share` of people wait no longer than `seconds`.

    0 where nobody calls; MOST_PHONES where no number of them is enough.
    """
    if hour.load == 0:
        return 0
    for phones in range(1, MOST_PHONES):
        if within(hour.load, phones, call_seconds=hour.call_seconds, seconds=seconds) >= share:
            return phones
    return MOST_PHONES


def forecast(hours: Iterable[Hour], *, phones: int, seconds: float) -> tuple[Need, ...]:
    """What each hour needs so that nine of ten waits are no longer than `seconds`, and how it is
    with the `phones` there are."""
    return tuple(
        Need(
            hour=hour,
            phones=needed(hour, seconds=seconds),
            in_time=within(hour.load, phones, call_seconds=hour.call_seconds, seconds=seconds),
        )
        for hour in hours
    )


def _check(load: float, phones: int) -> None:
    if load < 0 or not isfinite(load) or phones < 0:
        raise ValueError(f"{load} erlangs on {phones} phones")
