"""Holding a visit: who may open it, what its engine tells, and an end that is booked once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kinline.apps import keys
from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.recordings import visit_queries
from kinline.apps.recordings.models import VisitRecording, VisitTrack
from kinline.apps.visits.actions.meeting import passes, staff, telling
from kinline.apps.visits.models import Meeting, MeetingOrder, MeetingStep, Visit
from kinline.core.control import Alive, CommandsRequest, VisitOrder, VisitStep
from kinline.core.ids import EngineId, VisitId
from kinline.core.passes import Right, unseal
from kinline.core.visit.states import EndReason, State
from kinline.core.visit.terms import LOBBY, Seat
from tests.apps.visits.meeting import Engine, both_meet, meeting, tracks
from tests.apps.visits.visiting import FRIDAY, julian_and_odette, row, visit
from tests.cast import NOW, Town

MINUTE = timedelta(minutes=1)
END = FRIDAY + 20 * MINUTE


@pytest.fixture
def booked(town: Town) -> Visit:
    julian_and_odette(town)
    return row(visit(town.julian, town.odette))


def code(engine: Engine, now: object) -> str:
    (refusal,) = engine.opens(now).refusals  # type: ignore[arg-type]
    return refusal.code


# --- opening --------------------------------------------------------------------------


def test_it_is_opened_from_the_lobby_on_with_its_times_seats_and_a_grant(booked: Visit) -> None:
    engine = Engine(booked)
    assert code(engine, FRIDAY - LOBBY - MINUTE) == "visit.too_early"
    permit = engine.opens(FRIDAY - LOBBY).permit
    assert permit is not None
    assert (permit.starts_at, permit.ends_at) == (FRIDAY, END)
    assert permit.seats == (Seat.INSIDE, Seat.HOME_1)
    assert permit.recorded
    assert VisitRecording.objects.get(visit=booked.pk).folder == permit.grant.folder
    assert "data_key" not in repr(permit.grant)
    # Asked again, as after an answer that was lost: the same.
    assert engine.opens(FRIDAY).permit == permit
    assert code(engine, END) == "visit.over"


def test_a_visit_that_is_not_recorded_has_a_grant_whose_key_is_kept_nowhere(
    town: Town,
) -> None:
    julian_and_odette(town, recorded=False)
    unrecorded = row(visit(town.julian, town.odette))
    permit = Engine(unrecorded).opens(FRIDAY).permit
    assert permit is not None
    assert not permit.recorded
    assert not VisitRecording.objects.exists()


def test_another_life_of_the_engine_goes_on_under_the_same_grant(booked: Visit) -> None:
    first = Engine(booked)
    both_meet(first, FRIDAY)
    again = Engine(booked, boot="boot-2")
    permit = again.opens(FRIDAY + 5 * MINUTE).permit
    assert permit is not None
    assert permit.grant.folder == VisitRecording.objects.get().folder
    assert meeting(booked).lives == 2
    # What the first life tells late is kept, and ends nothing.
    first.ends(FRIDAY + 6 * MINUTE, EndReason.FAULT)
    assert meeting(booked).ended_at is None


def test_another_engine_takes_over_only_where_the_first_fell_silent(booked: Visit) -> None:
    Engine(booked).opens(FRIDAY)
    other = Engine(booked, engine="e2")
    assert code(other, FRIDAY + timedelta(seconds=5)) == "visit.elsewhere"
    assert other.opens(FRIDAY + timedelta(seconds=25)).permit is not None


def test_a_cancelled_visit_is_not_opened(booked: Visit) -> None:
    Visit.objects.filter(pk=booked.pk).update(state=State.CANCELLED)
    assert code(Engine(booked), FRIDAY) == "visit.over"


def test_nobody_opens_a_visit_that_is_not_there(town: Town) -> None:
    ghost = Visit()
    assert code(Engine(ghost), FRIDAY) == "visit.unknown"


# --- steps and end --------------------------------------------------------------------


def test_a_visit_is_held_from_the_moment_both_are_there_and_ends_once(booked: Visit) -> None:
    engine = Engine(booked)
    both_meet(engine, FRIDAY)
    booked.refresh_from_db()
    assert booked.state == State.HELD
    told = tracks(VisitRecording.objects.get().folder)
    for _ in range(2):
        engine.ends(END, seconds=1100, tracks=told, seq=99)
    booked.refresh_from_db()
    held = meeting(booked)
    assert booked.state == State.ENDED
    assert (held.end_reason, held.seconds, held.met_at) == (EndReason.TIME_UP, 1100, FRIDAY)
    recording = VisitRecording.objects.get()
    assert recording.keep_until is not None
    assert VisitTrack.objects.count() == 4
    assert Line.objects.filter(act="visit.ended").count() == 1
    # Julian and Odette paid nothing, and the agency's bill has the visit.
    assert booked.returned_cents == 0


def test_the_same_step_twice_is_stored_once(booked: Visit) -> None:
    engine = Engine(booked)
    engine.opens(FRIDAY)
    for _ in range(2):
        assert engine.tells(VisitStep.CAME, FRIDAY, Seat.INSIDE, seq=7).known
    assert MeetingStep.objects.count() == 1


def test_web_knows_nothing_of_a_visit_nobody_opened(booked: Visit) -> None:
    assert not Engine(booked).tells(VisitStep.CAME, FRIDAY).known
    assert not Engine(booked).ends(END).known


def test_julian_alone_in_the_room_missed_nobody_by_his_own_fault(booked: Visit) -> None:
    engine = Engine(booked)
    engine.opens(FRIDAY)
    engine.tells(VisitStep.CAME, FRIDAY, Seat.INSIDE)
    engine.ends(END)
    booked.refresh_from_db()
    assert (booked.state, booked.missing) == (State.MISSED, "outside")


def test_a_fault_before_they_met_is_ours_and_they_are_offered_another(booked: Visit) -> None:
    engine = Engine(booked)
    engine.opens(FRIDAY)
    engine.ends(FRIDAY + MINUTE, EndReason.FAULT)
    booked.refresh_from_db()
    assert booked.state == State.FAILED


# --- lease ----------------------------------------------------------------------------


def alive(visits: Visit, at: object, boot: str = "boot-1") -> None:
    sign = Alive(EngineId("e1"), boot, at, visits=(VisitId(str(visits.pk)),))  # type: ignore[arg-type]
    telling.alive(sign, now=at)  # type: ignore[arg-type]


def test_a_visit_whose_engine_died_ends_when_its_time_is_over(booked: Visit) -> None:
    both_meet(Engine(booked), FRIDAY)
    alive(booked, FRIDAY + 10 * MINUTE)
    assert telling.sweep(now=FRIDAY + 15 * MINUTE) == 0  # somebody may still open it anew
    assert telling.sweep(now=END + MINUTE) == 1
    booked.refresh_from_db()
    held = meeting(booked)
    assert booked.state == State.ENDED
    assert (held.end_reason, held.seconds) == (EndReason.ENGINE_LOST, 600)
    assert VisitRecording.objects.get().to_measure
    assert telling.sweep(now=END + 2 * MINUTE) == 0


def test_an_engine_that_lives_is_left_alone(booked: Visit) -> None:
    both_meet(Engine(booked), FRIDAY)
    alive(booked, END + MINUTE)
    assert telling.sweep(now=END + MINUTE + timedelta(seconds=5)) == 0
    alive(booked, END + 2 * MINUTE, boot="boot-0")  # an earlier life keeps nothing alive
    assert meeting(booked).alive_at == END + MINUTE


# --- passes ---------------------------------------------------------------------------


def test_odette_has_a_pass_for_her_seat_and_nobody_else_has(town: Town, booked: Visit) -> None:
    given = passes.contact(contact_id=town.odette.pk, language="en", visit_id=booked.pk, now=FRIDAY)
    ticket = unseal(given.word, keys.key("pass"), engine="e1", now=int(FRIDAY.timestamp()))
    assert (ticket.right, ticket.seat, ticket.visit) == (Right.VISIT, "home-1", str(booked.pk))
    with pytest.raises(NotFound):
        passes.contact(contact_id=town.grace.pk, language="en", visit_id=booked.pk, now=FRIDAY)
    with pytest.raises(Refused):
        passes.contact(
            contact_id=town.odette.pk, language="en", visit_id=booked.pk, now=FRIDAY - 2 * LOBBY
        )


def test_whoever_watches_says_why_has_the_right_and_no_seat(town: Town, booked: Visit) -> None:
    sam = town.staff("sam")
    with pytest.raises(NotFound):
        passes.watch(staff=sam, visit_id=booked.pk, purpose="Tip 12", now=FRIDAY)
    both_meet(Engine(booked), FRIDAY)
    with pytest.raises(Refused):
        passes.watch(staff=sam, visit_id=booked.pk, purpose="  ", now=FRIDAY)
    given = passes.watch(staff=sam, visit_id=booked.pk, purpose="Tip 12", now=FRIDAY)
    ticket = unseal(given.word, keys.key("pass"), engine="e1", now=int(FRIDAY.timestamp()))
    assert (ticket.right, ticket.seat) == (Right.WATCH, "")
    assert Line.objects.get(act="visit.watched").purpose == "Tip 12"


# --- what staff want ------------------------------------------------------------------


def test_what_staff_say_and_their_end_reach_the_engine_once(town: Town, booked: Visit) -> None:
    both_meet(Engine(booked), FRIDAY)
    sam = town.staff("sam")
    staff.say(staff=sam, visit_id=booked.pk, text="Please sit down.", now=FRIDAY)
    staff.end(staff=sam, visit_id=booked.pk, reason="A stranger came in", now=FRIDAY)
    asked = CommandsRequest(EngineId("e1"), "boot-1")
    said, end = telling.commands(asked, now=FRIDAY)
    assert (said.order, said.text) == (VisitOrder.SAY, "Please sit down.")
    assert (end.order, end.reason) == (VisitOrder.END, EndReason.STAFF)
    done = CommandsRequest(EngineId("e1"), "boot-1", visit_orders_done=(said.id, end.id))
    assert telling.commands(done, now=FRIDAY) == ()
    assert MeetingOrder.objects.filter(done_at=None).count() == 0


def test_staff_say_something_short_and_end_with_a_reason(town: Town, booked: Visit) -> None:
    sam = town.staff("sam")
    for wrong in ("", "x" * 201):
        with pytest.raises(Refused):
            staff.say(staff=sam, visit_id=booked.pk, text=wrong, now=FRIDAY)
    with pytest.raises(Refused):
        staff.end(staff=sam, visit_id=booked.pk, reason="", now=FRIDAY)
    with pytest.raises(Refused):  # nobody holds it
        staff.end(staff=sam, visit_id=booked.pk, reason="Fight", now=FRIDAY)


# --- guards ---------------------------------------------------------------------------


def refused(act: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()  # type: ignore[operator]


def test_a_private_visit_has_no_recording_by_the_database(booked: Visit) -> None:
    Visit.objects.filter(pk=booked.pk).update(private=True, recorded=False)
    facts = {"facility": booked.facility, "wrapped_key": "x", "key_name": "agency-ma-bristol"}
    refused(
        lambda: VisitRecording.objects.create(visit=booked.pk, folder="f", granted_at=NOW, **facts)
    )
    # And none is held where private visits are not set up, whatever was booked.
    assert code(Engine(booked), FRIDAY) == "visit.private"


def test_what_was_recorded_cannot_be_called_private_or_moved_or_told_anew(booked: Visit) -> None:
    engine = Engine(booked)
    both_meet(engine, FRIDAY)
    recording = VisitRecording.objects.get()
    mine = Visit.objects.filter(pk=booked.pk)
    refused(lambda: mine.update(private=True, recorded=False))
    refused(lambda: mine.update(recorded=False))
    other = VisitRecording.objects.filter(pk=recording.pk)
    refused(lambda: other.update(visit="00000000-0000-0000-0000-000000000001"))
    engine.ends(END, seconds=60, tracks=tracks(recording.folder))
    refused(lambda: VisitTrack.objects.update(seconds=1))
    refused(lambda: Meeting.objects.update(seconds=1))
    refused(lambda: MeetingStep.objects.update(seconds=1))


def test_a_recording_shows_its_parts_seat_by_seat(town: Town, booked: Visit) -> None:
    engine = Engine(booked)
    both_meet(engine, FRIDAY)
    recording = VisitRecording.objects.get()
    told = tracks(recording.folder) + tracks(recording.folder, part=1)
    engine.ends(END, seconds=60, tracks=told)
    seen = visit_queries.of(staff=town.staff("sam"), recording_id=recording.pk)
    assert [part.number for part in seen.parts] == [0, 1]
    assert [one.seat for one in seen.parts[0].seats] == ["inside", "home-1"]
    assert seen.playable
