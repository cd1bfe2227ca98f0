"""Who may use the addresses of written messages, door by door, against every kind of person.

"Not yours" and "not there" are one answer, to the letter. Each kind of person asks every address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps.messaging.models import Attachment, Draft, Message
from kinline.apps.messaging.privileged import writing as privileged
from kinline.apps.people.models import InsideSession, Person
from kinline.core.review.terms import Outcome
from kinline.doors.writing import urls
from tests.apps.messaging.writing import by, settled, thread, write
from tests.cast import Town
from tests.doors import people, visitors
from tests.doors.writing.letters import picture, press

pytestmark = pytest.mark.once


@dataclass(frozen=True, slots=True)
class Route:
    """An address about something of two people: which of their things its name takes."""

    name: str
    of: str
    post: bool = False

    def ask(self, browser: Client, door: str, pk: object, **headers: str) -> HttpResponse:
        address = reverse(f"{door}-messages-{self.name}", args=[pk])
        if not self.post:
            return browser.get(address, **headers)  # type: ignore[arg-type, return-value]
        facts = {"text": "x", "words": "x", "key": str(uuid4()), "card": "home", "do": "keep"}
        return browser.post(address, facts, **headers)  # type: ignore[arg-type, return-value]


ROUTES = [
    Route("thread", "thread"),
    Route("thread", "thread", post=True),
    Route("keep", "thread", post=True),
    Route("cards", "thread"),
    Route("cards", "thread", post=True),
    Route("film", "thread"),
    Route("texts", "thread"),
    Route("texts", "thread", post=True),
    Route("news", "thread"),
    Route("print", "thread"),
    Route("download", "thread"),
    Route("withdraw", "rejected", post=True),
    Route("appeal", "rejected"),
    Route("appeal", "rejected", post=True),
    Route("part", "photo"),
    Route("small", "photo"),
    Route("private", "private"),
    Route("private", "private", post=True),
    Route("private-keep", "private", post=True),
    Route("private-part", "private_photo"),
    Route("private-small", "private_photo"),
]
NOTHING_OF = {"", "begin", "private-begin"}  # addresses that name nothing of anybody
NOT_ON_A_TABLET = {"print", "download"}


@dataclass(frozen=True, slots=True)
class Things:
    """What the two have: a thread, a rejected message, a photo that was delivered; and in the
    private thread of Julian and Priya a photo."""

    thread: UUID
    rejected: UUID
    photo: UUID
    private: UUID
    private_photo: UUID


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Any) -> None:
    settings.STORED, settings.WORK = tmp_path / "stored", tmp_path / "work"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def things(town: Town, now: datetime) -> Things:
    pk = thread(town.julian, town.odette, now)
    gone = write(town.odette, town.julian, "Kept back.", now).id
    settled(gone, Outcome.REJECTED, now, rejected=("text",))
    odette = people.outside(town.odette)
    press(odette, "portal-messages-thread", pk, do="photo", photo=picture(), text="See")
    draft = Draft.objects.get()
    fields = {"kept": "1", "key": draft.key, "revision": 9, "text": "See"}
    press(odette, "portal-messages-thread", pk, **fields)
    photo = Attachment.objects.get()
    settled(Message.objects.exclude(pk=gone).get().pk, Outcome.APPROVED, now)
    private = privileged.open_thread(by=by(town.priya), other=town.julian.pk, now=now)
    priya = people.outside(town.priya)
    press(priya, "portal-messages-private", private, do="photo", photo=picture())
    letter = Draft.objects.get(privileged=True)
    press(priya, "portal-messages-private", private, kept="1", key=letter.key, text="Dear client")
    hidden = Attachment.objects.get(privileged=True)
    return Things(pk, gone, photo.pk, private, hidden.pk)


def seen(answer: HttpResponse) -> tuple[int, str]:
    text = "a file" if answer.streaming else visitors.bare(answer.text)
    return answer.status_code, text


def asked(
    browser: Client, door: str, things: Things, only: str = ""
) -> dict[str, tuple[bool, int]]:
    """For each address: whether it answers as for something that is not there, and its status."""
    found = {}
    for route in ROUTES:
        if only and not route.of.startswith(only):
            continue
        there = route.ask(browser, door, getattr(things, route.of))
        nowhere = route.ask(browser, door, uuid4())
        name = f"{route.name}{' post' if route.post else ''}"
        found[name] = (seen(there) == seen(nowhere), there.status_code)
    return found


def test_the_table_has_every_address() -> None:
    """An address that is added is asked by every stranger, or this test fails."""
    named = {name for _route, name, _methods, _view in urls.PLAIN}
    named |= {name for _route, name, _shown, _pressed in urls.COMPOSED} | {"news"}
    assert named - NOTHING_OF <= {route.name for route in ROUTES}
    assert {route.name for route in ROUTES} <= named


def test_the_two_may(town: Town, things: Things) -> None:
    odette, julian = people.outside(town.odette), people.inside(town, town.julian)
    priya = people.outside(town.priya)
    for browser, door in ((odette, "portal"), (julian, "tablet")):
        for name, (same, status) in asked(browser, door, things).items():
            hers_not = door == "portal" and name.startswith("private")
            closed = (door == "tablet" and name in NOT_ON_A_TABLET) or name == "withdraw post"
            if hers_not:
                assert (same, status) == (True, 404), f"{name} of Priya's, for Odette"
            elif not closed:
                assert (same, status < 400) == (False, True), f"{door} {name}: {status}"
    for name, (same, status) in asked(priya, "portal", things).items():
        if name.startswith("private"):
            assert (same, status < 400) == (False, True), name
        else:
            assert (same, status) == (True, 404), f"{name} of Odette's, for the attorney"


def another_person(town: Town) -> Client:
    """Somebody else of Julian's own facility, signed in on the same tablet."""
    julian = town.julian
    other = Person.objects.get(pk=julian.pk)
    other.pk, other.number, other.given_name, other.family_name = uuid4(), "40-9999", "Ray", "Poe"
    other.save(force_insert=True)
    browser = people.inside(town, julian)
    InsideSession.objects.filter(person=julian, ended_at=None).update(person=other)
    return browser


