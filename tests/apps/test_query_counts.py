"""No page's cost grows with its rows: the same queries for three calls and for twenty-three."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit import queries as audit
from kinline.apps.calls.models import LIVE, Call
from kinline.apps.calls.queries import console, portal, tablet
from kinline.apps.charging.queries import price
from kinline.apps.facilities import queries as facilities
from kinline.apps.facilities.actions import stations
from kinline.apps.people import queries as people
from kinline.apps.people.access import Staff
from kinline.apps.people.actions import lists, people_inside
from kinline.core.call.states import State
from tests.apps.story import Story, dial, permit, talked
from tests.cast import Town

MOST = 10


def grow(town: Town, now: datetime, many: int) -> None:
    """`many` more calls, people, listed numbers and stations at Bristol."""
    ines, by = town.staff("ines"), town.account("ines").pk
    facility, unit = town.julian.facility_id, town.tablet().unit_id
    for _ in range(many):
        count = Call.objects.count()
        at = now + timedelta(hours=count)
        talked(town.julian, town.numbers.odette, town.tablet(), at, 60)
        person = people_inside.add(
            staff=ines,
            place="ma-bristol",
            unit_id=unit,
            number=f"N-{count}",
            given_name="A",
            family_name=f"B{count}",
            language="en",
            pin="135791",
            now=now,
        )
        lists.allow(staff=ines, person_id=person, number=town.numbers.odette, name="O", now=now)
        lists.allow(
            staff=ines,
            person_id=town.julian.pk,
            number=f"+1617555{1000 + count}",
            name="X",
            now=now,
        )
        stations.add(facility_id=facility, unit_id=unit, name=f"S-{count}", by=by, now=now)


Look = Callable[[Town, Staff, datetime], object]
LOOKS: dict[str, Look] = {
    "finished calls": lambda town, staff, now: console.finished(staff=staff),
    "live calls": lambda town, staff, now: console.live(staff=staff),
    "people": lambda town, staff, now: people.people(staff=staff),
    "a person": lambda town, staff, now: people.person(
        staff=staff, person_id=town.julian.pk, now=now
    ),
    "staff": lambda town, staff, now: people.staff_list(staff=staff, place="ma-bristol", now=now),
    "stations": lambda town, staff, now: facilities.stations(
        facility_id=town.julian.facility_id, now=now
    ),
    "units": lambda town, staff, now: facilities.units(facility_id=town.julian.facility_id),
    "audit": lambda town, staff, now: people.audit_names(audit.lines(places=["ma-bristol"]).items),
    "who may call": lambda town, staff, now: portal.callers(contact_id=town.odette.pk, now=now),
    "a contact's calls": lambda town, staff, now: portal.history(contact_id=town.odette.pk),
    "public facilities": lambda town, staff, now: facilities.public(now=now),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_a_page_costs_the_same_however_much_is_on_it(town: Town, now: datetime, look: Look) -> None:
    # Odette, Julian and the staff are read before anything is counted.
    staff = town.staff("ines")
    assert town.odette.pk
    assert town.julian.pk

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert look(town, staff, now) is not None
        return len(queries)

    grow(town, now, 2)
    few = count()
    grow(town, now, 8)
    # A page of the log names the kinds that stand on it, and may come to stand with fewer.
    assert count() <= few <= MOST


def test_a_persons_own_calls_and_list_cost_the_same(town: Town, now: datetime) -> None:
    inside = town.sign_in(town.julian).inside

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            tablet.history(inside=inside, now=now)
            tablet.allowed(inside=inside, now=now)
            tablet.today(inside=inside, now=now)
        return len(queries)

    grow(town, now, 2)
    few = count()
    grow(town, now, 8)
    assert count() == few <= MOST


def test_the_live_calls_of_an_engine_are_found_without_reading_all_calls(db: None) -> None:
    """Asked every two seconds of every engine, however many years of calls there are."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # it would read an empty table whole
    plan = Call.objects.filter(LIVE, engine="e1").explain()
    # None of them holds anything else; in an empty table they cost the same.
    of_live_calls = ("call_live_by_engine", "call_live_by_trunk", "one_live_call_a_person")
    assert any(index in plan for index in of_live_calls), plan


