"""Accounts are opened by the first entry or hold that names them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from kinline.apps.ledger.errors import KeyReused
from kinline.apps.ledger.models import Account
from kinline.apps.prepared import Prepared
from kinline.core.ledger import chart

_ASKED = ("code", "pk", "commodity", "grows", "floor")


def opened(accounts: Iterable[chart.Account], now: datetime) -> dict[str, int]:
    """The ids of these accounts by code; what is missing is opened.

    Raises KeyReused for a code that means another account in the books.
    """
    wanted = {one.code: one for one in accounts}
    ids = _found(wanted)
    if missing := wanted.keys() - ids.keys():
        # Another writer may open the same one now: both then find one row.
        Account.objects.bulk_create(
            [_row(wanted[code], now) for code in sorted(missing)], ignore_conflicts=True
        )
        ids |= _found({code: wanted[code] for code in missing})
    return ids


def read(row: Account) -> chart.Account:
    """The chart's account of a row."""
    return chart.Account(
        code=row.code,
        commodity=row.commodity,
        grows=chart.Side(row.grows),
        kind=row.kind,
        holder=row.holder,
        agency=row.agency,
        floor=row.floor,
    )


def _found(wanted: dict[str, chart.Account]) -> dict[str, int]:
    ids = {}
    for code, pk, commodity, grows, floor in _rows(list(wanted)):
        asked = wanted[code]
        if (commodity, grows, floor) != (asked.commodity, asked.grows, asked.floor):
            raise KeyReused(f"account {code} is another one in the books")
        ids[code] = pk
    return ids


def _rows(codes: Sequence[str]) -> Iterable[Sequence[Any]]:
    if len(codes) == 2:
        return _TWO(one=codes[0], other=codes[1])
    return Account.objects.filter(code__in=codes).values_list(*_ASKED)


def _two(one: Any, other: Any) -> Any:
    return Account.objects.filter(code__in=[one, other]).values_list(*_ASKED)


_TWO = Prepared(_two, one=str, other=str)  # most entries name two, and each message makes one


def _row(account: chart.Account, now: datetime) -> Account:
    return Account(
        code=account.code,
        commodity=account.commodity,
        grows=account.grows,
        kind=account.kind,
        holder=account.holder,
        agency=account.agency,
        floor=account.floor,
        opened_at=now,
    )
