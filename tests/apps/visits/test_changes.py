"""Moving, cancelling, agreeing to and refusing visits: who may, how late, what is given back."""

from datetime import datetime, timedelta

import pytest

from kinline.apps.audit.models import Line
from kinline.apps.errors import NotFound, Refused
from kinline.apps.notices.models import Note
from kinline.apps.people.models import Person
from kinline.apps.visits.actions import deciding, due
from kinline.apps.visits.actions.booking import SlotTaken
from kinline.apps.visits.actions.cancelling import cancel, cancel_by_staff
from kinline.apps.visits.actions.changing import change
from kinline.apps.visits.actions.deciding import RefusedFor
from kinline.apps.visits.models import QuotaPlace, SlotClaim, Visit
from kinline.apps.visits.queries import staff as seen
from kinline.core.visit.states import By, State
from tests.apps.visits.visiting import (
    FRIDAY,
    HALF_AN_HOUR,
    inside,
    julian_and_odette,
    outside,
    row,
    someone,
    stranger,
    visit,
)
from tests.cast import NOW, Town

LATER = FRIDAY + HALF_AN_HOUR


def codes(no: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in no.value.refusals]


def told(kind: str) -> set[str]:
    return set(Note.objects.filter(kind=kind).values_list("owner", flat=True))


# --- another time -------------------------------------------------------------------------


def test_odette_moves_her_visit_and_the_old_slot_is_free(town: Town) -> None:
    julian_and_odette(town, stations=1, per_person_week=1)
    first = visit(town.julian, town.odette)
    moved = change(
        by=outside(town.odette), visit_id=first.id, starts_at=LATER, length_minutes=40, now=NOW
    )
    assert (moved.id, moved.starts_at, moved.fresh) == (first.id, LATER, True)
    made = row(moved)
    assert (made.sequence, made.ends_at - made.starts_at) == (1, timedelta(minutes=40))
    assert not SlotClaim.objects.filter(slot_at__lt=LATER).exists()
    assert QuotaPlace.objects.filter(holder=f"person:{town.julian.pk}").count() == 1
    other = someone("40-0001", town.julian.facility)
    assert visit(other, stranger("Ada", other)).fresh
    assert told("visit.changed") == {str(town.julian.pk), str(town.odette.pk)}


def test_the_same_time_again_changes_nothing(town: Town) -> None:
    julian_and_odette(town)
    first = visit(town.julian, town.odette)
    again = change(
        by=outside(town.odette), visit_id=first.id, starts_at=FRIDAY, length_minutes=20, now=NOW
    )
    assert not again.fresh
    assert row(again).sequence == 0


def test_a_visit_may_move_into_its_own_half(town: Town) -> None:
    julian_and_odette(town, stations=1, every_minutes=5)
    first = visit(town.julian, town.odette)
    soon = FRIDAY + timedelta(minutes=10)
    assert change(
        by=outside(town.odette), visit_id=first.id, starts_at=soon, length_minutes=20, now=NOW
    ).fresh


def test_a_slot_of_others_is_taken_and_the_visit_stays(town: Town) -> None:
    julian_and_odette(town, stations=1)
    mine = visit(town.julian, town.odette)
    other = someone("40-0001", town.julian.facility)
    visit(other, stranger("Ada", other), at=LATER)
    before = set(SlotClaim.objects.filter(visit=mine.id).values_list("resource", "slot_at"))
    with pytest.raises(SlotTaken) as no:
        change(
            by=outside(town.odette), visit_id=mine.id, starts_at=LATER, length_minutes=20, now=NOW
        )
    assert no.value.near
    after = set(SlotClaim.objects.filter(visit=mine.id).values_list("resource", "slot_at"))
    assert (row(mine).starts_at, after) == (FRIDAY, before)


def test_only_who_booked_it_moves_it_and_not_late(town: Town) -> None:
    julian_and_odette(town)
    ada = stranger("Ada", town.julian)
    mine = visit(town.julian, town.odette, ada)

    def moved(by: object, now: datetime) -> None:
        change(by=by, visit_id=mine.id, starts_at=LATER, length_minutes=20, now=now)  # type: ignore[arg-type]

    with pytest.raises(Refused) as no:
        moved(outside(ada), NOW)
    assert codes(no) == ["visit.not_the_booker"]
    with pytest.raises(NotFound):
        moved(outside(town.grace), NOW)
    with pytest.raises(Refused) as no:
        moved(outside(town.odette), FRIDAY - timedelta(hours=23))
    assert codes(no) == ["visit.too_late_to_change"]


# --- cancelling ---------------------------------------------------------------------------


def test_who_cancels_in_time_has_the_week_and_the_slot_back(town: Town) -> None:
    julian_and_odette(town, stations=1, per_person_week=1)
    mine = visit(town.julian, town.odette)
    done = cancel(by=outside(town.odette), visit_id=mine.id, now=FRIDAY - timedelta(hours=24))
    assert (done.late, done.minutes_before) == (False, 24 * 60)
    assert not SlotClaim.objects.exists()
    assert not QuotaPlace.objects.exists()
    assert (row(mine).state, row(mine).cancelled_by) == (State.CANCELLED, By.VISITOR)
    assert told("visit.cancelled") == {str(town.julian.pk), str(town.odette.pk)}


def test_late_the_slot_is_free_and_the_place_of_the_week_is_gone(town: Town) -> None:
    julian_and_odette(town, per_person_week=1)
    mine = visit(town.julian, town.odette)
    done = cancel(by=outside(town.odette), visit_id=mine.id, now=FRIDAY - timedelta(hours=2))
    assert (done.late, done.minutes_before) == (True, 120)
    assert not SlotClaim.objects.exists()
    assert QuotaPlace.objects.count() == 2


