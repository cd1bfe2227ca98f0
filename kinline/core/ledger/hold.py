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


NOTHING = Balance(0, 0)
