"""Money through the pages: adding it, getting it back, and what staff do about it."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kinline.apps.audit.models import Line
from kinline.apps.charging import idle, payouts
from kinline.apps.charging.models import Merchant, Payment, Refund
from kinline.core.ledger.hold import Balance
from tests.apps.money import DEBIT, asked, brought, has, pays, takes_cards
from tests.cast import Town
from tests.doors import people, visitors


@pytest.fixture
def moment() -> datetime:
    """The pages' own time."""
    return timezone.now()


@pytest.fixture
def paying(town: Town, moment: datetime, settings: Any, localstripe: str) -> Town:
    """nh-example takes made-up cards."""
    settings.STRIPE_API, settings.CARD_ENTRY = localstripe, "test"
    takes_cards("nh-example", moment)
    from kinline.apps.charging.cards.entry import entry

    entry.cache_clear()
    return town


def page(browser: Client, address: str, status: int = 200, language: str = "en") -> str:
    browser.cookies["django_language"] = language
    answer = browser.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def carmen(town: Town) -> Client:
    browser = people.outside(town.carmen)
    browser.cookies["django_language"] = "en"
    return browser


def staff(town: Town, name: str) -> Client:
    return visitors.staff(town.account(name))


def add(browser: Client, amount: str, card: str = "good") -> Any:
    """Fill in how much, then choose a card; the page it ends on."""
    form = page(browser, "/portal/accounts/add/")
    key = re.search(r'name="key" value="(\w+)"', form)
    assert key
    sent = {"amount": amount, "place": "nh-example", "key": key[1]}
    asked_card = browser.post("/portal/accounts/add/", sent)
    action = re.search(r'action="(/portal/accounts/payments/[^"]+)"', asked_card.content.decode())
    if action is None:
        return asked_card
    return browser.post(action[1], {"card": card}, follow=True)


# --- adding ---------------------------------------------------------------------------------


def test_carmen_adds_twenty_dollars_and_reads_the_receipt(paying: Town) -> None:
    browser = carmen(paying)
    shown = add(browser, "20").content.decode()
    assert "Receipt" in shown
    assert "$20.00 is on your account." in shown
    assert "ending in 4242" in shown
    assert not people.inline_code(shown)
    assert has(paying.carmen.pk) == Balance(2000, 0)
    assert "$20.00" in page(browser, "/portal/accounts/payments/")
    assert "Add money" in page(browser, "/portal/accounts/of/prepaid_collect/")
    assert "Recibo" in page(browser, f"/portal/accounts/payments/{_payment()}/", language="es")


def _payment() -> object:
    return Payment.objects.get().pk


def test_a_declined_card_says_so_and_takes_nothing(paying: Town) -> None:
    shown = add(carmen(paying), "20.50", "declined").content.decode()
    assert "Nothing was taken" in shown
    assert "The bank declined the card." in shown
    assert has(paying.carmen.pk) == Balance(0, 0)


@pytest.mark.parametrize(("amount", "says"), [("abc", "such as 20"), ("0", "above zero")])
def test_an_amount_that_is_none(paying: Town, amount: str, says: str) -> None:
    answer = add(carmen(paying), amount)
    assert (answer.status_code, says in answer.content.decode()) == (400, True)


def test_where_all_is_free_no_money_is_taken_and_the_law_is_named(paying: Town) -> None:
    browser = people.outside(paying.odette)
    shown = page(browser, "/portal/accounts/add/")
    assert "so we take no money" in shown
    assert "87A" in shown
    assert "<form" not in shown.split("<main")[1].split("</main>")[0]


def test_her_own_limit_and_pause(paying: Town) -> None:
    browser = carmen(paying)
    browser.post("/portal/accounts/limits/", {"monthly": "30"})
    assert "$30.00 a month" in add(browser, "31").content.decode()
    browser.post("/portal/accounts/limits/", {"paused": "on"})
    assert "You paused adding money" in page(browser, "/portal/accounts/add/")


def test_one_contacts_payment_is_not_there_for_another(paying: Town) -> None:
    add(carmen(paying), "20")
    page(people.outside(paying.odette), f"/portal/accounts/payments/{_payment()}/", 404)


# --- getting it back -------------------------------------------------------------------------


