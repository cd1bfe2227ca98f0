"""Pages on which visits are held, watched and played: what they say, and who may open them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kinline.apps import keys
from kinline.apps.audit.models import Line
from kinline.apps.recordings.models import VisitPlaying, VisitRecording
from kinline.apps.visits.models import MeetingOrder, Visit
from kinline.config import turn
from kinline.core.control import VisitStep
from kinline.core.passes import Right, unseal
from kinline.core.visit.states import EndReason, State
from kinline.core.visit.terms import Seat
from kinline.core.visitor import VisitorKind
from kinline.doors.console import meeting_urls
from kinline.doors.meeting import show
from kinline.doors.portal import meeting as at_portal
from kinline.doors.tablet import meeting as at_tablet
from kinline.doors.words import meeting as words
from tests.apps.visits.meeting import Engine, both_meet, tracks
from tests.apps.visits.visiting import FRIDAY, row, visit, welcome
from tests.cast import Town
from tests.doors import clock, people, visitors

pytestmark = pytest.mark.once
WHY = "Report of a stranger, case 26-118"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Held:
    """Julian's visit with Odette, ten in the morning on Friday, as it is being held."""

    town: Town
    row: Visit
    engine: Engine

    @property
    def recording(self) -> UUID:
        return VisitRecording.objects.get(visit=self.row.pk).pk

    def ends(self) -> None:
        folder = VisitRecording.objects.get(visit=self.row.pk).folder
        self.engine.ends(FRIDAY + 20 * MINUTE, seconds=1100, tracks=tracks(folder))


@pytest.fixture
def booked(offered: Town) -> Visit:
    return row(visit(offered.julian, offered.odette))


@pytest.fixture
def held(offered: Town, booked: Visit, monkeypatch: pytest.MonkeyPatch) -> Held:
    engine = Engine(booked)
    both_meet(engine, FRIDAY)
    clock.it_is(monkeypatch, "2025-03-14 10:05")
    return Held(offered, booked, engine)


def sam(town: Town) -> Client:
    return visitors.staff(town.account("sam"))


def page(answer: Any) -> str:
    text: str = answer.text
    assert not people.inline_code(text)
    return text


# --- portal and tablet ----------------------------------------------------------------


def test_before_the_lobby_opens_the_page_says_when(offered: Town, booked: Visit) -> None:
    answer = people.outside(offered.odette).get(reverse("portal-visit-meet", args=[booked.pk]))
    assert answer.status_code == 409
    assert "It opens at 9:45 AM" in page(answer)
    ticket = people.outside(offered.odette).post(reverse("portal-visit-pass", args=[booked.pk]))
    assert ticket.status_code == 404


