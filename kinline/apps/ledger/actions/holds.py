"""Set aside, and then post or let go. A hold is closed once, by whoever comes first."""

from datetime import datetime

from django.db import IntegrityError, transaction

from kinline.apps.errors import NotFound
from kinline.apps.ledger.actions.opening import opened
from kinline.apps.ledger.actions.post import post
from kinline.apps.ledger.errors import KeyReused, NotEnough
from kinline.apps.ledger.models import Balance, Hold
from kinline.core.ledger import chart
from kinline.core.ledger.entry import Entry
from kinline.core.ledger.hold import HoldState


@transaction.atomic
def set_aside(
    *, key: str, account: chart.Account, amount: int, now: datetime, until: datetime | None = None
) -> int:
    """Set an amount aside, above 0, until it is settled, or let go at `until`.

    The same key again: the same hold, open or closed. Raises NotEnough, and KeyReused where the
    key stands for another hold.
    """
    pk = opened([account], now)[account.code]
    if found := _same(key, pk, amount):
        return found
    try:
        with transaction.atomic():
            made = Hold.objects.create(
                key=key, account_id=pk, amount=amount, made_at=now, until=until
            )
    except IntegrityError:
        if found := _same(key, pk, amount):
            return found
        has = Balance.objects.get(pk=pk)
        raise NotEnough(account.code, has.posted - has.held, amount) from None
    return made.pk


@transaction.atomic
def settle(*, key: str, entry: Entry, now: datetime, by: str = "") -> int:
    """Let a hold go and post what came of it, together. Returns the entry.

    What came may be less than was set aside, or more where the account has it. Safe to repeat.
    Raises NotFound without such a hold, KeyReused if it was let go before, and NotEnough; then
    it stays open.
    """
    if not _close(key, HoldState.POSTED, now):
        state = Hold.objects.filter(key=key).values_list("state", flat=True).first()
        if state is None:
            raise NotFound
        if state != HoldState.POSTED:
            raise KeyReused(f"{key} was let go")
    return post(entry=entry, now=now, by=by)


@transaction.atomic
def let_go(*, key: str, now: datetime) -> bool:
    """Free what was set aside; whether it was this call that did. Nothing to free is no fault."""
    return _close(key, HoldState.RELEASED, now)


@transaction.atomic
def let_go_overdue(*, now: datetime) -> int:
    """Free everything whose end has come; how many holds that were."""
    overdue = Hold.objects.filter(state=HoldState.OPEN, until__lte=now)
    return overdue.update(state=HoldState.RELEASED, closed_at=now)


def _close(key: str, state: HoldState, now: datetime) -> bool:
    closed = Hold.objects.filter(key=key, state=HoldState.OPEN)
    return closed.update(state=state, closed_at=now) == 1


def _same(key: str, account: int, amount: int) -> int | None:
    found = Hold.objects.filter(key=key).first()
    if found is None:
        return None
    if (found.account_id, found.amount) != (account, amount):
        raise KeyReused(f"{key} stands for another hold")
    return found.pk
