"""Paid calls are paid from accounts, to the cent; free ones touch none, whatever those look like.

At nh-example a minute costs 12 cents. Tomás has a debit account there, Carmen a prepaid one.
"""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinline.apps.calls.actions import sweep
from kinline.apps.calls.actions.authorize import authorize
from kinline.apps.calls.actions.finish import ended
from kinline.apps.calls.models import Call, CallRecord
from kinline.apps.calls.queries import console, portal, tablet
from kinline.apps.charging import queries as charging
from kinline.apps.ledger import queries as ledger
from kinline.apps.ledger.actions import holds
from kinline.apps.ledger.models import Hold, Posting
from kinline.apps.people.actions import courtesies, lists
from kinline.apps.people.models import Person
from kinline.config import demo, worker
from kinline.core.call.states import EndReason, State
from kinline.core.control import AuthorizeReply, MoneyLimit
from kinline.core.ledger.chart import Account
from kinline.core.ledger.hold import Balance, HoldState
from kinline.core.refusal import Whose
from kinline.core.transition.words import AccountKind
from tests.apps.story import Story, codes, dial, permit, request, talked
from tests.apps.test_races import at_once
from tests.cast import Town

NH = "nh-example"
MINUTES_15 = 15 * 12


def call(town: Town, now: datetime, number: str = "") -> AuthorizeReply:
    """Tomás calls his wife."""
    return dial(town.tomas, number or town.numbers.carmen, town.tablet(NH), now)


def has(account: Account) -> Balance:
    return ledger.balance(account=account)


def owed() -> dict[str, int]:
    """What the people owe, by account."""
    rows = Posting.objects.filter(debit__kind="people_due")
    return {row.debit.code: row.amount for row in rows.select_related("debit")}


def books_are_right() -> None:
    """Each charge's consumer part and its entry are the same, and nothing is set aside any more."""
    assert ledger.astray() == ()
    totals = ledger.trial_balance()
    assert sum(one.debits for one in totals) == sum(one.credits for one in totals)
    for record in CallRecord.objects.filter(charge__isnull=False):
        (charge,) = charging.charges(ids=[record.charge]).values()  # type: ignore[list-item]
        given = ledger.given(key=f"charge:call:{record.call_id}")
        part = Posting.objects.filter(entry__key=f"charge:call:{record.call_id}")
        due = sum(row.amount for row in part.filter(debit__kind="people_due"))
        assert sum(given.values()) + due == charge.consumer_cents
        told = {row["kind"]: row["taken"] for row in record.call.paying}
        assert sum(told.values()) == sum(given.values())


# --- hold, talk, posting --------------------------------------------------------------------


def test_a_call_paid_from_prepaid_collect_is_set_aside_talked_and_posted_exactly(
    town: Town, now: datetime
) -> None:
    account = town.has(town.carmen, 500)
    reply = permit(call(town, now))
    assert (reply.limit_seconds, reply.money) == (900, None)
    assert has(account) == Balance(500, MINUTES_15)
    story = Story(reply.call)
    story.talk_from(now + timedelta(seconds=10))
    story.end(EndReason.HUNG_UP_OUTSIDE, now + timedelta(seconds=195), 185)
    assert has(account) == Balance(500 - 48, 0)
    (row,) = ledger.statement(code=account.code)[1:]
    assert (row.key, row.change) == (f"charge:call:{story.pk}", -48)
    assert (owed(), ledger.open_holds()) == ({}, 0)
    books_are_right()


def test_the_caller_pays_first_and_the_called_side_what_is_left(town: Town, now: datetime) -> None:
    card = town.has(town.tomas, 10, AccountKind.CALLING_CARD)
    debit, prepaid = town.has(town.tomas, 30), town.has(town.carmen, 500)
    story = Story(permit(call(town, now)).call)
    assert [has(one).held for one in (card, debit, prepaid)] == [10, 30, 140]
    story.talk_from(now + timedelta(seconds=10))
    story.end(EndReason.HUNG_UP_INSIDE, now + timedelta(seconds=250), 240)
    assert [has(one) for one in (card, debit, prepaid)] == [
        Balance(0, 0),
        Balance(0, 0),
        Balance(492, 0),
    ]
    states = dict(Hold.objects.values_list("key", "state"))
    assert set(states.values()) == {HoldState.POSTED}
    books_are_right()


