"""Holds: money set aside for something that may come, until it is posted or let go."""

from dataclasses import dataclass
from enum import StrEnum


class HoldState(StrEnum):
    OPEN = "open"
    POSTED = "posted"  # what was set aside for has come, and was charged
    RELEASED = "released"  # it has not, and all of it is free again


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account has, and how much of it is set aside."""

    posted: int
    held: int

    @property
    def free(self) -> int:
        """What can be spent or set aside now."""
        return self.posted - self.held


def worst_case(minutes: int, cents_a_minute: int) -> int:
    """What a call of so many minutes can cost at most, in cents: what is set aside for it.

    Raises ValueError for a length or a price below 0.
    """
    if minutes < 0 or cents_a_minute < 0:
        raise ValueError("minutes and prices are not below zero")
    return minutes * cents_a_minute


def affordable(free: int, cents_a_minute: int) -> int | None:
    """How many whole minutes an amount pays for; None where a minute costs nothing."""
    return None if cents_a_minute == 0 else max(0, free) // cents_a_minute
