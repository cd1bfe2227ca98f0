"""What a message costs its writer: nothing under the law, a stamp elsewhere, given back or not."""

from datetime import datetime

import pytest

from kinline.apps.charging.models import Charge
from kinline.apps.errors import Refused
from kinline.apps.ledger.actions.post import post
from kinline.apps.ledger.models import Balance
from kinline.apps.ledger.queries import balance
from kinline.apps.messaging.actions.withdraw import withdraw
from kinline.apps.messaging.models import Message
from kinline.apps.people.models import Contact
from kinline.core.ledger import chart
from kinline.core.ledger.entry import Entry, Posting
from kinline.core.rating.terms import GiveBack
from kinline.core.review.terms import Mode, Outcome
from kinline.core.transition.words import AccountKind
from tests.apps.messaging.writing import by, looks_at, settled, write
from tests.apps.money import even
from tests.cast import Town


def stamps(
    who: Contact, many: int, now: datetime, agency: str, key: str = "stamps"
) -> chart.Account:
    account = chart.held_by(AccountKind.STAMPS, str(who.pk), agency=agency)
    opening = chart.of_house(chart.House.OPENING, agency=agency, commodity=account.commodity)
    entry = Entry(f"test:{key}:{who.pk}", now, "opening", (Posting(opening, account, many),))
    post(entry=entry, now=now)
    return account


@pytest.fixture
def carmens(town: Town, now: datetime) -> chart.Account:
    """Five stamps of Carmen's, good in New Hampshire."""
    return stamps(town.carmen, 5, now, town.tomas.facility.agency.code)


def test_under_the_law_no_account_is_read(town: Town, now: datetime) -> None:
    sent = write(town.odette, town.julian, "Free.", now)
    row = Message.objects.get(pk=sent.id)
    charge = Charge.objects.get(key=f"message:{sent.id.hex}:text")
    assert (row.paid, charge.consumer_cents, charge.stamps) == ([], 0, 0)
    assert (charge.service, charge.direction, charge.person) == (
        "emessage",
        "received",
        str(town.julian.pk),
    )
    assert "87A" in row.citation
    assert not Balance.objects.filter(account__holder=str(town.odette.pk), held__gt=0).exists()


def test_a_stamp_is_taken_as_it_is_sent(town: Town, now: datetime, carmens: chart.Account) -> None:
    sent = write(town.carmen, town.tomas, "One stamp.", now)
    assert Message.objects.get(pk=sent.id).paid == [["text", "stamp", 1, "stamps"]]
    assert balance(account=carmens).posted == 4
    assert even()


@pytest.mark.parametrize(
    ("back", "left", "because"),
    [(GiveBack.EACH_PART, 5, "whole_rejected"), (GiveBack.NOTHING, 4, "tariff_keeps")],
)
def test_rejected_before_delivery_it_comes_back_unless_the_tariff_keeps_it(
    town: Town, now: datetime, carmens: chart.Account, back: GiveBack, left: int, because: str
) -> None:
    sent = write(town.carmen, town.tomas, "One stamp.", now)
    Message.objects.filter(pk=sent.id).update(gives_back=back)
    row = settled(sent.id, Outcome.REJECTED, now, rejected=("text",))
    assert (balance(account=carmens).posted, row.because) == (left, because)
    assert even()


def test_rejected_after_delivery_it_was_carried(
    town: Town, now: datetime, carmens: chart.Account
) -> None:
    looks_at(town, "nh-example", Mode.SAMPLE, now, percent=100)
    sent = write(town.carmen, town.tomas, "One stamp.", now)
    row = settled(sent.id, Outcome.REJECTED, now, rejected=("text",))
    assert (row.state, row.because) == ("taken_back", "")
    assert balance(account=carmens).posted == 4


def test_withdrawn_while_it_waits_it_comes_back(
    town: Town, now: datetime, carmens: chart.Account
) -> None:
    sent = write(town.carmen, town.tomas, "One stamp.", now)
    withdraw(by=by(town.carmen), message_id=sent.id, now=now)
    withdraw(by=by(town.carmen), message_id=sent.id, now=now)
    assert balance(account=carmens).posted == 5
    assert Message.objects.get(pk=sent.id).state == "withdrawn"


def test_without_a_stamp_it_is_refused_with_what_is_missing(town: Town, now: datetime) -> None:
    with pytest.raises(Refused) as no:
        write(town.carmen, town.tomas, "No stamp.", now)
    [reason] = no.value.refusals
    assert reason.code == "message.no_money"
    assert (reason.facts["unit"], reason.facts["has"], reason.facts["missing"]) == (
        "stamp",
        "0",
        "1",
    )
    assert not Message.objects.exists()
    assert not Charge.objects.filter(key__startswith="message:").exists()


def test_the_other_side_does_not_learn_what_it_cost(
    town: Town, now: datetime, carmens: chart.Account
) -> None:
    from kinline.apps.messaging.queries.thread import thread

    looks_at(town, "nh-example", Mode.SAMPLE, now, percent=1)
    sent = write(town.carmen, town.tomas, "One stamp.", now)
    [hers] = thread(by=by(town.carmen), thread_id=sent.thread).messages
    [his] = thread(by=by(town.tomas), thread_id=sent.thread).messages
    assert (dict(hers.cost.given), dict(his.cost.given)) == ({"stamp": 1}, {})
