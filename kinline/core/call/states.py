"""The state table of a call.

A move that is not in the table is recorded, not obeyed: doubled and late events are normal.
"""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """The two parties of a call: the one inside and the one outside."""

    INSIDE = "inside"
    OUTSIDE = "outside"


class State(StrEnum):
    REFUSED = "refused"
    AUTHORIZED = "authorized"
    RINGING = "ringing"
    ANNOUNCING = "announcing"
    TALKING = "talking"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a call ended; each has its own sentence on the screen."""

    HUNG_UP_INSIDE = "hung_up_inside"
    HUNG_UP_OUTSIDE = "hung_up_outside"
    TIME_UP = "time_up"
    MONEY_UP = "money_up"  # the limit that was reached is what the money paid for
    DECLINED = "declined"
    BLOCKED = "blocked"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    NOT_CONNECTED = "not_connected"
    NOT_ACCEPTED = "not_accepted"
    LINE_LOST_INSIDE = "line_lost_inside"
    LINE_LOST_OUTSIDE = "line_lost_outside"
    PAGE_CLOSED_INSIDE = "page_closed_inside"
    PAGE_CLOSED_OUTSIDE = "page_closed_outside"
    STAFF = "staff"
    THIRD_PARTY = "third_party"  # a sign of one, where the facility wants that to end a call
    ENGINE_LOST = "engine_lost"
    FAULT = "fault"


class Event(StrEnum):
    RANG = "rang"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    ENDED = "ended"


class Effect(StrEnum):
    """What must be done, in the transaction that stores the move."""

    START_USAGE = "start_usage"
    WRITE_RECORD = "write_record"
    NOTE_MISSED = "note_missed"
    ADD_BLOCK = "add_block"


LIVE = frozenset({State.AUTHORIZED, State.RINGING, State.ANNOUNCING, State.TALKING})
MISSED = frozenset({EndReason.NO_ANSWER, EndReason.BUSY, EndReason.NOT_ACCEPTED})

MOVES: dict[tuple[State, Event], State] = {
    (State.AUTHORIZED, Event.RANG): State.RINGING,
    (State.RINGING, Event.ANSWERED): State.ANNOUNCING,
    (State.ANNOUNCING, Event.ACCEPTED): State.TALKING,
    (State.AUTHORIZED, Event.ENDED): State.ENDED,
    (State.RINGING, Event.ENDED): State.ENDED,
    (State.ANNOUNCING, Event.ENDED): State.ENDED,
    (State.TALKING, Event.ENDED): State.ENDED,
}


@dataclass(frozen=True, slots=True)
class Move:
    """The outcome of an event: `obeyed` is False when the table has no such move."""

    state: State
    obeyed: bool
    effects: tuple[Effect, ...] = ()


def step(state: State, event: Event, reason: EndReason | None = None) -> Move:
    """Apply one event; `reason` is required with Event.ENDED and only there.

    Raises ValueError when an end comes without its reason.
    """
    if event is Event.ENDED and reason is None:
        raise ValueError("an end without a reason cannot be explained to anyone")
    after = MOVES.get((state, event))
    if after is None:
        return Move(state, obeyed=False)
    return Move(after, obeyed=True, effects=_effects(state, event, reason))


def _effects(state: State, event: Event, reason: EndReason | None) -> tuple[Effect, ...]:
    if event is Event.ACCEPTED:
        return (Effect.START_USAGE,)
    if event is not Event.ENDED:
        return ()
    effects = [Effect.WRITE_RECORD]
    # A caller who gives up while it rings is a missed call too: the contact should know.
    gave_up = state is State.RINGING and reason is EndReason.HUNG_UP_INSIDE
    if reason in MISSED or gave_up:
        effects.append(Effect.NOTE_MISSED)
    if reason is EndReason.BLOCKED:
        effects.append(Effect.ADD_BLOCK)
    return tuple(effects)
