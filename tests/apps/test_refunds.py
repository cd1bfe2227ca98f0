"""A refund from asking to the money's arrival: set aside, agreed to, paid once, each step told."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from kinline.apps.audit.models import Line
from kinline.apps.charging import payouts, refunds
from kinline.apps.charging.cards.port import Outcome, Stands
from kinline.apps.charging.cards.stripes import StripeCards
from kinline.apps.charging.models import Refund, RefundPart
from kinline.apps.errors import NotFound, Refused
from kinline.apps.ledger import queries as ledger
from kinline.apps.ledger.actions.post import post
from kinline.apps.ledger.errors import NotEnough
from kinline.apps.notices.models import Outgoing
from kinline.core.ledger.hold import Balance
from kinline.core.transition.words import AccountKind
from tests.apps.books import call_paid
from tests.apps.money import (
    BRISTOL,
    DEBIT,
    NH,
    PAYEE,
    asked,
    brought,
    even,
    has,
    pays,
    steps,
    takes_cards,
)
from tests.cast import Town

RAE, FINN, JO = (UUID(int=n) for n in (1, 2, 3))


def codes(no: "pytest.ExceptionInfo[Refused]") -> list[str]:
    return [one.code for one in no.value.refusals]


@pytest.fixture
def stripe(settings: Any, localstripe: str) -> StripeCards:
    settings.STRIPE_API = localstripe
    return StripeCards("sk_test_invented", base=localstripe)


def agree(refund: Refund, by: UUID, now: datetime) -> str:
    return refunds.agree(refund_id=refund.pk, agencies=frozenset({refund.agency}), by=by, now=now)


def test_odettes_money_is_set_aside_agreed_to_and_paid_by_cheque(town: Town, now: datetime) -> None:
    brought(town.odette.pk, 2350, now)
    refund = asked(town.odette.pk, now, confirmed=False)
    assert (refund.agency, refund.cents, refund.approvals) == ("ma-bristol", 2350, 1)
    assert has(town.odette.pk) == Balance(2350, 2350), "set aside, and still hers"
    assert asked(town.odette.pk, now).pk == refund.pk, "asked twice is asked once"
    later = now + timedelta(hours=2)
    assert agree(refund, RAE, later) == "approved"
    payouts.work(now=later)
    assert has(town.odette.pk) == Balance(0, 0)
    (cheque,) = payouts.cheques(agencies=BRISTOL)
    assert (cheque.name, cheque.address, cheque.cents) == (*PAYEE.values(), 2350)
    for written in (1, 0):
        done = payouts.mark_written(parts=[cheque.part], agencies=BRISTOL, by=FINN, now=later)
        assert done == written
    assert payouts.cheques(agencies=BRISTOL) == ()
    assert steps(refund) == ["requested", "approved", "paying", "paid"]
    bank = next(one for one in ledger.trial_balance() if one.code == "bank")
    assert (bank.debits, bank.credits) == (0, 2350)
    refund.refresh_from_db()
    assert refund.sealed_payee == "", "nobody needs her address any more"
    assert even()


def test_the_address_lies_sealed(town: Town, now: datetime) -> None:
    brought(town.odette.pk, 2350, now)
    refund = asked(town.odette.pk, now)
    assert "Invented" not in refund.sealed_payee
    assert not Line.objects.filter(facts__icontains="Invented").exists()


def test_what_is_set_aside_pays_for_nothing_else(town: Town, now: datetime) -> None:
    brought(town.odette.pk, 2350, now)
    asked(town.odette.pk, now)
    with pytest.raises(NotEnough):
        post(entry=call_paid(str(town.odette.pk), 1, now), now=now)


def test_carmen_is_warned_and_then_paid_if_she_insists(town: Town, now: datetime) -> None:
    brought(town.carmen.pk, 900, now)
    with pytest.raises(Refused) as no:
        asked(town.carmen.pk, now, confirmed=False)
    assert codes(no) == ["refund.still_needed"]
    assert has(town.carmen.pk) == Balance(900, 0)
    assert asked(town.carmen.pk, now).agency == "nh-example"


def test_a_cheque_needs_a_name_and_an_address(town: Town, now: datetime) -> None:
    brought(town.odette.pk, 2350, now)
    with pytest.raises(Refused) as no:
        asked(town.odette.pk, now, payee={"name": "Odette Marrow", "address": " "})
    assert [one.facts["field"] for one in no.value.refusals] == ["address"]


def test_nothing_is_paid_out_of_an_empty_account(town: Town, now: datetime) -> None:
    with pytest.raises(Refused) as no:
        asked(town.odette.pk, now)
    assert codes(no) == ["refund.nothing_left"]


def test_withdrawn_by_herself_and_refused_by_staff_it_is_all_free_again(
    town: Town, now: datetime
) -> None:
    brought(town.odette.pk, 2350, now)
    first = asked(town.odette.pk, now)
    with pytest.raises(NotFound):
        refunds.withdraw(refund_id=first.pk, holder=town.carmen.pk, now=now)
    refunds.withdraw(refund_id=first.pk, holder=town.odette.pk, now=now)
    assert (steps(first)[-1], has(town.odette.pk)) == ("withdrawn", Balance(2350, 0))
    second = asked(town.odette.pk, now)
    no = {"refund_id": second.pk, "by": RAE, "now": now, "why": "Not the holder"}
    with pytest.raises(NotFound):
        refunds.say_no(agencies=NH, **no)  # type: ignore[arg-type]
    refunds.say_no(agencies=BRISTOL, **no)  # type: ignore[arg-type]
    assert has(town.odette.pk) == Balance(2350, 0)
    assert second.steps.get(state="refused").why == "Not the holder"
    with pytest.raises(Refused):
        agree(second, RAE, now)


def test_above_the_limit_two_people_agree_and_never_one_twice(town: Town, now: datetime) -> None:
    brought(town.odette.pk, 10_001, now)
    refund = asked(town.odette.pk, now)
    assert refund.approvals == 2
    assert agree(refund, RAE, now) == "requested"
    with pytest.raises(Refused) as no:
        agree(refund, RAE, now)
    assert codes(no) == ["refund.agreed_before"]
    payouts.work(now=now)
    assert has(town.odette.pk).posted == 10_001, "one of two is not enough"
    assert agree(refund, FINN, now) == "approved"


def test_an_agency_sets_its_own_limit(town: Town, now: datetime) -> None:
    takes_cards("ma-bristol", now, two_above=500)
    brought(town.odette.pk, 501, now)
    assert asked(town.odette.pk, now).approvals == 2


def test_tomas_debit_is_paid_out_after_he_left_and_not_by_who_asked(
    town: Town, now: datetime
) -> None:
    tomas = town.tomas
    brought(tomas.pk, 1200, now, DEBIT)
    ask = {"kind": DEBIT, "by": RAE, "staff_why": "Released today", "payee": PAYEE}
    with pytest.raises(Refused) as no:
        asked(tomas.pk, now, **ask)
    assert codes(no) == ["refund.not_refundable"]
    tomas.active = False
    tomas.save()
    refund = asked(tomas.pk, now, **ask)
    with pytest.raises(Refused) as no:
        agree(refund, RAE, now)
    assert codes(no) == ["refund.own_request"]
    assert agree(refund, FINN, now) == "approved"


def test_a_cheque_that_came_back_is_money_on_the_account_again(town: Town, now: datetime) -> None:
    brought(town.odette.pk, 2350, now)
    refund = asked(town.odette.pk, now)
    agree(refund, RAE, now)
    payouts.work(now=now)
    (cheque,) = payouts.cheques(agencies=BRISTOL)
    payouts.mark_written(parts=[cheque.part], agencies=BRISTOL, by=FINN, now=now)
    back = {"part_id": cheque.part, "agencies": BRISTOL, "by": FINN, "now": now}
    for _ in range(2):
        payouts.cheque_came_back(why="Moved away", **back)  # type: ignore[arg-type]
    assert has(town.odette.pk) == Balance(2350, 0)
    assert steps(refund) == ["requested", "approved", "paying", "paid", "failed"]
    assert even()
    assert asked(town.odette.pk, now).pk != refund.pk, "she may ask again"


def test_another_agencys_cheques_are_not_there(town: Town, now: datetime) -> None:
    brought(town.odette.pk, 2350, now)
    refund = asked(town.odette.pk, now)
    agree(refund, RAE, now)
    payouts.work(now=now)
    (cheque,) = payouts.cheques(agencies=BRISTOL)
    assert payouts.cheques(agencies=NH) == ()
    with pytest.raises(NotFound):
        payouts.mark_written(parts=[cheque.part], agencies=NH, by=JO, now=now)


# --- back to the cards it came from ---------------------------------------------------------------


def test_carmens_refund_goes_to_her_cards_oldest_first_and_the_rest_by_cheque(
    town: Town, now: datetime, stripe: StripeCards
) -> None:
    takes_cards("nh-example", now)
    first = pays(town.carmen.pk, 2000, now - timedelta(days=40))
    second = pays(town.carmen.pk, 1500, now - timedelta(days=10))
    brought(town.carmen.pk, 500, now)
    refund = asked(town.carmen.pk, now)
    agree(refund, RAE, now)
    payouts.work(now=now)
    payouts.work(now=now + timedelta(days=1))
    parts = list(refund.parts.values_list("way", "payment", "cents", "state"))
    assert parts == [
        ("card", first, 2000, "paid"),
        ("card", second, 1500, "paid"),
        ("cheque", None, 500, "due"),
    ]
    for part in refund.parts.filter(way="card"):
        assert part.payment is not None
        there = stripe.given_back(part=part.pk, payment_reference=part.payment.reference)
        assert there == Stands(part.reference, Outcome.SUCCEEDED)
    assert steps(refund)[-1] == "paying", "the cheque is still to be written"
    (cheque,) = payouts.cheques(agencies=NH)
    payouts.mark_written(parts=[cheque.part], agencies=NH, by=FINN, now=now)
    assert steps(refund)[-1] == "paid"
    assert even()


def test_a_card_that_sends_it_back_days_later_puts_it_on_the_account_and_then_a_cheque_goes(
    town: Town, now: datetime, stripe: StripeCards
) -> None:
    takes_cards("nh-example", now)
    pays(town.carmen.pk, 2000, now)
    refund = asked(town.carmen.pk, now)
    agree(refund, RAE, now)
    payouts.work(now=now)
    part = refund.parts.get()
    failed = Stands(part.reference, Outcome.FAILED, "expired_or_canceled_card")
    assert payouts.record(part_id=part.pk, stands=failed, now=now + timedelta(days=3))
    assert not payouts.record(part_id=part.pk, stands=failed, now=now + timedelta(days=3))
    late = dataclasses.replace(failed, outcome=Outcome.SUCCEEDED)
    assert not payouts.record(part_id=part.pk, stands=late, now=now), "told late, not obeyed"
    assert has(town.carmen.pk) == Balance(2000, 0)
    assert steps(refund) == ["requested", "approved", "paying", "paid", "failed"]
    again = asked(town.carmen.pk, now)
    agree(again, RAE, now)
    payouts.work(now=now)
    assert list(again.parts.values_list("way", flat=True)) == ["cheque"]
    assert even()


def test_a_company_that_does_not_answer_is_asked_again_later_and_pays_once(
    town: Town, now: datetime, stripe: StripeCards, settings: Any
) -> None:
    takes_cards("nh-example", now)
    pays(town.carmen.pk, 2000, now)
    refund = asked(town.carmen.pk, now)
    agree(refund, RAE, now)
    there, settings.STRIPE_API = settings.STRIPE_API, "http://127.0.0.1:9"
    payouts.work(now=now)
    part = refund.parts.get()
    assert (part.state, part.trouble, part.tries) == ("due", "APIConnectionError", 1)
    settings.STRIPE_API = there
    payouts.work(now=now)
    assert refund.parts.get().state == "due", "not before its time"
    payouts.work(now=part.next_try_at)
    assert steps(refund)[-1] == "paid"
    assert has(town.carmen.pk) == Balance(0, 0)


def test_what_the_company_refuses_for_good_fails_and_comes_back(
    town: Town, now: datetime, stripe: StripeCards
) -> None:
    takes_cards("nh-example", now)
    pays(town.carmen.pk, 2000, now)
    refund = asked(town.carmen.pk, now)
    agree(refund, RAE, now)
    payouts.begin(refund_id=refund.pk, now=now)
    part = refund.parts.select_related("payment").get()
    assert part.payment is not None
    part.payment.reference = "pi_nowhere"
    part.payment.save()
    payouts.ask_cards(now=now)
    assert steps(refund)[-1] == "failed"
    assert has(town.carmen.pk) == Balance(2000, 0)
    assert RefundPart.objects.get().trouble
    assert even()


def test_each_step_is_told_by_email_in_her_language(town: Town, now: datetime) -> None:
    brought(town.carmen.pk, 900, now)
    refund = asked(town.carmen.pk, now)
    told = Outgoing.objects.get(key=f"refund:{refund.pk}:requested")
    assert (told.kind, told.facts["language"], told.facts["cents"]) == ("refund.step", "es", "900")


def test_a_refund_that_is_not_there(town: Town, now: datetime) -> None:
    with pytest.raises(NotFound):
        refunds.agree(refund_id=uuid4(), agencies=NH, by=RAE, now=now)
    with pytest.raises(NotFound):
        asked(town.carmen.pk, now, kind=AccountKind.STAMPS)
