"""What the public may read: small counts are hidden with their minutes and cost, for good."""

from datetime import timedelta

import pytest

from kinline.apps.reports.access import Here
from kinline.apps.reports.figures import Figures, Use
from kinline.apps.reports.publish import HIDDEN, Told, conceal, published
from kinline.apps.reports.queries import Row, Statement
from kinline.core.quarter import Quarter
from tests.apps.usage import call, utc
from tests.cast import Town

SUMMER = Quarter(2026, 3)
BOSTON = "America/New_York"


def summer(**calls: int) -> Statement:
    """A quarter in which each call took ten minutes, at ten cents."""
    rows = (
        Row(Here(place, place, "", BOSTON), Figures(calls=Use(n, n * 10, n * 100, 0)))
        for place, n in calls.items()
    )
    return Statement(SUMMER, tuple(rows))


def test_a_count_under_ten_is_hidden_with_its_minutes_and_its_cost() -> None:
    seen = conceal(summer(bristol=500, essex=9, suffolk=700))
    told = {row.here.place: row.told["calls"] for row in seen.rows}
    assert told["essex"] == HIDDEN == Told(None, None, None, None)
    assert told["suffolk"] == Told(700, 7000, 70000, 0)


def test_another_is_hidden_beside_it_so_that_the_total_may_be_told() -> None:
    seen = conceal(summer(bristol=500, essex=9, suffolk=700))
    assert [row.told["calls"] is HIDDEN for row in seen.rows] == [True, True, False]
    assert (seen.total["calls"].count, seen.total["calls"].minutes) == (1209, 12090)
    assert seen.hides


def test_money_of_all_is_told_only_where_nothing_in_it_is_hidden() -> None:
    """Bristol pays ten cents a minute, Example nothing: minutes and money of both hidden ones
    together would be two equations for two unknowns."""
    assert conceal(summer(bristol=500, essex=9, suffolk=700)).total["calls"].agency_cents is None
    whole = conceal(summer(bristol=500, essex=90, suffolk=700))
    assert whole.total["calls"] == Told(1290, 12900, 129000, 0)
    assert not whole.hides


def test_a_service_that_nobody_used_is_not_in_the_table() -> None:
    assert conceal(summer(bristol=500, essex=90)).columns == ("calls",)
    assert conceal(summer(bristol=0)).columns == ()


def test_facilities_stand_in_their_own_order_whatever_is_hidden() -> None:
    seen = conceal(summer(suffolk=3, bristol=500, essex=20))
    assert [row.here.place for row in seen.rows] == ["suffolk", "bristol", "essex"]


def test_one_facility_alone_with_few_calls_has_no_total_either() -> None:
    seen = conceal(summer(bristol=9))
    assert seen.total["calls"] is HIDDEN


@pytest.mark.parametrize(
    ("moment", "is_told"),
    [("2026-09-30 12:00", False), ("2026-10-14 12:00", False), ("2026-10-15 12:00", True)],
)
def test_a_quarter_is_told_two_weeks_after_it_ended(town: Town, moment: str, is_told: bool) -> None:
    for n in range(12):
        call("ma-bristol", utc("2026-08-14 15:00") + timedelta(hours=n))
    found = published(quarters=[SUMMER], now=utc(moment))
    assert bool(found) is is_told
    if found:
        assert len(found[0].rows) == 5
        # Four facilities had none, and none is a small count: one more is hidden beside them.
        assert all(row.told["calls"] is HIDDEN for row in found[0].rows)
        assert found[0].total["calls"].count == 12
