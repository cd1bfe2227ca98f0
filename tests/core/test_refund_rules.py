"""Refunds and adding money, as rules alone: what follows what, who agrees, where it goes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.funding import decide as funding
from kinline.core.funding.decide import Adding, Wishes
from kinline.core.ids import PlaceCode
from kinline.core.refund import asking, idle, states
from kinline.core.refund.asking import Asking
from kinline.core.refund.idle import Idle, Told
from kinline.core.refund.split import Paid, Part, split
from kinline.core.refund.states import Event, PartState, PaymentState, State, Way
from kinline.core.transition.decide import Decision, Facts, decide
from kinline.core.transition.words import AccountKind
from kinline.laws.loader import book, places
from kinline.laws.transition import old_money

MARCH = date(2026, 3, 4)
BOSTON_NIGHT = date(2023, 11, 30)
ENDS = {State.FAILED, State.WITHDRAWN, State.REFUSED}


def answer(kind: AccountKind, cents: int, *codes: str, on: date = MARCH) -> Decision:
    """What becomes of a balance used at these places."""
    used = tuple(places()[PlaceCode(code)] for code in codes)
    facts = Facts(kind=kind, amount=cents, places=used, as_of=on)
    return decide(facts, book(), old_money())


def codes(refusals: object) -> list[str]:
    return [one.code for one in refusals]  # type: ignore[attr-defined]


# --- what follows what ---------------------------------------------------------------------


@given(st.lists(st.sampled_from(Event), max_size=12))
def test_no_order_of_events_pays_a_refund_that_nobody_agreed_to(events: list[Event]) -> None:
    state, agreed, began = State.REQUESTED, False, 0
    for event in events:
        after = states.step(state, event)
        if after is None:
            continue
        agreed |= event is Event.AGREED
        began += event is Event.BEGAN
        assert state not in ENDS, "what has ended never goes on"
        state = after
    assert began <= 1, "money leaves the account once"
    assert state not in (State.APPROVED, State.PAYING, State.PAID) or agreed


@given(st.lists(st.sampled_from(PartState), min_size=1, max_size=6))
def test_a_refund_is_done_when_every_part_is(parts: list[PartState]) -> None:
    found = states.whole(parts)
    under_way = {PartState.DUE, PartState.SENT} & set(parts)
    assert (found is None) == bool(under_way)
    if found is Event.DONE:
        assert set(parts) == {PartState.PAID}


def test_money_that_came_in_counts_even_after_a_failure() -> None:
    step, event = states.payment_step, states.PaymentEvent
    assert step(PaymentState.FAILED, event.SUCCEEDED) is PaymentState.SUCCEEDED
    assert step(PaymentState.SUCCEEDED, event.FAILED) is None, "an older event that came later"
    assert step(PaymentState.SUCCEEDED, event.SUCCEEDED) is None


# --- which way ------------------------------------------------------------------------------


PAYMENTS = st.lists(st.integers(0, 5000), max_size=6)


@given(cents=st.integers(1, 20_000), left=PAYMENTS)
def test_cards_first_never_more_than_was_paid_and_all_of_it_goes(
    cents: int, left: list[int]
) -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    paid = [Paid(f"p{n}", day + timedelta(days=n), has) for n, has in enumerate(left)]
    parts = split(cents, paid[::-1])
    assert sum(part.cents for part in parts) == cents
    assert all(part.cents > 0 for part in parts)
    cards = [part for part in parts if part.way is Way.CARD]
    assert [part.payment for part in cards] == sorted(part.payment for part in cards), (
        "oldest first"
    )
    assert all(part.cents <= left[int(part.payment[1:])] for part in cards)
    if any(part.way is Way.CHEQUE for part in parts):
        assert sum(part.cents for part in cards) == sum(left), "a cheque only for what no card had"


def test_carmens_forty_dollars_go_to_her_two_cards_and_on_a_cheque() -> None:
    may, june = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
    parts = split(4000, [Paid("june", june, 1500), Paid("may", may, 2000)])
    assert parts == (
        Part(Way.CARD, 2000, "may"),
        Part(Way.CARD, 1500, "june"),
        Part(Way.CHEQUE, 500),
    )


# --- who may ask ------------------------------------------------------------------------------


def test_odette_may_close_and_carmen_after_she_read_the_warning() -> None:
    odette = Asking(
        decision=answer(AccountKind.PREPAID_COLLECT, 2350, "ma-bristol"), free_cents=2350
    )
    assert asking.reasons_against(odette) == ()
    carmen = Asking(decision=answer(AccountKind.PREPAID_COLLECT, 900, "nh-example"), free_cents=900)
    assert codes(asking.reasons_against(carmen)) == ["refund.still_needed"]
    assert asking.reasons_against(replace(carmen, confirmed=True)) == (), "the money is hers"


def test_before_the_day_nothing_can_be_asked_for() -> None:
    before = answer(AccountKind.PREPAID_COLLECT, 2350, "ma-bristol", on=BOSTON_NIGHT)
    asked = Asking(decision=before, free_cents=2350, confirmed=True)
    assert codes(asking.reasons_against(asked)) == ["refund.not_yet"]


def test_what_is_set_aside_or_asked_for_before_is_not_there_to_ask_for() -> None:
    decision = answer(AccountKind.PREPAID_COLLECT, 500, "ma-bristol")
    asked = Asking(decision=decision, free_cents=0, under_way=True)
    assert codes(asking.reasons_against(asked)) == ["refund.under_way", "refund.nothing_left"]


@pytest.mark.parametrize("kind", [AccountKind.STAMPS, AccountKind.CALLING_CARD])
def test_what_is_not_paid_back_cannot_be_asked_for(kind: AccountKind) -> None:
    asked = Asking(decision=answer(kind, 20, "ma-bristol"), free_cents=20)
    assert codes(asking.reasons_against(asked)) == ["refund.not_refundable"]


def test_a_debit_account_is_paid_out_once_its_holder_has_left() -> None:
    tomas = Asking(decision=answer(AccountKind.DEBIT, 1200, "nh-example"), free_cents=1200)
    assert codes(asking.reasons_against(tomas)) == ["refund.not_refundable"]
    assert asking.reasons_against(replace(tomas, released=True)) == ()


def test_above_the_limit_two_must_agree_and_never_the_same_one_twice() -> None:
    assert [asking.approvals_needed(cents) for cents in (1, 10_000, 10_001)] == [1, 1, 2]
    assert asking.approvals_needed(500, two_above_cents=0) == 2
    assert asking.against_agreeing("rae", asked_by="carmen", agreed=[]) == ()
    again = asking.against_agreeing("rae", asked_by="carmen", agreed=["rae"])
    assert codes(again) == ["refund.agreed_before"]
    assert codes(asking.against_agreeing("rae", asked_by="rae", agreed=[])) == [
        "refund.own_request"
    ]


# --- adding money ------------------------------------------------------------------------------


@given(cents=st.integers(1, funding.MOST_CENTS))
def test_nothing_but_ones_own_wish_refuses_an_amount(cents: int) -> None:
    adding = Adding(cents=cents, needed=True, can_take=True)
    assert funding.reasons_against(adding) == (), "no minimum, and $50 or more is never refused"
    paused = replace(adding, wishes=Wishes(paused=True))
    assert codes(funding.reasons_against(paused)) == ["funding.paused"]


def test_a_limit_of_ones_own_counts_the_whole_month() -> None:
    adding = Adding(
        cents=3000, needed=True, can_take=True, wishes=Wishes(monthly_cents=5000), added_cents=2500
    )
    (no,) = funding.reasons_against(adding)
    assert (no.code, no.facts["left"]) == ("funding.own_limit", "2500")
    assert funding.reasons_against(replace(adding, cents=2500)) == ()


def test_where_everything_is_free_no_money_is_taken() -> None:
    adding = Adding(cents=2000, needed=False, can_take=True)
    assert codes(funding.reasons_against(adding)) == ["funding.not_needed"]


def test_a_limit_below_fifty_dollars_cannot_even_be_set() -> None:
    with pytest.raises(ValueError, match=r"64\.6100"):
        funding.reasons_against(Adding(cents=1, needed=True, can_take=True), most_cents=4_999)


# --- the clock of unused money -----------------------------------------------------------------


def test_told_sixty_and_fourteen_days_ahead_and_when_the_time_is_over() -> None:
    last = date(2026, 1, 1)
    ends = date(2026, 6, 30)

    def on(day: date) -> Idle | None:
        return idle.due(last_use_on=last, inactive_days=180, today=day)

    assert on(date(2026, 4, 30)) is None
    assert on(date(2026, 5, 1)) == Idle(Told.FIRST, ends)
    assert on(date(2026, 6, 15)) == Idle(Told.FIRST, ends)
    assert on(date(2026, 6, 16)) == Idle(Told.SECOND, ends)
    assert on(ends) == Idle(Told.OVER, ends)
    assert on(date(2027, 1, 1)) == Idle(Told.OVER, ends)
