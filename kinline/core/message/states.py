"""The state table of a message, from the moment it is sent. A draft is not a message yet.

A move that is not in the table is recorded, not obeyed: a decision may come after the sender has
withdrawn the message, and comes twice when a process is killed at the wrong moment.
"""

from dataclasses import dataclass
from enum import StrEnum

from kinline.core.review.terms import Mode, Outcome


class State(StrEnum):
    WAITING = "waiting"  # held until a reviewer decides; nobody reads it on the other side
    DELIVERED = "delivered"
    IN_PART = "in_part"  # delivered without the parts that were rejected
    REJECTED = "rejected"  # before anybody read it
    TAKEN_BACK = "taken_back"  # rejected after it had been delivered
    WITHDRAWN = "withdrawn"  # by its sender, while it waited


class Event(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"
    REJECTED_IN_PART = "rejected_in_part"
    WITHDREW = "withdrew"
    # What an appeal came to: it stays rejected, or all or some of it goes out after all.
    UPHELD = "upheld"
    REVERSED = "reversed"
    REVERSED_IN_PART = "reversed_in_part"


class Effect(StrEnum):
    """What must be done, in the transaction that stores the move."""

    DELIVER = "deliver"  # every part that is not rejected
    TAKE_BACK = "take_back"  # every part that is rejected now and could be read until now
    GIVE_BACK = "give_back"  # what the parts that never arrived had cost
    TELL_BOTH = "tell_both"
    CLOSE_REVIEW = "close_review"


S, E, F = State, Event, Effect
_MOVES: dict[tuple[State, Event], tuple[State, tuple[Effect, ...]]] = {
    (S.WAITING, E.APPROVED): (S.DELIVERED, (F.DELIVER,)),
    (S.WAITING, E.REJECTED): (S.REJECTED, (F.GIVE_BACK, F.TELL_BOTH)),
    (S.WAITING, E.REJECTED_IN_PART): (S.IN_PART, (F.DELIVER, F.GIVE_BACK, F.TELL_BOTH)),
    (S.WAITING, E.WITHDREW): (S.WITHDRAWN, (F.GIVE_BACK, F.CLOSE_REVIEW)),
    # Reviewed after delivery: nothing to give back, it has arrived.
    (S.DELIVERED, E.APPROVED): (S.DELIVERED, ()),
    (S.DELIVERED, E.REJECTED): (S.TAKEN_BACK, (F.TAKE_BACK, F.TELL_BOTH)),
    (S.DELIVERED, E.REJECTED_IN_PART): (S.IN_PART, (F.TAKE_BACK, F.TELL_BOTH)),
    # Appeals. What goes out after all is not charged a second time.
    (S.REJECTED, E.UPHELD): (S.REJECTED, (F.TELL_BOTH,)),
    (S.REJECTED, E.REVERSED): (S.DELIVERED, (F.DELIVER, F.TELL_BOTH)),
    (S.REJECTED, E.REVERSED_IN_PART): (S.IN_PART, (F.DELIVER, F.TELL_BOTH)),
    (S.TAKEN_BACK, E.UPHELD): (S.TAKEN_BACK, (F.TELL_BOTH,)),
    (S.TAKEN_BACK, E.REVERSED): (S.DELIVERED, (F.DELIVER, F.TELL_BOTH)),
    (S.TAKEN_BACK, E.REVERSED_IN_PART): (S.IN_PART, (F.DELIVER, F.TELL_BOTH)),
    (S.IN_PART, E.UPHELD): (S.IN_PART, (F.TELL_BOTH,)),
    (S.IN_PART, E.REVERSED): (S.DELIVERED, (F.DELIVER, F.TELL_BOTH)),
    (S.IN_PART, E.REVERSED_IN_PART): (S.IN_PART, (F.DELIVER, F.TELL_BOTH)),
}
MOVES = {move: after for move, (after, _) in _MOVES.items()}
READABLE = frozenset({State.DELIVERED, State.IN_PART})  # on the other side, but for rejected parts
APPEALABLE = frozenset({State.REJECTED, State.TAKEN_BACK, State.IN_PART})


@dataclass(frozen=True, slots=True)
class Move:
    """The outcome of an event: `obeyed` is False when the table has no such move."""

    state: State
    obeyed: bool
    effects: tuple[Effect, ...] = ()


def begin(mode: Mode, flagged: bool) -> State:
    """How a message begins: held, or delivered in the transaction that sends it.

    Under SAMPLE it is delivered and some are looked at after; under FLAGGED only those are held
    in which triage found something.
    """
    held = mode is Mode.HOLD or (mode is Mode.FLAGGED and flagged)
    return State.WAITING if held else State.DELIVERED


def step(state: State, event: Event) -> Move:
    """Apply one event."""
    found = _MOVES.get((state, event))
    if found is None:
        return Move(state, obeyed=False)
    return Move(found[0], obeyed=True, effects=found[1])


def event_of(outcome: Outcome, *, of_appeal: bool) -> Event:
    """What a reviewer's decision, or the decision on an appeal, means for the message."""
    if of_appeal:
        return {
            Outcome.APPROVED: Event.REVERSED,
            Outcome.IN_PART: Event.REVERSED_IN_PART,
            Outcome.REJECTED: Event.UPHELD,
        }[outcome]
    return {
        Outcome.APPROVED: Event.APPROVED,
        Outcome.IN_PART: Event.REJECTED_IN_PART,
        Outcome.REJECTED: Event.REJECTED,
    }[outcome]
