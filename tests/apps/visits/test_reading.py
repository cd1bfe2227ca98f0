"""What each side sees of its visits, when they may come in, and the file for their calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar, Event

from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.models import NoContact, VisitorAccess
from kinline.apps.visits.access import Asker
from kinline.apps.visits.actions import due, keeping
from kinline.apps.visits.actions.cancelling import cancel
from kinline.apps.visits.actions.changing import change
from kinline.apps.visits.models import Visit
from kinline.apps.visits.queries import staff as seen
from kinline.apps.visits.queries import visits
from kinline.apps.visits.queries.calendar import offers
from kinline.apps.visits.queries.entry import Entry, may_enter
from kinline.apps.visits.queries.files import calendar_file
from kinline.config.demo import visits as demo_visits
from kinline.core.link import By
from kinline.core.visit.states import State
from kinline.core.visit.terms import StationKind
from tests.apps.visits.visiting import (
    FRIDAY,
    HALF_AN_HOUR,
    inside,
    julian_and_odette,
    open_visits,
    outside,
    stranger,
    visit,
    welcome,
)
from tests.cast import NOW, Town

LOBBY_OPENS = FRIDAY - timedelta(minutes=15)


def codes(no: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in no.value.refusals]


def test_both_sides_see_what_is_to_come_and_what_was(town: Town) -> None:
    julian_and_odette(town)
    first = visit(town.julian, town.odette)
    second = visit(town.julian, town.odette, at=FRIDAY + HALF_AN_HOUR)
    off = visit(town.julian, town.odette, at=FRIDAY + 2 * HALF_AN_HOUR)
    cancel(by=inside(town.julian), visit_id=off.id, now=NOW)
    for mine in (
        visits.visits_of_contact(contact_id=town.odette.pk, now=NOW),
        visits.visits_of_person(person_id=town.julian.pk, now=NOW),
    ):
        assert [one.id for one in mine.coming] == [first.id, second.id]
        assert [one.id for one in mine.past] == [off.id]
    one = visits.visit(by=outside(town.odette), visit_id=first.id)
    assert (one.person_name, one.facility_name) == ("Julian Marrow", town.julian.facility.name)
    assert (one.ready_at, one.late_from) == (LOBBY_OPENS, FRIDAY - timedelta(hours=24))
    assert [(row.name, row.minor) for row in one.visitors] == [("Odette Marrow", False)]
    soon = visits.next_visit(by=inside(town.julian), now=NOW)
    assert soon is not None
    assert soon.id == first.id


def test_a_visit_of_others_is_not_there(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    for by in (outside(town.grace), inside(town.wendell)):
        with pytest.raises(NotFound):
            visits.visit(by=by, visit_id=mine.id)
        with pytest.raises(NotFound):
            calendar_file(by=by, visit_id=mine.id)
    with pytest.raises(NotFound):
        seen.visit(staff=town.staff("theo"), visit_id=mine.id)


def test_sam_sees_the_day_and_theo_another_countys(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    sam = town.staff("sam")
    (row,) = seen.day(staff=sam, place="ma-bristol", on=date(2025, 3, 14))
    assert row.id == mine.id
    assert seen.day(staff=sam, place="ma-bristol", on=date(2025, 3, 15)) == []
    with pytest.raises(NotFound):
        seen.day(staff=town.staff("theo"), place="ma-bristol", on=date(2025, 3, 14))


def test_ines_sees_all_that_is_set_and_which_rule_holds(town: Town) -> None:
    ines = town.staff("ines")
    open_visits()
    keeping.set_rules(
        staff=ines,
        place="ma-bristol",
        unit_id=None,
        wanted=keeping.Wanted(from_on=date(2025, 4, 1), lengths=[20]),
        now=NOW,
    )
    keeping.add_station(
        staff=ines,
        place="ma-bristol",
        unit_id=None,
        kind=StationKind.ROOM,
        name="Room 4",
        now=NOW,
    )
    found = seen.setting(staff=ines, place="ma-bristol", now=NOW)
    assert [(one.rules.period.from_on, one.in_force) for one in found.rules] == [
        (date(2025, 4, 1), False),
        (date(2023, 1, 1), True),
    ]
    assert [one.name for one in found.stations] == ["Kiosk 1", "Kiosk 2", "Room 4"]
    assert found.rules[0].set_by_name == "Ines Pell"
    with pytest.raises(NotFound):
        seen.setting(staff=town.staff("sam"), place="ma-bristol", now=NOW)


def test_rules_are_checked_where_they_are_typed(town: Town) -> None:
    with pytest.raises(Refused) as no:
        keeping.set_rules(
            staff=town.staff("ines"),
            place="ma-bristol",
            unit_id=None,
            wanted=keeping.Wanted(
                from_on=date(2025, 3, 1), lengths=[7], buffer_minutes=3, capacity=0
            ),
            now=NOW,
        )
    assert codes(no) == [
        "visit.rules_in_the_past",
        "visit.length_wrong",
        "visit.buffer_wrong",
        "visit.capacity_wrong",
    ]


def test_only_a_facility_with_rules_offers_visits(town: Town) -> None:
    facility = open_visits()
    assert offers(facility_id=facility.pk, on=date(2025, 3, 12))
    assert not offers(facility_id=town.wendell.facility_id, on=date(2025, 3, 12))


# --- coming in ----------------------------------------------------------------------------


def enters(town: Town, visit_id: object, at: datetime, side: By = By.CONTACT) -> Entry:
    who = town.odette.pk if side is By.CONTACT else town.julian.pk
    return may_enter(visit_id=visit_id, side=side, who=who, now=at)  # type: ignore[arg-type]


def test_the_lobby_opens_fifteen_minutes_before_and_closes_with_the_visit(town: Town) -> None:
    open_visits()
    (ana,) = welcome(town.odette, town.julian, minors=["Ana"])
    mine = visit(town.julian, town.odette, minors=[ana])
    with pytest.raises(Refused) as no:
        enters(town, mine.id, LOBBY_OPENS - timedelta(seconds=1))
    assert (codes(no), no.value.refusals[0].until) == (["visit.too_early"], LOBBY_OPENS)
    entry = enters(town, mine.id, LOBBY_OPENS)
    assert (entry.seat, set(entry.names)) == ("home-1", {"Odette Marrow", "Ana"})
    assert enters(town, mine.id, LOBBY_OPENS, By.PERSON).seat == "inside"
    with pytest.raises(Refused) as no:
        enters(town, mine.id, mine.ends_at)
    assert codes(no) == ["visit.over"]


def test_nobody_comes_into_what_was_called_off_or_waits_for_a_word(town: Town) -> None:
    julian_and_odette(town, approval=True)
    mine = visit(town.julian, town.odette)
    with pytest.raises(Refused) as no:
        enters(town, mine.id, LOBBY_OPENS)
    assert codes(no) == ["visit.not_agreed_yet"]
    cancel(by=outside(town.odette), visit_id=mine.id, now=NOW)
    with pytest.raises(Refused) as no:
        enters(town, mine.id, LOBBY_OPENS)
    assert codes(no) == ["visit.over"]


def test_an_order_made_since_keeps_them_apart(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    NoContact.objects.create(
        person=town.julian,
        contact=town.odette,
        reason="court",
        from_at=NOW,
        made_by="x",
        made_at=NOW,
    )
    with pytest.raises(Refused) as no:
        enters(town, mine.id, LOBBY_OPENS)
    assert codes(no) == ["visit.visitor_not_approved"]


def test_who_is_no_visitor_any_more_does_not_come_in(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    rows = VisitorAccess.objects.filter(contact=town.odette, state="approved")
    rows.update(state="withdrawn", ended_by="test", ended_at=NOW)
    with pytest.raises(Refused) as no:
        enters(town, mine.id, LOBBY_OPENS)
    assert codes(no) == ["visit.visitor_not_approved"]


def test_each_home_has_its_seat(town: Town) -> None:
    julian_and_odette(town)
    ada = stranger("Ada", town.julian)
    mine = visit(town.julian, town.odette, ada)
    second = may_enter(visit_id=mine.id, side=By.CONTACT, who=ada.pk, now=LOBBY_OPENS)
    assert second.seat == "home-2"


# --- the calendar file --------------------------------------------------------------------


def event(by: Asker, visit_id: object) -> tuple[str, Event]:
    whole = Calendar.from_ical(calendar_file(by=by, visit_id=visit_id))  # type: ignore[arg-type]
    (found,) = whole.walk("VEVENT")
    return str(whole["METHOD"]), found


def test_a_calendar_learns_of_the_visit_of_its_change_and_of_its_end(town: Town) -> None:
    julian_and_odette(town)
    by = outside(town.odette)
    mine = visit(town.julian, town.odette)
    method, first = event(by, mine.id)
    assert (method, first["SEQUENCE"], first["STATUS"]) == ("PUBLISH", 0, "CONFIRMED")
    assert first.decoded("DTSTART") == FRIDAY
    change(by=by, visit_id=mine.id, starts_at=FRIDAY + HALF_AN_HOUR, length_minutes=40, now=NOW)
    _, moved = event(by, mine.id)
    assert (moved["UID"], moved["SEQUENCE"]) == (first["UID"], 1)
    assert moved.decoded("DTEND") - moved.decoded("DTSTART") == timedelta(minutes=40)
    cancel(by=by, visit_id=mine.id, now=NOW)
    method, gone = event(by, mine.id)
    assert (method, gone["UID"], gone["SEQUENCE"]) == ("CANCEL", first["UID"], 2)
    assert gone["STATUS"] == "CANCELLED"


def test_a_calendar_names_nobody(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    words = calendar_file(by=outside(town.odette), visit_id=mine.id).decode()
    assert "Marrow" not in words
    assert town.julian.facility.name not in words


def test_ten_on_the_wall_is_ten_before_and_after_the_clocks_go_back(town: Town) -> None:
    """November 2, 2025 has 25 hours in Boston; a calendar gets moments and cannot be wrong."""
    julian_and_odette(town, horizon_days=30)
    now = datetime(2025, 10, 28, 16, 0, tzinfo=UTC)
    saturday = datetime(2025, 11, 1, 14, 0, tzinfo=UTC)
    sunday = datetime(2025, 11, 2, 15, 0, tzinfo=UTC)
    for at in (saturday, sunday):
        mine = visit(town.julian, town.odette, at=at, now=now)
        _, found = event(outside(town.odette), mine.id)
        assert found.decoded("DTSTART") == at
        assert b"Z\r\n" in found["DTSTART"].to_ical() + b"\r\n"


def test_a_reminder_comes_after_the_change_too(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    due.remind_due(now=FRIDAY - timedelta(hours=24))
    # A day before is the last moment at which it may be moved.
    change(
        by=outside(town.odette),
        visit_id=mine.id,
        starts_at=FRIDAY + timedelta(days=2),
        length_minutes=20,
        now=FRIDAY - timedelta(hours=24),
    )
    assert due.remind_due(now=FRIDAY + timedelta(days=1)) == 1
    assert Visit.objects.get(pk=mine.id).state == State.BOOKED


def test_the_demo_has_a_visit_soon_and_keeps_what_is_there(town: Town) -> None:
    for _ in range(2):
        demo_visits.load(now=NOW)
    mine = visits.visits_of_person(person_id=town.julian.pk, now=NOW)
    assert len(mine.coming) == 3
    assert NOW < mine.coming[0].starts_at <= NOW + timedelta(hours=1)
    demo_visits.load(now=NOW, open_hours=False)
    assert Visit.objects.count() == 3
