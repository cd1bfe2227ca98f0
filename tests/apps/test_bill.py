"""The time machine: a month of real usage under the book of another day, or under a draft."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kinline.apps.charging.actions import charge_open_line
from kinline.apps.charging.models import Charge
from kinline.apps.reports import bill as bills
from kinline.apps.reports.access import Here, Scope
from kinline.apps.reports.bill import Amounts, PlaceNotInBook, bill, total
from kinline.core.ids import PlaceCode
from kinline.core.quarter import Month
from kinline.core.rating.book import NoRuleInForce
from kinline.core.rating.terms import Direction, Service
from kinline.laws import drafts
from kinline.laws.loader import book, places
from tests.apps.story import talked
from tests.apps.usage import call, message, utc, visit
from tests.cast import Town

OCTOBER = Month(2026, 10)
BRISTOL: Scope = (Here("ma-bristol", "Bristol", "", "America/New_York"),)
NORFOLK: Scope = (Here("ma-doc-norfolk", "Norfolk", "", "America/New_York"),)
BEFORE_THE_LAW = book().as_of(date(2023, 11, 30))


def test_under_the_book_of_today_a_month_costs_what_was_charged(db: None) -> None:
    call("ma-doc-norfolk", utc("2026-10-14 15:00"), 600)
    (row,) = bill(scope=NORFOLK, month=OCTOBER, book=book())
    assert row.charged == row.rated == Amounts(agency_cents=100)
    assert row.difference == Amounts()


def test_as_of_the_day_before_the_law_families_pay_and_the_agency_does_not(db: None) -> None:
    call("ma-doc-norfolk", utc("2026-10-14 15:00"), 600)  # 12 cents a minute
    visit("ma-doc-norfolk", utc("2026-10-15 15:00"), 1500)  # 39
    message("ma-doc-norfolk", utc("2026-10-15 15:00"), Direction.SENT, Service.VIDEOGRAM)
    (row,) = bill(scope=NORFOLK, month=OCTOBER, book=BEFORE_THE_LAW)
    assert row.usages == 3
    assert row.charged == Amounts(agency_cents=100 + 500)
    assert row.rated == Amounts(consumer_cents=120 + 975, stamps=2)
    assert row.difference == Amounts(consumer_cents=1095, agency_cents=-600, stamps=2)


def test_free_minutes_of_a_week_are_counted_by_person_as_they_were_used(db: None) -> None:
    monday = utc("2026-10-12 15:00")
    for hours, person in enumerate(("julian", "wendell", "julian")):
        call("ma-bristol", monday + timedelta(hours=hours), 420, person=person)
    (row,) = bill(scope=BRISTOL, month=OCTOBER, book=BEFORE_THE_LAW)
    # Julian's second call has three free minutes left, and pays four at 14 cents.
    assert row.rated == Amounts(consumer_cents=56)


def test_the_week_that_began_in_the_month_before_has_its_minutes_counted_too(db: None) -> None:
    call("ma-bristol", utc("2026-09-29 15:00"), 600)  # Tuesday: all ten free minutes
    call("ma-bristol", utc("2026-10-01 15:00"), 60)  # Thursday of the same week
    (row,) = bill(scope=BRISTOL, month=OCTOBER, book=BEFORE_THE_LAW)
    assert (row.usages, row.rated.consumer_cents) == (1, 14)


def test_calls_to_open_lines_cost_nothing_under_any_book(db: None) -> None:
    norfolk, at = places()[PlaceCode("ma-doc-norfolk")], utc("2026-10-14 15:00")
    charge_open_line(key="call:crisis", place=norfolk, began_at=at, seconds=600, now=at)
    call("ma-doc-norfolk", at, 60)
    (row,) = bill(scope=NORFOLK, month=OCTOBER, book=BEFORE_THE_LAW)
    assert (row.usages, row.rated) == (1, Amounts(consumer_cents=12))


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        ("2026-10-01 03:59:59", False),
        ("2026-10-01 04:00", True),
        ("2026-11-01 03:59:59", True),
        ("2026-11-01 04:00", False),
    ],
)
def test_a_month_is_the_facilitys_own(db: None, moment: str, counts: bool) -> None:
    call("ma-bristol", utc(moment))
    (row,) = bill(scope=BRISTOL, month=OCTOBER, book=book())
    assert row.usages == counts


def test_a_repeal_tells_what_families_would_pay_and_the_agency_would_not(db: None) -> None:
    call("ma-doc-norfolk", utc("2026-10-14 15:00"), 600)
    repeal = drafts.shipped()["us_ma_repeal"]
    assert repeal.on == date(2027, 7, 1)
    assert "not adopted" in repeal.title
    (row,) = bill(scope=NORFOLK, month=OCTOBER, book=repeal.in_full)
    assert row.difference == Amounts(consumer_cents=110, agency_cents=-100)


def test_a_call_abroad_is_rated_by_its_number(town: Town, now: datetime) -> None:
    """Julian's call in the books, and one whose record is gone."""
    talked(town.julian, town.numbers.odette, town.tablet(), now, 600)
    call("ma-bristol", now, 60, person=str(town.julian.pk))
    march = Month(2025, 3)
    (row,) = bill(scope=BRISTOL, month=march, book=BEFORE_THE_LAW)
    assert (row.usages, row.assumed_home) == (2, 1)
    assert row.rated.consumer_cents == 14  # the second call finds no free minute left


def test_nothing_is_written(db: None) -> None:
    call("ma-doc-norfolk", utc("2026-10-14 15:00"), 600)
    with CaptureQueriesContext(connection) as asked:
        bill(scope=NORFOLK, month=OCTOBER, book=BEFORE_THE_LAW)
    assert all(query["sql"].lstrip('"').startswith(("SELECT", "DECLARE")) for query in asked)
    assert Charge.objects.get().consumer_cents == 0


def test_usage_is_read_in_pieces(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bills, "CHUNK", 3)
    for n in range(10):
        call("ma-doc-norfolk", utc("2026-10-14 15:00") + timedelta(minutes=n), 60)
    (row,) = bill(scope=NORFOLK, month=OCTOBER, book=BEFORE_THE_LAW)
    assert (row.usages, row.rated.consumer_cents) == (10, 120)


def test_rows_add_up_and_stand_in_the_order_of_the_scope(db: None) -> None:
    call("ma-doc-norfolk", utc("2026-10-14 15:00"), 600)
    call("ma-bristol", utc("2026-10-14 15:00"), 660)
    rows = bill(scope=(*NORFOLK, *BRISTOL), month=OCTOBER, book=BEFORE_THE_LAW)
    assert [row.here.place for row in rows] == ["ma-doc-norfolk", "ma-bristol"]
    assert total(rows).rated == Amounts(consumer_cents=120 + 14)
    assert bills.how_many(scope=(*NORFOLK, *BRISTOL), month=OCTOBER) == 2


def test_a_book_without_a_price_is_an_error_and_never_free(db: None) -> None:
    call("ma-bristol", utc("2026-10-14 15:00"), 600)
    with pytest.raises(NoRuleInForce):
        bill(scope=BRISTOL, month=OCTOBER, book=book().as_of(date(2014, 12, 31)))


def test_a_facility_that_the_book_does_not_know_cannot_be_rated(db: None) -> None:
    with pytest.raises(PlaceNotInBook, match="nowhere"):
        bill(scope=(Here("nowhere", "", "", "UTC"),), month=OCTOBER, book=book())
