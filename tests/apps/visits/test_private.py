"""Private visits: booked by those they are for, opened without a key, told without recorder."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.recordings.models import VisitRecording
from kinline.apps.visits.actions.meeting import passes, staff, telling
from kinline.apps.visits.models import Meeting, MeetingOrder, Visit
from kinline.apps.visits.queries import meeting as rooms
from kinline.config import turn
from kinline.core.control import CommandsRequest, PrivateVisitPermit, VisitOrder, VisitStep
from kinline.core.ids import EngineId
from kinline.core.visit.states import EndReason, State
from kinline.core.visit.terms import Seat, VisitKind
from kinline.core.visitor import VisitorKind
from tests.apps.visits.meeting import Engine, tracks
from tests.apps.visits.visiting import FRIDAY, HALF_AN_HOUR, open_visits, row, visit, welcome
from tests.cast import NOW, Town

pytestmark = pytest.mark.django_db
END = FRIDAY + timedelta(minutes=20)
SERVERS = (turn.Server(("turn:turn.example:3478", "turns:turn.example:443"), "127.0.0.1:5766"),)


@pytest.fixture(autouse=True)
def direct(settings: Any) -> None:
    settings.PRIVATE_VISITS, settings.TURN_SERVERS = "direct", ()


@pytest.fixture
def booked(town: Town) -> Visit:
    """Julian and his attorney, on Friday at ten."""
    open_visits()
    welcome(town.priya, town.julian, kind=VisitorKind.ATTORNEY)
    return row(visit(town.julian, town.priya))


def codes(no: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in no.value.refusals]


def opened(engine: Engine) -> PrivateVisitPermit:
    reply = engine.opens(FRIDAY - timedelta(minutes=5))
    assert reply.permit is None, "a private visit is opened under no other right"
    assert reply.private is not None
    return reply.private


def facts(act: str) -> dict[str, object]:
    found: dict[str, object] = Line.objects.get(act=act).facts
    return found


def held(booked: Visit) -> Engine:
    engine = Engine(booked)
    opened(engine)
    engine.tells(VisitStep.CAME, FRIDAY - timedelta(minutes=4), Seat.HOME_1)
    engine.tells(VisitStep.CAME, FRIDAY - timedelta(minutes=3), Seat.INSIDE)
    engine.tells(VisitStep.MET, FRIDAY)
    return engine


def test_an_attorneys_visit_is_booked_as_private_and_never_recorded(booked: Visit) -> None:
    assert (booked.private, booked.recorded, booked.state) == (True, False, State.BOOKED)


def test_a_second_home_has_no_place_in_it(town: Town) -> None:
    open_visits(private_kinds=[VisitKind.CLERGY])
    for contact in (town.priya, town.grace):
        welcome(contact, town.julian, kind=VisitorKind.CLERGY)
    with pytest.raises(Refused) as no:
        visit(town.julian, town.priya, town.grace)
    assert codes(no) == ["visit.private_one_home"]
    assert row(visit(town.julian, town.grace)).private
    welcome(town.odette, town.julian)
    ordinary = row(visit(town.julian, town.odette, at=FRIDAY + HALF_AN_HOUR))
    assert not ordinary.private


def test_its_permit_holds_no_key_and_no_recording_is_granted(booked: Visit) -> None:
    permit = opened(Engine(booked))
    assert permit.seats == (Seat.INSIDE, Seat.HOME_1)
    assert permit.turn == {}
    assert not hasattr(permit, "grant")
    assert not VisitRecording.objects.exists()
    assert facts("visit.opened_private") == {"recorder": False, "room": False, "relayed": False}


def test_each_seat_has_a_word_for_the_turn_servers_until_the_end(
    booked: Visit, settings: Any
) -> None:
    settings.PRIVATE_VISITS, settings.TURN_SERVERS = "relay", SERVERS
    permit = opened(Engine(booked))
    (inside,), (home,) = permit.turn[Seat.INSIDE], permit.turn[Seat.HOME_1]
    assert inside.username == f"{int(END.timestamp())}:{booked.pk}.inside"
    assert inside.urls == SERVERS[0].urls
    secret = settings.KEYRING("turn").encode()
    word = hmac.new(secret, home.username.encode(), hashlib.sha1).digest()
    assert home.credential == base64.b64encode(word).decode() != inside.credential
    assert home.credential not in repr(permit)
    # The next life of the engine gets the same: whoever is connected stays so.
    assert Engine(booked, boot="boot-2").opens(FRIDAY).private == permit


def test_its_end_is_booked_without_a_track_even_if_an_engine_told_one(booked: Visit) -> None:
    held(booked).ends(END, seconds=1200, tracks=tracks("nowhere"))
    booked.refresh_from_db()
    assert booked.state == State.ENDED
    assert not VisitRecording.objects.exists()
    told = facts("visit.ended")
    assert (told["recorder"], told["seconds"]) == (False, 1200)


def test_staff_cannot_watch_it_nor_see_who_is_there_nor_speak_into_it(
    town: Town, booked: Visit
) -> None:
    held(booked)
    sam = town.staff("sam")
    facts = {"staff": sam, "visit_id": booked.pk, "now": FRIDAY}
    with pytest.raises(NotFound):
        passes.watch(**facts, purpose="Report 26-118")
    with pytest.raises(NotFound):
        staff.say(**facts, text="Please stay seated.")
    with pytest.raises(NotFound):
        rooms.for_staff(staff=sam, visit_id=booked.pk)
    assert rooms.live(staff=sam) == []
    assert not Line.objects.filter(act="visit.watched").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingOrder.objects.create(
            visit=booked, engine="e1", order=VisitOrder.SAY, text="?", made_by="x", made_at=NOW
        )


def test_a_lockdown_ends_it_like_any_other(town: Town, booked: Visit) -> None:
    held(booked)
    MeetingOrder.objects.create(
        visit=booked,
        engine="e1",
        order=VisitOrder.END,
        reason=EndReason.LOCKDOWN,
        made_by="lockdown",
        made_at=FRIDAY,
    )
    asked = CommandsRequest(EngineId("e1"), "boot-1")
    (order,) = telling.commands(asked, now=FRIDAY)
    assert order.reason == EndReason.LOCKDOWN


def test_an_engine_that_died_leaves_it_ended_and_nothing_to_measure(booked: Visit) -> None:
    held(booked)
    assert telling.sweep(now=END + timedelta(minutes=1)) == 1
    assert Meeting.objects.get().end_reason == EndReason.ENGINE_LOST
    assert not VisitRecording.objects.exists()


@pytest.mark.parametrize(
    "told",
    [
        "{}",
        '[{"urls": []}]',
        '[{"urls": ["stun:turn.example"]}]',
        '["turn:turn.example"]',
        "turn:turn.example",
    ],
    ids=["no-list", "no-address", "stun", "bare", "no-json"],
)
def test_servers_that_make_no_sense_are_refused_at_the_start(told: str) -> None:
    with pytest.raises(ValueError, match="TURN"):
        turn.servers({"KINLINE_TURN": told})


def test_without_a_server_private_visits_are_off_unless_somebody_says_direct() -> None:
    named = '[{"urls": ["turns:turn.example:443"], "line": "127.0.0.1:5766"}]'
    (server,) = turn.servers({"KINLINE_TURN": named})
    assert server.line == "127.0.0.1:5766"
    assert turn.way({}, (), demo=False) == "off"
    assert turn.way({}, (), demo=True) == "direct"
    assert turn.way({}, (server,), demo=False) == "relay"
    assert turn.way({"KINLINE_PRIVATE_VISITS": "direct"}, (server,), demo=False) == "direct"
    for word in ("relay", "yes"):
        with pytest.raises(ValueError, match="KINLINE_PRIVATE_VISITS"):
            turn.way({"KINLINE_PRIVATE_VISITS": word}, (), demo=False)
