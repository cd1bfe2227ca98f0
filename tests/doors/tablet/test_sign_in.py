"""A shared tablet: enrolled once by staff, used by several people, keeping nothing of any."""

import logging
from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.facilities.actions import stations
from kinline.apps.people.models import InsideSession
from tests.cast import PINS, Town
from tests.doors import people

ENTER = "/tablet/sign-in/"


def code_for(town: Town) -> str:
    """A fresh code that Ines of Bristol made for the first tablet there."""
    return stations.make_code(
        facility_id=town.facility("ma-bristol").pk,
        station_id=town.tablet().pk,
        by=town.account("ines").pk,
        now=timezone.now(),
    ).code


def enter(browser: Client, number: str, pin: str) -> HttpResponse:
    return browser.post(ENTER, {"number": number, "pin": pin})  # type: ignore[return-value]


def test_a_new_browser_is_asked_for_a_code_and_nothing_else(db: None) -> None:
    page = Client().get("/tablet/").text
    assert "Set up this tablet" in page
    assert "PIN" not in page


def test_a_code_of_staff_makes_a_browser_the_tablet(town: Town) -> None:
    browser = Client()
    answer = browser.post("/tablet/enrol/", {"code": code_for(town)})
    kept = answer.cookies["kinline_device"]
    assert (kept["httponly"], kept["samesite"], kept["path"]) == (True, "Strict", "/tablet/")
    page = browser.get("/tablet/").text
    assert "Your ID" in page
    assert "Bristol County" in page


@pytest.mark.parametrize("code", ["", "WRONG234", "x" * 10_000])
def test_a_code_that_does_not_work_gets_one_answer(town: Town, code: str) -> None:
    answer = Client().post("/tablet/enrol/", {"code": code})
    assert answer.status_code == 403
    assert "This code does not work" in answer.text
    assert "kinline_device" not in answer.cookies


def test_a_code_works_once(town: Town) -> None:
    code = code_for(town)
    assert Client().post("/tablet/enrol/", {"code": code}).status_code == 302
    assert Client().post("/tablet/enrol/", {"code": code}).status_code == 403


def test_julian_signs_in_with_id_and_pin(town: Town) -> None:
    browser = people.device(town)
    answer = enter(browser, "40-2719", "271900")
    kept = answer.cookies["kinline_inside"]
    assert (kept["httponly"], kept["samesite"], kept["max-age"]) == (True, "Strict", "")
    page = browser.get("/tablet/").text
    assert "Julian M." in page
    assert "Unit A, Tablet A-1" in page


def test_luis_is_greeted_in_his_own_language(town: Town) -> None:
    page = people.inside(town, town.luis).get("/tablet/").text
    assert '<html lang="es"' in page
    assert "Luis." in page


def test_a_wrong_pin_and_an_unknown_id_get_the_same_answer(town: Town) -> None:
    browser = people.device(town)
    wrong, unknown = enter(browser, "40-2719", "000000"), enter(browser, "99-9999", "271900")
    for answer in (wrong, unknown):
        assert answer.status_code == 403
        assert "ID and PIN do not match" in answer.text
        assert "kinline_inside" not in answer.cookies


def test_after_five_wrong_tries_one_waits_and_reads_until_when(town: Town) -> None:
    browser = people.device(town)
    for _ in range(5):
        enter(browser, "40-2719", "000000")
    page = enter(browser, "40-2719", "271900").text
    assert "Too many wrong tries" in page
    assert "You can try again: Today," in page


def test_a_pin_is_nowhere_afterwards(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = people.device(town)
    pages = [enter(browser, "40-2719", "123987"), enter(browser, "40-2719", "271900")]
    for pin in ("123987", "271900"):
        assert pin not in caplog.text
        assert all(pin not in page.text for page in pages)
        assert all(pin not in str(kept) for kept in browser.cookies.values())


def test_ten_thousand_digits_are_a_wrong_pin(town: Town) -> None:
    assert enter(people.device(town), "40-2719", "1" * 10_000).status_code == 403


def test_a_pin_in_an_address_is_not_looked_at(town: Town) -> None:
    browser = people.device(town)
    assert browser.get(ENTER, {"number": "40-2719", "pin": "271900"}).status_code == 405


def test_a_session_belongs_to_its_tablet(town: Town) -> None:
    julian, elsewhere = people.inside(town, town.julian), people.device(town, "ma-suffolk")
    elsewhere.cookies["kinline_inside"] = julian.cookies["kinline_inside"].value
    assert "Your ID" in elsewhere.get("/tablet/").text


def test_the_next_person_is_not_the_one_before(town: Town) -> None:
    browser = people.inside(town, town.julian)
    before = browser.cookies["kinline_inside"].value
    enter(browser, "40-2719", PINS["40-2719"])
    browser.cookies["kinline_inside"] = before
    assert "Your ID" in browser.get("/tablet/").text


def test_a_tablet_nobody_touches_signs_out(town: Town) -> None:
    browser = people.inside(town, town.julian)
    long_ago = timezone.now() - timedelta(seconds=settings.TABLET_IDLE_SECONDS + 1)
    InsideSession.objects.update(seen_at=long_ago)
    assert "Your ID" in browser.get("/tablet/").text
    answer = browser.post(reverse("tablet-stay"), **people.ASKED_BY_SCRIPT)  # type: ignore[arg-type]
    assert answer.status_code == 401


def test_a_touch_keeps_one_signed_in(town: Town) -> None:
    browser = people.inside(town, town.julian)
    a_while_ago = timezone.now() - timedelta(seconds=settings.TABLET_IDLE_SECONDS - 30)
    InsideSession.objects.update(seen_at=a_while_ago)
    assert browser.post(reverse("tablet-stay")).json() == {"signed_in": True}
    session = InsideSession.objects.get(ended_at=None)
    assert timezone.now() - session.seen_at < timedelta(seconds=10)


def test_signing_out_leaves_only_the_device(town: Town) -> None:
    browser = people.inside(town, town.julian)
    answer = browser.post(reverse("tablet-sign-out"))
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.cookies["kinline_inside"].value == ""
    assert answer.cookies["django_language"].value == ""
    assert "kinline_device" not in answer.cookies
    assert "Your ID" in browser.get("/tablet/").text


def test_the_language_of_the_pressed_button_is_the_persons_own(town: Town) -> None:
    browser = people.inside(town, town.julian)
    answer = browser.post(reverse("tablet-language"), {"language": "es", "next": "/tablet/help/"})
    assert answer["Location"] == "/tablet/help/"
    assert answer.cookies["django_language"]["max-age"] == ""
    town.julian.refresh_from_db()
    assert town.julian.language == "es"


def test_a_tablet_turned_off_by_staff_says_so(town: Town) -> None:
    browser = people.device(town)
    tablet = town.tablet()
    tablet.active = False
    tablet.save()
    page = enter(browser, "40-2719", "271900").text
    assert "This tablet is turned off" in page