def test_a_short_call_takes_from_the_first_account_alone(town: Town, now: datetime) -> None:
    debit, prepaid = town.has(town.tomas, 100), town.has(town.carmen, 500)
    story = talked(town.tomas, town.numbers.carmen, town.tablet(NH), now, 61)
    assert (has(debit), has(prepaid)) == (Balance(76, 0), Balance(500, 0))
    assert [(one["kind"], one["taken"]) for one in story.row.paying] == [
        ("debit", 24),
        ("prepaid_collect", 0),
    ]
    closed = Hold.objects.get(account__code=prepaid.code)
    assert closed.state == HoldState.RELEASED


@pytest.mark.parametrize("reason", [EndReason.DECLINED, EndReason.NO_ANSWER, EndReason.BUSY])
def test_a_call_that_nobody_accepted_sets_everything_free(
    town: Town, now: datetime, reason: EndReason
) -> None:
    account = town.has(town.carmen, 500)
    story = Story(permit(call(town, now)).call)
    story.end(reason, now + timedelta(seconds=20))
    assert has(account) == Balance(500, 0)
    assert story.row.paying[0]["taken"] == 0
    books_are_right()


def test_an_end_told_three_times_is_paid_once(town: Town, now: datetime) -> None:
    account = town.has(town.carmen, 500)
    story = Story(permit(call(town, now)).call)
    story.talk_from(now)
    end = story.ended(EndReason.HUNG_UP_INSIDE, now + timedelta(minutes=1), 60)
    for late in range(3):
        assert ended(end, now=now + timedelta(minutes=1 + late)).known
    assert has(account) == Balance(488, 0)
    books_are_right()


def test_the_same_dial_again_sets_nothing_aside_again(town: Town, now: datetime) -> None:
    account = town.has(town.carmen, 60)
    asked = request(town.tomas, town.numbers.carmen, town.tablet(NH), key="again")
    first, again = (authorize(asked, now=now) for _ in range(2))
    assert first == again
    assert permit(again).money == MoneyLimit(otherwise_seconds=900)
    assert has(account) == Balance(60, 60)


# --- too little ------------------------------------------------------------------------------


def test_less_than_a_minute_is_a_refusal_that_says_the_price(town: Town, now: datetime) -> None:
    town.has(town.tomas, 6)
    town.has(town.carmen, 5)
    reply = call(town, now)
    assert codes(reply) == ["call.no_money"]
    (no,) = reply.refusals
    assert (no.whose, no.facts) == (Whose.FACILITY, {"hundredths": "1200"})
    assert ledger.open_holds() == 0
    assert Call.objects.get(pk=reply.call).state == State.REFUSED


def test_all_other_reasons_are_told_with_it(town: Town, now: datetime) -> None:
    town.hours(NH, "08:00", "09:00")
    assert codes(call(town, now)) == ["call.outside_hours", "call.no_money"]
    # Of whom one may not call one does not learn what they have.
    assert codes(call(town, now, town.numbers.odette)) == ["call.not_on_list", "call.outside_hours"]


def test_money_for_four_minutes_is_the_limit_and_says_that_it_is_the_money(
    town: Town, now: datetime
) -> None:
    town.has(town.carmen, 59)
    reply = permit(call(town, now))
    assert reply.limit_seconds == 240
    assert reply.money == MoneyLimit(otherwise_seconds=900)
    assert reply.money_ends(now)
    row = Call.objects.get(pk=reply.call)
    assert [(one["source"], one["seconds"]) for one in row.limits[:2]] == [
        ("money", 240),
        ("facility", 900),
    ]
    story = Story(reply.call)
    story.talk_from(now + timedelta(seconds=10))
    story.end(EndReason.MONEY_UP, now + timedelta(seconds=250), 240)
    assert story.row.end_reason == "money_up"
    seen = portal.one(contact_id=town.carmen.pk, call_id=story.pk)
    assert [part.taken for part in seen.paying] == [48]
    books_are_right()


