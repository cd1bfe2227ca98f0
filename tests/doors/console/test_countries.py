"""The page of where calls may go: closing a country, opening it, toll-free numbers."""

from django.test import Client
from django.urls import reverse

from kinline.apps.facilities.models import ClosedCountry, Facility
from tests.doors import people
from tests.doors.console.conftest import Day

PAGE = "/console/facility/ma-bristol/countries/"
WHY = "A fraud ring was called there. Ask the captain."


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def close(ines: Client, country: str = "JM") -> str:
    url = reverse("console_country_close", args=["ma-bristol", country])
    return text(ines.post(url, {"why": WHY}, follow=True))


def test_ines_finds_a_country_closes_it_and_opens_it_again(day: Day, ines: Client) -> None:
    assert "Every country is open." in text(ines.get(PAGE))
    found = text(ines.get(PAGE, {"text": "jamai"}))
    url = reverse("console_country_close", args=["ma-bristol", "JM"])
    assert url in found
    assert "usa-error-message" in text(ines.post(url, {"why": ""}))
    page = close(ines)
    assert "Closed: Jamaica." in page
    assert WHY in page
    assert "Ines" in page
    assert url not in text(ines.get(PAGE, {"text": "jamaica"})), "closed ones stand above"
    opened = text(
        ines.post(reverse("console_country_open", args=["ma-bristol", "JM"]), follow=True)
    )
    assert "Open again: Jamaica." in opened
    assert ClosedCountry.objects.get().opened_at is not None


def test_countries_are_found_without_accents_in_the_readers_language(
    day: Day, ines: Client
) -> None:
    ines.cookies["django_language"] = "es"
    assert "México" in text(ines.get(PAGE, {"text": "mexico"}))
    assert "Alemania" in text(ines.get(PAGE, {"text": "ALEM"}))


def test_an_officer_reads_and_changes_nothing(day: Day, ines: Client, sam: Client) -> None:
    close(ines)
    page = text(sam.get(PAGE, {"text": "germ"}))
    assert WHY in page
    assert "Germany" in page
    assert reverse("console_country_open", args=["ma-bristol", "JM"]) not in page
    assert reverse("console_country_close", args=["ma-bristol", "DE"]) not in page


def test_a_country_that_is_none_is_not_there(day: Day, ines: Client) -> None:
    for code in ("US", "ZZ", "nowhere"):
        url = reverse("console_country_close", args=["ma-bristol", code])
        assert ines.get(url).status_code == 404
    url = reverse("console_country_open", args=["ma-bristol", "DE"])
    assert ines.post(url).status_code == 404


def test_toll_free_numbers_are_opened_and_closed(day: Day, ines: Client) -> None:
    url = reverse("console_toll_free", args=["ma-bristol"])
    assert "Close them" in text(ines.post(url, {"on": "1"}, follow=True))
    assert Facility.objects.get(place="ma-bristol").toll_free
    assert "Open them" in text(ines.post(url, {"on": "0"}, follow=True))
    assert not Facility.objects.get(place="ma-bristol").toll_free


def test_adding_a_number_says_why_it_cannot_be_listed(day: Day, ines: Client) -> None:
    close(ines)
    add = reverse("console_number_add", args=[day.julian.pk])
    page = text(ines.post(add, {"number": "+18765550123", "name": "Aunt"}))
    assert "The facility closed calls to Jamaica." in page
    page = text(ines.post(add, {"number": "911", "name": "Police"}))
    assert "Emergency numbers, such as 911, can’t be called from here." in page
    assert "not a full number" not in page


def test_a_listed_number_shows_that_its_country_was_closed_since(day: Day, ines: Client) -> None:
    add = reverse("console_number_add", args=[day.julian.pk])
    ines.post(add, {"number": "+18765550123", "name": "Aunt"})
    close(ines)
    page = text(ines.get(reverse("console_person", args=[day.julian.pk])))
    assert "Country closed" in page
    entry = day.town.list_entry(day.julian, "+18765550123")
    one = text(ines.get(reverse("console_number", args=[day.julian.pk, entry.pk])))
    assert "No call goes to this number now." in one
    assert WHY in one
    dialler = text(people.inside(day.town, day.julian).get(reverse("tablet-dialler")))
    assert dialler.count("Calls to this country are closed") == 1