def test_a_page_beyond_all_numbers_is_empty(town: Town) -> None:
    assert not console.finished(staff=town.staff("sam"), page=10**30).items
    assert console.finished(staff=town.staff("sam"), page=-3).number == 1


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_at_the_end_of_the_calendar_has_no_calls(town: Town, day: date) -> None:
    wanted = console.CallFilter(since=day, until=day, zone="America/New_York")
    assert not console.finished(staff=town.staff("sam"), filter=wanted).items


def test_long_lists_come_in_pages(town: Town, now: datetime) -> None:
    for hours in range(30):
        at = now + timedelta(hours=hours)
        talked(town.julian, town.numbers.odette, town.tablet(), at, 60)
    first = console.finished(staff=town.staff("ines"))
    second = console.finished(staff=town.staff("ines"), page=2)
    assert (len(first.items), first.has_next, first.has_previous) == (25, True, False)
    assert (len(second.items), second.has_next, second.has_previous) == (5, False, True)
    assert not {call.id for call in first.items} & {call.id for call in second.items}


def test_the_wallboard_shows_the_soonest_end_first(town: Town, now: datetime) -> None:
    town.has(town.tomas, 5000)
    for person, number, place, seconds in (
        (town.tomas, town.numbers.carmen, "nh-example", 5),
        (town.julian, town.numbers.odette, "ma-bristol", 60),
    ):
        story = Story(permit(dial(person, number, town.tablet(place), now)).call)
        if place == "ma-bristol":
            story.talk_from(now + timedelta(seconds=seconds))
    assert console.live(staff=town.staff("rae"))[0].ends_at is None
    (live,) = console.live(staff=town.staff("sam"))
    assert live.ends_at == now + timedelta(minutes=21)
    assert (live.state, live.recorded, live.may_end) == (State.TALKING, True, True)


def test_a_trial_tells_all_limits_and_which_wins_and_writes_nothing(
    town: Town, now: datetime
) -> None:
    sam = town.staff("sam")
    trial = console.try_call(
        staff=sam, person_id=town.julian.pk, number=town.numbers.odette, at=now
    )
    assert [(limit.source, limit.wins) for limit in trial.limits] == [
        ("facility", True),
        ("closing", False),
    ]
    assert (trial.limit_seconds, trial.private, trial.refusals) == (1200, False, ())
    assert trial.price == price(place="ma-bristol", at=now)
    no = console.try_call(staff=sam, person_id=town.julian.pk, number="9111", at=now)
    assert [refusal.code for refusal in no.refusals] == ["call.number_not_valid"]
    assert not Call.objects.exists()


def test_a_contact_sees_who_may_call_when_and_for_how_much(town: Town, now: datetime) -> None:
    town.hours("ma-bristol", "07:00", "10:00")
    (caller,) = portal.callers(contact_id=town.odette.pk, now=now)
    assert (caller.person_name, caller.label, caller.private) == ("Julian Marrow", "Mama", False)
    assert (caller.hours.open_now, caller.hours.offered) == (False, True)
    assert caller.hours.next_opens_at == datetime(2025, 3, 13, 11, tzinfo=now.tzinfo)
    assert caller.price is not None
    assert caller.price.free
    assert caller.price.citation.startswith("G.L. c. 127")
    (attorney,) = portal.callers(contact_id=town.priya.pk, now=now)
    assert attorney.private
    (paid,) = portal.callers(contact_id=town.carmen.pk, now=now)
    assert paid.price is not None
    assert (paid.price.cents, paid.price.free, paid.price.invented) == (12, False, True)
