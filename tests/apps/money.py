"""Balances, cards and refunds as the tests of money need them."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kinline.apps.charging import payments, refunds
from kinline.apps.charging.cards import merchants
from kinline.apps.charging.cards.entry import TestCards
from kinline.apps.charging.models import Payment, Refund
from kinline.apps.ledger import queries as ledger
from kinline.apps.ledger.actions.post import post
from kinline.core.ledger.chart import held_by
from kinline.core.ledger.hold import Balance
from kinline.core.transition.words import AccountKind
from tests.apps.books import brought_in

PREPAID, DEBIT = AccountKind.PREPAID_COLLECT, AccountKind.DEBIT
NH = frozenset({"nh-example"})
BRISTOL = frozenset({"ma-bristol"})
SIGNING = "whsec_invented"
PAYEE = {"name": "Carmen Rivera", "address": "1 Invented Road, Concord NH 03301"}


def has(holder: UUID, kind: AccountKind = PREPAID) -> Balance:
    """What a holder has."""
    return ledger.balance(account=held_by(kind, str(holder)))


def brought(holder: UUID, cents: int, now: datetime, kind: AccountKind = PREPAID) -> None:
    """A balance brought from the old system: no card stands behind it."""
    post(entry=brought_in(held_by(kind, str(holder)), cents, now), now=now)


def takes_cards(agency: str, now: datetime, *, two_above: int = 10_000) -> None:
    """Let an agency take cards, with keys that are none."""
    merchants.set_up(
        agency=agency,
        place=agency,
        by="test",
        now=now,
        public_key="pk_test_invented",
        secret="sk_test_invented",
        signing=SIGNING,
        two_above_cents=two_above,
    )


def pays(holder: UUID, cents: int, now: datetime, *, card: str = "good", key: str = "") -> UUID:
    """Pay in by a card that does not exist, at nh-example, as the portal's page does."""
    begun = payments.begin(
        kind=PREPAID,
        holder=holder,
        place="nh-example",
        cents=cents,
        key=key or f"form-{Payment.objects.count()}",
        now=now,
    )
    TestCards().finish(agency="nh-example", opened=begun.opened, form={"card": card})
    payments.look(payment_id=begun.payment, now=now)
    return begun.payment


def asked(holder: UUID, now: datetime, **facts: Any) -> Refund:
    """A refund that its holder asked for."""
    said = {"confirmed": True, "payee": PAYEE, "by": holder, "kind": PREPAID} | facts
    return Refund.objects.get(pk=refunds.ask(holder=holder, now=now, **said))


def steps(refund: Refund) -> list[str]:
    """The steps its holder sees."""
    return list(refund.steps.values_list("state", flat=True))


def even() -> bool:
    """Whether the books are right: recounted, and in sum nothing."""
    return (
        ledger.astray() == ()
        and sum(one.debits - one.credits for one in ledger.trial_balance()) == 0
    )


def signed(event: Mapping[str, Any], at: datetime, secret: str = SIGNING) -> tuple[bytes, str]:
    """A message as Stripe signs it: the body and its header."""
    body = json.dumps(event).encode()
    moment = int(at.timestamp())
    words = f"{moment}.".encode() + body
    return body, f"t={moment},v1={hmac.new(secret.encode(), words, hashlib.sha256).hexdigest()}"
