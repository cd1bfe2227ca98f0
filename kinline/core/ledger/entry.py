"""Entries: two-sided postings under one key. Balanced by construction, and undone by reversal."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kinline.core.ledger.chart import Account, Side

KEY_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount` goes from the account credited to the account debited.

    Raises ValueError for an amount below 1, for one account on both sides, and for accounts that
    are counted in different things: dollars do not turn into stamps by posting.
    """

    debit: Account
    credit: Account
    amount: int

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount < 1:
            raise ValueError(f"an amount is a whole number above 0, not {self.amount!r}")
        if self.debit.code == self.credit.code:
            raise ValueError(f"{self.debit.code} on both sides")
        if self.debit.commodity != self.credit.commodity:
            raise ValueError(f"{self.debit.code} and {self.credit.code} are counted differently")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in the books. `key` makes it once only ("call:<id>"); `what` is its kind.

    `about` is the id of what it is about (a call, a refund), `why` a reason that staff gave.
    Raises ValueError for a key that is empty or too long, and for an entry of no postings.
    """

    key: str
    at: datetime
    what: str
    postings: tuple[Posting, ...]
    about: str = ""
    why: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= KEY_LENGTH:
            raise ValueError("an entry has a key of 1 to 120 characters")
        if not self.postings:
            raise ValueError(f"{self.key} moves nothing")
        if self.at.tzinfo is None:
            raise ValueError(f"{self.key} has no time zone")

    def accounts(self) -> dict[str, Account]:
        """Every account it touches, by code."""
        sides = (one for posting in self.postings for one in (posting.debit, posting.credit))
        return {account.code: account for account in sides}


def changes(postings: Iterable[Posting]) -> Mapping[str, int]:
    """By how much each account's balance changes, told on the side on which it grows."""
    found: Counter[str] = Counter()
    for one in postings:
        found[one.debit.code] += one.amount if one.debit.grows is Side.DEBIT else -one.amount
        found[one.credit.code] += one.amount if one.credit.grows is Side.CREDIT else -one.amount
    return dict(found)


def reversal(entry: Entry, *, key: str, at: datetime, why: str) -> Entry:
    """The entry that undoes another one: the same amounts, the sides changed.

    Raises ValueError without a reason: who undoes says why.
    """
    if not why.strip():
        raise ValueError("a reversal has a reason")
    turned = tuple(Posting(one.credit, one.debit, one.amount) for one in entry.postings)
    return Entry(key, at, "reversal", turned, entry.about, why)
