"""The quarterly report as staff see it: page, file and paper tell the same numbers."""

import csv
from io import StringIO

from django.test import Client
from django.urls import reverse

from kinline.core.rating.terms import Direction
from tests.apps.usage import call, message, utc, visit
from tests.cast import Town
from tests.doors import visitors
from tests.doors.people import inline_code

SUMMER = {"quarter": "2026-Q3"}


def staff(town: Town, name: str) -> Client:
    return visitors.staff(town.account(name))


def a_summer_at(place: str) -> None:
    for hour in range(12, 24):
        call(place, utc(f"2026-08-14 {hour}:00"), 600)
    visit(place, utc("2026-08-15 15:00"), 1500)
    message(place, utc("2026-08-15 15:00"), Direction.SENT)


def test_the_page_tells_counts_minutes_and_cost_with_the_law(town: Town) -> None:
    a_summer_at("ma-bristol")
    page = staff(town, "ines").get(reverse("console_reports"), SUMMER).content.decode()
    assert "July to September 2026" in page
    assert "Communications Access Trust Fund, G.L. c. 29, § 2XXXXX" in page
    for figure in ("12", "120", "$12.00", "$5.00", "$17.05", "$0.10"):
        assert f">{figure}<" in page, figure
    assert "none may be paid" in page
    assert not inline_code(page)


def test_the_file_has_a_line_for_each_facility_and_no_commission(town: Town) -> None:
    a_summer_at("ma-bristol")
    a_summer_at("ma-suffolk")
    answer = staff(town, "ines").get(reverse("console_report_csv", args=["ma-bristol"]), SUMMER)
    assert answer["Content-Disposition"] == 'attachment; filename="kinline-ma-bristol-2026-Q3.csv"'
    head, *lines = csv.reader(StringIO(answer.content.decode()))
    assert not any("commission" in name for name in head)
    (line,) = [dict(zip(head, line, strict=True)) for line in lines]
    assert line["facility_code"] == "ma-bristol"
    assert (line["voice_calls"], line["voice_minutes"], line["video_minutes"]) == (
        "12",
        "120",
        "25",
    )
    assert (line["messages_sent"], line["messages_received"]) == ("1", "0")
    assert (line["cost_to_agency_usd"], line["paid_by_people_usd"]) == ("17.05", "0.00")


def test_another_countys_numbers_are_in_no_sum(town: Town) -> None:
    a_summer_at("ma-suffolk")
    for name in ("console_reports", "console_reports_print", "console_reports_csv"):
        page = staff(town, "ines").get(reverse(name), SUMMER).content.decode()
        assert "Suffolk" not in page
        assert "$17.05" not in page
        assert "17.05" in staff(town, "theo").get(reverse(name), SUMMER).content.decode()


def test_a_paid_place_names_no_fund_and_says_what_people_paid(town: Town) -> None:
    a_summer_at("nh-example")
    page = staff(town, "rae").get(reverse("console_reports"), SUMMER).content.decode()
    assert "Trust Fund" not in page
    assert "People have paid $19.15" in page  # 120 minutes at 12 cents, 25 at 19


def test_a_quarter_that_makes_no_sense_is_the_last_one_that_ended(town: Town) -> None:
    ines = staff(town, "ines")
    for word in ("", "2026-Q9", "0000-Q1", "soon", "2026-Q3' OR 1"):
        answer = ines.get(reverse("console_reports"), {"quarter": word})
        assert answer.status_code == 200
        assert "still grow" not in answer.content.decode()


def test_a_quarter_that_is_not_over_says_so(town: Town) -> None:
    page = staff(town, "ines").get(reverse("console_reports"), {"quarter": "2199-Q4"})
    assert "This quarter is not over" in page.content.decode()


def test_the_first_year_of_the_calendar_has_a_page_too(town: Town) -> None:
    answer = staff(town, "ines").get(reverse("console_reports"), {"quarter": "1900-Q1"})
    assert answer.status_code == 200


def test_the_officer_without_the_right_has_no_such_line_in_the_rail(town: Town) -> None:
    url = reverse("console_reports")
    assert url in staff(town, "ines").get(reverse("console_live")).content.decode()
    assert url not in staff(town, "sam").get(reverse("console_live")).content.decode()
    assert staff(town, "sam").get(url).status_code == 404
