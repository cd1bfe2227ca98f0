"""Two at once over one refund, with real commits: it is asked for, agreed to and paid once."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import stripe

from kinline.apps.charging import payouts, refunds
from kinline.apps.charging.models import Payment, Refund
from kinline.apps.errors import Refused
from kinline.core.ledger.hold import Balance
from tests.apps.money import NH, PREPAID, asked, brought, even, has, pays, steps, takes_cards
from tests.apps.test_races import at_once
from tests.cast import Town

RAE, FINN = UUID(int=1), UUID(int=2)
TIMES = 4


def test_asked_for_twice_at_once_it_is_one_refund(committed_town: Town, now: datetime) -> None:
    carmen = committed_town.carmen.pk
    brought(carmen, 900, now)
    payee = {"name": "Carmen Rivera", "address": "1 Invented Road"}
    ask = partial(
        refunds.ask, kind=PREPAID, holder=carmen, by=carmen, now=now, confirmed=True, payee=payee
    )
    answers = at_once(ask, ask, ask)
    assert {str(one) for one in answers} == {str(Refund.objects.get().pk)}
    assert has(carmen) == Balance(900, 900)


def test_two_agree_at_once_and_it_is_approved(committed_town: Town, now: datetime) -> None:
    carmen = committed_town.carmen.pk
    for _ in range(TIMES):
        brought(carmen, 20_000, now)
        refund = asked(carmen, now)
        agree = partial(refunds.agree, refund_id=refund.pk, agencies=NH, now=now)
        at_once(partial(agree, by=RAE), partial(agree, by=FINN))
        assert steps(refund) == ["requested", "approved"]
        payouts.work(now=now)
        (cheque,) = payouts.cheques(agencies=NH)
        write = partial(payouts.mark_written, parts=[cheque.part], agencies=NH, by=RAE, now=now)
        assert sorted(str(one) for one in at_once(write, write)) == ["0", "1"]
    assert has(carmen) == Balance(0, 0)
    assert even()


def test_one_of_two_who_agree_twice_at_once_counts_once(
    committed_town: Town, now: datetime
) -> None:
    carmen = committed_town.carmen.pk
    brought(carmen, 20_000, now)
    refund = asked(carmen, now)
    agree = partial(refunds.agree, refund_id=refund.pk, agencies=NH, by=RAE, now=now)
    answers = at_once(agree, agree)
    assert sum(isinstance(one, Refused) for one in answers) == 1
    assert steps(refund) == ["requested"]


def test_two_workers_pay_once(
    committed_town: Town, now: datetime, localstripe: str, settings: Any
) -> None:
    settings.STRIPE_API = localstripe
    carmen = committed_town.carmen.pk
    takes_cards("nh-example", now)
    client = stripe.StripeClient("sk_test_invented", base_addresses={"api": localstripe})
    for turn in range(TIMES):
        payment = pays(carmen, 2000, now, key=f"turn-{turn}")
        refund = asked(carmen, now)
        refunds.agree(refund_id=refund.pk, agencies=NH, by=RAE, now=now)
        work = partial(payouts.work, now=now)
        at_once(work, work, work)
        payouts.work(now=now)
        reference = Payment.objects.get(pk=payment).reference
        there = client.v1.refunds.list(params={"payment_intent": reference})
        assert [one.amount for one in there.data] == [2000]
        assert steps(refund) == ["requested", "approved", "paying", "paid"]
    assert has(carmen) == Balance(0, 0)
    assert even()
