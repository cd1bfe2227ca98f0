"""The lines to the two sides: who is gone, since when, and when that ends the call.

Pure: moments are seconds on whatever clock the caller uses, always passed in.
"""

from dataclasses import dataclass, field
from enum import Enum

from kinline.core.call.states import EndReason, Side
from kinline.engine.settings import Times
from kinline.engine.timers import earliest


class Phase(Enum):
    RINGING = "ringing"
    ANNOUNCING = "announcing"
    TALKING = "talking"


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a call ends, and which side's doing it was."""

    reason: EndReason
    side: Side | None = None


@dataclass(slots=True)
class Line:
    """One side's line. `left_at`: its page was closed; `dropped_at`: its socket broke;
    `silent_at`: when its last sound came (None while it flows)."""

    side: Side
    left_at: float | None = None
    dropped_at: float | None = None
    silent_at: float | None = None

    def came(self) -> None:
        self.left_at = self.dropped_at = None

    def left(self, now: float) -> None:
        self.left_at, self.dropped_at = now, None

    def dropped(self, now: float) -> None:
        self.dropped_at = now

    def lost(self, phase: Phase) -> bool:
        """Whether the other side must wait for this one.

        In a talk the sound counts, not the socket: a call goes on while web or a socket is
        away. Before it there may be no sound yet, and the socket is the line.
        """
        if phase is Phase.TALKING:
            return self.left_at is not None or self.silent_at is not None
        return self.left_at is not None or self.dropped_at is not None

    def ends_at(self, phase: Phase, times: Times) -> float | None:
        """When the patience with this side runs out; None while it is there."""
        silent = self.silent_at if phase is Phase.TALKING else self.dropped_at
        return earliest(
            None if self.left_at is None else self.left_at + times.page_grace,
            None if silent is None else silent + times.line_grace,
        )

    def ending(self, phase: Phase) -> Ending:
        """How the call ends when this side does not come back."""
        inside = self.side is Side.INSIDE
        if self.left_at is None:
            lost = EndReason.LINE_LOST_INSIDE if inside else EndReason.LINE_LOST_OUTSIDE
            return Ending(lost, self.side)
        if phase is Phase.RINGING and inside:
            # Who closes the page while it rings has given up: the contact sees a missed call.
            return Ending(EndReason.HUNG_UP_INSIDE, self.side)
        closed = EndReason.PAGE_CLOSED_INSIDE if inside else EndReason.PAGE_CLOSED_OUTSIDE
        return Ending(closed, self.side)


@dataclass(slots=True)
class Lines:
    """Both lines of a call."""

    times: Times
    inside: Line = field(default_factory=lambda: Line(Side.INSIDE))
    outside: Line = field(default_factory=lambda: Line(Side.OUTSIDE))

    def of(self, side: Side) -> Line:
        return self.inside if side is Side.INSIDE else self.outside

    def patience_ends(self, phase: Phase) -> float | None:
        """The next moment at which somebody's absence ends the call."""
        return earliest(*(line.ends_at(phase, self.times) for line in (self.inside, self.outside)))

    def overdue(self, now: float, phase: Phase) -> Ending | None:
        """The ending, if somebody has been away for too long."""
        for line in (self.inside, self.outside):
            ends_at = line.ends_at(phase, self.times)
            if ends_at is not None and now >= ends_at:
                return line.ending(phase)
        return None


def hung_up(side: Side) -> Ending:
    inside = side is Side.INSIDE
    return Ending(EndReason.HUNG_UP_INSIDE if inside else EndReason.HUNG_UP_OUTSIDE, side)


def other(side: Side) -> Side:
    return Side.OUTSIDE if side is Side.INSIDE else Side.INSIDE
