"""What the called side hears before it may accept: prompt names, in order.

The engine finds each name in its prompt folder for the listener's language; NAME stands for
the incarcerated person's own recorded voice, `place:CODE` for the facility's name, `cents:N`
for a price, `balance:N` for what an account has in cents and `minutes:N` for how long money
lasts. Written for Kinline; the order of facts (who, where, price, whose money, recorded, keys)
follows what called parties know from today's services.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from kinline.core.ids import PlaceCode
from kinline.core.money import Money

NAME = "name"
PLACE, CENTS = "place:", "cents:"
BALANCE, MINUTES = "balance:", "minutes:"
PAID_BY_CALLER, PAID_BY_YOU, PAID_BY_BOTH = "paid_by_caller", "paid_by_you", "paid_by_both"
YOUR_BALANCE, MONEY_FOR = "your_balance", "money_for"


@dataclass(frozen=True, slots=True)
class Paid:
    """Whose money pays, as one of the two sides may know it. `balance`: what the accounts of that
    side have in cents, None where none of them pays; `caller`: whether one of the caller's does."""

    balance: int | None
    caller: bool = False


class Acceptance(StrEnum):
    """How the called side takes a call; the value is the last prompt it hears.

    KEYS: 1 accepts, 2 refuses, 9 blocks. TWO_KEYS: 1 and 2, where nobody is there to be blocked.
    DIRECT: an organisation's line that is set to answer by itself, once the announcement is said.
    """

    KEYS = "keys"
    TWO_KEYS = "two_keys"
    DIRECT = "direct"


def announcement(
    *,
    place: PlaceCode,
    price_per_minute: Money | None,
    private: bool,
    acceptance: Acceptance = Acceptance.KEYS,
    paid: Paid | None = None,
) -> tuple[str, ...]:
    """Prompts for one call; `price_per_minute` None or zero is said as free of charge.

    `paid` says whose money pays, where that is known before.
    """
    free = price_per_minute is None or price_per_minute.cents == 0
    opening = "free_call_from" if free else "call_from"
    price = (
        () if free or price_per_minute is None else ("price", f"{CENTS}{price_per_minute.cents}")
    )
    kept = "private" if private else "recorded"
    who = _who_pays(paid) if paid and not free else ()
    return (opening, NAME, "at", f"{PLACE}{place}", *price, *who, kept, *_last(acceptance))


def _who_pays(paid: Paid) -> tuple[str, ...]:
    """What the called side hears of the money: of its own only, never how much the caller has."""
    if paid.balance is None:
        return (PAID_BY_CALLER,)
    whose = PAID_BY_BOTH if paid.caller else PAID_BY_YOU
    return (whose, YOUR_BALANCE, f"{BALANCE}{paid.balance}")


def told_to_caller(paid: Paid, *, minutes: int | None) -> tuple[str, ...]:
    """What a caller without a screen hears of the money: their own, and how long all of it lasts
    where that is what limits the call (`minutes`)."""
    own = (YOUR_BALANCE, f"{BALANCE}{paid.balance}") if paid.balance is not None else ()
    lasts = (MONEY_FOR, f"{MINUTES}{minutes}") if minutes else ()
    return (*own, *lasts)


def line_announcement(
    *, place: PlaceCode, private: bool, acceptance: Acceptance
) -> tuple[str, ...]:
    """Prompts for a call to an open line: who, where, recorded or private. Of money, nothing."""
    kept = "private" if private else "recorded"
    return ("call_from", NAME, "at", f"{PLACE}{place}", kept, *_last(acceptance))


def acceptance_of(prompts: Collection[str]) -> Acceptance:
    """How a call with these prompts is taken."""
    return next((one for one in Acceptance if one.value in prompts), Acceptance.DIRECT)


def place_of(prompts: Collection[str]) -> str:
    """The code of the place that is named; empty where none is."""
    found = (one.removeprefix(PLACE) for one in prompts if one.startswith(PLACE))
    return next(found, "")


def cents_of(prompts: Collection[str]) -> str:
    """The prompt of a price, empty where nothing is paid."""
    return next((one for one in prompts if one.startswith(CENTS)), "")


def _last(acceptance: Acceptance) -> tuple[str, ...]:
    return () if acceptance is Acceptance.DIRECT else (acceptance.value,)
