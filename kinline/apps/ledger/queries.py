"""Reads of the books: balances, statements, the trial balance, and all of it for export."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, Max, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from kinline.apps.ledger.models import Account, Balance, Entry, Hold, Posting
from kinline.apps.paging import Page, paginate
from kinline.apps.parts import in_parts
from kinline.core.ledger import chart
from kinline.core.ledger.chart import Side
from kinline.core.ledger.hold import NOTHING, HoldState
from kinline.core.ledger.hold import Balance as Has
from kinline.core.transition.words import AccountKind

OPENING = "opening"
CALL_HOLDS = "call"  # how the keys of what is set aside for calls begin
KINDS = [kind.value for kind in AccountKind]
ARREARS = "prepaid_arrears"


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
class Held:
    """What a holder has on one account, in cents or pieces. `agency` is whose pieces they are.

    `owed` is what a prepaid account was below zero when it was brought in, `on_calls` what of
    the balance is set aside for calls under way. `used_at` is the last entry but for bringing in.
    """

    code: str
    holder: str
    kind: AccountKind
    agency: str
    commodity: str
    balance: Has
    owed: int = 0
    on_calls: int = 0
    used_at: datetime | None = None

    @property
    def stands_at(self) -> int:
        """What it stands at: what there is, else, below zero, what is owed from before.

        What is owed is never taken from money that came later, so a refund pays all there is.
        """
        return self.balance.posted or -self.owed


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


def held(*, holders: Collection[str]) -> dict[str, tuple[Held, ...]]:
    """What these holders have, by holder and kind; holders without an account are not there.

    A few queries however many accounts there are. Scope: the caller names its own holders.
    """
    found: dict[str, dict[str, Held]] = {}
    for some in in_parts(holders):
        owed = _owed(some)
        rows = Balance.objects.filter(account__holder__in=some, account__kind__in=KINDS)
        asked = rows.values_list(
            "pk", "account__code", "account__holder", "account__kind", "account__agency",
            "account__commodity", "posted", "held",
        )  # fmt: skip
        listed = list(asked)
        used = _used([row[0] for row in listed])
        on_calls = _on_calls([row[0] for row in listed])
        for pk, code, holder, kind, agency, commodity, posted, aside in listed:
            of = AccountKind(kind)
            found.setdefault(holder, {})[code] = Held(
                code=code,
                holder=holder,
                kind=of,
                agency=agency,
                commodity=commodity,
                balance=Has(posted, aside),
                owed=owed.pop(holder, 0) if of is AccountKind.PREPAID_COLLECT else 0,
                on_calls=on_calls.get(pk, 0),
                used_at=used.get(pk),
            )
        for holder, cents in owed.items():  # below zero from the first day, and nothing else
            if cents:
                bare = chart.held_by(AccountKind.PREPAID_COLLECT, holder)
                account = Held(bare.code, holder, AccountKind.PREPAID_COLLECT, "", bare.commodity,
                               NOTHING, cents)  # fmt: skip
                found.setdefault(holder, {})[bare.code] = account
    order = list(AccountKind)
    return {
        holder: tuple(sorted(has.values(), key=lambda one: (order.index(one.kind), one.code)))
        for holder, has in found.items()
    }


def movements(*, code: str, page: int = 1, size: int = 25) -> Page[Row]:
    """An account's lines, the newest first, each with what it had after it. In four queries."""
    account = Account.objects.filter(code=code).first()
    if account is None:
        return Page([], 1, has_next=False)
    grows = Side(account.grows)
    touching = Posting.objects.filter(Q(debit=account) | Q(credit=account))
    rows = touching.select_related("entry").order_by("-entry__at", "-entry", "-position")
    up = "credit" if grows is Side.CREDIT else "debit"
    changed = rows.annotate(
        change=Case(When(**{up: account}, then=F("amount")), default=-F("amount"))
    )

    def build(found: list[Posting]) -> list[Row]:
        if not found:
            return []
        newest = found[0]
        older = Q(entry__at__lt=newest.entry.at) | Q(
            entry__at=newest.entry.at, entry__lt=newest.entry_id
        ) | Q(entry=newest.entry_id, position__lte=newest.position)  # fmt: skip
        after = changed.filter(older).aggregate(total=Coalesce(Sum("change"), 0))["total"]
        lines = []
        for one in found:
            entry = one.entry
            change = one.change  # type: ignore[attr-defined]
            lines.append(
                Row(entry.at, entry.key, entry.what, entry.about, entry.why, change, after)
            )
            after -= change
        return lines

    return paginate(changed, page, build, size)


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


def _owed(holders: Collection[str]) -> dict[str, int]:
    """What is owed from before, by holder."""
    accounts = Account.objects.filter(holder__in=holders, kind=ARREARS)
    owed: dict[str, int] = {}
    for side, sign in (("debits", 1), ("credits", -1)):
        sums = accounts.values_list("holder").annotate(Sum(f"{side}__amount")).order_by()
        for holder, amount in sums:
            owed[holder] = owed.get(holder, 0) + sign * (amount or 0)
    return owed


def _used(accounts: Collection[int]) -> dict[int, datetime]:
    """When these accounts were last touched by anything but bringing them in."""
    used: dict[int, datetime] = {}
    for side in ("debit_id", "credit_id"):
        rows = Posting.objects.filter(**{f"{side}__in": accounts}).exclude(entry__what=OPENING)
        for account, at in rows.values_list(side).annotate(Max("entry__at")).order_by():
            used[account] = max(at, used.get(account, at))
    return used


def _on_calls(accounts: Collection[int]) -> dict[int, int]:
    rows: QuerySet[Hold] = Hold.objects.filter(
        account__in=accounts, state=HoldState.OPEN, key__startswith=CALL_HOLDS
    )
    return dict(rows.values_list("account_id").annotate(Sum("amount")).order_by())


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


def unused(*, since: datetime) -> dict[tuple[str, str], datetime]:
    """Accounts with dollars on them that nothing moved since, by kind and holder: when opened."""
    moved = Posting.objects.filter(entry__at__gte=since).exclude(entry__what=OPENING)
    rows = Balance.objects.filter(posted__gt=0, account__commodity=chart.USD)
    still = rows.exclude(account__in=moved.values("debit")).exclude(
        account__in=moved.values("credit")
    )
    asked = still.values_list("account__kind", "account__holder", "account__opened_at")
    return {(kind, holder): opened for kind, holder, opened in asked}