def test_money_on_the_way_is_not_spent_twice_by_the_next_call(town: Town, now: datetime) -> None:
    """A second person inside calls Carmen while the first call holds what she has."""
    town.has(town.carmen, 190)
    other = town.has(town.carmen, 20)
    assert has(other) == Balance(210, 0)
    permit(call(town, now))
    marcus = another(town, now)
    reply = dial(marcus, town.numbers.carmen, town.tablet(NH), now)
    assert permit(reply).limit_seconds == 120
    assert has(other) == Balance(210, 204)


def another(town: Town, now: datetime) -> Person:
    """Marcus, who may call Carmen too."""
    lists.allow(
        staff=town.staff("rae"),
        person_id=town.marcus.pk,
        number=town.numbers.carmen,
        name="Carmen",
        now=now,
    )
    return town.marcus


# --- who never waits for money ---------------------------------------------------------------


def test_a_granted_call_goes_out_without_money_and_is_used_up(town: Town, now: datetime) -> None:
    courtesies.grant(
        staff=town.staff("rae"),
        person_id=town.tomas.pk,
        until=now + timedelta(hours=2),
        max_call_seconds=300,
        reason="his wife is in hospital",
        now=now,
    )
    reply = permit(call(town, now))
    assert (reply.limit_seconds, reply.money) == (300, None)
    story = Story(reply.call)
    story.talk_from(now)
    story.end(EndReason.HUNG_UP_INSIDE, now + timedelta(minutes=1), 60)
    assert owed() == {"people_due:nh-example": 12}, "nobody set anything aside for it"
    assert codes(call(town, now + timedelta(minutes=5))) == ["call.no_money"]


def test_at_bristol_nothing_is_set_aside_or_posted_to_anybody(town: Town, now: datetime) -> None:
    """The same contact, rich or poor: a free call costs not a query more."""
    tablet = town.tablet()

    def asks(minute: int) -> list[str]:
        at = now + timedelta(minutes=minute)
        with CaptureQueriesContext(connection) as seen:
            story = talked(town.julian, town.numbers.odette, tablet, at, 30)
        assert story.row.paying == []
        return [query["sql"].split(" VALUES")[0] for query in seen.captured_queries]

    asks(0)
    before = len(asks(5))
    account = town.has(town.odette, 1)
    holds.set_aside(key="refund:1", account=account, amount=1, now=now)  # an account being closed
    queries = asks(10)
    assert len(queries) == before
    assert not [one for one in queries if "ledger_hold" in one or "ledger_balance" in one]
    assert has(account) == Balance(1, 1)
    assert len(ledger.statement(code=account.code)) == 1


def test_a_paid_call_takes_a_few_queries_more_however_many_accounts(
    town: Town, now: datetime
) -> None:
    town.has(town.tomas, 12, AccountKind.CALLING_CARD)
    town.has(town.tomas, 24)
    town.has(town.carmen, 500)
    call(town, now)  # what is compiled once is compiled
    story = Story(Call.objects.get().pk and str(Call.objects.get().pk))  # type: ignore[arg-type]
    story.end(EndReason.NO_ANSWER, now)
    with CaptureQueriesContext(connection) as seen:
        permit(call(town, now + timedelta(minutes=1)))
    assert len([one for one in seen.captured_queries if "ledger" in one["sql"]]) <= 12


# --- lost ends --------------------------------------------------------------------------------


def test_an_engine_that_died_costs_what_was_talked_until_then(town: Town, now: datetime) -> None:
    account = town.has(town.carmen, 500)
    story = Story(permit(call(town, now)).call)
    story.talk_from(now + timedelta(seconds=10))
    Call.objects.filter(pk=story.pk).update(alive_at=now + timedelta(seconds=100))
    sweep.sweep(now=now + timedelta(minutes=5))
    assert story.row.end_reason == EndReason.ENGINE_LOST
    assert has(account) == Balance(500 - 24, 0)
    # What the engine tells afterwards is kept and not charged (decision 0003).
    story.end(EndReason.HUNG_UP_INSIDE, now + timedelta(minutes=14), 800)
    assert has(account) == Balance(500 - 24, 0)
    books_are_right()


