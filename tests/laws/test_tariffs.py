"""What else a tariff can say: long distance, countries, sessions, seconds, cents a piece."""

import re
from datetime import UTC, datetime

import pytest

from kinline.core.ids import PlaceCode
from kinline.core.policy.paying import order_of
from kinline.core.rating.book import RuleBook
from kinline.core.rating.rate import Charge, Usage, rate
from kinline.core.rating.terms import Destination, Service
from kinline.core.transition.words import AccountKind
from kinline.laws import loader
from kinline.laws.numbering import NoSuchNumber, area_codes_of, destination
from tests.laws.conftest import Change

CALLS = "call: {minute: 12, termination: 13}"
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def charged(
    book: RuleBook, service: Service, to: str = "", seconds: int = 0, units: int = 0
) -> Charge:
    """A usage at the made-up jail of New Hampshire."""
    jail = loader.places()[PlaceCode("nh-example")]
    going = destination(to) if to else None
    return rate(Usage(service, jail, NOON, seconds, units, going), book)


def call(book: RuleBook, to: str, seconds: int = 60) -> int:
    return charged(book, Service.CALL, to, seconds).consumer_cents


def test_long_distance_begins_where_the_states_area_codes_end(change: Change) -> None:
    told = "call: {minute: 6, long_distance: 11, home_state: NH, termination: 13}"
    book = loader.read_book(change("tariffs/examples.yaml", CALLS, told))
    assert call(book, "+16035550117") == 6  # New Hampshire
    assert call(book, "+16175550142") == 11  # Massachusetts
    assert call(book, "+525555550100") == 19  # Mexico: the home price and the termination


def test_a_tariff_may_name_countries(change: Change) -> None:
    told = "call: {minute: 12, termination: 13, countries: {CA: 1, NO: 2}}"
    book = loader.read_book(change("tariffs/examples.yaml", CALLS, told))
    assert call(book, "+14165550100") == 13
    assert call(book, "+4721000000") == 14  # and NO is Norway, not false
    assert call(book, "+525555550100") == 25


def test_a_tariff_may_bill_by_less_than_a_minute(change: Change) -> None:
    told = "call: {minute: 12, termination: 13, every_seconds: 6}"
    book = loader.read_book(change("tariffs/examples.yaml", CALLS, told))
    charge = charged(book, Service.CALL, "+16175550142", 61)
    (line,) = charge.lines
    assert (line.units, line.unit, line.price_hundredths) == (11, "6 seconds", 120)
    assert (line.cents, charge.consumer_cents) == (13, 13)  # 13.2, rounded down


def test_a_billing_unit_that_leaves_less_than_a_hundredth_of_a_cent_is_refused(
    change: Change,
) -> None:
    told = "call: {minute: 12, termination: 13, every_seconds: 7}"
    with pytest.raises(loader.LawError, match="no whole hundredth of a cent"):
        loader.read_book(change("tariffs/examples.yaml", CALLS, told))


def test_visits_may_be_sold_by_the_session(change: Change) -> None:
    told = "visit: {session: 380, session_minutes: 20}"
    book = loader.read_book(change("tariffs/examples.yaml", "visit: {minute: 19}", told))
    one, two = (charged(book, Service.VISIT, seconds=seconds) for seconds in (1200, 1201))
    assert [(line.units, line.unit, line.cents) for line in two.lines] == [(2, "session", 760)]
    assert one.consumer_cents == 380


def test_a_session_above_the_cap_a_minute_is_refused(change: Change) -> None:
    told = "visit: {session: 381, session_minutes: 20}"
    with pytest.raises(loader.LawError, match="20 cents a minute of visit"):
        loader.read_book(change("tariffs/examples.yaml", "visit: {minute: 19}", told))


def test_a_message_may_cost_cents(change: Change) -> None:
    book = loader.read_book(
        change("tariffs/examples.yaml", "emessage: {stamps: 1}", "emessage: {cents: 20}")
    )
    charge = charged(book, Service.EMESSAGE, units=3)
    assert (charge.consumer_cents, charge.stamps) == (60, 0)
    assert charge.lines[0].unit == "emessage"


def test_stamps_cannot_be_shared(change: Change) -> None:
    home = change("us_co.yaml", "services: [call]", "services: [call, emessage]")
    with pytest.raises(loader.LawError, match="freed wholly or not at all"):
        loader.read_book(home)


# --- numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "country", "at_home"),
    [
        ("+16175550142", "US", True),
        ("+18005550100", "US", True),
        ("+17875550100", "PR", True),
        ("+16715550100", "GU", True),
        ("+13405550100", "VI", True),
        ("+14165550100", "CA", False),
        ("+12425550100", "BS", False),
        ("+18095550100", "DO", False),
        ("+525555550100", "MX", False),
        ("+442079460000", "GB", False),
        ("+881612345678", "001", False),
    ],
)
def test_a_number_leads_to_a_country(number: str, country: str, at_home: bool) -> None:
    found = destination(number)
    assert (found.country, found.domestic) == (country, at_home)


@pytest.mark.parametrize(
    "number",
    ["", "+", "911", "6175550142", "+1617555014", "+161755501420", "+15555550100", "+16170550100",
     "+1617155 0100", "+99912345678", "+44", "+0123456789", "+1٦١٧٥٥٥٠١٤٢"],
)  # fmt: skip
def test_a_number_nobody_can_have_leads_nowhere(number: str) -> None:
    with pytest.raises(NoSuchNumber):
        destination(number)


def test_area_codes_belong_to_states() -> None:
    assert area_codes_of("NH") == {"603"}
    assert {"617", "413", "508"} < area_codes_of("MA")
    assert area_codes_of("ZZ") == frozenset()
    assert destination("+16035550117") == Destination("US", "603")


# --- the order of payment -------------------------------------------------------------------

ORDER = "paid_from: {call: [calling_card, debit, prepaid_collect]}"


def test_a_tariff_states_from_which_accounts_a_call_is_paid_and_in_which_order(
    change: Change,
) -> None:
    told = "paid_from: {call: [prepaid_collect, debit]}"
    book = loader.read_book(change("tariffs/examples.yaml", ORDER, told))
    (tariff,) = (one for one in book.tariffs if one.id == "nh-example-calls")
    assert order_of(tariff, Service.CALL) == (AccountKind.PREPAID_COLLECT, AccountKind.DEBIT)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("paid_from: [debit]", "paid_from must have fields of its own"),
        ("paid_from: {call: []}", "call names no account"),
        ("paid_from: {call: debit}", "call must be a list of words"),
        ("paid_from: {call: [debit, cash]}", "'cash' is not a valid AccountKind"),
        ("paid_from: {call: [debit, debit]}", "call names an account twice"),
        ("paid_from: {call: [stamps]}", "stamps pays for no call"),
        ("paid_from: {visit: [debit]}", "unknown field 'visit'"),
    ],
)
def test_an_order_of_payment_that_makes_no_sense_is_an_error_with_its_line(
    change: Change, bad: str, says: str
) -> None:
    home = change("tariffs/examples.yaml", ORDER, bad)
    with pytest.raises(loader.LawError, match=rf"examples\.yaml:\d+: .*{re.escape(says)}"):
        loader.read_book(home)
