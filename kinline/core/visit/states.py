"""The state table of a visit, from its request to its end.

A move that is not in the table is recorded, not obeyed: two people press "cancel" at once, and an
engine that comes back tells again what web knows already.
"""

from dataclasses import dataclass
from enum import StrEnum

from kinline.core.visit.terms import Side


class State(StrEnum):
    REQUESTED = "requested"  # waits for the facility's word; its places are claimed already
    BOOKED = "booked"
    HELD = "held"  # somebody of both sides has met; it goes on
    # What follows is over, for good.
    REFUSED = "refused"  # by the facility, before it was booked
    LAPSED = "lapsed"  # nobody decided on the request before it would have begun
    CANCELLED = "cancelled"  # before the two sides met
    MISSED = "missed"  # its time passed, and the two sides never met
    FAILED = "failed"  # it could not be held, by our fault
    ENDED = "ended"  # it was held


class By(StrEnum):
    """Who cancelled a visit."""

    VISITOR = "visitor"
    PERSON = "person"
    FACILITY = "facility"


class EndReason(StrEnum):
    """Why a visit ended; each has its own sentence on the screen."""

    TIME_UP = "time_up"
    LEFT = "left"  # one side left, and did not come back
    STAFF = "staff"
    LOCKDOWN = "lockdown"
    ENGINE_LOST = "engine_lost"
    FAULT = "fault"


class Event(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    MET = "met"  # somebody of each side is in the room
    ENDED = "ended"  # the room closed, or the time of a visit to which nobody came is over


class Effect(StrEnum):
    """What must be done, in the transaction that stores the move."""

    FREE_CLAIMS = "free_claims"  # and offer what is freed to who waits
    WRITE_RECORD = "write_record"  # what took place, once
    SETTLE_PRICE = "settle_price"  # what is returned of it: core/visit/price.py
    TELL_BOTH = "tell_both"
    OFFER_ANOTHER = "offer_another"  # it fell by the facility or by us: they may choose anew


S, E, F = State, Event, Effect
_FALLS = (F.FREE_CLAIMS, F.SETTLE_PRICE, F.TELL_BOTH)
_MOVES: dict[tuple[State, Event], tuple[State, tuple[Effect, ...]]] = {
    (S.REQUESTED, E.APPROVED): (S.BOOKED, (F.TELL_BOTH,)),
    (S.REQUESTED, E.REFUSED): (S.REFUSED, _FALLS),
    (S.REQUESTED, E.LAPSED): (S.LAPSED, (*_FALLS, F.OFFER_ANOTHER)),
    (S.REQUESTED, E.CANCELLED): (S.CANCELLED, _FALLS),
    (S.BOOKED, E.CANCELLED): (S.CANCELLED, _FALLS),
    (S.BOOKED, E.MET): (S.HELD, ()),
    (S.BOOKED, E.ENDED): (S.MISSED, (F.WRITE_RECORD, F.SETTLE_PRICE, F.TELL_BOTH)),
    (S.HELD, E.ENDED): (S.ENDED, (F.WRITE_RECORD, F.SETTLE_PRICE)),
}
TO_COME = frozenset({State.REQUESTED, State.BOOKED})
LIVE = TO_COME | {State.HELD}
OVER = frozenset(State) - LIVE
# What counts for a quota: all that was had, or may still be. Who misses one has used it.
COUNTED = LIVE | {State.ENDED, State.MISSED}


class Missing(StrEnum):
    """Which side of a missed visit did not come."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    BOTH = "both"
    EACH_OTHER = "each_other"  # both came, never at the same time


@dataclass(frozen=True, slots=True)
class Move:
    """The outcome of an event: `obeyed` is False when the table has no such move.

    `missing` is told with State.MISSED only.
    """

    state: State
    obeyed: bool
    effects: tuple[Effect, ...] = ()
    missing: Missing | None = None


def begin(*, approval: bool) -> State:
    """How a visit begins: as a request where the facility approves each, else booked."""
    return State.REQUESTED if approval else State.BOOKED


def step(
    state: State,
    event: Event,
    *,
    by: By | None = None,
    reason: EndReason | None = None,
    came: frozenset[Side] = frozenset(),
) -> Move:
    """Apply one event. `by` goes with CANCELLED and `reason` with ENDED, and only there.

    `came`: which sides were in the room at any time; asked only when it ended without both.
    Raises ValueError when a cancellation or an end comes without its word.
    """
    if event is Event.CANCELLED and by is None:
        raise ValueError("a cancellation without whose it is cannot be explained to anyone")
    if event is Event.ENDED and reason is None:
        raise ValueError("an end without a reason cannot be explained to anyone")
    found = _MOVES.get((state, event))
    if found is None:
        return Move(state, obeyed=False)
    after, effects = found
    if event is Event.CANCELLED and by is By.FACILITY:
        effects = (*effects, Effect.OFFER_ANOTHER)
    if after is State.MISSED:
        return _never_met(reason, effects, came)
    return Move(after, obeyed=True, effects=effects)


def _never_met(
    reason: EndReason | None, effects: tuple[Effect, ...], came: frozenset[Side]
) -> Move:
    """A visit that ended before the sides met: nobody's miss where it was not let go on."""
    if reason in (EndReason.STAFF, EndReason.LOCKDOWN):
        return Move(State.CANCELLED, True, (*_FALLS, Effect.OFFER_ANOTHER))
    if reason in (EndReason.ENGINE_LOST, EndReason.FAULT):
        return Move(State.FAILED, True, (*_FALLS, Effect.WRITE_RECORD, Effect.OFFER_ANOTHER))
    return Move(State.MISSED, True, effects, _missing(came))


def _missing(came: frozenset[Side]) -> Missing:
    if not came:
        return Missing.BOTH
    if len(came) > 1:
        return Missing.EACH_OTHER
    return Missing.OUTSIDE if Side.INSIDE in came else Missing.INSIDE
