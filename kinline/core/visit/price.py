"""What a visit costs, by its scheduled start, and what is returned of what was paid for it.

A visit is paid as it is booked, for the length that was booked. When it was booked and how long it
lasted in the end do not count; the day for which it was scheduled does (published answer of the
provider in Massachusetts, 2023: the test is the session's date and not the booking's).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from kinline.core.place import Place
from kinline.core.rating.book import RuleBook
from kinline.core.rating.rate import Charge, Usage, rate
from kinline.core.rating.terms import Service
from kinline.core.visit.states import By, EndReason, Missing, State


def price(place: Place, starts_at: datetime, length_minutes: int, book: RuleBook) -> Charge:
    """The price of a visit scheduled for `starts_at` (aware). Raises NoRuleInForce."""
    usage = Usage(Service.VISIT, place, starts_at, seconds=length_minutes * 60)
    return rate(usage, book)


def is_late(starts_at: datetime, cancel_minutes: int, now: datetime) -> bool:
    """Whether a cancellation at `now` is a late one: less than so many minutes before the start."""
    left = starts_at.astimezone(UTC) - now.astimezone(UTC)
    return left < timedelta(minutes=cancel_minutes)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a visit. `by` and `late` tell of a cancelled one, `missing` of a missed one,
    `reason` why a held one ended. A live state: nothing yet, and it is still to be held.

    Raises ValueError for a fate that lacks the word that decides.
    """

    state: State
    by: By | None = None
    late: bool = False
    missing: Missing | None = None
    reason: EndReason | None = None

    def __post_init__(self) -> None:
        needed = {
            State.CANCELLED: self.by,
            State.MISSED: self.missing,
            State.ENDED: self.reason,
        }
        if self.state in needed and needed[self.state] is None:
            raise ValueError(f"a {self.state} visit without its reason has no price")


class Because(StrEnum):
    """Why so much is returned; each has its own sentence."""

    WAS_FREE = "was_free"  # nothing was paid
    FREE_BY_RULE = "free_by_rule"  # on its day it costs nothing: the charge's citation says why
    COSTS_LESS = "costs_less"  # on its day it costs less than was paid
    STANDS = "stands"  # it is still to be held, and its price is right
    WAS_HELD = "was_held"
    CUT_SHORT = "cut_short"  # by a lockdown, or by our fault
    NOT_HELD = "not_held"  # the facility or we did not let it happen
    IN_TIME = "in_time"  # cancelled early enough
    TOO_LATE = "too_late"  # cancelled late, by who visits
    INSIDE_MISSING = "inside_missing"  # the visitors came, and nobody came inside
    NOT_TOGETHER = "not_together"  # both came, never at the same time
    NOT_THERE = "not_there"  # nobody came outside


# What of a price is returned although the rules of its day ask for it.
WHOLE = frozenset(
    {
        Because.CUT_SHORT,
        Because.NOT_HELD,
        Because.IN_TIME,
        Because.INSIDE_MISSING,
        Because.NOT_TOGETHER,
    }
)
_MISSED = {
    Missing.INSIDE: Because.INSIDE_MISSING,
    Missing.EACH_OTHER: Because.NOT_TOGETHER,
    Missing.OUTSIDE: Because.NOT_THERE,
    Missing.BOTH: Because.NOT_THERE,
}


@dataclass(frozen=True, slots=True)
class Returned:
    """So many cents go back to who paid, and why so many."""

    cents: int
    because: Because


def returned(paid_cents: int, owed: Charge, fate: Fate) -> Returned:
    """What goes back of `paid_cents`, which are what was paid less what went back already.

    `owed` is the price by today's book (`price`). What the rules of the visit's day do not ask for
    goes back whatever became of it. More than was paid is never asked for afterwards.
    Where a tariff says nothing of it, what is kept for a late cancellation or an empty chair is our
    default (docs/decisions/0035-visit-times.md).
    Raises ValueError for a negative payment.
    """
    if paid_cents < 0:
        raise ValueError(f"nobody paid {paid_cents} cents")
    if not paid_cents:
        return Returned(0, Because.WAS_FREE)
    if owed.consumer_cents == 0:
        return Returned(paid_cents, Because.FREE_BY_RULE)
    because = _because(fate)
    if because in WHOLE:
        return Returned(paid_cents, because)
    over = paid_cents - owed.consumer_cents
    return Returned(over, Because.COSTS_LESS) if over > 0 else Returned(0, because)


def _because(fate: Fate) -> Because:
    if fate.state is State.CANCELLED:
        if fate.by is By.FACILITY:
            return Because.NOT_HELD
        # Late, and still not the visitor's doing: the person inside cancelled.
        late = fate.late and fate.by is By.VISITOR
        return Because.TOO_LATE if late else Because.IN_TIME
    if fate.state is State.MISSED and fate.missing is not None:
        return _MISSED[fate.missing]
    if fate.state is State.ENDED:
        ours = (EndReason.LOCKDOWN, EndReason.ENGINE_LOST, EndReason.FAULT)
        return Because.CUT_SHORT if fate.reason in ours else Because.WAS_HELD
    if fate.state in (State.REFUSED, State.LAPSED, State.FAILED):
        return Because.NOT_HELD
    return Because.STANDS
