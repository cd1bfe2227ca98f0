"""By which way the money goes back: to the cards it came from, the rest by cheque."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kinline.core.refund.states import Way


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment into the account. `left_cents` is what of it was not given back before."""

    id: str
    at: datetime
    left_cents: int


@dataclass(frozen=True, slots=True)
class Part:
    """`payment` is the payment it goes back to; empty for a cheque."""

    way: Way
    cents: int
    payment: str = ""


def split(cents: int, payments: Sequence[Paid]) -> tuple[Part, ...]:
    """Cards first, the oldest payment first, never more than is left of each; then a cheque.

    Raises ValueError for nothing to pay.
    """
    if cents < 1:
        raise ValueError("a refund pays something")
    parts = []
    for paid in sorted(payments, key=lambda one: (one.at, one.id)):
        back = min(cents, paid.left_cents)
        if back > 0:
            parts.append(Part(Way.CARD, back, paid.id))
            cents -= back
    return (*parts, Part(Way.CHEQUE, cents)) if cents else tuple(parts)