def test_a_lost_call_is_never_booked_beyond_its_cut(town: Town, now: datetime) -> None:
    account = town.has(town.carmen, 24)
    story = Story(permit(call(town, now)).call)
    story.talk_from(now + timedelta(seconds=10))
    # The engine's clock and ours differ by some seconds, and it died at the cut.
    Call.objects.filter(pk=story.pk).update(alive_at=now + timedelta(seconds=134))
    sweep.sweep(now=now + timedelta(minutes=5))
    assert CallRecord.objects.get(call=story.pk).talk_seconds == 120
    assert (has(account), owed()) == (Balance(0, 0), {})


def test_a_talk_that_was_longer_than_was_set_aside_leaves_a_debt_and_no_balance_below_zero(
    town: Town, now: datetime
) -> None:
    account = town.has(town.carmen, 24)
    story = Story(permit(call(town, now)).call)
    story.talk_from(now)
    town.has(town.carmen, 500)  # paid in meanwhile: not what was agreed on for this call
    story.end(EndReason.MONEY_UP, now + timedelta(seconds=121), 121)
    assert has(account) == Balance(500, 0)
    assert owed() == {"people_due:nh-example": 12}
    books_are_right()


def test_what_an_end_never_came_for_is_free_again_and_a_late_end_takes_what_is_left(
    town: Town, now: datetime
) -> None:
    account = town.has(town.carmen, 100)
    story = Story(permit(call(town, now)).call)
    story.talk_from(now)
    hold = Hold.objects.get()
    assert hold.until is not None
    assert hold.until >= now + timedelta(seconds=135 + 900)
    assert holds.let_go_overdue(now=hold.until) == 1
    holds.set_aside(key="other", account=account, amount=90, now=now)
    story.end(EndReason.HUNG_UP_INSIDE, now + timedelta(hours=3), 120)
    assert has(account) == Balance(90, 90), "never below what is set aside for others"
    assert owed() == {"people_due:nh-example": 14}
    books_are_right()


def test_the_worker_lets_go_what_is_overdue() -> None:
    assert "let overdue holds go" in [job.name for job in worker.jobs()]


# --- two at once, and at random -------------------------------------------------------------------


def test_two_calls_at_once_never_spend_the_same_cent(committed_town: Town, now: datetime) -> None:
    town = committed_town
    marcus = another(town, now)
    account = town.has(town.carmen, 20 * 12)
    for turn in range(6):
        at = now + timedelta(minutes=20 * turn)
        asked = [
            request(person, town.numbers.carmen, town.tablet(NH), key=f"{turn}-{person.number}")
            for person in (town.tomas, marcus)
        ]
        replies = at_once(*(partial(authorize, one, now=at) for one in asked))
        assert not [one for one in replies if isinstance(one, Exception)], replies
        assert has(account).held <= has(account).posted
        lasts = [one.permit.limit_seconds for one in replies if one.permit]  # type: ignore[union-attr]
        assert sorted(filter(None, lasts)) in ([300, 900], [900]), "the slower has what is left"
        stories = [Story(one.call) for one in replies if one.permit]  # type: ignore[union-attr]
        for story in stories:
            story.talk_from(at)
        later = at + timedelta(minutes=1)
        acts = [story.ended(EndReason.HUNG_UP_INSIDE, later, 60) for story in stories]
        acks = at_once(*(partial(ended, act, now=later) for act in acts))
        assert not [one for one in acks if isinstance(one, Exception)], acks
        town.has(town.carmen, 12 * len(stories))
    assert has(account) == Balance(240, 0)
    books_are_right()


