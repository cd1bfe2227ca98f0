"""May this balance be paid out, and who has to agree? Facts in, every reason out."""

from collections.abc import Collection
from dataclasses import dataclass

from kinline.core.refusal import Refusal, Whose
from kinline.core.transition.decide import Decision
from kinline.core.transition.words import AccountKind, Outcome

# Above this much two members of staff must agree, where an agency has set nothing else.
TWO_ABOVE_CENTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A wish to close an account. `free_cents` is what is on it and not set aside.

    `released`: a debit account's holder has left, and staff ask on their behalf. `confirmed`:
    the holder has read that the account is still needed, and wants it closed all the same.
    `under_way`: another refund of it is not finished.
    """

    decision: Decision
    free_cents: int
    released: bool = False
    confirmed: bool = False
    under_way: bool = False


def reasons_against(asking: Asking) -> tuple[Refusal, ...]:
    """Every reason why it cannot be asked for now; none where it can.

    That an account is still needed is advice: with a plain confirmation it is paid out.
    """
    decision = asking.decision
    found = []
    if asking.under_way:
        found.append("refund.under_way")
    if asking.free_cents <= 0:
        found.append("refund.nothing_left")
    elif decision.facts.kind is AccountKind.DEBIT and asking.released:
        pass  # the money is the person's, and whoever has left has no shop to spend it in
    elif decision.before:
        found.append("refund.not_yet")
    elif not decision.can_request:
        found.append("refund.not_refundable")
    elif decision.outcome is Outcome.KEEP_OPEN and not asking.confirmed:
        found.append("refund.still_needed")
    return tuple(Refusal(code, Whose.KINLINE) for code in found)


def approvals_needed(cents: int, two_above_cents: int = TWO_ABOVE_CENTS) -> int:
    """How many members of staff must agree to paying out so much."""
    return 2 if cents > two_above_cents else 1


def against_agreeing(who: str, *, asked_by: str, agreed: Collection[str]) -> tuple[Refusal, ...]:
    """Why this member of staff cannot agree: nobody does it twice, nor for what they asked."""
    if who in agreed:
        return (Refusal("refund.agreed_before", Whose.KINLINE),)
    if who == asked_by:
        return (Refusal("refund.own_request", Whose.KINLINE),)
    return ()