def test_twice_is_once_and_after_the_beginning_it_is_over(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    first = cancel(by=inside(town.julian), visit_id=mine.id, now=NOW)
    assert cancel(by=outside(town.odette), visit_id=mine.id, now=FRIDAY) == first
    assert Line.objects.filter(act="visit.cancelled").count() == 1
    other = visit(town.julian, town.odette, at=LATER)
    with pytest.raises(Refused) as no:
        cancel(by=outside(town.odette), visit_id=other.id, now=LATER)
    assert codes(no) == ["visit.over"]


def test_staff_cancel_with_a_reason_that_both_read(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    with pytest.raises(Refused) as no:
        cancel_by_staff(staff=town.staff("ines"), visit_id=mine.id, why=" ", now=NOW)
    assert codes(no) == ["visit.why_needed"]
    with pytest.raises(NotFound):
        cancel_by_staff(staff=town.staff("theo"), visit_id=mine.id, why="x", now=NOW)
    late = FRIDAY - timedelta(hours=1)
    done = cancel_by_staff(
        staff=town.staff("ines", late), visit_id=mine.id, why="The kiosk is broken.", now=late
    )
    assert not done.late
    assert not QuotaPlace.objects.exists()
    notes = Note.objects.filter(kind="visit.cancelled").values_list("facts__note", flat=True)
    assert list(notes) == ["The kiosk is broken."] * 2


# --- agreeing -----------------------------------------------------------------------------


def test_ines_agrees_and_both_are_told(town: Town) -> None:
    julian_and_odette(town, approval=True)
    mine = visit(town.julian, town.odette)
    ines = town.staff("ines")
    (waits,) = seen.requests(staff=ines, place="ma-bristol", now=NOW)
    assert waits.id == mine.id
    for _ in range(2):
        deciding.approve(staff=ines, visit_id=mine.id, now=NOW)
    assert row(mine).state == State.BOOKED
    assert told("visit.approved") == {str(town.julian.pk), str(town.odette.pk)}
    steps = [one.what for one in seen.history(staff=ines, visit_id=mine.id)]
    assert steps == ["booked", "approved"]


def test_ines_refuses_with_a_reason_of_the_list(town: Town) -> None:
    julian_and_odette(town, approval=True)
    mine = visit(town.julian, town.odette)
    ines = town.staff("ines")
    with pytest.raises(Refused) as no:
        deciding.refuse(staff=ines, visit_id=mine.id, reason=RefusedFor.OTHER, note="", now=NOW)
    assert codes(no) == ["visit.note_needed"]
    deciding.refuse(staff=ines, visit_id=mine.id, reason=RefusedFor.STAFF_SHORT, note="", now=NOW)
    assert (row(mine).state, row(mine).reason) == (State.REFUSED, "staff_short")
    assert not SlotClaim.objects.exists()
    assert not QuotaPlace.objects.exists()
    with pytest.raises(Refused) as no:
        deciding.approve(staff=ines, visit_id=mine.id, now=NOW)
    assert codes(no) == ["visit.not_waiting"]


def test_who_may_not_decide_finds_nothing(town: Town) -> None:
    julian_and_odette(town, approval=True)
    mine = visit(town.julian, town.odette)
    for name in ("sam", "theo", "ada"):
        with pytest.raises(NotFound):
            deciding.approve(staff=town.staff(name), visit_id=mine.id, now=NOW)


def test_a_request_nobody_decided_lapses(town: Town) -> None:
    julian_and_odette(town, approval=True)
    mine = visit(town.julian, town.odette)
    assert due.lapse_due(now=FRIDAY - timedelta(minutes=1)) == 0
    assert due.lapse_due(now=FRIDAY) == 1
    assert row(mine).state == State.LAPSED
    assert not SlotClaim.objects.exists()


# --- by the clock -------------------------------------------------------------------------


def test_both_sides_are_reminded_a_day_and_an_hour_before_each_once(town: Town) -> None:
    julian_and_odette(town)
    visit(town.julian, town.odette)
    moments = [timedelta(hours=25), timedelta(hours=24), timedelta(hours=2), timedelta(hours=1)]
    counts = []
    for before in moments:
        for _ in range(2):
            due.remind_due(now=FRIDAY - before)
        counts.append(Note.objects.filter(kind="visit.reminder").count())
    assert counts == [0, 2, 2, 4]


def test_nobody_is_reminded_of_what_they_have_just_booked(town: Town) -> None:
    julian_and_odette(town, notice_minutes=60)
    booked_at = FRIDAY - timedelta(hours=3)
    visit(town.julian, town.odette, now=booked_at)
    due.remind_due(now=booked_at)
    assert not Note.objects.filter(kind="visit.reminder").exists()
    due.remind_due(now=FRIDAY - timedelta(minutes=59))
    assert Note.objects.filter(kind="visit.reminder").count() == 2


def test_what_is_to_come_of_somebody_who_was_released_is_canceled(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    assert due.end_of_who_left(now=NOW) == 0
    Person.objects.filter(pk=town.julian.pk).update(active=False)
    assert due.end_of_who_left(now=NOW) == 1
    assert (row(mine).state, row(mine).reason) == (State.CANCELLED, "person_left")
    assert not QuotaPlace.objects.exists()


def test_a_visit_nobody_came_to_is_missed_and_counts(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    ends = FRIDAY + timedelta(minutes=20)
    assert due.miss_due(now=ends + timedelta(minutes=14)) == 0
    assert due.miss_due(now=ends + timedelta(minutes=15)) == 1
    made = Visit.objects.get(pk=mine.id)
    assert (made.state, made.missing) == (State.MISSED, "both")
    assert not SlotClaim.objects.exists()
    assert QuotaPlace.objects.count() == 2