TALKS = st.lists(
    st.tuples(
        st.integers(0, 1000),
        st.sampled_from(
            [EndReason.HUNG_UP_INSIDE, EndReason.NO_ANSWER, EndReason.MONEY_UP, EndReason.STAFF]
        ),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


@given(TALKS, st.integers(0, 60), st.integers(0, 120), st.integers(0, 300))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_talked_books_and_charges_agree_and_nobody_is_below_zero(
    town: Town,
    now: datetime,
    talks: list[tuple[int, EndReason, bool]],
    card: int,
    debit: int,
    prepaid: int,
) -> None:
    kinds = {AccountKind.CALLING_CARD: card, AccountKind.DEBIT: debit}
    with transaction.atomic():
        accounts = [town.has(town.tomas, cents, kind) for kind, cents in kinds.items() if cents]
        accounts += [town.has(town.carmen, prepaid)] if prepaid else []
        brought = card + debit + prepaid
        paid = 0
        for minute, (seconds, reason, twice) in enumerate(talks):
            at = now + timedelta(minutes=20 * minute)
            reply = call(town, at)
            if reply.permit is None:
                assert codes(reply) == ["call.no_money"]
                assert brought - paid < 12
                continue
            story, talk = Story(reply.call), 0
            if reason is not EndReason.NO_ANSWER:
                talk = min(seconds, reply.permit.limit_seconds or 0)
                story.talk_from(at)
            end = story.ended(reason, at + timedelta(seconds=talk), talk)
            for _ in range(1 + twice):
                ended(end, now=at + timedelta(seconds=talk))
            paid += -(-talk // 60) * 12
            assert sum(has(one).posted for one in accounts) == brought - paid
        assert (owed(), ledger.open_holds()) == ({}, 0)
        books_are_right()
        transaction.set_rollback(True)


# --- seen ---------------------------------------------------------------------------------


def test_the_demo_has_people_with_money_and_one_with_too_little(town: Town, now: datetime) -> None:
    for _ in range(2):
        demo.fund(now=now)
    assert permit(call(town, now)).limit_seconds == 900
    no = dial(town.marcus, town.numbers.denise, town.tablet(NH), now)
    assert codes(no) == ["call.no_money"]


def test_the_tablet_knows_what_there_is_before_dialling_and_asks_nothing_where_calls_are_free(
    town: Town, now: datetime
) -> None:
    town.has(town.tomas, 50)
    town.has(town.carmen, 500)
    inside = town.sign_in(town.tomas).inside
    (entry,) = tablet.allowed(inside=inside, now=now)
    alone = tablet.money_for(inside=inside, entry=None, now=now)
    both = tablet.money_for(inside=inside, entry=entry, now=now)
    assert alone is not None
    assert both is not None
    assert (alone.own, alone.theirs, alone.minutes) == (50, False, 4)
    assert (both.own, both.theirs, both.minutes) == (50, True, 45)
    julian = town.sign_in(town.julian).inside
    with CaptureQueriesContext(connection) as seen:
        assert tablet.money_for(inside=julian, entry=None, now=now) is None
    assert not seen.captured_queries


def test_the_called_side_hears_its_own_balance_and_never_the_callers(
    town: Town, now: datetime
) -> None:
    town.has(town.tomas, 12)
    town.has(town.carmen, 500)
    both = permit(call(town, now))
    said = both.announcement
    assert said[said.index("cents:12") + 1 :][:3] == ("paid_by_both", "your_balance", "balance:500")
    # And a handset inside hears its own.
    assert both.told == ("your_balance", "balance:12")
    Story(both.call).end(EndReason.NO_ANSWER, now)
    town.has(town.tomas, 500)
    alone = permit(call(town, now + timedelta(minutes=1)))
    assert "paid_by_caller" in alone.announcement
    assert not [one for one in alone.announcement if one.startswith("balance:")]


def test_a_handset_hears_for_how_many_minutes_the_money_is_enough(
    town: Town, now: datetime
) -> None:
    town.has(town.carmen, 59)
    assert permit(call(town, now)).told == ("money_for", "minutes:4")


def test_a_trial_of_staff_says_that_money_is_missing_and_sets_nothing_aside(
    town: Town, now: datetime
) -> None:
    rae = town.staff("rae")
    trial = console.try_call(staff=rae, person_id=town.tomas.pk, number=town.numbers.carmen, at=now)
    assert [no.code for no in trial.refusals] == ["call.no_money"]
    town.has(town.carmen, 59)
    trial = console.try_call(staff=rae, person_id=town.tomas.pk, number=town.numbers.carmen, at=now)
    assert (trial.refusals, trial.limits[0].source, trial.limit_seconds) == ((), "money", 240)
    assert ledger.open_holds() == 0
