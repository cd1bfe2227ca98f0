"""The quarterly statement: counted from the charges, on each facility's own calendar."""

from dataclasses import fields
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kinline.apps.charging.models import Charge
from kinline.apps.errors import NotFound
from kinline.apps.people.models import Grant
from kinline.apps.people.rights import ROLES, Right
from kinline.apps.reports import access, queries
from kinline.apps.reports.access import Here, Scope
from kinline.apps.reports.figures import Figures, Use
from kinline.core.quarter import Month, Quarter
from kinline.core.rating.terms import Direction, Service
from tests.apps.story import talked
from tests.apps.usage import call, message, utc, visit
from tests.cast import Town

SUMMER = Quarter(2026, 3)
BRISTOL: Scope = (Here("ma-bristol", "Bristol", "", "America/New_York"),)


def test_a_quarter_counts_each_service_and_what_it_costs_at_the_contracts_price(db: None) -> None:
    at = utc("2026-08-14 15:00")
    call("ma-bristol", at, 61)  # two minutes begun, at 10 cents
    call("ma-bristol", at + timedelta(hours=1), 0)  # accepted, and nothing said
    visit("ma-bristol", at, 1500)  # 25 minutes, at 20 cents
    message("ma-bristol", at, Direction.SENT)
    message("ma-bristol", at, Direction.SENT, Service.TEXT, units=3)
    message("ma-bristol", at, Direction.RECEIVED)
    message("ma-bristol", at, Direction.RECEIVED, Service.PHOTO, units=5)
    found = queries.statement(scope=BRISTOL, quarter=SUMMER).total
    assert found == Figures(
        calls=Use(2, 2, 20, 0),
        visits=Use(1, 25, 500, 0),
        sent=Use(4, 0, 8, 0),  # 5 cents an eMessage, 1 a text
        received=Use(1, 0, 5, 0),
        extras=Use(5, 0, 0, 0),
    )
    assert (found.agency_cents, found.consumer_cents) == (533, 0)
    assert found.messages.count == 5


def test_where_no_law_makes_it_free_the_people_pay_and_the_agency_nothing(db: None) -> None:
    call("nh-example", utc("2026-08-14 15:00"), 61)
    scope: Scope = (Here("nh-example", "Example", "", "America/New_York"),)
    found = queries.statement(scope=scope, quarter=SUMMER).total
    assert (found.agency_cents, found.consumer_cents) == (0, 24)


def test_there_is_no_place_for_a_commission() -> None:
    assert [field.name for field in fields(Figures)] == [
        "calls",
        "visits",
        "sent",
        "received",
        "extras",
    ]
    assert [field.name for field in fields(Use)] == [
        "count",
        "minutes",
        "agency_cents",
        "consumer_cents",
    ]


@pytest.mark.parametrize(
    ("place", "zone", "last_moment", "next_quarter"),
    [
        ("ma-bristol", "America/New_York", "2026-10-01 03:59:59", "2026-10-01 04:00"),
        ("co-doc-example", "America/Denver", "2026-10-01 05:59:59", "2026-10-01 06:00"),
    ],
)
def test_a_quarter_ends_at_midnight_on_the_facilitys_own_wall(
    db: None, place: str, zone: str, last_moment: str, next_quarter: str
) -> None:
    call(place, utc(last_moment))
    call(place, utc(next_quarter))
    scope: Scope = (Here(place, "", "", zone),)
    this, following = queries.statements(scope=scope, quarters=[SUMMER, SUMMER.later(1)])
    assert (this.total.calls.count, following.total.calls.count) == (1, 1)


def test_facilities_in_two_zones_stand_in_one_statement_each_by_its_own_midnight(db: None) -> None:
    scope = (*BRISTOL, Here("co-doc-example", "Colorado", "", "America/Denver"))
    five = utc("2026-10-01 05:00")  # October in Bristol, September still in Denver
    call("ma-bristol", five)
    call("co-doc-example", five)
    rows = queries.statement(scope=scope, quarter=SUMMER).rows
    assert [row.figures.calls.count for row in rows] == [0, 1]


