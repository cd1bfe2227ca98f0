"""Prices by date: the newest one that has begun. What was bought keeps the price it had."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

MOST_CENTS = 10_000  # a slip of the finger with two more zeros is no price


@dataclass(frozen=True, slots=True)
class Price:
    """`cents` from the moment `from_at` on, until a later price begins. Said at `set_at`.

    Of two that begin at one moment, the one said last holds.
    """

    cents: int
    from_at: datetime
    set_at: datetime


def price_at(prices: Iterable[Price], at: datetime) -> int | None:
    """Cents at the moment `at`; None before the first price begins."""
    begun = [one for one in prices if one.from_at <= at]
    return max(begun, key=lambda one: (one.from_at, one.set_at)).cents if begun else None
