"""How much may go out through one carrier: against toll fraud, not against people.

Whoever gets into a telephone exchange sends calls to numbers that pay them, many at once, many a
minute, or for long abroad. The three limits here are what one carrier may carry; an honest county
stays far below them. Lines that are always open are not asked, and are not stopped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kinline.core.refusal import Refusal, Whose

# Our figures, not a law's: several times what the largest county we know of needs at its peak.
MOST_AT_ONCE, MOST_A_MINUTE, MOST_ABROAD_MINUTES = 240, 120, 1200
MINUTE = 60


class TrunkLimit(StrEnum):
    """Which limit of a carrier was reached."""

    AT_ONCE = "at_once"
    A_MINUTE = "a_minute"
    ABROAD = "abroad"


@dataclass(frozen=True, slots=True)
class TrunkLimits:
    """What one carrier may carry: calls at once, calls begun in a minute, minutes abroad a day."""

    at_once: int = MOST_AT_ONCE
    a_minute: int = MOST_A_MINUTE
    abroad_minutes: int = MOST_ABROAD_MINUTES


@dataclass(frozen=True, slots=True)
class TrunkUse:
    """What it carries: calls that live, calls begun in the last minute, seconds abroad today.

    `abroad_seconds` includes what calls that go on have talked so far; None for a call at home.
    """

    at_once: int
    a_minute: int
    abroad_seconds: int | None = None


def refusals(limits: TrunkLimits, use: TrunkUse, *, tomorrow: datetime) -> Iterator[Refusal]:
    """Every limit that one more call would pass. `tomorrow`: when the day abroad is over.

    People are told that all lines are in use; `facts` tell staff which limit it was.
    """
    if use.at_once >= limits.at_once:
        yield _reached(TrunkLimit.AT_ONCE, limits.at_once)
    if use.a_minute >= limits.a_minute:
        yield _reached(TrunkLimit.A_MINUTE, limits.a_minute)
    if use.abroad_seconds is not None and use.abroad_seconds >= limits.abroad_minutes * MINUTE:
        facts = {"limit": str(TrunkLimit.ABROAD), "most": str(limits.abroad_minutes)}
        yield Refusal("call.trunk_abroad", Whose.FACILITY, tomorrow, facts)


def _reached(limit: TrunkLimit, most: int) -> Refusal:
    facts = {"limit": str(limit), "most": str(most)}
    return Refusal("call.trunk_busy", Whose.FACILITY, facts=facts)