def test_a_page_of_a_quarter_counts_the_same_as_its_parts(db: None) -> None:
    for month in (1, 4, 5, 7, 8, 8, 9, 10):
        call("ma-bristol", utc(f"2026-{month:02d}-15 15:00"))
    visit("ma-bristol", utc("2026-08-15 15:00"))
    months = [Month(2026, n) for n in range(1, 13)]
    page = queries.report(scope=BRISTOL, quarter=SUMMER, months=months)
    apart = queries.statements(scope=BRISTOL, quarters=[SUMMER.later(-1), SUMMER])
    assert [page.before, page.statement] == apart
    assert list(page.calls.values()) == [1, 0, 0, 1, 1, 0, 1, 2, 1, 1, 0, 0]


def test_a_call_that_was_talked_is_in_the_statement(town: Town, now: datetime) -> None:
    talked(town.julian, town.numbers.odette, town.tablet(), now, 65)
    scope = access.of_staff(staff=town.staff("ines"))
    found = queries.statement(scope=scope, quarter=Quarter(2025, 1)).total
    assert (found.calls, found.agency_cents) == (Use(1, 2, 20, 0), 20)


def test_what_was_written_says_which_way_it_went(db: None) -> None:
    at = utc("2026-08-14 15:00")
    with pytest.raises(ValueError, match="emessage with direction None"):
        message("ma-bristol", at, None)  # type: ignore[arg-type]
    message("ma-bristol", at, Direction.SENT)
    row = Charge.objects.get()
    row.pk, row.key, row.direction = None, "another", ""
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    row.service, row.direction = "call", "sent"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_contracts_prices_of_a_quarter_are_the_law_books() -> None:
    def prices(place: str, quarter: Quarter) -> tuple[int, ...]:
        return queries.contract_prices(place=place, service=Service.CALL, period=quarter.days)

    assert prices("ma-bristol", SUMMER) == (1000,)
    assert prices("ma-bristol", Quarter(2023, 3)) == ()  # families paid
    assert prices("ma-bristol", Quarter(2023, 4)) == (1000,)  # since December 1
    assert prices("nh-example", SUMMER) == ()
    assert prices("nowhere", SUMMER) == ()


# --- whose reports ------------------------------------------------------------------------


def test_each_scope_holds_what_the_viewer_may_read(town: Town) -> None:
    def seen(name: str) -> list[str]:
        return [here.place for here in access.of_staff(staff=town.staff(name))]

    assert seen("ines") == ["ma-bristol"]
    assert seen("theo") == ["ma-suffolk"]
    assert seen("ada") == ["ma-doc-norfolk"]
    assert len(access.everywhere()) == 5


def test_another_countys_report_and_none_are_one_answer(town: Town) -> None:
    for place in ("ma-bristol", "nowhere"):
        with pytest.raises(NotFound):
            access.of_staff(staff=town.staff("theo"), place=place)
    with pytest.raises(NotFound):
        access.of_staff(staff=town.staff("sam"))
    with pytest.raises(NotFound):
        access.everywhere(place="nowhere")


def test_a_finance_clerk_reads_reports_and_no_persons_calls(town: Town, now: datetime) -> None:
    sam = town.account("sam")
    Grant.objects.filter(account=sam).delete()
    for right in ROLES["finance"]:
        Grant.objects.create(
            account=sam,
            right=right,
            facility=town.facility("ma-bristol"),
            given_by="test",
            given_at=now,
        )
    staff = town.staff("sam")
    assert [here.place for here in access.of_staff(staff=staff)] == ["ma-bristol"]
    assert not staff.has(Right.SEE_CALLS)
    assert not staff.has(Right.SEE_PEOPLE)


# --- what it costs to ask -----------------------------------------------------------------


def test_a_report_takes_as_many_queries_however_many_rows_and_facilities(town: Town) -> None:
    def count(scope: Scope) -> int:
        with CaptureQueriesContext(connection) as asked:
            queries.statements(scope=scope, quarters=[SUMMER, SUMMER.later(-1)])
            months = [Month(2025, 1).later(n) for n in range(24)]
            queries.report(scope=scope, quarter=SUMMER, months=months)
        return len(asked)

    assert count(BRISTOL) == 3
    for n in range(20):
        call("ma-bristol", utc("2026-08-14 15:00") + timedelta(hours=n))
    assert count(access.everywhere()) == 3


def test_a_report_reads_its_index_and_not_the_charges(db: None) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # an empty table is read whole
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    places = ["ma-bristol", "ma-essex"]
    part = queries._part(0, SUMMER.days, "America/New_York", places, Service.CALL)
    plan = part.explain()
    assert "charge_report" in plan, plan
    only = "Index Only Scan" if connection.vendor == "postgresql" else "COVERING INDEX"
    assert only in plan, plan
