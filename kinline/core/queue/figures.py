"""How long people wait, from what was measured, and how long one more is likely to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

MEDIAN, NINE_OF_TEN = 0.5, 0.9
USUAL_CALL_SECONDS = 900  # until a unit's own calls say more


@dataclass(frozen=True, slots=True)
class Waits:
    """So many waits, all in seconds: half were no longer than the median, nine of ten no longer
    than `nine_of_ten`."""

    count: int
    median: int
    nine_of_ten: int
    longest: int


def waits(seconds: Iterable[int]) -> Waits | None:
    """The figures of some waits, None where nobody waited."""
    found = sorted(seconds)
    if not found:
        return None
    return Waits(
        count=len(found),
        median=nearest_rank(found, MEDIAN),
        nine_of_ten=nearest_rank(found, NINE_OF_TEN),
        longest=found[-1],
    )


def nearest_rank(ordered: Sequence[int], share: float) -> int:
    """The smallest value that at least `share` (above 0, up to 1) of all do not exceed.

    Raises ValueError where there are none.
    """
    if not ordered:
        raise ValueError("no values")
    # One thousandth of a rank less, so that 0.9 of ten is the ninth and not the tenth.
    return ordered[max(0, ceil(share * len(ordered) - 0.001) - 1)]


def likely_wait(*, ahead: int, phones: int, call_seconds: float) -> int | None:
    """Seconds until somebody with `ahead` people before them is offered one of `phones`, all in
    use; None where there is no phone.

    Each phone comes free once in a call's length, so that together they do so `phones` times.
    """
    if phones < 1:
        return None
    return ceil((ahead + 1) * call_seconds / phones)