def test_in_the_lobby_it_says_with_whom_until_when_and_that_staff_may_watch(
    offered: Town, booked: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.it_is(monkeypatch, "2025-03-14 09:50")
    seen = page(people.outside(offered.odette).get(reverse("portal-visit-meet", args=[booked.pk])))
    for said in (
        "until your visit with Julian Marrow, 10:00 AM to 10:20 AM",
        "Recorded, and staff may watch.",
        "Camera works",
        "also for who comes late",
    ):
        assert said in seen
    assert 'data-tile="inside"' in seen
    assert 'data-tile="home-1"' not in seen  # one's own picture is no tile
    inside = people.inside(offered, offered.julian)
    his = page(inside.get(reverse("tablet-visit-meet", args=[booked.pk])))
    assert "until your visit with Odette" in his
    assert 'data-tile="home-1"' in his


def test_each_side_has_a_pass_for_its_own_seat(held: Held) -> None:
    now = int((FRIDAY + 5 * MINUTE).timestamp())
    for browser, name, seat in (
        (people.outside(held.town.odette), "portal-visit-pass", "home-1"),
        (people.inside(held.town, held.town.julian), "tablet-visit-pass", "inside"),
    ):
        given = browser.post(reverse(name, args=[held.row.pk])).json()
        ticket = unseal(given["pass"], keys.key("pass"), engine="e1", now=now)
        assert (ticket.right, ticket.seat, ticket.visit) == (
            Right.VISIT,
            seat,
            str(held.row.pk),
        )
        assert given["url"] == settings.ENGINES[0]["url"]


def test_anybody_may_test_their_connection_ahead_and_gets_no_seat_for_it(
    offered: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = turn.Server(("turns:turn.example:443",))
    monkeypatch.setattr(settings, "PRIVATE_VISITS", "relay")
    monkeypatch.setattr(settings, "TURN_SERVERS", (server,))
    for browser, door in (
        (people.outside(offered.grace), "portal"),
        (people.inside(offered, offered.julian), "tablet"),
    ):
        assert "Test your connection" in page(browser.get(reverse(f"{door}-visits")))
        assert "Looking at the connection" in page(browser.get(reverse(f"{door}-visit-test")))
        given = browser.post(reverse(f"{door}-visit-test-pass")).json()
        now = int(timezone.now().timestamp())
        ticket = unseal(given["pass"], keys.key("pass"), engine="e1", now=now)
        assert (ticket.right, ticket.seat, ticket.visit) == (Right.TEST, "", "")
        (told,) = given["servers"]
        assert told["urls"] == list(server.urls)
        assert 0 < int(told["username"].split(":")[0]) - now <= 121


def test_a_visit_that_is_over_says_how_it_ended(held: Held) -> None:
    held.ends()
    answer = people.outside(held.town.odette).get(reverse("portal-visit-meet", args=[held.row.pk]))
    assert answer.status_code == 409
    assert "Time was up." in page(answer)


def test_every_end_has_its_words_for_both_sides_and_staff() -> None:
    assert set(words.ENDS) == set(EndReason)
    told = {reason for reason, _, _ in show.endings()}
    assert {"time_up", "left_me", "elsewhere", "signed_out"} <= told


# --- console --------------------------------------------------------------------------


def test_sam_sees_what_is_held_and_says_why_before_he_watches(held: Held) -> None:
    browser, one = sam(held.town), reverse("console_visit_live", args=[held.row.pk])
    assert "Julian Marrow" in page(browser.get(reverse("console_visits_live")))
    assert "Julian Marrow" in page(browser.get(reverse("console_visits_live_part")))
    asked = page(browser.get(one))
    assert "Why do you watch?" in asked
    assert 'id="watch"' not in asked
    ticket = reverse("console_visit_pass", args=[held.row.pk])
    assert browser.post(ticket).status_code == 404
    assert browser.post(one, {"purpose": WHY})["Location"] == one
    seen = page(browser.get(one))
    assert 'id="watch"' in seen
    assert "Nobody in the visit sees or hears you." in seen
    assert browser.post(ticket).status_code == 200
    assert Line.objects.get(act="visit.watched").purpose == WHY
    browser.post(reverse("console_visit_done", args=[held.row.pk]))
    assert browser.post(ticket).status_code == 404


def test_sam_warns_everybody_and_ends_it_with_a_reason(held: Held) -> None:
    browser = sam(held.town)
    browser.post(reverse("console_visit_say", args=[held.row.pk]), {"text": "Please sit down."})
    browser.post(reverse("console_visit_say", args=[held.row.pk]), {"text": ""})
    end = reverse("console_visit_end", args=[held.row.pk])
    assert "End this visit?" in page(browser.get(end))
    assert browser.post(end, {"reason": "rules"}).status_code == 200  # words are missing
    browser.post(end, {"reason": "stranger", "words": "A man in the picture"})
    orders = list(MeetingOrder.objects.order_by("pk").values_list("order", "text"))
    assert orders == [("say", "Please sit down."), ("end", "")]
    assert Line.objects.get(act="visit.end_ordered").purpose == "stranger: A man in the picture"


def test_a_private_visit_is_ended_by_staff_who_learn_no_more_than_that_it_is_held(
    offered: Town, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PRIVATE_VISITS, settings.TURN_SERVERS = "direct", ()
    welcome(offered.priya, offered.julian, kind=VisitorKind.ATTORNEY)
    private = row(visit(offered.julian, offered.priya))
    engine = Engine(private)
    assert engine.opens(FRIDAY - 5 * MINUTE).private is not None
    engine.tells(VisitStep.MET, FRIDAY)
    clock.it_is(monkeypatch, "2025-03-14 10:05")
    browser = sam(offered)
    board = page(browser.get(reverse("console_visits_live")))
    end = reverse("console_visit_end", args=[private.pk])
    assert "Private visits" in board
    assert end in board
    asked = page(browser.get(end))
    assert "Julian Marrow is in a private visit." in asked
    assert "Priya" not in board + asked
    for name in ("console_visit_live", "console_visit_pass", "console_visit_say"):
        assert browser.post(reverse(name, args=[private.pk]), {"text": "x"}).status_code in (
            404,
            405,
        )
    sent = {"reason": "stranger", "words": "Alarm in the wing"}
    assert browser.post(end, sent)["Location"] == reverse("console_visits_live")
    assert MeetingOrder.objects.values_list("order", "text").get() == ("end", "")


def test_what_is_over_shows_what_happened_and_leads_to_its_recording(held: Held) -> None:
    held.ends()
    seen = page(sam(held.town).get(reverse("console_visit_live", args=[held.row.pk])))
    assert "Its time was up." in seen
    assert "Both sides were there." in seen
    assert reverse("console_visit_recording", args=[held.recording]) in seen
    held.row.refresh_from_db()
    assert held.row.state == State.ENDED


def test_a_recorded_visit_is_played_for_a_purpose_and_by_the_second(held: Held) -> None:
    held.ends()
    browser = sam(held.town)
    player = reverse("console_visit_recording", args=[held.recording])
    film = reverse("console_visit_film", args=[held.recording, 0, "inside"])
    assert "data-films" not in page(browser.get(player))
    assert browser.get(film).status_code == 404
    browser.post(player, {"purpose": WHY})
    seen = page(browser.get(player))
    assert film in seen
    assert "Odette" in seen
    heard = reverse("console_visit_heard", args=[held.recording])
    assert browser.post(heard, {"seconds": "12"}).status_code == 200
    assert browser.post(heard, {"seconds": "x"}).status_code == 400
    assert VisitPlaying.objects.get().played_seconds == 12
    browser.post(reverse("console_visit_recording_close", args=[held.recording]))
    assert browser.post(heard, {"seconds": "12"}).status_code == 404


# --- who may --------------------------------------------------------------------------

OF_VISIT = {
    "console_visit_live": ("get", "post"),
    "console_visit_pass": ("post",),
    "console_visit_say": ("post",),
    "console_visit_end": ("get", "post"),
}
OF_RECORDING = {
    "console_visit_recording": ("get", "post"),
    "console_visit_heard": ("post",),
    "console_visit_recording_close": ("post",),
}
LISTS = {"console_visits_live": ("get",), "console_visits_live_part": ("get",)}
# Of one's own session alone: nothing of anybody's is looked up.
OWN = {"console_visit_done"}
FILM = "console_visit_film"
DOORS = {"portal-visit-meet": "get", "portal-visit-pass": "post"}
TABLET = {"tablet-visit-meet": "get", "tablet-visit-pass": "post"}
# For everybody who is signed in: nothing of anybody's is looked up.
TESTS = {"portal-visit-test": "get", "portal-visit-test-pass": "post"}
TABLET_TESTS = {"tablet-visit-test": "get", "tablet-visit-test-pass": "post"}


def test_every_address_has_its_row() -> None:
    """A new address fails here until somebody says who may use it."""
    assert {one.name for one in meeting_urls.urlpatterns} == (
        OF_VISIT.keys() | OF_RECORDING.keys() | LISTS.keys() | OWN | {FILM}
    )
    assert {one.name for one in at_portal.urlpatterns} == DOORS.keys() | TESTS.keys()
    tablet = {one.name for one in at_tablet.urlpatterns}
    assert tablet == TABLET.keys() | TABLET_TESTS.keys()


def alike(browser: Client, verb: str, hers: str, nobodys: str) -> None:
    sent = {"seconds": "5"} if verb == "post" else {}
    there, nowhere = (getattr(browser, verb)(one, sent) for one in (hers, nobodys))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert visitors.bare(there.text) == visitors.bare(nowhere.text)


def test_another_countys_staff_and_a_contact_find_nothing(held: Held) -> None:
    theo, grace = visitors.staff(held.town.account("theo")), people.outside(held.town.grace)
    rows = [(OF_VISIT, held.row.pk), (OF_RECORDING, held.recording)]
    for browser in (theo, grace):
        for routes, pk in rows:
            for name, verbs in routes.items():
                for verb in verbs:
                    nobodys = reverse(name, args=[uuid4()])
                    alike(browser, verb, reverse(name, args=[pk]), nobodys)
        film = [reverse(FILM, args=[one, 0, "inside"]) for one in (held.recording, uuid4())]
        alike(browser, "get", *film)


def test_who_may_not_watch_finds_no_list(held: Held) -> None:
    ines = visitors.staff(held.town.account("ines"))  # a facility admin watches nobody
    for name in LISTS:
        assert ines.get(reverse(name)).status_code == 404
    assert ines.get(reverse("console_visit_live", args=[held.row.pk])).status_code == 404
    assert ines.post(reverse("console_visit_done", args=[held.row.pk])).status_code == 404


def test_strangers_are_sent_to_sign_in(held: Held) -> None:
    for name, verbs in {**OF_VISIT, **OF_RECORDING}.items():
        for pk in (held.row.pk, uuid4()):
            answer = getattr(Client(), verbs[0])(reverse(name, args=[pk]))
            assert answer["Location"].startswith(settings.LOGIN_URL)
    for name in LISTS:
        assert Client().get(reverse(name))["Location"].startswith(settings.LOGIN_URL)
    for name, verb in DOORS.items():
        answer = getattr(Client(), verb)(reverse(name, args=[held.row.pk]))
        assert answer["Location"].startswith(settings.LOGIN_URL)
    for name, verb in TABLET.items():
        answer = getattr(Client(), verb)(reverse(name, args=[held.row.pk]))
        assert answer.status_code == 302
    for name, verb in TESTS.items():
        assert getattr(Client(), verb)(reverse(name))["Location"].startswith(settings.LOGIN_URL)
    for name, verb in TABLET_TESTS.items():
        assert getattr(Client(), verb)(reverse(name)).status_code == 302


def test_another_family_and_somebody_else_inside_find_nothing(held: Held) -> None:
    grace = people.outside(held.town.grace)
    for name, verb in DOORS.items():
        hers = reverse(name, args=[held.row.pk])
        alike(grace, verb, hers, reverse(name, args=[uuid4()]))
    wendell = people.inside(held.town, held.town.wendell)
    for name, verb in TABLET.items():
        alike(wendell, verb, reverse(name, args=[held.row.pk]), reverse(name, args=[uuid4()]))


def test_the_first_steps_are_told(held: Held) -> None:
    """What the officer reads under "What happened"."""
    at: datetime = FRIDAY + 2 * MINUTE
    held.engine.tells(VisitStep.LOST, at, Seat.HOME_1)
    seen = page(sam(held.town).get(reverse("console_visit_live", args=[held.row.pk])))
    assert "Home 1: lost the connection" in seen
