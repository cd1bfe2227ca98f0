"""Money paid in by card: entered once, whoever tells of it, in whatever order, however often."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from kinline.apps.charging import hooks, payments, payouts
from kinline.apps.charging.cards import merchants
from kinline.apps.charging.models import Heard, Merchant, Payment, TakenBack
from kinline.apps.errors import NotFound, Refused
from kinline.apps.ledger import queries as ledger
from kinline.apps.ledger.actions.post import post
from kinline.apps.ledger.errors import NotEnough
from kinline.apps.notices.models import Outgoing
from kinline.core.ledger.hold import Balance
from tests.apps.books import call_paid
from tests.apps.money import BRISTOL, NH, PREPAID, asked, even, has, pays, signed, takes_cards
from tests.cast import Town

RAE = UUID(int=1)


@pytest.fixture(autouse=True)
def stripe(settings: Any, localstripe: str) -> None:
    settings.STRIPE_API = localstripe


@pytest.fixture
def paying(town: Town, now: datetime) -> Town:
    """nh-example takes cards."""
    takes_cards("nh-example", now)
    return town


def codes(no: "pytest.ExceptionInfo[Refused]") -> list[str]:
    return [one.code for one in no.value.refusals]


def told(kind: str, thing: Mapping[str, Any], now: datetime, *, name: str = "") -> bool:
    """Stripe says so, signed."""
    event = {"id": name or f"evt_{kind}", "type": kind, "data": {"object": thing}}
    body, header = signed(event, datetime.now(now.tzinfo))
    return hooks.hear(agency="nh-example", body=body, signature=header, now=now)


def intent(payment: UUID, status: str = "succeeded") -> dict[str, Any]:
    row = Payment.objects.get(pk=payment)
    found = {"id": row.reference, "status": status, "metadata": {"kinline_payment": str(payment)}}
    if status != "succeeded":
        found["last_payment_error"] = {"code": "card_declined"}
    return found


def dispute(payment: UUID, cents: int, status: str = "needs_response") -> dict[str, Any]:
    row = Payment.objects.get(pk=payment)
    return {"id": "dp_1", "payment_intent": row.reference, "amount": cents, "status": status}


def owed(holder: UUID) -> int:
    rows = {one.code: one.debits - one.credits for one in ledger.trial_balance()}
    return rows.get(f"prepaid_arrears:{holder}", 0)


# --- paying in --------------------------------------------


def test_carmen_adds_twenty_dollars_and_gets_a_receipt(paying: Town, now: datetime) -> None:
    payment = pays(paying.carmen.pk, 2000, now)
    assert has(paying.carmen.pk) == Balance(2000, 0)
    row = Payment.objects.get(pk=payment)
    assert (row.state, row.last_four, row.agency) == ("succeeded", "4242", "nh-example")
    receipt = Outgoing.objects.get(kind="payment.ended")
    assert (receipt.facts["cents"], receipt.facts["language"]) == ("2000", "es")
    assert even()


@pytest.mark.parametrize("cents", [1, 49, 5_000, 100_000])
def test_no_fee_no_smallest_amount_and_what_is_sent_arrives(
    paying: Town, now: datetime, cents: int
) -> None:
    pays(paying.carmen.pk, cents, now)
    assert has(paying.carmen.pk).posted == cents


def test_a_declined_card_takes_nothing(paying: Town, now: datetime) -> None:
    payment = pays(paying.carmen.pk, 2000, now, card="declined")
    assert has(paying.carmen.pk) == Balance(0, 0)
    assert Payment.objects.get(pk=payment).state == "failed"


def test_the_same_form_twice_is_one_payment(paying: Town, now: datetime) -> None:
    pays(paying.carmen.pk, 2000, now, key="form")
    with pytest.raises(Refused) as no:
        pays(paying.carmen.pk, 2000, now, key="form")
    assert codes(no) == ["funding.sent_before"]
    assert has(paying.carmen.pk) == Balance(2000, 0)


def test_where_everything_is_free_nothing_is_taken(town: Town, now: datetime) -> None:
    takes_cards("ma-bristol", now)
    begin = {"kind": PREPAID, "holder": town.odette.pk, "cents": 2000, "key": "a", "now": now}
    with pytest.raises(Refused) as no:
        payments.begin(place="ma-bristol", **begin)  # type: ignore[arg-type]
    assert codes(no) == ["funding.not_needed"]
    assert not Payment.objects.exists()


def test_her_own_limit_and_pause_are_kept(paying: Town, now: datetime) -> None:
    carmen = paying.carmen.pk
    pays(carmen, 3000, now)
    choose = {"kind": PREPAID, "holder": carmen, "now": now}
    payments.choose(paused=False, monthly_cents=5000, **choose)  # type: ignore[arg-type]
    with pytest.raises(Refused) as no:
        pays(carmen, 2001, now)
    assert codes(no) == ["funding.own_limit"]
    pays(carmen, 2000, now)
    pays(carmen, 5000, now + timedelta(days=31))
    payments.choose(paused=True, monthly_cents=None, **choose)  # type: ignore[arg-type]
    with pytest.raises(Refused) as no:
        pays(carmen, 1, now + timedelta(days=31))
    assert codes(no) == ["funding.paused"]


def test_the_page_closed_before_the_answer_the_worker_finds_it(paying: Town, now: datetime) -> None:
    begin = {"kind": PREPAID, "holder": paying.carmen.pk, "cents": 700, "key": "a", "now": now}
    begun = payments.begin(place="nh-example", **begin)  # type: ignore[arg-type]
    from kinline.apps.charging.cards.entry import TestCards

    TestCards().finish(agency="nh-example", opened=begun.opened, form={"card": "good"})
    assert has(paying.carmen.pk) == Balance(0, 0)
    assert payments.look_after(now=now) == 0, "not yet"
    assert payments.look_after(now=now + timedelta(minutes=3)) == 1
    assert has(paying.carmen.pk) == Balance(700, 0)


def test_keys_lie_sealed(paying: Town) -> None:
    row = Merchant.objects.get()
    assert "invented" not in row.sealed_secret + row.sealed_signing
    assert merchants.signing_secret(agency="nh-example") == "whsec_invented"
    assert merchants.signing_secret(agency="ma-bristol") is None


# --- what Stripe tells of by itself --------------------------------------------


def test_told_by_stripe_and_by_the_page_it_is_entered_once(paying: Town, now: datetime) -> None:
    begin = {"kind": PREPAID, "holder": paying.carmen.pk, "cents": 700, "key": "a", "now": now}
    payment = payments.begin(place="nh-example", **begin).payment  # type: ignore[arg-type]
    assert told("payment_intent.succeeded", intent(payment), now)
    assert not told("payment_intent.succeeded", intent(payment), now), "told twice"
    assert not told("payment_intent.succeeded", intent(payment), now, name="evt_other")
    late = intent(payment, "requires_payment_method")
    assert not told("payment_intent.payment_failed", late, now), "older, and came later"
    assert has(paying.carmen.pk) == Balance(700, 0)


def test_a_success_after_a_failure_counts(paying: Town, now: datetime) -> None:
    payment = pays(paying.carmen.pk, 700, now, card="declined")
    assert told("payment_intent.succeeded", intent(payment), now)
    assert has(paying.carmen.pk) == Balance(700, 0)


@pytest.mark.parametrize("wrong", ["unsigned", "other_secret", "old", "other_agency", "changed"])
def test_what_is_not_signed_is_not_believed(paying: Town, now: datetime, wrong: str) -> None:
    payment = pays(paying.carmen.pk, 700, now, card="declined")
    event = {"id": "e", "type": "payment_intent.succeeded", "data": {"object": intent(payment)}}
    at = datetime.now(now.tzinfo) - timedelta(seconds=900 if wrong == "old" else 0)
    body, header = signed(event, at, "whsec_other" if wrong == "other_secret" else "whsec_invented")
    answer = Client().post(
        f"/api/stripe/{'ma-bristol' if wrong == 'other_agency' else 'nh-example'}/",
        body + (b" " if wrong == "changed" else b""),
        content_type="application/json",
        headers={} if wrong == "unsigned" else {"stripe-signature": header},
    )
    assert answer.status_code == 400
    assert not Heard.objects.exists()
    assert has(paying.carmen.pk) == Balance(0, 0)


def test_one_agencys_stripe_says_nothing_of_anothers_payment(paying: Town, now: datetime) -> None:
    takes_cards("ma-bristol", now)
    payment = pays(paying.carmen.pk, 700, now, card="declined")
    event = {"id": "e", "type": "payment_intent.succeeded", "data": {"object": intent(payment)}}
    body, header = signed(event, datetime.now(now.tzinfo))
    assert not hooks.hear(agency="ma-bristol", body=body, signature=header, now=now)
    assert has(paying.carmen.pk) == Balance(0, 0)


def test_what_we_do_not_know_is_kept_and_ignored(paying: Town, now: datetime) -> None:
    body, header = signed(
        {"id": "evt_9", "type": "radar.early_fraud_warning.created", "data": {"object": {}}},
        datetime.now(now.tzinfo),
    )
    for _ in range(2):
        answer = Client().post(
            "/api/stripe/nh-example/",
            body,
            content_type="application/json",
            headers={"stripe-signature": header},
        )
        assert answer.status_code == 200
    assert list(Heard.objects.values_list("reference", "obeyed")) == [("evt_9", False)]


# --- taken back --------------------------------------------


def test_a_dispute_takes_what_is_there_and_the_rest_is_owed(paying: Town, now: datetime) -> None:
    carmen = paying.carmen.pk
    payment = pays(carmen, 2000, now)
    post(entry=call_paid(str(carmen), 600, now), now=now)
    assert told("charge.dispute.created", dispute(payment, 2000), now)
    assert (has(carmen), owed(carmen)) == (Balance(0, 0), 600)
    pays(carmen, 1000, now)
    assert (has(carmen), owed(carmen)) == (Balance(1000, 0), 600), "nothing is taken by itself"
    assert told("charge.dispute.closed", dispute(payment, 2000, "won"), now)
    assert (has(carmen), owed(carmen)) == (Balance(2400, 0), 0)
    assert even()


def test_what_is_set_aside_for_a_refund_is_not_taken_by_a_dispute(
    paying: Town, now: datetime
) -> None:
    carmen = paying.carmen.pk
    payment = pays(carmen, 2000, now)
    asked(carmen, now)
    assert told("charge.dispute.created", dispute(payment, 2000), now)
    assert (has(carmen), owed(carmen)) == (Balance(2000, 2000), 2000)
    assert even()


@pytest.mark.parametrize("status", ["won", "lost"])
def test_the_end_of_a_dispute_told_before_its_beginning(
    paying: Town, now: datetime, status: str
) -> None:
    payment = pays(paying.carmen.pk, 2000, now)
    assert told("charge.dispute.closed", dispute(payment, 2000, status), now)
    assert not told("charge.dispute.created", dispute(payment, 2000), now)
    assert has(paying.carmen.pk).posted == (2000 if status == "won" else 0)
    assert TakenBack.objects.get().over
    assert even()


def test_a_banks_first_question_takes_nothing(paying: Town, now: datetime) -> None:
    payment = pays(paying.carmen.pk, 2000, now)
    asking = dispute(payment, 2000, "warning_needs_response")
    assert not told("charge.dispute.created", asking, now)
    assert has(paying.carmen.pk) == Balance(2000, 0)


def test_given_back_in_stripes_own_pages_the_books_follow(paying: Town, now: datetime) -> None:
    payment = pays(paying.carmen.pk, 2000, now)
    there = Payment.objects.get(pk=payment).reference
    refund = {"id": "re_1", "payment_intent": there, "amount": 500, "status": "succeeded"}
    assert told("refund.created", refund, now)
    assert not told("refund.updated", refund, now)
    assert has(paying.carmen.pk) == Balance(1500, 0)
    assert told("refund.failed", refund | {"status": "failed"}, now)
    assert has(paying.carmen.pk) == Balance(2000, 0)


def test_a_refund_that_fails_later_is_told_by_stripe(paying: Town, now: datetime) -> None:
    pays(paying.carmen.pk, 2000, now)
    refund = asked(paying.carmen.pk, now)
    from kinline.apps.charging import refunds

    refunds.agree(refund_id=refund.pk, agencies=NH, by=RAE, now=now)
    payouts.work(now=now)
    part = refund.parts.get()
    thing = {
        "id": part.reference,
        "status": "failed",
        "failure_reason": "lost_or_stolen_card",
        "metadata": {"kinline_part": str(part.pk)},
    }
    assert told("refund.failed", thing, now)
    assert has(paying.carmen.pk) == Balance(2000, 0)


# --- put right by staff --------------------------------------------


def test_staff_undo_a_payment_with_a_reason_while_it_is_there(paying: Town, now: datetime) -> None:
    carmen = paying.carmen.pk
    payment = pays(carmen, 2000, now)
    correct = {"payment_id": payment, "by": RAE, "now": now}
    with pytest.raises(NotFound):
        payments.correct(agencies=BRISTOL, why="Entered twice", **correct)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        payments.correct(agencies=NH, why=" ", **correct)  # type: ignore[arg-type]
    post(entry=call_paid(str(carmen), 1, now, "spent"), now=now)
    with pytest.raises(NotEnough):
        payments.correct(agencies=NH, why="Entered twice", **correct)  # type: ignore[arg-type]
    pays(carmen, 1, now)
    for _ in range(2):
        payments.correct(agencies=NH, why="Entered twice", **correct)  # type: ignore[arg-type]
    assert has(carmen) == Balance(0, 0)
    assert even()
