"""Controls that staff set on visits and messages: what they stop, spare, count and cancel."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kinline.apps.errors import Refused
from kinline.apps.messaging.actions.send import reasons_against
from kinline.apps.messaging.models import Message
from kinline.apps.notices.models import Note
from kinline.apps.people.actions import controls as actions
from kinline.apps.people.actions.controls import NewControl
from kinline.apps.people.controls import controls_of
from kinline.apps.people.models import Control
from kinline.apps.visits.actions import closing
from kinline.apps.visits.actions.meeting.staff import end_under_lockdown
from kinline.apps.visits.models import MeetingOrder, VisitStation, WaitingPlace
from kinline.apps.visits.queries.calendar import calendar
from kinline.apps.visits.queries.entry import may_enter
from kinline.core.link import By
from kinline.core.message.states import State as Sent
from kinline.core.message.terms import Service
from kinline.core.policy.controls import Kind, Level, Talk
from kinline.core.schedule.slots import Standing
from kinline.core.visit.states import State
from kinline.core.visitor import VisitorKind
from tests.apps.messaging import writing
from tests.apps.visits.meeting import Engine, both_meet
from tests.apps.visits.visiting import (
    FRIDAY,
    julian_and_odette,
    outside,
    row,
    someone,
    stranger,
    visit,
    welcome,
)
from tests.cast import NOW, Town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = "A fight in the unit."


def put(town: Town, talk: Talk, kind: Kind, level: Level = Level.PERSON, **more: Any) -> UUID:
    """Set one on Julian, his unit, his tablet, his mother or Bristol."""
    subject = {
        Level.UNIT: str(town.julian.unit_id),
        Level.STATION: str(town.tablet().pk),
        Level.PERSON: town.julian.number,
        Level.CONTACT: "(617) 555-0142",
    }.get(level, "")
    now = more.pop("now", NOW)
    new = NewControl(level, kind, **{"subject": subject, "why": WHY, "talk": talk, **more})
    return actions.put(staff=town.staff("ines"), place="ma-bristol", new=new, now=now)


def codes(act: Callable[[], object]) -> list[str]:
    """The reasons for which it was refused, none where it was not."""
    try:
        act()
    except Refused as no:
        return [one.code for one in no.refusals]
    return []


@pytest.fixture
def private(settings: Any) -> None:
    """The house holds private visits."""
    settings.PRIVATE_VISITS = "direct"


# --- setting -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (NewControl(Level.FACILITY, Kind.LONGEST, amount=600, talk=Talk.MESSAGES),
         "control.kind_not_on_this"),
        (NewControl(Level.NUMBER, Kind.CLOSED, "6175550142", why=WHY, talk=Talk.VISITS),
         "control.level_not_on_this"),
        (NewControl(Level.CONTACT, Kind.CLOSED, "6175550142", why=WHY),
         "control.level_not_on_this"),
        (NewControl(Level.FACILITY, Kind.CLOSED, why=WHY, attorneys=True, talk=Talk.MESSAGES),
         "control.private_mail_goes"),
        (NewControl(Level.FACILITY, Kind.VISITS_DAY, amount=1, attorneys=True, talk=Talk.VISITS),
         "control.counsel_is_not_rationed"),
        (NewControl(Level.CONTACT, Kind.CLOSED, "+16035550117", why=WHY, talk=Talk.VISITS),
         "control.subject"),  # Carmen is known in New Hampshire, and not here
        (NewControl(Level.CONTACT, Kind.CLOSED, "nobody@x.example", why=WHY, talk=Talk.VISITS),
         "control.subject"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_nothing_is_set(
    town: Town, new: NewControl, found: str
) -> None:
    set_it = lambda: actions.put(  # noqa: E731
        staff=town.staff("ines"), place="ma-bristol", new=new, now=NOW
    )
    assert found in codes(set_it)
    assert not Control.objects.exists()


def test_the_database_says_it_too_and_keeps_what_a_control_holds_on(town: Town) -> None:
    put(town, Talk.MESSAGES, Kind.MESSAGES_DAY, amount=3)
    one = Control.objects.values().get()
    for wrong in ({"kind": "longest"}, {"level": "number"}, {"attorneys": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Control.objects.create(**{**one, "id": uuid4(), **wrong})
    with pytest.raises(IntegrityError), transaction.atomic():
        Control.objects.update(talk=Talk.CALLS)


def test_a_contact_is_named_by_telephone_or_e_mail_and_listed_by_name(town: Town) -> None:
    put(town, Talk.VISITS, Kind.CLOSED, Level.CONTACT)
    account = town.odette.account
    assert account is not None
    put(town, Talk.MESSAGES, Kind.CLOSED, Level.CONTACT, subject=str(account.email).upper())
    home = town.julian.facility
    found = controls_of(facility_id=home.pk, agency_id=home.agency_id, now=NOW)
    assert {one.subject for one in found} == {town.odette.name}
    assert {one.talk for one in found} == {Talk.VISITS, Talk.MESSAGES}


def test_nothing_on_visits_or_messages_waits_for_the_law_on_calls(town: Town) -> None:
    put(town, Talk.VISITS, Kind.CLOSED, Level.FACILITY)
    put(town, Talk.MESSAGES, Kind.MESSAGES_DAY, Level.FACILITY, amount=1)
    assert not Control.objects.filter(stricter=True).exists()


# --- visits ------------------------------------------------------------------------------

OF_VISITS = [Level.AGENCY, Level.FACILITY, Level.UNIT, Level.PERSON, Level.CONTACT]


@pytest.mark.parametrize("level", OF_VISITS)
def test_a_visit_into_what_is_closed_is_not_booked_and_the_next_day_is(
    town: Town, level: Level
) -> None:
    julian_and_odette(town)
    put(town, Talk.VISITS, Kind.CLOSED, level, from_at=FRIDAY - HOUR, until_at=FRIDAY + HOUR)
    with pytest.raises(Refused) as no:
        visit(town.julian, town.odette)
    (reason,) = no.value.refusals
    assert (reason.code, reason.until) == ("control.closed", FRIDAY + HOUR)
    assert (reason.facts["level"], reason.facts["why"]) == (level, WHY)
    visit(town.julian, town.odette, at=FRIDAY + DAY)


@pytest.mark.parametrize("level", [Level.PERSON, Level.CONTACT])
def test_and_nobody_else_is_meant(town: Town, level: Level) -> None:
    julian_and_odette(town)
    put(town, Talk.VISITS, Kind.CLOSED, level, until_at=FRIDAY + HOUR)
    other = someone("40-0001", town.julian.facility)
    visit(other, stranger("Ada", other))
    assert codes(lambda: visit(town.julian, town.odette)) == ["control.closed"]


def test_controls_on_calls_and_messages_close_no_visit(town: Town) -> None:
    julian_and_odette(town)
    put(town, Talk.CALLS, Kind.CLOSED, until_at=NOW + HOUR)
    put(town, Talk.MESSAGES, Kind.CLOSED)
    visit(town.julian, town.odette)


def test_hours_and_lengths_are_shorter_than_the_rules(town: Town) -> None:
    julian_and_odette(town)
    put(town, Talk.VISITS, Kind.LONGEST, Level.FACILITY, amount=20 * 60)
    assert codes(lambda: visit(town.julian, town.odette, minutes=40)) == ["control.longest"]
    visit(town.julian, town.odette)


def test_one_visit_a_week_is_one_and_moving_it_is_not_a_second(town: Town) -> None:
    julian_and_odette(town, per_person_week=None, per_visitor_week=None)
    put(town, Talk.VISITS, Kind.VISITS_WEEK, amount=1)
    visit(town.julian, town.odette)
    ada = stranger("Ada", town.julian)
    assert codes(lambda: visit(town.julian, ada, at=FRIDAY + DAY)) == ["control.visits_week"]
    visit(town.julian, ada, at=FRIDAY + 3 * DAY)  # Monday


def test_with_one_contact_alone_is_counted_what_they_had(town: Town) -> None:
    julian_and_odette(town, per_person_week=None, per_visitor_week=None)
    put(town, Talk.VISITS, Kind.VISITS_WEEK, Level.CONTACT, amount=1)
    visit(town.julian, stranger("Ada", town.julian))
    visit(town.julian, town.odette, at=FRIDAY + HOUR)
    third = lambda: visit(town.julian, town.odette, at=FRIDAY + 2 * HOUR)  # noqa: E731
    assert codes(third) == ["control.visits_week"]


def test_an_attorneys_visit_is_neither_counted_nor_stopped(town: Town, private: None) -> None:
    julian_and_odette(town)
    welcome(town.priya, town.julian, VisitorKind.ATTORNEY)
    put(town, Talk.VISITS, Kind.VISITS_DAY, amount=1)
    put(town, Talk.VISITS, Kind.GAP, amount=2 * 60 * 60)
    made = visit(town.julian, town.priya)
    assert row(made).private
    visit(town.julian, town.odette, at=FRIDAY + HOUR)
    visit(town.julian, town.priya, at=FRIDAY + DAY)
    closed = put(town, Talk.VISITS, Kind.CLOSED, until_at=FRIDAY + 2 * DAY)
    assert closing.enforce_control(control_id=closed, now=NOW) == 1
    assert row(made).state == State.BOOKED
    visit(town.julian, town.priya, at=FRIDAY + DAY + HOUR)


def test_one_that_says_so_holds_for_attorneys_too(town: Town, private: None) -> None:
    julian_and_odette(town)
    welcome(town.priya, town.julian, VisitorKind.ATTORNEY)
    made = visit(town.julian, town.priya)
    put(town, Talk.VISITS, Kind.CLOSED, until_at=FRIDAY + DAY, attorneys=True)
    assert codes(lambda: visit(town.julian, town.priya, at=FRIDAY + HOUR)) == ["control.closed"]
    assert closing.enforce_all(now=NOW) == 1
    assert row(made).state == State.CANCELLED


@pytest.mark.parametrize("level", OF_VISITS)
def test_what_was_booked_falls_as_in_a_closure_and_another_time_is_looked_for(
    town: Town, level: Level
) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    later = visit(town.julian, town.odette, at=FRIDAY + DAY)
    put(town, Talk.VISITS, Kind.CLOSED, level, from_at=FRIDAY - HOUR, until_at=FRIDAY + HOUR)
    assert (closing.enforce_all(now=NOW), closing.enforce_all(now=NOW)) == (1, 0)
    made = row(mine)
    assert (made.state, made.reason, made.note) == (State.CANCELLED, "closed", WHY)
    assert row(later).state == State.BOOKED
    assert Note.objects.filter(kind="visit.cancelled").count() == 2
    assert WaitingPlace.objects.get().contact == town.odette


def test_hours_quotas_and_lengths_leave_what_is_booked(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette, minutes=40)
    put(town, Talk.VISITS, Kind.LONGEST, amount=20 * 60)
    put(town, Talk.VISITS, Kind.VISITS_DAY, amount=1)
    assert closing.enforce_all(now=NOW) == 0
    may_enter(visit_id=mine.id, side=By.CONTACT, who=town.odette.pk, now=FRIDAY)


def test_a_closing_set_during_a_visit_ends_it_and_nobody_comes_back(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    both_meet(Engine(row(mine)), FRIDAY)
    now = FRIDAY + timedelta(minutes=5)
    put(town, Talk.VISITS, Kind.CLOSED, now=now, until_at=now + HOUR)
    assert end_under_lockdown(now=now) == 1
    assert MeetingOrder.objects.get().visit_id == mine.id
    for side, who in ((By.CONTACT, town.odette.pk), (By.PERSON, town.julian.pk)):
        enters = lambda: may_enter(visit_id=mine.id, side=side, who=who, now=now)  # noqa: E731, B023
        assert codes(enters) == ["control.closed"]


def test_a_tablet_that_is_closed_has_no_visit_but_the_kiosk_beside_it_has(town: Town) -> None:
    julian_and_odette(town)
    kiosk = VisitStation.objects.order_by("name").first()
    assert kiosk is not None
    VisitStation.objects.filter(pk=kiosk.pk).update(device=town.tablet())
    put(town, Talk.VISITS, Kind.CLOSED, Level.STATION, until_at=FRIDAY + DAY)
    made = row(visit(town.julian, town.odette))
    assert made.station_id != kiosk.pk
    enter = lambda: may_enter(  # noqa: E731
        visit_id=made.pk, side=By.PERSON, who=town.julian.pk, now=FRIDAY, device=town.tablet().pk
    )
    assert codes(enter) == ["control.closed"]


def test_do_not_record_is_kept_where_it_is_set_after_the_booking_too(town: Town) -> None:
    julian_and_odette(town)
    before = row(visit(town.julian, town.odette))
    assert before.recorded
    put(town, Talk.VISITS, Kind.UNRECORDED)
    after = row(visit(town.julian, town.odette, at=FRIDAY + DAY))
    assert (after.recorded, after.private) == (False, False)
    permit = Engine(before).opens(FRIDAY).permit
    assert permit is not None
    assert not permit.recorded
    before.refresh_from_db()
    assert not before.recorded


def test_the_calendar_says_in_a_word_why_there_is_no_time(town: Town) -> None:
    julian_and_odette(town)
    put(town, Talk.VISITS, Kind.CLOSED, from_at=FRIDAY - HOUR, until_at=FRIDAY + HOUR)
    found = calendar(
        by=outside(town.odette), person_id=town.julian.pk, contact_ids=[town.odette.pk], now=NOW
    )
    friday = next(day for day in found.days if day.slots and day.slots[0].starts_at.day == 14)
    closed = [one for one in friday.slots if one.standing is Standing.CLOSED]
    assert closed[0].starts_at == FRIDAY - HOUR
    assert {one.why.code for one in closed if one.why} == {"control.closed"}
    assert friday.free
    assert found.refusals == ()


# --- messages ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "level", [Level.AGENCY, Level.FACILITY, Level.UNIT, Level.PERSON, Level.CONTACT]
)
def test_closed_messages_go_neither_way_and_are_told_before_writing(
    town: Town, level: Level
) -> None:
    put(town, Talk.MESSAGES, Kind.CLOSED, level, until_at=NOW + HOUR)
    for who, to in ((town.julian, town.odette), (town.odette, town.julian)):
        assert codes(lambda: writing.write(who, to, "Hello", NOW)) == ["control.closed"]  # noqa: B023
        thread = writing.thread(town.julian, town.odette, NOW)
        told = reasons_against(
            by=writing.by(who), thread_id=thread, service=Service.EMESSAGE, now=NOW
        )
        assert [(one.code, one.facts["why"]) for one in told] == [("control.closed", WHY)]
        writing.write(who, to, "Hello again", NOW + HOUR)


def test_two_a_day_are_two_for_each_writer(town: Town) -> None:
    put(town, Talk.MESSAGES, Kind.MESSAGES_DAY, amount=2)
    for number in range(2):
        writing.write(town.julian, town.odette, f"Letter {number}", NOW)
    third = lambda: writing.write(town.julian, town.odette, "Third", NOW)  # noqa: E731
    assert codes(third) == ["control.messages_day"]
    writing.write(town.odette, town.julian, "Mine is counted by itself", NOW)
    writing.write(town.julian, town.odette, "Tomorrow", NOW + DAY)


def test_what_never_arrived_has_used_up_nothing(town: Town) -> None:
    put(town, Talk.MESSAGES, Kind.MESSAGES_DAY, amount=1)
    first = writing.write(town.julian, town.odette, "First", NOW)
    second = lambda: writing.write(town.julian, town.odette, "Second", NOW)  # noqa: E731
    assert codes(second) == ["control.messages_day"]
    Message.objects.filter(pk=first.id).update(state=Sent.REJECTED)
    assert codes(second) == []


def test_an_hour_between_two_messages(town: Town) -> None:
    put(town, Talk.MESSAGES, Kind.GAP, amount=60 * 60)
    writing.write(town.julian, town.odette, "First", NOW)
    again: Callable[[datetime], list[str]] = lambda at: codes(  # noqa: E731
        lambda: writing.write(town.julian, town.odette, "Second", at)
    )
    assert again(NOW + timedelta(minutes=59)) == ["control.gap"]
    assert again(NOW + HOUR) == []


# --- how many questions --------------------------------------------------------------------


def many(kind: Kind) -> None:
    one = Control.objects.filter(kind=kind).values().get()
    Control.objects.bulk_create(
        Control(**{**one, "id": uuid4(), "amount": 100 + number}) for number in range(100)
    )


def questions(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def test_a_hundred_controls_on_visits_cost_as_many_questions_as_one(town: Town) -> None:
    julian_and_odette(town)
    looks = lambda: calendar(  # noqa: E731
        by=outside(town.odette), person_id=town.julian.pk, contact_ids=[town.odette.pk], now=NOW
    )
    looks()
    without = questions(looks)
    put(town, Talk.VISITS, Kind.VISITS_WEEK, amount=100)
    visit(town.julian, town.odette)
    counted = questions(looks)
    assert counted == without + 2  # whether she is an attorney, and what he had
    many(Kind.VISITS_WEEK)
    assert questions(looks) == counted


def test_a_hundred_controls_on_messages_cost_as_many_questions_as_one(town: Town) -> None:
    thread = writing.thread(town.julian, town.odette, NOW)
    asks = lambda: reasons_against(  # noqa: E731
        by=writing.by(town.julian), thread_id=thread, service=Service.EMESSAGE, now=NOW
    )
    asks()
    without = questions(asks)
    put(town, Talk.MESSAGES, Kind.MESSAGES_WEEK, amount=100)
    counted = questions(asks)
    assert counted == without + 1
    many(Kind.MESSAGES_WEEK)
    assert questions(asks) == counted
