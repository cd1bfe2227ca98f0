"""Closures and lockdowns: what lies in them falls, is told of, and is looked for anew."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kinline.apps.errors import NotFound, Refused
from kinline.apps.notices.models import Note
from kinline.apps.visits.actions import closing
from kinline.apps.visits.actions.waiting import offer_freed
from kinline.apps.visits.models import ClosureKind, QuotaPlace, SlotClaim, Visit, WaitingPlace
from kinline.apps.visits.queries.calendar import calendar
from kinline.apps.visits.queries.entry import may_enter
from kinline.apps.visits.queries.visits import visits_of_contact
from kinline.core.link import By
from kinline.core.visit.states import By as WhoCancels
from kinline.core.visit.states import State
from tests.apps.visits.visiting import (
    FRIDAY,
    julian_and_odette,
    outside,
    row,
    someone,
    stranger,
    visit,
)
from tests.cast import NOW, Town

SATURDAY = FRIDAY + timedelta(days=1)


def codes(no: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in no.value.refusals]


def close(town: Town, **more: object) -> closing.Closed:
    asked: dict[str, object] = {
        "unit_id": None,
        "kind": ClosureKind.CLOSED,
        "from_at": FRIDAY - timedelta(hours=1),
        "until_at": FRIDAY + timedelta(hours=1),
        "why": "The roof is repaired.",
    }
    return closing.close(
        staff=town.staff("ines"),
        place="ma-bristol",
        now=NOW,
        **(asked | more),  # type: ignore[arg-type]
    )


def test_what_lies_in_a_closure_falls_and_both_sides_read_why(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    other = someone("40-0001", town.julian.facility)
    theirs = visit(other, stranger("Ada", other), at=SATURDAY)
    ines = town.staff("ines")
    would = closing.would_cancel(
        staff=ines,
        place="ma-bristol",
        unit_id=None,
        from_at=FRIDAY,
        until_at=FRIDAY + timedelta(hours=1),
        now=NOW,
    )
    done = close(town)
    assert (would, done.cancelled) == (1, 1)
    made = row(mine)
    assert (made.state, made.cancelled_by) == (State.CANCELLED, WhoCancels.FACILITY)
    assert (made.reason, made.note) == ("closed", "The roof is repaired.")
    assert row(theirs).state == State.BOOKED
    assert Note.objects.filter(kind="visit.cancelled").count() == 2
    assert not QuotaPlace.objects.filter(visit=mine.id).exists()


def test_who_lost_a_visit_is_offered_another_by_the_turn_of_their_booking(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    close(town)
    place = WaitingPlace.objects.get()
    assert (place.since, place.contact, place.from_on) == (NOW, town.odette, date(2025, 3, 14))
    assert offer_freed(now=NOW) == 1
    (waits,) = visits_of_contact(contact_id=town.odette.pk, now=NOW).waiting
    assert waits.offered_starts_at is not None
    assert waits.offered_starts_at >= FRIDAY + timedelta(hours=1)
    assert row(mine).state == State.CANCELLED


def test_nothing_is_booked_into_a_closure_until_it_is_lifted(town: Town) -> None:
    julian_and_odette(town)
    done = close(town)
    with pytest.raises(Refused) as no:
        visit(town.julian, town.odette)
    assert codes(no) == ["visit.closed"]
    assert no.value.refusals[0].facts["why"] == "The roof is repaired."
    for _ in range(2):
        closing.lift(staff=town.staff("ines"), closure_id=done.closure, now=NOW)
    assert visit(town.julian, town.odette).fresh


def test_a_holiday_is_a_day_of_the_calendar_by_its_name(town: Town) -> None:
    julian_and_odette(town)
    begins = datetime(2025, 3, 14, 4, 0, tzinfo=UTC)  # midnight in Boston
    close(
        town,
        kind=ClosureKind.HOLIDAY,
        from_at=begins,
        until_at=begins + timedelta(days=1),
        why="Pi Day",
    )
    seen = calendar(
        by=outside(town.odette), person_id=town.julian.pk, contact_ids=[town.odette.pk], now=NOW
    )
    (day,) = [one for one in seen.days if one.on == date(2025, 3, 14)]
    assert not day.free
    assert day.why is not None
    assert (day.why.code, day.why.facts["name"]) == ("visit.holiday", "Pi Day")


def test_a_lockdown_of_a_unit_is_of_that_unit_alone(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette, at=FRIDAY)
    other = someone("40-0001", town.julian.facility)
    theirs = visit(other, stranger("Ada", other))
    at = FRIDAY - timedelta(hours=3)
    done = closing.lockdown(
        staff=town.staff("ines", at),
        place="ma-bristol",
        unit_id=town.julian.unit_id,
        why="Lockdown of unit C",
        now=at,
    )
    assert done.cancelled == 1
    assert (row(mine).state, row(theirs).state) == (State.CANCELLED, State.BOOKED)
    with pytest.raises(Refused) as no:
        visit(town.julian, town.odette, at=FRIDAY + timedelta(days=2), now=at)
    assert "visit.lockdown" in codes(no)


def test_a_lockdown_without_an_end_reaches_further_with_each_day(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette, at=FRIDAY + timedelta(days=3))
    done = closing.lockdown(
        staff=town.staff("ines"), place="ma-bristol", unit_id=None, why="Search", now=NOW
    )
    assert done.cancelled == 0
    assert closing.enforce_all(now=FRIDAY + timedelta(days=2, minutes=1)) == 1
    assert row(mine).state == State.CANCELLED


def test_who_waits_in_the_lobby_as_it_is_locked_down_comes_no_further(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    Visit.objects.filter(pk=mine.id).update(state=State.HELD)
    at = FRIDAY + timedelta(minutes=5)
    assert may_enter(visit_id=mine.id, side=By.CONTACT, who=town.odette.pk, now=at).seat == "home-1"
    closing.lockdown(
        staff=town.staff("ines", at), place="ma-bristol", unit_id=None, why="Search", now=at
    )
    with pytest.raises(Refused) as no:
        may_enter(visit_id=mine.id, side=By.CONTACT, who=town.odette.pk, now=at)
    assert codes(no) == ["visit.lockdown"]


def test_a_visit_booked_while_it_was_being_closed_falls_with_the_worker(town: Town) -> None:
    julian_and_odette(town)
    done = close(town)
    closing.lift(staff=town.staff("ines"), closure_id=done.closure, now=NOW)
    mine = visit(town.julian, town.odette)
    # As if the booking had not yet seen the closure.
    from kinline.apps.visits.models import Closure

    Closure.objects.filter(pk=done.closure).update(lifted_at=None)
    assert closing.enforce_all(now=NOW) == 1
    assert closing.enforce_all(now=NOW) == 0
    assert row(mine).state == State.CANCELLED
    assert not SlotClaim.objects.exists()


def test_who_closes_says_why_for_how_long_and_has_the_right(town: Town) -> None:
    julian_and_odette(town)
    with pytest.raises(Refused) as no:
        close(town, why=" ", until_at=None)
    assert codes(no) == ["visit.why_needed", "visit.closure_has_no_time"]
    with pytest.raises(NotFound):
        closing.lockdown(
            staff=town.staff("sam"), place="ma-bristol", unit_id=None, why="x", now=NOW
        )
