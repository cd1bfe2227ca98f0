"""The line for the phones on a tablet: one's own place, whose turn it is, a phone that is held."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from kinline.apps import tokens
from kinline.apps.calls.actions import queue
from kinline.apps.calls.models import QueuePlace
from kinline.apps.facilities.models import Station
from kinline.apps.people.models import Person
from kinline.core.call.states import EndReason
from kinline.core.queue.turns import Stand
from kinline.doors.words import phones
from tests.apps.story import Story, dial, permit
from tests.apps.test_queue import neighbour, set_rule
from tests.cast import PINS, Town
from tests.doors import people

SECRET = "the-secret-of-c-2"
PAGE, PART, BOARD = "tablet-phones", "tablet-phones-part", "tablet-phones-board"


def only_phone(town: Town) -> Station:
    """A line for unit C's second tablet; people wait for it at one of another unit."""
    unit = town.julian.unit
    Station.objects.filter(unit=unit).exclude(name="Tablet C-2").update(active=False)
    second = Station.objects.get(unit=unit, name="Tablet C-2")
    Station.objects.filter(pk=second.pk).update(secret_hash=tokens.hashed(SECRET))
    set_rule(town, second.unit, timezone.now() - timedelta(hours=2))
    return second


def board_of() -> Client:
    """The phone itself, on which nobody is signed in."""
    browser = Client()
    browser.cookies["kinline_device"] = SECRET
    return browser


def talks(town: Town, station: Station) -> Story:
    return Story(permit(dial(town.julian, town.numbers.odette, station, timezone.now())).call)


def omars(town: Town) -> tuple[Person, Client]:
    omar = neighbour(town, "Omar", timezone.now())
    PINS.setdefault(omar.number, "135791")
    return omar, people.inside(town, omar)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_without_a_line_there_is_no_page_and_no_tile(town: Town) -> None:
    browser = people.inside(town, town.julian)
    for name in (PAGE, PART, BOARD):
        assert browser.get(reverse(name)).status_code == 404
    for name in ("tablet-phones-join", "tablet-phones-leave"):
        assert browser.post(reverse(name)).status_code == 404
    assert reverse(PAGE) not in browser.get("/tablet/").text
    assert "phones-board" not in people.device(town).get("/tablet/").text


def test_omar_gets_in_line_sees_his_place_and_is_told_when_it_is_his_turn(town: Town) -> None:
    phone = only_phone(town)
    call = talks(town, phone)
    omar, browser = omars(town)
    assert reverse(PAGE) in browser.get("/tablet/").text
    assert "Get in line" in words(browser.get(reverse(PAGE)).text)
    page = words(browser.post(reverse("tablet-phones-join"), follow=True).text)
    assert "You are number 1 You are next. Your wait: about 15 minutes." in page
    assert "Phones free 0 of 1 phone" in page
    assert "Phones of your unit You are number 1" in words(browser.get("/tablet/").text)
    call.end(EndReason.HUNG_UP_INSIDE, timezone.now())
    page = words(browser.get(reverse(PAGE)).text)
    assert f"It is your turn: go to {phone.name}" in page
    assert "It is held for you for 1 minute" in page
    assert "Phones of your unit It is your turn" in words(browser.get("/tablet/").text)
    page = words(browser.post(reverse("tablet-phones-leave"), follow=True).text)
    assert "A phone is free. You can call now, without getting in line." in page
    assert QueuePlace.objects.get(person=omar).state == Stand.LEFT


def test_who_let_two_phones_pass_is_told_so(town: Town) -> None:
    only_phone(town)
    _omar, browser = omars(town)
    browser.post(reverse("tablet-phones-join"))
    now = timezone.now()
    queue.settle_all(now=now + timedelta(seconds=91))
    page = words(browser.get(reverse(PAGE)).text)
    assert "It is your turn" in page, "nobody else waits, so it is offered again"
    queue.settle_all(now=now + timedelta(seconds=182))
    page = words(browser.get(reverse(PAGE)).text)
    assert "You let two phones pass, so you are out of line." in page
    assert "Get in line" in page


