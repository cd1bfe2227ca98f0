"""Every published question on money, asked on the pages: before the law begins, and since.

The provider's answers of 2023 are the source: stamps, texts and calling cards are not paid back, an
account for calls is where it pays for Massachusetts alone, and a debit account stays.
"""

import io
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kinline.apps.charging import answers
from kinline.apps.ledger.actions.holds import set_aside
from kinline.apps.ledger.actions.importing import bring
from kinline.apps.ledger.actions.post import post
from kinline.apps.people.actions import lists
from kinline.apps.people.models import AllowedNumber, ContactNumber, Person
from tests.apps.books import call_paid, prepaid
from tests.cast import NOW, Town
from tests.doors import people
from tests.doors.clock import it_is

HEAD = "reference,kind,facility,holder,balance\n"
BEFORE, LAST, FIRST, NOW_ON = (
    "2023-11-15 12:00",
    "2023-11-30 23:59",
    "2023-12-01 00:00",
    "2026-11-25 12:00",
)
SINCE = [FIRST, NOW_ON]
PROVIDER = "This is the provider’s answer. It is not the law’s and not Kinline’s."
LAW = "G.L. c. 127, § 87A (St. 2023, c. 64)"
FEDERAL = "47 CFR 64.6130 (FCC 24-75, 89 FR 77244)"
Patch = pytest.MonkeyPatch


def has(*lines: str) -> None:
    """Balances brought in from the old system: "kind,facility,holder,balance"."""
    text = HEAD + "".join(f"OLD-{n},{line}\n" for n, line in enumerate(lines))
    assert bring(io.StringIO(text), now=timezone.now(), write=True).written


def listed_by(person: Person, e164: str) -> AllowedNumber:
    """Somebody more has this number on their list."""
    number = ContactNumber.objects.get(e164=e164)
    return AllowedNumber.objects.create(
        person=person, number=number, added_by="test", added_at=timezone.now()
    )


def read(browser: Client, address: str, language: str = "en") -> str:
    browser.cookies["django_language"] = language
    answer = browser.get(address)
    assert answer.status_code == 200
    assert people.inline_code(answer.text) == []
    return unescape(" ".join(answer.text.split()))


def odettes(town: Town, kind: str, *agency: str, language: str = "en") -> str:
    """What Odette reads of one of her accounts."""
    name = "portal-account-pieces" if agency else "portal-account-of"
    return read(people.outside(town.odette), reverse(name, args=[kind, *agency]), language)


def julians(town: Town, kind: str, *agency: str, language: str = "en") -> str:
    """What Julian reads of one of his, on the tablet."""
    name = "tablet-account-pieces" if agency else "tablet-account-of"
    return read(people.inside(town, town.julian), reverse(name, args=[kind, *agency]), language)


# --- stamps -------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [BEFORE, LAST])
def test_stamps_before_the_law_use_them_up(town: Town, monkeypatch: Patch, day: str) -> None:
    it_is(monkeypatch, day)
    has("stamps,ma-bristol,+16175550142,20", "stamps,ma-bristol,40-2719,3")
    hers, his = odettes(town, "stamps", "ma-bristol"), julians(town, "stamps", "ma-bristol")
    for page, held in ((hers, "20 stamps"), (his, "3 stamps")):
        assert f"The provider gives no refund for {held}." in page
        assert "Use it up: November 30, 2023 is the last day on which it is of use." in page
        assert "Holds from December 1, 2023" in page
        assert PROVIDER in page
        assert FEDERAL not in page, "that rule was not yet in force"


@pytest.mark.parametrize("day", SINCE)
def test_stamps_since_the_law_have_no_refund(town: Town, monkeypatch: Patch, day: str) -> None:
    it_is(monkeypatch, day)
    has("stamps,ma-bristol,+16175550142,20")
    page = odettes(town, "stamps", "ma-bristol")
    assert "It asked people to use it up by November 30, 2023. Nobody has needed it since." in page
    assert PROVIDER in page
    assert ("Whether it reaches this kind of money is not sure; we doubt it." in page) == (
        day == NOW_ON
    )


