"""The clock of unused money: when a holder is told, and when staff must find them.

Nothing is ever taken. Legal source: 47 CFR 64.6130 (core.transition.words.FundsRule).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

AHEAD_DAYS = (60, 14)


class Told(StrEnum):
    """What is due of an idle account. The clock begins anew with each use."""

    FIRST = "first"  # 60 days ahead
    SECOND = "second"  # 14 days ahead
    OVER = "over"  # the time has run out: whoever holds the money must find its owner and pay


@dataclass(frozen=True, slots=True)
class Idle:
    """`told` is due; `ends_on` is the day on which the rule's time runs out."""

    told: Told
    ends_on: date


def due(*, last_use_on: date, inactive_days: int, today: date) -> Idle | None:
    """What is due today; None while the time is still long. Of several the last one counts."""
    ends_on = last_use_on + timedelta(days=inactive_days)
    left = (ends_on - today).days
    first, second = AHEAD_DAYS
    if left <= 0:
        return Idle(Told.OVER, ends_on)
    if left <= second:
        return Idle(Told.SECOND, ends_on)
    return Idle(Told.FIRST, ends_on) if left <= first else None
