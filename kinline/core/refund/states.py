"""The state table of a refund, and of a payment by card.

A move that is not in the table is recorded, not obeyed: providers tell things twice and late.
"""

from enum import StrEnum


class State(StrEnum):
    """A refund's. While it is REQUESTED or APPROVED the amount is set aside on the account."""

    REQUESTED = "requested"
    APPROVED = "approved"
    PAYING = "paying"  # taken off the account; the card company is asked, a cheque is due
    PAID = "paid"
    FAILED = "failed"  # a part of it could not be paid: that part is back on the account
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class Event(StrEnum):
    AGREED = "agreed"  # by as many members of staff as it takes
    BEGAN = "began"
    DONE = "done"  # every part has been paid
    FELL_THROUGH = "fell_through"  # nothing is under way any more, and a part was not paid
    WITHDREW = "withdrew"
    SAID_NO = "said_no"


MOVES: dict[tuple[State, Event], State] = {
    (State.REQUESTED, Event.AGREED): State.APPROVED,
    (State.REQUESTED, Event.WITHDREW): State.WITHDRAWN,
    (State.REQUESTED, Event.SAID_NO): State.REFUSED,
    (State.APPROVED, Event.BEGAN): State.PAYING,
    (State.PAYING, Event.DONE): State.PAID,
    (State.PAYING, Event.FELL_THROUGH): State.FAILED,
    # A bank may send a card refund back days after it was told as done.
    (State.PAID, Event.FELL_THROUGH): State.FAILED,
}
SET_ASIDE = frozenset({State.REQUESTED, State.APPROVED})
OPEN = SET_ASIDE | {State.PAYING}


def step(state: State, event: Event) -> State | None:
    """Where an event leads; None where it leads nowhere."""
    return MOVES.get((state, event))


class Way(StrEnum):
    """How a part of a refund goes back."""

    CARD = "card"
    CHEQUE = "cheque"


class PartState(StrEnum):
    DUE = "due"  # the intent is written; the provider may or may not have heard of it
    SENT = "sent"  # the provider has it, and has not said how it ended
    PAID = "paid"
    FAILED = "failed"


class PartEvent(StrEnum):
    TAKEN = "taken"
    PAID = "paid"
    FAILED = "failed"


PART_MOVES: dict[tuple[PartState, PartEvent], PartState] = {
    (PartState.DUE, PartEvent.TAKEN): PartState.SENT,
    (PartState.DUE, PartEvent.PAID): PartState.PAID,
    (PartState.DUE, PartEvent.FAILED): PartState.FAILED,
    (PartState.SENT, PartEvent.PAID): PartState.PAID,
    (PartState.SENT, PartEvent.FAILED): PartState.FAILED,
    (PartState.PAID, PartEvent.FAILED): PartState.FAILED,
}


def part_step(state: PartState, event: PartEvent) -> PartState | None:
    """Where an event leads a part of a refund; None where it leads nowhere."""
    return PART_MOVES.get((state, event))


def whole(parts: "list[PartState]") -> Event | None:
    """What has become of a refund of these parts; None while one of them is under way."""
    if any(part in (PartState.DUE, PartState.SENT) for part in parts):
        return None
    return Event.FELL_THROUGH if PartState.FAILED in parts else Event.DONE


class PaymentState(StrEnum):
    """A payment's into an account. Money that came in always counts, however late it is told."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class PaymentEvent(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"


PAYMENT_MOVES: dict[tuple[PaymentState, PaymentEvent], PaymentState] = {
    (PaymentState.OPEN, PaymentEvent.SUCCEEDED): PaymentState.SUCCEEDED,
    (PaymentState.OPEN, PaymentEvent.FAILED): PaymentState.FAILED,
    (PaymentState.FAILED, PaymentEvent.SUCCEEDED): PaymentState.SUCCEEDED,
}


def payment_step(state: PaymentState, event: PaymentEvent) -> PaymentState | None:
    """Where an event leads a payment; None where it leads nowhere."""
    return PAYMENT_MOVES.get((state, event))
