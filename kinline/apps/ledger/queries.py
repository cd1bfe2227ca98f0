"""Reads of the books: balances, statements, the trial balance, and all of it for export."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from kinline.apps.ledger.models import Account, Balance, Entry, Hold, Posting
from kinline.apps.parts import in_parts
from kinline.core.ledger import chart
from kinline.core.ledger.chart import Side
from kinline.core.ledger.hold import Balance as Has
from kinline.core.ledger.hold import HoldState

NOTHING = Has(0, 0)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an account's statement: by how much it changed, and what it had then."""

    at: datetime
    key: str
    what: str
    about: str
    why: str
    change: int
    after: int


@dataclass(frozen=True, slots=True)
class Total:
    """One account in the trial balance: all debits and all credits it ever had."""

    code: str
    commodity: str
    debits: int
    credits: int


@dataclass(frozen=True, slots=True)
class Line:
    """One posting, as an export writes it."""

    at: datetime
    key: str
    what: str
    about: str
    why: str
    position: int
    debit: str
    credit: str
    amount: int
    commodity: str


def balance(*, account: chart.Account) -> Has:
    """What an account with a floor has; nothing where it was never opened."""
    found = Balance.objects.filter(account__code=account.code).values_list("posted", "held").first()
    return Has(*found) if found else NOTHING


def balances(*, accounts: Collection[chart.Account]) -> dict[str, Has]:
    """What several accounts have, by code, in one query; those never opened have nothing."""
    rows = Balance.objects.filter(account__code__in=[one.code for one in accounts])
    found = {code: Has(*has) for code, *has in rows.values_list("account__code", "posted", "held")}
    return {one.code: found.get(one.code, NOTHING) for one in accounts}


def given(*, key: str) -> dict[str, int]:
    """How much each account that belongs to somebody gave in an entry, by code."""
    rows = Posting.objects.filter(entry__key=key, debit__floor=True)
    return dict(rows.values_list("debit__code").annotate(Sum("amount")).order_by())


def statement(
    *, code: str, first: datetime | None = None, end: datetime | None = None
) -> tuple[Row, ...]:
    """An account's lines in [first, end), each with what it had after it. In two queries."""
    account = Account.objects.filter(code=code).first()
    if account is None:
        return ()
    touching = Posting.objects.filter(Q(debit=account) | Q(credit=account))
    grows = Side(account.grows)
    after = _sum_of(account.pk, grows, before=first) if first else 0
    if first:
        touching = touching.filter(entry__at__gte=first)
    if end:
        touching = touching.filter(entry__at__lt=end)
    rows = []
    for one in touching.select_related("entry").order_by("entry__at", "entry", "position"):
        debited = one.debit_id == account.pk
        change = one.amount if debited == (grows is Side.DEBIT) else -one.amount
        after += change
        entry = one.entry
        rows.append(Row(entry.at, entry.key, entry.what, entry.about, entry.why, change, after))
    return tuple(rows)


def trial_balance() -> tuple[Total, ...]:
    """Every account with its sums. In each commodity debits and credits are the same."""
    accounts = Account.objects.order_by("code").values_list("pk", "code", "commodity")
    debits = _sums("debit_id")
    credits = _sums("credit_id")
    return tuple(
        Total(code, commodity, debits.get(pk, 0), credits.get(pk, 0))
        for pk, code, commodity in accounts
    )


def open_holds() -> int:
    """How many holds are open: none when nothing is under way."""
    return Hold.objects.filter(state=HoldState.OPEN).count()


def lines(*, first: datetime | None = None, end: datetime | None = None) -> Iterator[Line]:
    """Every posting in [first, end), in the order of the books. Read as it is written out."""
    found = Posting.objects.order_by("entry__at", "entry", "position")
    if first:
        found = found.filter(entry__at__gte=first)
    if end:
        found = found.filter(entry__at__lt=end)
    asked = found.values_list(
        "entry__at", "entry__key", "entry__what", "entry__about", "entry__why", "position",
        "debit__code", "credit__code", "amount", "debit__commodity",
    )  # fmt: skip
    return (Line(*row) for row in asked.iterator(chunk_size=2000))


def astray() -> tuple[str, ...]:
    """Accounts whose balance is not the sum of their postings and open holds: always none.

    The database keeps both; this recounts them for whoever trusts no one.
    """
    debits, credits = _sums("debit_id"), _sums("credit_id")
    opened = Hold.objects.filter(state=HoldState.OPEN).values_list("account_id")
    held = dict(opened.annotate(Sum("amount")))
    rows = Balance.objects.values_list("pk", "account__code", "posted", "held").order_by("pk")
    return tuple(
        code
        for pk, code, posted, aside in rows
        if (posted, aside) != (credits.get(pk, 0) - debits.get(pk, 0), held.get(pk, 0))
    )


def posted(*, keys: Collection[str]) -> frozenset[str]:
    """Which of these keys stand in the books."""
    return frozenset(Entry.objects.filter(key__in=keys).values_list("key", flat=True))


def amounts_of(*, keys: Collection[str]) -> dict[str, tuple[str, str, int]]:
    """Debit, credit and amount of those of these entries that stand, of their first posting."""
    found: dict[str, tuple[str, str, int]] = {}
    for some in in_parts(keys):
        rows = Posting.objects.filter(entry__key__in=some, position=1)
        asked = rows.values_list("entry__key", "debit__code", "credit__code", "amount")
        found |= {key: (debit, credit, amount) for key, debit, credit, amount in asked}
    return found


def _sums(side: str) -> dict[int, int]:
    return dict(Posting.objects.values_list(side).annotate(Sum("amount")).order_by())


def _sum_of(account: int, grows: Side, *, before: datetime) -> int:
    earlier = Posting.objects.filter(entry__at__lt=before)
    sums = earlier.aggregate(
        debits=Coalesce(Sum("amount", filter=Q(debit=account)), 0),
        credits=Coalesce(Sum("amount", filter=Q(credit=account)), 0),
    )
    difference: int = sums["credits"] - sums["debits"]
    return difference if grows is Side.CREDIT else -difference