STRANGERS: dict[str, tuple[str, Callable[[Town], Client]]] = {
    "another family": ("portal", lambda town: people.outside(town.grace)),
    "somebody from another agency": ("portal", lambda town: people.outside(town.carmen)),
    "a reviewer of this facility": ("portal", lambda town: visitors.staff(town.account("sam"))),
    "staff of another facility": ("portal", lambda town: visitors.staff(town.account("theo"))),
    "a person of another facility": ("tablet", lambda town: people.inside(town, town.wendell)),
    "somebody else of the same unit": ("tablet", another_person),
}


@pytest.mark.parametrize("who", STRANGERS)
def test_whose_it_is_not_gets_the_answer_for_nothing_there(
    town: Town, things: Things, who: str
) -> None:
    door, browser_of = STRANGERS[who]
    for name, (same, status) in asked(browser_of(town), door, things).items():
        assert (same, status) == (True, 404), f"{who}, {name}: {status}"


NOBODY: dict[str, tuple[str, str, Callable[[Town], Client]]] = {
    "signed out": ("portal", django_settings.LOGIN_URL, lambda town: Client()),
    "no device": ("tablet", "/tablet/", lambda town: Client()),
    "nobody signed in": ("tablet", "/tablet/", people.device),
    "a contact at a tablet's address": (
        "tablet", "/tablet/", lambda town: people.outside(town.odette)
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", NOBODY)
def test_who_is_not_signed_in_is_sent_away_whatever_is_there(
    town: Town, things: Things, who: str
) -> None:
    door, to, browser_of = NOBODY[who]
    browser = browser_of(town)
    for route in ROUTES:
        for pk in (getattr(things, route.of), uuid4()):
            answer = route.ask(browser, door, pk)
            assert answer.status_code == 302, f"{who}, {route.name}"
            assert answer["Location"].startswith(to)
            told = route.ask(browser, door, pk, **people.ASKED_BY_SCRIPT)
            assert (told.status_code, told.json()["code"]) == (401, "signed_out")
    for name in NOTHING_OF:
        full = f"{door}-messages-{name}" if name else f"{door}-messages"
        assert browser.get(reverse(full)).status_code in (302, 405)


@pytest.mark.parametrize("name", ["thread", "private", "keep", "texts", "cards"])
def test_a_form_from_elsewhere_is_not_taken(town: Town, things: Things, name: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert town.odette.account is not None
    browser.force_login(town.odette.account, backend=visitors.BACKEND)
    address = reverse(f"portal-messages-{name}", args=[things.thread])
    assert browser.post(address, {"do": "send", "text": "x"}).status_code == 403


@pytest.mark.parametrize("route", ["withdraw", "begin", "keep", "private-keep", "private-begin"])
def test_what_changes_something_is_not_done_by_a_link(
    town: Town, things: Things, route: str
) -> None:
    args = [] if route.endswith("begin") else [things.thread]
    address = reverse(f"portal-messages-{route}", args=args)
    assert people.outside(town.odette).get(address).status_code == 405


def test_files_of_a_tablet_are_not_for_saving(town: Town, things: Things) -> None:
    julian = people.inside(town, town.julian)
    address = reverse("tablet-messages-part", args=[things.photo])
    assert julian.get(f"{address}?save=1")["Content-Disposition"].startswith("inline")


def test_nothing_of_a_private_letter_stands_in_a_list(town: Town, things: Things) -> None:
    priya, julian = people.outside(town.priya), people.inside(town, town.julian)
    for browser, door in ((priya, "portal"), (julian, "tablet")):
        listed = browser.get(reverse(f"{door}-messages")).text
        assert "Dear client" not in listed
        assert "Private" in listed
        found = browser.get(reverse(f"{door}-messages"), {"q": "Dear"}).text
        assert "Nothing found" in found
        shown = browser.get(reverse(f"{door}-messages-private", args=[things.private])).text
        assert "Dear client" in shown
        assert "can’t read this" in shown
