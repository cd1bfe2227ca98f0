"""Paying for what is not over yet: look at several accounts at once, set aside, take what it cost.

The balances are locked in one order where the database can: of two calls that look at the same
money the second sees what the first has left. SQLite has one writer anyway.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from kinline.apps.ledger.actions.opening import read
from kinline.apps.ledger.models import Balance, Hold
from kinline.core.ledger import chart
from kinline.core.ledger.hold import NOTHING, HoldState
from kinline.core.ledger.hold import Balance as Has


def looked_at(*, accounts: Sequence[chart.Account]) -> tuple[Has, ...]:
    """What these accounts have, in this order, kept from others until the transaction ends.

    To be called within one. An account that was never opened has nothing.
    """
    rows = _locked(Balance.objects.filter(account__code__in=[one.code for one in accounts]))
    return tuple(rows.get(one.code, NOTHING) for one in accounts)


@transaction.atomic
def take(
    *, keys: Sequence[str], amount: int, now: datetime
) -> tuple[tuple[chart.Account, int], ...]:
    """Close these holds, and tell which account gives how much of `amount`, in their order.

    An account gives at most what was set aside. Where that was let go before, it gives what of it
    is still free: nothing is ever taken below zero, and nobody gives more than was told at the
    beginning. The caller posts what is given, in the same transaction; the rest is free again.
    """
    rows = {row.key: row for row in Hold.objects.filter(key__in=keys).select_related("account")}
    locked = Balance.objects.filter(account__in=[row.account_id for row in rows.values()])
    free = {code: has.free for code, has in _locked(locked).items()}
    given = []
    for key in keys:
        row = rows.get(key)
        if row is None:
            continue
        part = min(amount, row.amount)
        if not _closed(row, part, now):
            part = min(part, free[row.account.code])
        if part:
            given.append((read(row.account), part))
            amount -= part
    return tuple(given)


def _locked(rows: QuerySet[Balance]) -> dict[str, Has]:
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",))
    found = rows.order_by("pk").values_list("account__code", "posted", "held")
    return {code: Has(posted, held) for code, posted, held in found}


def _closed(row: Hold, part: int, now: datetime) -> bool:
    state = HoldState.POSTED if part else HoldState.RELEASED
    open_one = Hold.objects.filter(pk=row.pk, state=HoldState.OPEN)
    return open_one.update(state=state, closed_at=now) == 1