def test_odette_gets_all_of_it_back_step_by_step(town: Town, moment: datetime) -> None:
    brought(town.odette.pk, 2350, moment)
    browser = people.outside(town.odette)
    assert "Get the money back" in page(browser, "/portal/accounts/of/prepaid_collect/")
    close = "/portal/accounts/close/prepaid_collect/"
    assert "$23.50" in page(browser, close)
    answer = browser.post(close, {"name": "Odette Marrow"})
    assert "We need this to write the check." in answer.content.decode()
    said = {"name": "Odette Marrow", "address": "2 Invented Street"}
    shown = browser.post(close, said, follow=True).content.decode()
    assert "You asked for your money back." in shown
    assert "I changed my mind" in shown
    refund = Refund.objects.get()
    ines = staff(town, "ines")
    page(ines, "/console/money/", 404)
    _give_money_rights(town, "ines", "ma-bristol")
    assert "Odette Marrow" in page(ines, "/console/money/")
    assert ines.post(f"/console/money/refunds/{refund.pk}/agree").status_code == 302
    payouts.work(now=timezone.now())
    listed = ines.post("/console/money/checks.csv").content.decode().splitlines()
    assert listed[0] == "check,pay_to,address,amount_usd,asked_on"
    assert "Odette Marrow,2 Invented Street,23.50" in listed[1]
    part = refund.parts.get()
    ines.post("/console/money/checks/written", {"part": str(part.pk)})
    shown = page(browser, f"/portal/accounts/refunds/{refund.pk}/")
    for step in ("You asked for", "Staff agreed.", "on its way to you", "Everything is paid."):
        assert step in shown
    acts = set(Line.objects.filter(subject=str(refund.pk)).values_list("act", flat=True))
    assert acts == {"refund.asked", "refund.agreed", "cheque.written"}
    assert Line.objects.filter(act="cheque.listed").exists()


def _give_money_rights(town: Town, name: str, place: str) -> None:
    from kinline.apps.people.models import Grant

    for right in ("money.see", "money.change"):
        Grant.objects.create(
            account=town.account(name),
            right=right,
            facility=town.facility(place),
            given_by="test",
            given_at=timezone.now(),
        )


def test_carmen_is_warned_and_both_ways_are_the_same_size(town: Town, moment: datetime) -> None:
    brought(town.carmen.pk, 900, moment)
    browser = carmen(town)
    close = "/portal/accounts/close/prepaid_collect/"
    shown = page(browser, close)
    assert "Keep this account open" in shown
    assert "Keep it open" in shown
    said = {"name": "Carmen Rivera", "address": "1 Invented Road"}
    assert "closed all the same" in browser.post(close, said).content.decode()
    browser.post(close, said | {"confirmed": "on"})
    assert has(town.carmen.pk) == Balance(900, 900)
    refund = Refund.objects.get()
    browser.post(f"/portal/accounts/refunds/{refund.pk}/withdraw")
    assert has(town.carmen.pk) == Balance(900, 0)


def test_one_contacts_refund_is_not_there_for_another(town: Town, moment: datetime) -> None:
    brought(town.odette.pk, 2350, moment)
    refund = asked(town.odette.pk, moment)
    other = carmen(town)
    page(other, f"/portal/accounts/refunds/{refund.pk}/", 404)
    assert other.post(f"/portal/accounts/refunds/{refund.pk}/withdraw").status_code == 404


# --- staff -----------------------------------------------------------------------------------


def test_two_of_staff_agree_to_a_large_refund(town: Town, moment: datetime) -> None:
    brought(town.carmen.pk, 20_000, moment)
    refund = asked(town.carmen.pk, moment)
    rae, finn = staff(town, "rae"), staff(town, "finn")
    address = f"/console/money/refunds/{refund.pk}/"
    assert "2 must agree before it is paid." in page(rae, address)
    rae.post(f"{address}agree")
    assert "Somebody else must agree" in page(rae, address)
    again = rae.post(f"{address}agree")
    assert (again.status_code, b"You agreed before" in again.content) == (409, True)
    assert "It is paid then." in page(finn, address)
    finn.post(f"{address}agree")
    assert Refund.objects.get().state == "approved"


def test_refused_with_a_reason_that_carmen_reads(town: Town, moment: datetime) -> None:
    brought(town.carmen.pk, 900, moment)
    refund = asked(town.carmen.pk, moment)
    finn = staff(town, "finn")
    address = f"/console/money/refunds/{refund.pk}/"
    assert b"This field is required" in finn.post(address, {"why": ""}).content
    finn.post(address, {"why": "A call is still being charged"})
    shown = page(carmen(town), f"/portal/accounts/refunds/{refund.pk}/")
    assert "Their reason: A call is still being charged" in shown