# --- texts and calling cards --------------------------------------------------------------


@pytest.mark.parametrize("day", [BEFORE, LAST, *SINCE])
def test_texts_are_not_paid_back(town: Town, monkeypatch: Patch, day: str) -> None:
    it_is(monkeypatch, day)
    has("text_package,ma-bristol,+16175550142,12")
    page = odettes(town, "text_package", "ma-bristol")
    assert "The provider gives no refund for 12 texts." in page
    assert "Sold as Text Connect" in page
    assert ("Use it up:" in page) == (day in (BEFORE, LAST))


@pytest.mark.parametrize("day", [BEFORE, LAST, *SINCE])
def test_calling_cards_are_not_paid_back(town: Town, monkeypatch: Patch, day: str) -> None:
    it_is(monkeypatch, day)
    has("calling_card,ma-bristol,40-2719,500")
    page = julians(town, "calling_card")
    assert "The provider gives no refund for $5.00." in page
    assert ("Use it up:" in page) == (day in (BEFORE, LAST))
    assert ("It probably reaches this kind of money too." in page) == (day == NOW_ON)


# --- an account for calls (sold as AdvanceConnect) ----------------------------------------


@pytest.mark.parametrize("day", [BEFORE, LAST])
def test_an_account_before_the_law_may_be_closed_from_its_first_day(
    town: Town, monkeypatch: Patch, day: str
) -> None:
    it_is(monkeypatch, day)
    has("prepaid_collect,,+16175550142,4118")
    page = odettes(town, "prepaid_collect")
    assert "From December 1, 2023 on you may close this account and get all of $41.18 back." in page
    assert "Sold as AdvanceConnect" in page


@pytest.mark.parametrize("day", SINCE)
def test_an_account_for_massachusetts_alone_comes_back_in_full(
    town: Town, monkeypatch: Patch, day: str
) -> None:
    it_is(monkeypatch, day)
    has("prepaid_collect,,+16175550142,4118")
    page = odettes(town, "prepaid_collect")
    assert "You may close this account and get all of $41.18 back." in page
    assert "Since December 1, 2023 calls are free at Bristol County" in page
    assert f'href="/laws/ma-bristol/?on={day[:10]}" lang="en">{LAW}</a>' in page
    assert PROVIDER in page


@pytest.mark.parametrize("day", SINCE)
def test_an_account_that_pays_elsewhere_too_is_kept_open(
    town: Town, monkeypatch: Patch, day: str
) -> None:
    it_is(monkeypatch, day)
    has("prepaid_collect,,+16175550142,4118")
    listed_by(town.tomas, town.numbers.odette)
    page = odettes(town, "prepaid_collect")
    assert "Keep this account open. Calls from Example County Jail" in page
    assert "The money is yours: if you close the account all the same, $41.18 is paid back" in page
    assert "Should not be closed while calls from elsewhere are paid from it." in page
    assert "12 cents a minute" in page


def test_the_account_is_no_longer_needed_once_she_is_off_the_paid_list(
    town: Town, monkeypatch: Patch
) -> None:
    it_is(monkeypatch, NOW_ON)
    has("prepaid_collect,,+16175550142,4118")
    entry = listed_by(town.tomas, town.numbers.odette)
    assert "Keep this account open." in odettes(town, "prepaid_collect")
    lists.remove(staff=town.staff("rae", timezone.now()), allowed_id=entry.pk, now=timezone.now())
    assert "You may close this account" in odettes(town, "prepaid_collect")


def test_somebody_who_left_the_paid_jail_no_longer_needs_it_kept(
    town: Town, monkeypatch: Patch
) -> None:
    it_is(monkeypatch, NOW_ON)
    has("prepaid_collect,,+16175550142,4118")
    listed_by(town.tomas, town.numbers.odette)
    Person.objects.filter(pk=town.tomas.pk).update(active=False)
    assert "You may close this account" in odettes(town, "prepaid_collect")


