"""The law book for everyone: prices of every service, laws, caps, at any place on any day."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import translation

from kinline.apps.facilities.models import Facility
from kinline.core.ids import PlaceCode
from kinline.core.place import Custody, Place
from kinline.core.rating.terms import Service, Status
from kinline.doors.help.standing import MEXICO, leads_to
from kinline.doors.public import prices, rules
from kinline.doors.words import marks, places, services
from kinline.laws import answers, loader
from tests.cast import Town

TODAY = date(2026, 11, 25)


def page(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def place(code: str) -> Place:
    return loader.places()[PlaceCode(code)]


@pytest.mark.parametrize("code", sorted(loader.places()))
def test_the_page_of_a_place_names_every_rule_that_the_command_names(code: str) -> None:
    """The page and `kinline law` read one book: neither may leave something out."""
    for on in (date(2023, 11, 30), TODAY):
        told = answers.law(loader.book(), place(code), on)
        shown = [*rules.laws(place(code), on), *rules.tariffs(place(code), on)]
        assert {one.id for one in shown} == {one["id"] for one in told["rules"]}
        caps = {one.cited.id for one in rules.caps(place(code), on)}
        assert caps == {one["id"] for one in told["caps"]}


def test_a_law_page_shows_the_rules_in_force_their_citations_and_doubts(db: None) -> None:
    seen = page("/laws/ma-worcester/")
    for words in (
        "G.L. c. 127, § 87A (St. 2023, c. 64)",
        "To be confirmed:",
        "What the agency pays: Phone calls 10 cents a minute",
        "size not known, no cap tested",
        "not told to us",
    ):
        assert words in seen, words


def test_a_law_page_of_another_day_shows_what_held_then_and_what_comes(db: None) -> None:
    seen = page("/laws/ma-worcester/?on=2023-11-15")
    assert "Laws in force on November 15, 2023" in seen
    assert "None of the book" in seen
    assert "Begins later" in seen
    assert "From a second-hand source" in seen
    assert "Made up for the demo" in seen


def test_a_made_up_place_says_so_and_has_a_cap_by_its_size(db: None) -> None:
    seen = page("/laws/nh-example/")
    for words in ("made up", "420 people", "at most 12 cents a minute", "jails of 350 to 999"):
        assert words in seen, words


def test_a_postponed_cap_is_marked_and_those_of_prisons_need_no_size() -> None:
    with translation.override("en"):
        shown = rules.caps(place("ma-doc-norfolk"), date(2025, 6, 1))
        by_id = {one.cited.id: one for one in shown}
        assert by_id["fcc-24-75"].cited.mark == "Put off: it does not count"
        assert by_id["fcc-2021"].lines[0].words == "at most 14 cents a minute"


def test_no_place_no_page(db: None) -> None:
    assert Client().get("/laws/nowhere/").status_code == 404
    assert Client().get("/laws/ma-bristol/?on=soon").status_code == 200


def test_every_place_of_the_book_is_on_the_list_once(town: Town) -> None:
    seen = page("/facilities/")
    here = set(Facility.objects.values_list("place", flat=True))
    for code in loader.places():
        address = f"/facilities/{code}/" if code in here else f"/laws/{code}/"
        assert seen.count(f'href="{address}"') == 1, code


def test_the_facility_page_prices_every_service_with_its_why(town: Town) -> None:
    for code in ("ma-bristol", "nh-example"):
        seen = page(f"/facilities/{code}/")
        with translation.override("en"):
            for service in Service:
                assert str(services.NAMES[service]) in seen
        assert seen.count("<u>Why?</u>") == len(Service)
    for words in ("19 cents a minute", "1 stamp ($0.40)", "2 stamps ($0.80)", "1 credit ($0.10)"):
        assert words in seen, words
    assert "To other countries (here: Mexico):" in seen
    assert "25 cents a minute" in seen
    free = page("/facilities/ma-bristol/")
    assert "Other states and other countries: the same price." in free
    assert "A recording is kept 180 days." in free


def test_prices_by_date_know_allowances_stamps_and_other_countries() -> None:
    with translation.override("en"):
        county = prices.by_date("ma-bristol", TODAY)
        abroad = prices.by_date("ma-bristol", TODAY, to=leads_to(MEXICO))
        stamps = prices.by_date("nh-example", TODAY, Service.VIDEOGRAM)
        shared = prices.by_date("co-doc-example", date(2025, 7, 5))
    assert [(row.price, row.free_minutes) for row in county] == [
        ("$0.00", 0),
        ("$0.14", 10),
        ("$0.14", 0),
    ]
    assert [row.price for row in abroad] == ["$0.00", "$0.25", "$0.25"]
    assert [row.price for row in stamps] == ["2 stamps ($0.80)"]
    assert "$0.025 (a law pays 75 percent)" in [row.price for row in shared if row.in_force]


@pytest.mark.parametrize("language", ["en", "es"])
def test_everything_the_book_speaks_of_has_a_name(language: str) -> None:
    with translation.override(language):
        book = loader.book()
        spoken = {one.jurisdiction for one in loader.places().values()}
        spoken |= {law.jurisdiction for law in book.laws} | {cap.jurisdiction for cap in book.caps}
        assert spoken <= set(places.JURISDICTIONS)
        assert set(places.CUSTODY) == set(Custody)
        assert set(services.NAMES) == set(services.ICONS) == set(Service)
        assert {tier.name for cap in book.caps for tier in cap.tiers} <= set(rules.TIERS)
        assert set(marks.MARKS) == set(Status) - {Status.CONFIRMED}


def test_what_a_day_is_is_decided_on_the_places_own_wall() -> None:
    """Ten at night in Los Angeles is another day in Boston."""
    at = datetime(2023, 1, 1, 6, 0, tzinfo=UTC)
    with translation.override("en"):
        assert [one.in_force for one in rules.priced(place("ca-cdcr-example"), at)[0].rows] == [
            False,
            True,
        ]
