"""Entries of the tests' books, told by whom they are about."""

from datetime import datetime
from itertools import count

from kinline.core.ledger.chart import Account, House, held_by, of_house
from kinline.core.ledger.entry import Entry, Posting
from kinline.core.transition.words import AccountKind

CARD = of_house(House.CARD_CLEARING)
REVENUE = of_house(House.REVENUE)
OPENING = of_house(House.OPENING)
_numbers = count(1)


def prepaid(holder: str) -> Account:
    """Somebody's prepaid account for calls that reach them."""
    return held_by(AccountKind.PREPAID_COLLECT, holder)


def debit(holder: str) -> Account:
    """The debit account of somebody inside."""
    return held_by(AccountKind.DEBIT, holder)


def paid_in(holder: str, cents: int, now: datetime, key: str = "") -> Entry:
    """Money paid by card into somebody's prepaid account."""
    name = key or f"funding:{next(_numbers)}"
    return Entry(name, now, "funding", (Posting(CARD, prepaid(holder), cents),))


def call_paid(holder: str, cents: int, now: datetime, key: str = "") -> Entry:
    """A call paid from somebody's prepaid account."""
    name = key or f"call:{next(_numbers)}"
    return Entry(name, now, "call", (Posting(prepaid(holder), REVENUE, cents),))


def brought_in(account: Account, cents: int, now: datetime) -> Entry:
    """A balance brought from an old system."""
    return Entry(f"opening:{next(_numbers)}", now, "opening", (Posting(OPENING, account, cents),))