def test_what_is_below_zero_is_said_with_its_sign(town: Town, monkeypatch: Patch) -> None:
    it_is(monkeypatch, NOW_ON)
    has("prepaid_collect,,+16175550142,-150")
    page = odettes(town, "prepaid_collect")
    assert "−$1.50" in page
    assert "The balance is $1.50 below zero, so there is nothing to pay back." in page


def test_calls_under_way_are_taken_off_first(town: Town, monkeypatch: Patch) -> None:
    now = it_is(monkeypatch, NOW_ON)
    has("prepaid_collect,,+16175550142,500")
    account = prepaid(str(town.odette.pk))
    set_aside(key="call:1", account=account, amount=180, now=now)
    set_aside(key="refund:1", account=account, amount=20, now=now)
    page = odettes(town, "prepaid_collect")
    assert "get all of $3.20 back." in page
    assert "Calls of the last 24 hours are taken off first." in page
    assert "$2.00 of it is set aside." in page


def test_the_federal_clock_runs_from_the_last_use(town: Town, monkeypatch: Patch) -> None:
    now = it_is(monkeypatch, NOW_ON)
    has("prepaid_collect,,+16175550142,500")
    assert "Without another use" not in odettes(town, "prepaid_collect"), "brought in, not used"
    post(entry=call_paid(str(town.odette.pk), 24, now - timedelta(days=10)), now=now)
    assert "Without another use that time ends on May 14, 2027." in odettes(town, "prepaid_collect")


# --- the debit account --------------------------------------------------------------------


@pytest.mark.parametrize("day", [BEFORE, LAST])
def test_a_debit_account_stays_before_the_law(town: Town, monkeypatch: Patch, day: str) -> None:
    it_is(monkeypatch, day)
    has("debit,ma-bristol,40-2719,1205")
    page = julians(town, "debit")
    assert "Nothing happens to $12.05. It stays yours." in page
    assert "From December 1, 2023 on you do not need it for calls." in page


@pytest.mark.parametrize("day", SINCE)
def test_a_debit_account_buys_other_things_since(town: Town, monkeypatch: Patch, day: str) -> None:
    it_is(monkeypatch, day)
    has("debit,ma-bristol,40-2719,1205")
    page = julians(town, "debit")
    assert "It buys games, music, movies" in page
    assert "You do not need it for calls any more." in page
    assert "Nothing happens to it. It stays usable." in page
    assert 'href="http' not in page.split("</header>")[1], "nothing leads off the tablet"


# --- Spanish, lists, and whose they are ---------------------------------------------------


@pytest.mark.parametrize("day", [BEFORE, NOW_ON])
def test_every_answer_is_there_in_spanish(town: Town, monkeypatch: Patch, day: str) -> None:
    it_is(monkeypatch, day)
    has(
        "prepaid_collect,,+16175550142,4118",
        "stamps,ma-bristol,+16175550142,20",
        "debit,ma-bristol,40-2719,1205",
        "calling_card,ma-bristol,40-2719,500",
    )
    hers = odettes(town, "prepaid_collect", language="es")
    assert "cerrar esta cuenta" in hers
    for page in (
        hers,
        odettes(town, "stamps", "ma-bristol", language="es"),
        julians(town, "debit", language="es"),
        julians(town, "calling_card", language="es"),
    ):
        for english in ("Who says so", "The provider gives", "Nothing happens", "Worked out"):
            assert english not in page


def test_all_accounts_stand_in_one_list(town: Town, monkeypatch: Patch) -> None:
    it_is(monkeypatch, NOW_ON)
    has("prepaid_collect,,+16175550142,4118", "stamps,ma-bristol,+16175550142,20")
    page = read(people.outside(town.odette), reverse("portal-accounts"))
    assert page.index("$41.18") < page.index("20 stamps")
    assert "A debit account belongs to the person inside" in page


