"""Who may come in at the portal: "not yours" and "not there" are one answer."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps import keys
from kinline.apps.notices.models import Note
from kinline.apps.people.actions import blocks
from kinline.core.passes import Right, unseal
from tests.apps.story import Story, dial, permit, talked
from tests.cast import Town
from tests.doors import people, visitors

pytestmark = pytest.mark.once


@dataclass(frozen=True, slots=True)
class Route:
    """A route about something of Odette's."""

    name: str
    own: str  # what of hers: "call", "block" or "note"
    post: bool = False

    def ask(self, browser: Client, pk: object, **headers: str) -> HttpResponse:
        address = reverse(self.name, args=[pk])
        sent = browser.post if self.post else browser.get
        return sent(address, **headers)  # type: ignore[arg-type, return-value]


ROUTES = [
    Route("portal-call", "call"),
    Route("portal-screen", "call"),
    Route("portal-block", "call", post=True),
    Route("portal-join", "call", post=True),
    Route("portal-lift", "block", post=True),
    Route("portal-note-read", "note", post=True),
]
ids = [f"{route.name}{' post' if route.post else ''}" for route in ROUTES]
each_route = pytest.mark.parametrize("route", ROUTES, ids=ids)


@pytest.fixture
def hers(town: Town) -> dict[str, object]:
    """A live call, a block and a note of Odette's."""
    now = timezone.now()
    call = permit(dial(town.julian, town.numbers.odette, town.tablet(), now)).call
    mine = town.odette.pk
    block = blocks.block_person(contact_id=mine, person_id=town.julian.pk, now=now)
    note = Note.objects.create(
        key="note", owner_kind="contact", owner=str(mine), kind="call.missed", at=now
    )
    return {"call": call, "block": block, "note": note.pk}


def seen(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, visitors.bare(answer.text)


@each_route
def test_odette_may(town: Town, hers: dict[str, object], route: Route) -> None:
    answer = route.ask(people.outside(town.odette), hers[route.own])
    assert answer.status_code in (200, 302)


@each_route
def test_another_family_gets_the_answer_for_nothing_there(
    town: Town, hers: dict[str, object], route: Route
) -> None:
    grace = people.outside(town.grace)
    not_hers, not_there = route.ask(grace, hers[route.own]), route.ask(grace, uuid4())
    assert not_hers.status_code == 404
    assert seen(not_hers) == seen(not_there)


@each_route
def test_a_stranger_is_sent_to_sign_in_whatever_is_there(
    hers: dict[str, object], route: Route
) -> None:
    pk = hers[route.own]
    there, nowhere = route.ask(Client(), pk), route.ask(Client(), uuid4())
    for answer in (there, nowhere):
        assert answer.status_code == 302
        assert answer["Location"].startswith(settings.LOGIN_URL)


@each_route
def test_a_stale_session_is_a_stranger(town: Town, hers: dict[str, object], route: Route) -> None:
    odette = people.outside(town.odette)
    odette.session.flush()
    answer = route.ask(odette, hers[route.own])
    assert answer.status_code == 302
    assert answer["Location"].startswith(settings.LOGIN_URL)


@each_route
def test_staff_are_nobodys_contact(town: Town, hers: dict[str, object], route: Route) -> None:
    sam = visitors.staff(town.account("sam"))
    assert seen(route.ask(sam, hers[route.own])) == seen(route.ask(sam, uuid4()))
    assert route.ask(sam, hers[route.own]).status_code == 404


@each_route
def test_a_script_is_told_by_a_code(town: Town, hers: dict[str, object], route: Route) -> None:
    stranger = route.ask(Client(), hers[route.own], **people.ASKED_BY_SCRIPT)
    assert stranger.status_code == 401
    grace = route.ask(people.outside(town.grace), hers[route.own], **people.ASKED_BY_SCRIPT)
    assert (grace.status_code, grace.content) == (404, b'{"code": "not_there"}')


def test_a_refused_attempt_is_not_the_contacts_business(town: Town) -> None:
    blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=timezone.now())
    refused = dial(town.julian, town.numbers.odette, town.tablet(), timezone.now()).call
    answer = people.outside(town.odette).get(reverse("portal-call", args=[refused]))
    assert answer.status_code == 404


def test_a_page_waits_with_a_pass_for_this_contact_only(town: Town) -> None:
    answer = people.outside(town.odette).post(reverse("portal-wait")).json()
    now = int(timezone.now().timestamp())
    ticket = unseal(answer["pass"], keys.key("pass"), engine="e1", now=now)
    assert (ticket.right, ticket.side, ticket.subject) == (
        Right.WAIT,
        "outside",
        str(town.odette.pk),
    )
    assert answer["url"] == settings.ENGINES[0]["url"]


def test_a_call_that_is_over_gives_no_pass(town: Town) -> None:
    now = timezone.now() - timedelta(minutes=5)
    story: Story = talked(town.julian, town.numbers.odette, town.tablet(), now, seconds=20)
    answer = people.outside(town.odette).post(reverse("portal-join", args=[story.pk]))
    assert answer.status_code == 404


def test_a_form_from_elsewhere_is_not_taken(town: Town, hers: dict[str, object]) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert town.odette.account is not None
    browser.force_login(town.odette.account, backend=visitors.BACKEND)
    answer = browser.post(reverse("portal-lift", args=[hers["block"]]))
    assert answer.status_code == 403


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_the_language_switch_leads_back_to_our_own_pages_only(elsewhere: str) -> None:
    answer = Client().post("/language/", {"language": "es", "next": elsewhere})
    assert answer["Location"] == "/"
    assert answer.cookies["django_language"].value == "es"
