"""Who may use a tablet's pages: "not yours" and "not there" are one answer."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.apps.story import dial, permit
from tests.cast import Town
from tests.doors import people, visitors

pytestmark = pytest.mark.once


@dataclass(frozen=True, slots=True)
class Route:
    """A route about a call of Julian's."""

    name: str
    post: bool = False

    def ask(self, browser: Client, pk: object, **headers: str) -> HttpResponse:
        sent = browser.post if self.post else browser.get
        return sent(reverse(self.name, args=[pk]), **headers)  # type: ignore[arg-type, return-value]


ROUTES = [Route("tablet-call"), Route("tablet-screen"), Route("tablet-join", post=True)]
OWN = [
    ("tablet-dialler", "get"),
    ("tablet-new", "post"),
    ("tablet-phones", "get"),
    ("tablet-phones-part", "get"),
    ("tablet-phones-join", "post"),
    ("tablet-phones-leave", "post"),
    ("tablet-calls", "get"),
    ("tablet-copy", "get"),
    ("tablet-copy", "post"),
    ("tablet-accounts", "get"),
    ("tablet-name", "get"),
    ("tablet-help", "get"),
    ("tablet-dial", "post"),
    ("tablet-name-pass", "post"),
    ("tablet-stay", "post"),
    ("tablet-shop", "get"),
    ("tablet-library", "get"),
    ("tablet-list", "get"),
    ("tablet-list-add", "get"),
    ("tablet-list-add", "post"),
    ("tablet-visit-test", "get"),
    ("tablet-visit-test-pass", "post"),
]
each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
each_own = pytest.mark.parametrize(("name", "verb"), OWN, ids=["-".join(one) for one in OWN])


@pytest.fixture
def his(town: Town) -> str:
    """A live call of Julian's."""
    return permit(dial(town.julian, town.numbers.odette, town.tablet(), timezone.now())).call


def seen(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, visitors.bare(answer.text)


@each_route
def test_julian_may(town: Town, his: str, route: Route) -> None:
    assert route.ask(people.inside(town, town.julian), his).status_code == 200


@each_route
def test_someone_else_inside_gets_the_answer_for_nothing_there(
    town: Town, his: str, route: Route
) -> None:
    wendell = people.inside(town, town.wendell)
    not_his, not_there = route.ask(wendell, his), route.ask(wendell, uuid4())
    assert not_his.status_code == 404
    assert seen(not_his) == seen(not_there)


@each_route
@pytest.mark.parametrize("stranger", ["no device", "nobody signed in", "the called contact"])
def test_others_are_sent_to_the_first_page_whatever_is_there(
    town: Town, his: str, route: Route, stranger: str
) -> None:
    browsers = {
        "no device": Client,
        "nobody signed in": lambda: people.device(town),
        "the called contact": lambda: people.outside(town.odette),
    }
    browser = browsers[stranger]()
    for pk in (his, uuid4()):
        answer = route.ask(browser, pk)
        assert (answer.status_code, answer["Location"]) == (302, "/tablet/")


@each_route
def test_a_session_that_was_ended_is_nobody(town: Town, his: str, route: Route) -> None:
    julian = people.inside(town, town.julian)
    token = julian.cookies["kinline_inside"].value
    julian.post(reverse("tablet-sign-out"))
    julian.cookies["kinline_inside"] = token
    answer = route.ask(julian, his)
    assert (answer.status_code, answer["Location"]) == (302, "/tablet/")


@each_own
def test_a_page_for_people_signed_in_is_closed_to_others(town: Town, name: str, verb: str) -> None:
    for browser in (Client(), people.device(town)):
        answer = getattr(browser, verb)(reverse(name))
        assert (answer.status_code, answer["Location"]) == (302, "/tablet/")
        told = getattr(browser, verb)(reverse(name), **people.ASKED_BY_SCRIPT)
        assert (told.status_code, told.json()["code"]) == (401, "signed_out")


def test_a_person_turned_off_by_staff_is_signed_out(town: Town) -> None:
    browser = people.inside(town, town.julian)
    town.julian.active = False
    town.julian.save()
    assert browser.get(reverse("tablet-dialler")).status_code == 302


def test_a_form_from_elsewhere_is_not_taken(town: Town) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["kinline_device"] = people.device(town).cookies["kinline_device"].value
    answer = browser.post("/tablet/sign-in/", {"number": "40-2719", "pin": "271900"})
    assert answer.status_code == 403
    assert "kinline_inside" not in answer.cookies