def test_who_has_none_needs_none_where_all_is_free(town: Town, monkeypatch: Patch) -> None:
    it_is(monkeypatch, NOW_ON)
    none = "You have no account here, and need none"
    assert none in read(people.outside(town.odette), reverse("portal-accounts"))
    assert none in read(people.inside(town, town.julian), reverse("tablet-accounts"))
    page = read(people.outside(town.carmen), reverse("portal-accounts"))
    assert none not in page
    assert "Calls from Example County Jail, New Hampshire (fictional) cost something." in page
    inside = read(people.inside(town, town.tomas), reverse("tablet-accounts"))
    assert "Calls here cost something." in inside


def test_before_the_law_an_account_is_of_use_in_massachusetts_too(
    town: Town, monkeypatch: Patch
) -> None:
    it_is(monkeypatch, BEFORE)
    page = read(people.outside(town.odette), reverse("portal-accounts"))
    assert "Calls from Bristol County jail and house of correction cost something." in page


@pytest.mark.parametrize("kind", ["debit", "prepaid_collect", "nothing"])
def test_an_account_of_somebody_else_is_not_there(
    town: Town, monkeypatch: Patch, kind: str
) -> None:
    it_is(monkeypatch, NOW_ON)
    has("prepaid_collect,,+16175550142,4118", "debit,ma-bristol,40-2719,1205")
    grace = people.outside(town.grace)
    assert grace.get(reverse("portal-account-of", args=[kind])).status_code == 404
    wendell = people.inside(town, town.wendell)
    assert wendell.get(reverse("tablet-account-of", args=[kind])).status_code == 404


# --- the statement ------------------------------------------------------------------------


def test_the_statement_tells_what_moved_it_and_what_was_there_then(
    town: Town, monkeypatch: Patch
) -> None:
    now = it_is(monkeypatch, NOW_ON)
    has("prepaid_collect,,+16175550142,1000")
    for n in range(1, 31):
        post(entry=call_paid(str(town.odette.pk), 12, now + timedelta(minutes=n)), now=now)
    page = odettes(town, "prepaid_collect")
    assert page.count("−$0.12") == 25
    assert "then $6.40" in page
    assert "Brought here from the old system" not in page
    address = reverse("portal-account-of", args=["prepaid_collect"]) + "?page=2"
    second = read(people.outside(town.odette), address)
    assert second.count("−$0.12") == 5
    assert "then $9.88" in second
    assert "Brought here from the old system" in second
    assert "+$10.00" in second


@pytest.mark.parametrize("door", ["portal", "tablet"])
def test_more_rows_ask_no_more_of_the_database(town: Town, monkeypatch: Patch, door: str) -> None:
    now = it_is(monkeypatch, NOW_ON)
    has("prepaid_collect,,+16175550142,1000", "debit,ma-bristol,40-2719,1205")
    browser = people.outside(town.odette) if door == "portal" else people.inside(town, town.julian)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse(f"{door}-accounts")).status_code == 200
        return len(queries)

    asked()
    few = asked()
    with_more = HEAD + (
        "M-1,stamps,ma-bristol,+16175550142,20\nM-2,text_package,ma-bristol,+16175550142,3\n"
        "M-3,stamps,ma-suffolk,+16175550142,20\nM-4,stamps,ma-bristol,40-2719,20\n"
        "M-5,calling_card,ma-bristol,40-2719,300\n"
    )
    assert bring(io.StringIO(with_more), now=now, write=True).written
    for person in (town.wendell, town.desmond, town.luis, town.tomas):
        listed_by(person, town.numbers.odette)
    assert asked() == few


def test_many_holders_are_asked_for_together(town: Town) -> None:
    has("prepaid_collect,,+16175550142,1000", "prepaid_collect,,+16035550117,1000")

    def asked(*contacts: object) -> int:
        with CaptureQueriesContext(connection) as queries:
            answers.of_contacts(contacts=list(contacts), now=NOW)  # type: ignore[arg-type]
        return len(queries)

    few = asked(town.odette.pk)
    assert asked(town.odette.pk, town.carmen.pk, town.grace.pk, town.nadia.pk) == few
