"""What anybody may read: who we are, what each facility told us, and what the law says it costs."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kinline.apps.facilities.models import Facility
from kinline.config import demo
from kinline.doors.public import prices
from tests.cast import Town

FREE_SINCE = date(2023, 12, 1)


def page(address: str, **headers: str) -> str:
    answer = Client().get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_first_page_asks_who_you_are_and_works_without_a_script(town: Town) -> None:
    seen = page("/")
    for words in ("Family and friends", "Staff", "People inside"):
        assert words in seen
    assert "<script" not in seen


def test_a_demo_says_so_and_names_everybody_who_can_sign_in(
    town: Town, settings: pytest.FixtureRequest
) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    seen = page("/")
    assert "Everyone here is invented." in seen
    for one in demo.sign_ins():
        assert one.sign_in in seen, one.name
        assert one.secret in seen, one.name


def test_a_house_that_is_no_demo_names_nobody(town: Town, settings: pytest.FixtureRequest) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    seen = page("/")
    assert "odette@example.org" not in seen
    assert "271900" not in seen


def test_a_free_facility_shows_the_law_its_day_and_what_is_not_sure_of_it(town: Town) -> None:
    seen = page("/facilities/ma-bristol/")
    for words in ("No cost", "G.L. c. 127, § 87A", "December 1, 2023", "To be confirmed:"):
        assert words in seen, words


def test_a_paid_facility_shows_its_price_in_the_same_place(town: Town) -> None:
    seen = page("/facilities/nh-example/")
    assert "12 cents a minute" in seen
    assert "$0.12" in seen
    assert "No cost" not in seen


def test_what_nobody_told_us_is_called_not_told_and_not_made_up(town: Town) -> None:
    seen = page("/facilities/ma-bristol/")
    assert seen.count(">Not told to us<") == 1  # visits
    assert seen.count("not told to us") >= 3  # telephone, address, emergency
    assert "invented for the demo" in seen


def test_a_facility_that_stopped_calls_says_not_offered(town: Town) -> None:
    town.hours("ma-bristol", "07:00", "22:00", offered=False)
    assert "Not offered here" in page("/facilities/ma-bristol/")


def test_a_place_that_is_none_is_not_there(town: Town) -> None:
    assert Client().get("/facilities/no-such-place/").status_code == 404


def test_the_prices_of_a_prison_by_date_newest_first() -> None:
    rows = prices.by_date("ma-doc-norfolk", date(2024, 1, 1))
    assert [(row.from_on, row.price, row.in_force) for row in rows] == [
        (FREE_SINCE, "$0.00", True),
        (date(2015, 1, 1), "$0.12", False),
    ]
    assert prices.by_date("no-such-place", FREE_SINCE) == []


def test_pages_are_in_spanish_for_who_asks_for_it(town: Town) -> None:
    seen = page("/", **{"Accept-Language": "es"})
    assert '<html lang="es"' in seen
    assert "Familia y amigos" in seen


def test_the_list_of_facilities_costs_the_same_queries_however_long(town: Town) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            page("/")
        return len(seen)

    few = cost()
    agency = town.facility("ma-bristol").agency
    for number in range(8):
        Facility.objects.create(agency=agency, place=f"p-{number}", name=f"P {number}", zone="UTC")
    assert cost() == few