def test_everybody_sees_numbers_and_nobodys_name(town: Town) -> None:
    phone = only_phone(town)
    omar, browser = omars(town)
    browser.post(reverse("tablet-phones-join"))
    board = board_of()
    page = words(board.get("/tablet/").text)
    assert f"Number 1: {phone.name}" in page
    assert "0 of 1 phone is free." in page
    piece = board.get(reverse(BOARD)).text
    for text in (page, piece):
        assert "Omar" not in text
        assert "Soares" not in text
        assert omar.number not in text


def test_a_page_that_shows_it_already_is_not_sent_it_again(town: Town) -> None:
    call = talks(town, only_phone(town))
    _omar, browser = omars(town)
    browser.post(reverse("tablet-phones-join"))
    piece = browser.get(reverse(PART))
    stamp = re.search(r"\?as=([0-9a-f]{16})", piece.text)
    assert stamp is not None
    assert browser.get(reverse(PART), {"as": stamp[1]}).status_code == 204
    call.end(EndReason.HUNG_UP_INSIDE, timezone.now())
    assert browser.get(reverse(PART), {"as": stamp[1]}).status_code == 200


def test_the_held_phone_tells_others_why_and_until_when(town: Town) -> None:
    phone = only_phone(town)
    omar, browser = omars(town)
    browser.post(reverse("tablet-phones-join"))
    reply = dial(town.julian, town.numbers.odette, phone, timezone.now())
    julian = people.inside(town, town.julian)
    page = words(julian.get(reverse("tablet-call", args=[reply.call])).text)
    assert "This phone is held for somebody" in page
    assert "It is held for number 1, who waited in line for a phone." in page
    assert omar.given_name not in page


def test_the_page_of_a_line_costs_the_same_however_many_wait(town: Town) -> None:
    talks(town, only_phone(town))
    _omar, browser = omars(town)
    browser.post(reverse("tablet-phones-join"))

    def count(name: str) -> int:
        asks = board_of() if name == BOARD else browser
        with CaptureQueriesContext(connection) as queries:
            assert asks.get(reverse(name)).status_code == 200
        return len(queries)

    few = count(PAGE), count(BOARD)
    now = timezone.now()
    inside = QueuePlace.objects.get()
    for number, name in enumerate(("Pete", "Quentin", "Rosario", "Stephen"), start=2):
        inside.pk, inside.number, inside._state.adding = None, number, True
        inside.person = neighbour(town, name, now)
        inside.save()
    assert (count(PAGE), count(BOARD)) == few


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "nobody can say"),
        (0, "no wait"),
        (1, "about 5 minutes"),
        (300, "about 5 minutes"),
        (301, "about 10 minutes"),
        (3600, "about 60 minutes"),
        (3601, "more than an hour"),
    ],
)
def test_a_wait_is_told_in_plain_words(seconds: int | None, said: str) -> None:
    with translation.override("en"):
        assert phones.likely(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (90, "1 minute 30 seconds"),
        (89, "1 minute 15 seconds"),
        (15, "15 seconds"),
        (7, "7 seconds"),
    ],
)
def test_how_long_a_phone_is_held_never_says_too_much(seconds: int, said: str) -> None:
    now = timezone.now()
    with translation.override("en"):
        assert phones.left(now + timedelta(seconds=seconds), now) == said


def test_the_pages_speak_spanish(town: Town) -> None:
    only_phone(town)
    _omar, browser = omars(town)
    browser.cookies["django_language"] = "es"
    browser.post(reverse("tablet-phones-join"))
    page = words(browser.get(reverse(PAGE)).text)
    assert "Es su turno" in page
    assert "Get in line" not in page
    assert not people.inline_code(browser.get(reverse(PAGE)).text)
