"""kill -9 at every step of a refund in turn: afterwards exactly one payout, and right books.

A nursery process forks one child for each step. The child plays the whole refund, from asking to
the money's way back to the card, against a localstripe that lives on, and ends itself by SIGKILL
after so many steps: each database statement is one, and so are a question to the card company
that was not sent yet, and one whose answer was not read any more. Then the worker goes on.
"""

import signal
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import stripe

from kinline.apps.charging import payouts, refunds
from kinline.apps.charging.models import Payment, Refund
from kinline.apps.errors import Refused
from kinline.core.ledger.hold import Balance
from tests.apps.money import NH, PREPAID, even, has, pays, steps, takes_cards
from tests.apps.nursery import nursery
from tests.cast import Town

NOON = datetime(2025, 3, 12, 16, 0, tzinfo=UTC)
RAE = UUID(int=1)
STORY = """
from datetime import UTC, datetime
from uuid import UUID
import requests
from kinline.apps.charging import payouts, refunds
from tests.apps.nursery import nursery
from tests.apps.money import NH, PREPAID

NOON = datetime(2025, 3, 12, 16, 0, tzinfo=UTC)
ask = requests.Session.request

def question(*args, **kwargs):
    step()
    answer = ask(*args, **kwargs)
    step()
    return answer

requests.Session.request = question

def story(holder):
    holder = UUID(holder)
    refund = refunds.ask(kind=PREPAID, holder=holder, by=holder, now=NOON, confirmed=True)
    refunds.agree(refund_id=refund, agencies=NH, by=UUID(int=1), now=NOON)
    payouts.work(now=NOON)
"""


def given_back(address: str, payment: UUID) -> list[int]:
    """What the card company gave back of a payment: the outside world's own account of it."""
    client = stripe.StripeClient("sk_test_invented", base_addresses={"api": address})
    reference = Payment.objects.get(pk=payment).reference
    found = client.v1.refunds.list(params={"payment_intent": reference})
    return [one.amount for one in found.auto_paging_iter()]


def go_on(holder: UUID) -> Refund:
    """What happens after the restart: she asks again if need be, staff agree, the worker works."""
    refund = refunds.ask(kind=PREPAID, holder=holder, by=holder, now=NOON, confirmed=True)
    with suppress(Refused):  # agreed to before it died
        refunds.agree(refund_id=refund, agencies=NH, by=RAE, now=NOON)
    payouts.work(now=NOON + timedelta(minutes=2))
    payouts.work(now=NOON + timedelta(minutes=4))
    return Refund.objects.get(pk=refund)


def check_half_done(address: str, payment: UUID, holder: UUID) -> None:
    """Between any two steps the books are right, and no more was paid out than left them."""
    assert even()
    money, back = has(holder), given_back(address, payment)
    assert (money.posted, money.held) in {(2000, 0), (2000, 2000), (0, 0)}
    assert back in ([], [2000])
    assert not back or money.posted == 0, "nothing goes back that is still on the account"


@pytest.mark.long
@pytest.mark.timeout(900)
def test_killed_at_every_step_a_refund_pays_once(
    committed_town: Town, localstripe: str, settings: Any
) -> None:
    settings.STRIPE_API = localstripe
    carmen = committed_town.carmen.pk
    takes_cards("nh-example", NOON)
    died, step = -signal.SIGKILL, 0
    found_done = asked_again = 0
    with nursery(STORY, {"KINLINE_STRIPE_API": localstripe}) as children:
        while died == -signal.SIGKILL:
            step += 1
            payment = pays(carmen, 2000, NOON - timedelta(days=1), key=f"step-{step}")
            died = children.play(step, carmen)
            check_half_done(localstripe, payment, carmen)
            paid_before = given_back(localstripe, payment)
            done = Refund.objects.filter(state="paid").count() == step
            if not done:
                found_done += paid_before == [2000]
                asked_again += paid_before == []
                refund = go_on(carmen)
                assert steps(refund)[-1] == "paid", f"killed after step {step}"
            assert given_back(localstripe, payment) == [2000], f"killed after step {step}"
            assert has(carmen) == Balance(0, 0)
            assert even()
    assert died == 0, "the last child lived to the end"
    assert step > 50, "a refund has that many steps, and each was the last of one child"
    assert found_done > 1, "paid, and died before it was written: found, not paid again"
    assert asked_again > 20