def test_another_agencys_money_is_not_there(paying: Town, moment: datetime) -> None:
    payment = pays(paying.carmen.pk, 2000, moment)
    refund = asked(paying.carmen.pk, moment)
    _give_money_rights(paying, "theo", "ma-suffolk")
    theo = staff(paying, "theo")
    assert "Carmen" not in page(theo, "/console/money/")
    page(theo, f"/console/money/refunds/{refund.pk}/", 404)
    page(theo, f"/console/money/payments/{payment}/", 404)
    assert theo.post(f"/console/money/refunds/{refund.pk}/agree").status_code == 404
    assert theo.post(f"/console/money/payments/{payment}/", {"why": "x"}).status_code == 404


def test_an_officer_sees_no_money(town: Town) -> None:
    sam = staff(town, "sam")
    for address in ("", "refunds/", "payments/", "set-up/ma-bristol/"):
        page(sam, f"/console/money/{address}", 404)
    assert "/console/money/" not in page(sam, "/console/")


def test_a_payment_is_undone_with_a_reason_only(paying: Town, moment: datetime) -> None:
    payment = pays(paying.carmen.pk, 2000, moment)
    finn = staff(paying, "finn")
    assert "Carmen Rivera" in page(finn, "/console/money/payments/")
    address = f"/console/money/payments/{payment}/"
    finn.post(address, {"why": ""})
    assert has(paying.carmen.pk) == Balance(2000, 0)
    finn.post(address, {"why": "Entered twice"})
    assert has(paying.carmen.pk) == Balance(0, 0)
    assert Line.objects.get(act="payment.corrected").purpose == "Entered twice"


def test_keys_are_set_and_never_shown_again(town: Town) -> None:
    rae = staff(town, "rae")
    address = "/console/money/set-up/nh-example/"
    wrong = {"public_key": "x", "secret": "y", "signing": "z", "two_above": "50"}
    assert rae.post(address, wrong).content.count(b"not a key of that kind") == 3
    right = {"public_key": "pk_live_1", "secret": "sk_live_2", "signing": "whsec_3"}
    rae.post(address, right | {"two_above": "50"})
    shown = page(rae, address)
    assert "pk_live_1" in shown
    assert "sk_live_2" not in shown
    assert "whsec_3" not in shown
    assert "/api/stripe/nh-example/" in shown
    assert Merchant.objects.get().two_above_cents == 5000
    assert "sk_live" not in str(list(Line.objects.values_list("facts", flat=True)))
    rae.post(address, {"public_key": "pk_live_1", "two_above": "60"})
    assert Merchant.objects.get().sealed_secret, "empty leaves the one there is"


def test_tomas_has_left_and_staff_pay_out_what_is_his(town: Town, moment: datetime) -> None:
    brought(town.tomas.pk, 1200, moment, DEBIT)
    rae = staff(town, "rae")
    address = f"/console/people/{town.tomas.pk}/pay-out/"
    said = {"why": "Released", "name": "Tomás Rivera", "address": "1 Invented Road"}
    assert b"not paid back" in rae.post(address, said).content
    town.tomas.active = False
    town.tomas.save()
    assert "Pay it out" in page(rae, f"/console/people/{town.tomas.pk}/")
    rae.post(address, said)
    refund = Refund.objects.get()
    shown = page(rae, f"/console/money/refunds/{refund.pk}/")
    assert "asked for it yourself" in shown
    assert "Tomás Rivera" in shown


def test_who_does_not_use_their_money_finds_a_note_of_it_on_their_first_page(
    town: Town, moment: datetime
) -> None:
    long_ago = moment - timedelta(days=125)
    brought(town.carmen.pk, 2350, long_ago)
    brought(town.tomas.pk, 500, long_ago, DEBIT)
    idle.look(now=moment)
    outside, inside = carmen(town), people.inside(town, town.tomas)
    for browser, first, amount in ((outside, "/portal/", "$23.50"), (inside, "/tablet/", "$5.00")):
        shown = page(browser, first)
        for words in ("Money you did not use", amount, "nobody takes it"):
            assert words in shown
        put_away = re.search(r'action="(/\w+/notes/[0-9a-f-]+/read)"', shown)
        assert put_away
        browser.post(put_away[1])
        assert "Money you did not use" not in page(browser, first)
    assert (has(town.carmen.pk), has(town.tomas.pk, DEBIT)) == (Balance(2350, 0), Balance(500, 0))
