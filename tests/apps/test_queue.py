"""Waiting in line for a unit's phones: join, be offered one, take it or let it pass; and rules."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kinline.apps.audit.models import Line
from kinline.apps.calls.actions import queue, queue_rules
from kinline.apps.calls.actions.authorize import authorize
from kinline.apps.calls.models import Call, QueuePlace, QueueRule
from kinline.apps.calls.queries import queue as reads
from kinline.apps.calls.queries import queue_figures as figures
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities.models import Handset, Station, Unit
from kinline.apps.people.actions import controls, lists, people_inside, sign_in
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.models import InsideSession, Person
from kinline.core.call.states import EndReason
from kinline.core.control import AuthorizeRequest
from kinline.core.ids import LineId, StationId
from kinline.core.policy.controls import Kind, Level
from kinline.core.queue.turns import Stand
from tests.apps.story import BOOT, ENGINE, Story, codes, dial, permit, talked
from tests.apps.test_races import at_once
from tests.cast import PINS, Town

OFFER = 90
LATER = timedelta(seconds=OFFER)


def phone(town: Town, name: str = "Tablet C-1") -> Station:
    return Station.objects.select_related("unit").get(unit__facility__place="ma-bristol", name=name)


@pytest.fixture
def unit(town: Town, now: datetime) -> Unit:
    return one_phone(town, now)


def one_phone(town: Town, now: datetime) -> Unit:
    """Unit C shares one tablet: the other one is turned off."""
    Station.objects.filter(unit__facility__place="ma-bristol").update(secret_hash="x")
    Station.objects.filter(pk=phone(town, "Tablet C-2").pk).update(active=False)
    Station.objects.filter(unit__facility__place="ma-bristol", name="Tablet A-1").update(
        secret_hash="y"
    )
    unit = phone(town).unit
    set_rule(town, unit, now)
    return unit


def set_rule(town: Town, unit: Unit, now: datetime, **more: object) -> None:
    facts: dict[str, object] = {"on": True, "devices": ["tablet"], "offer_seconds": OFFER}
    queue_rules.set_rule(
        facility_id=unit.facility_id,
        unit_id=unit.pk,
        by=town.account("ines").pk,
        now=now,
        **(facts | more),  # type: ignore[arg-type]
    )


def neighbour(town: Town, name: str, now: datetime) -> Person:
    """Somebody else of unit C, who may call Odette and is no client of Priya's."""
    ines, at = town.staff("ines"), now - timedelta(days=1)
    pk = people_inside.add(
        staff=ines,
        place="ma-bristol",
        unit_id=town.julian.unit_id,
        number=f"41-{len(PINS)}{ord(name[0])}",
        given_name=name,
        family_name="Soares",
        language="en",
        pin="135791",
        now=at,
    )
    lists.allow(staff=ines, person_id=pk, number=town.numbers.odette, name="O", now=at)
    return Person.objects.select_related("facility", "unit").get(pk=pk)


def at_day_room(town: Town, person: Person, now: datetime) -> Inside:
    """Signed in on a tablet of another unit, which is no phone of this line."""
    pin = PINS.get(person.number, "135791")
    station = phone(town, "Tablet A-1")
    signed = sign_in.sign_in(station_id=station.pk, number=person.number, pin=pin, now=now)
    return signed.inside


def joins(town: Town, person: Person, now: datetime) -> QueuePlace:
    return QueuePlace.objects.get(pk=queue.join(inside=at_day_room(town, person, now), now=now))


def place_of(person: Person) -> QueuePlace:
    found = QueuePlace.objects.filter(person=person).order_by("-joined_at").first()
    assert found is not None
    return found


def stands(*people: Person) -> list[Stand]:
    return [Stand(place_of(person).state) for person in people]


def begun(town: Town, person: Person, now: datetime, number: str = "") -> Story:
    """A call from the unit's phone."""
    reply = dial(person, number or town.numbers.odette, phone(town), now)
    return Story(permit(reply).call)


# --- the way of one place ------------------------------------------------------------------


def test_omar_waits_while_julian_talks_and_is_offered_the_phone_when_he_hangs_up(
    town: Town, unit: Unit, now: datetime
) -> None:
    omar = neighbour(town, "Omar", now)
    call = begun(town, town.julian, now)
    call.talk_from(now)
    assert joins(town, omar, now).state == Stand.WAITING
    over = now + timedelta(minutes=10)
    call.end(EndReason.HUNG_UP_INSIDE, over, 600)
    place = place_of(omar)
    assert (place.state, place.station_id) == (Stand.OFFERED, phone(town).pk)
    assert place.offered_until == over + LATER

    refused = dial(town.julian, town.numbers.odette, phone(town), over)
    assert codes(refused) == ["call.phone_held"]
    (no,) = refused.refusals
    assert (no.until, no.facts) == (over + LATER, {"number": str(place.number)})

    took = begun(town, omar, over + timedelta(seconds=30))
    place = place_of(omar)
    assert (place.state, place.call_id) == (Stand.TAKEN, took.pk)
    acts = (
        Line.objects.filter(act__startswith="queue.").order_by("id").values_list("act", flat=True)
    )
    assert list(acts) == ["queue.rule_set", "queue.joined", "queue.offered", "queue.taken"]


def test_without_a_rule_nothing_changes(town: Town, now: datetime) -> None:
    inside = town.sign_in(town.julian).inside
    assert reads.queue(inside=inside, now=now) is None
    assert reads.board(station_id=town.tablet().pk, now=now) is None
    with pytest.raises(NotFound):
        queue.join(inside=inside, now=now)
    assert not queue.leave(inside=inside, now=now)
    assert queue.settle_all(now=now) == 0
    begun(town, town.julian, now)


def test_a_free_phone_is_offered_at_once(town: Town, unit: Unit, now: datetime) -> None:
    assert joins(town, neighbour(town, "Omar", now), now).state == Stand.OFFERED


def test_joining_twice_is_one_place(town: Town, unit: Unit, now: datetime) -> None:
    begun(town, town.julian, now)
    omar = neighbour(town, "Omar", now)
    assert joins(town, omar, now).pk == joins(town, omar, now + LATER).pk


def test_who_lets_two_phones_pass_is_out_of_line_and_can_begin_again(
    town: Town, unit: Unit, now: datetime
) -> None:
    omar, pete = neighbour(town, "Omar", now), neighbour(town, "Pete", now)
    joins(town, omar, now)
    joins(town, pete, now)
    assert stands(omar, pete) == [Stand.OFFERED, Stand.WAITING]
    queue.settle_all(now=now + LATER)
    assert stands(omar, pete) == [Stand.WAITING, Stand.OFFERED]
    assert place_of(omar).passed == 1
    queue.settle_all(now=now + 2 * LATER)
    assert stands(omar, pete) == [Stand.OFFERED, Stand.WAITING]
    queue.settle_all(now=now + 3 * LATER)
    assert stands(omar, pete) == [Stand.OUT, Stand.OFFERED]
    inside = at_day_room(town, omar, now + 3 * LATER)
    view = reads.queue(inside=inside, now=now + 3 * LATER)
    assert view is not None
    assert view.put_out
    assert joins(town, omar, now + 3 * LATER).passed == 0


def test_leaving_passes_the_phone_on_and_takes_the_offer_along_as_passed(
    town: Town, unit: Unit, now: datetime
) -> None:
    omar, pete = neighbour(town, "Omar", now), neighbour(town, "Pete", now)
    joins(town, omar, now)
    joins(town, pete, now)
    inside = at_day_room(town, omar, now)
    assert queue.leave(inside=inside, now=now)
    assert not queue.leave(inside=inside, now=now)
    assert stands(omar, pete) == [Stand.LEFT, Stand.OFFERED]
    again = joins(town, omar, now + timedelta(minutes=1))
    assert (again.passed, again.number) == (1, 3)


def test_who_talked_less_today_goes_first(town: Town, unit: Unit, now: datetime) -> None:
    omar, pete = neighbour(town, "Omar", now), neighbour(town, "Pete", now)
    morning = now - timedelta(hours=2)
    talked(omar, town.numbers.odette, phone(town), morning, 1200)
    call = begun(town, town.julian, now)
    joins(town, omar, now)
    joins(town, pete, now + timedelta(minutes=1))
    call.end(EndReason.NO_ANSWER, now + timedelta(minutes=2))
    assert stands(omar, pete) == [Stand.WAITING, Stand.OFFERED]


def test_talk_of_yesterday_and_talk_with_counsel_count_for_nothing(
    town: Town, unit: Unit, now: datetime
) -> None:
    pete = neighbour(town, "Pete", now)
    # Julian talked to his mother last night, and to his attorney for an hour this morning.
    talked(town.julian, town.numbers.odette, phone(town), now - timedelta(hours=15), 1200)
    talked(town.julian, town.numbers.priya, phone(town), now - timedelta(hours=3), 1200)
    Station.objects.filter(pk=phone(town).pk).update(active=False)
    joins(town, town.julian, now)
    joins(town, pete, now + timedelta(minutes=1))
    Station.objects.filter(pk=phone(town).pk).update(active=True)
    queue.settle_all(now=now + timedelta(minutes=2))
    assert stands(town.julian, pete) == [Stand.OFFERED, Stand.WAITING]


# --- counsel, and lines that are always open --------------------------------------------------


def test_counsel_is_called_from_a_held_phone_and_costs_nobody_their_turn(
    town: Town, unit: Unit, now: datetime
) -> None:
    omar = neighbour(town, "Omar", now)
    joins(town, omar, now)
    priya = begun(town, town.julian, now, town.numbers.priya)
    place = place_of(omar)
    assert (place.state, place.passed) == (Stand.WAITING, 0)
    queue.settle_all(now=now + LATER)
    assert place_of(omar).passed == 0
    priya.end(EndReason.HUNG_UP_INSIDE, now + 2 * LATER)
    assert stands(omar) == [Stand.OFFERED]


def test_whoever_calls_counsel_on_the_phone_they_were_offered_keeps_their_place(
    town: Town, unit: Unit, now: datetime
) -> None:
    joins(town, town.julian, now)
    call = begun(town, town.julian, now, town.numbers.priya)
    assert stands(town.julian) == [Stand.WAITING]
    call.end(EndReason.HUNG_UP_INSIDE, now + LATER)
    assert stands(town.julian) == [Stand.OFFERED]


def test_a_call_from_elsewhere_takes_nobodys_turn(town: Town, unit: Unit, now: datetime) -> None:
    omar = neighbour(town, "Omar", now)
    begun(town, town.julian, now)
    joins(town, omar, now)
    permit(dial(omar, town.numbers.odette, phone(town, "Tablet A-1"), now))
    assert stands(omar) == [Stand.WAITING]


# --- time, controls, moves ----------------------------------------------------------------


def test_a_lapsed_offer_goes_to_the_next_before_anybody_can_slip_in(
    town: Town, unit: Unit, now: datetime
) -> None:
    omar, pete = neighbour(town, "Omar", now), neighbour(town, "Pete", now)
    joins(town, omar, now)
    joins(town, pete, now)
    # No worker came by: the very dial finds out.
    assert codes(dial(town.julian, town.numbers.odette, phone(town), now + LATER)) == [
        "call.phone_held"
    ]
    assert stands(omar, pete) == [Stand.WAITING, Stand.OFFERED]


def test_a_line_ends_with_the_day_and_cannot_be_joined_at_night(
    town: Town, unit: Unit, now: datetime
) -> None:
    town.hours("ma-bristol", "07:00", "22:00")
    omar = neighbour(town, "Omar", now)
    begun(town, town.julian, now)
    joins(town, omar, now)
    closes = datetime.fromisoformat("2025-03-12T22:00:00-04:00")
    queue.settle_all(now=closes - timedelta(seconds=1))
    assert stands(omar) == [Stand.WAITING]
    queue.settle_all(now=closes)
    assert stands(omar) == [Stand.OVER]
    with pytest.raises(Refused) as no:
        queue.join(inside=at_day_room(town, omar, closes), now=closes)
    assert [one.code for one in no.value.refusals] == ["call.outside_hours"]


def test_under_lockdown_nothing_is_offered_and_nobody_lets_anything_pass(
    town: Town, unit: Unit, now: datetime
) -> None:
    omar = neighbour(town, "Omar", now)
    joins(town, omar, now)
    controls.put(
        staff=town.staff("sam"),
        place="ma-bristol",
        new=controls.NewControl(
            kind=Kind.CLOSED,
            level=Level.UNIT,
            subject=str(unit.pk),
            from_at=now,
            until_at=now + timedelta(hours=1),
            why="A fight.",
        ),
        now=now,
    )
    queue.settle_all(now=now + LATER)
    assert (place_of(omar).state, place_of(omar).passed) == (Stand.WAITING, 0)
    queue.settle_all(now=now + timedelta(hours=1))
    assert stands(omar) == [Stand.OFFERED]


@pytest.mark.parametrize("how", ["released", "another unit", "the rule ends"])
def test_a_place_ends_with_what_it_was_for(town: Town, unit: Unit, now: datetime, how: str) -> None:
    omar = neighbour(town, "Omar", now)
    joins(town, omar, now)
    if how == "released":
        Person.objects.filter(pk=omar.pk).update(active=False)
    elif how == "another unit":
        Person.objects.filter(pk=omar.pk).update(unit=phone(town, "Tablet A-1").unit)
    else:
        set_rule(town, unit, now, on=False)
    queue.settle_all(now=now)
    assert stands(omar) == [Stand.OVER]
    begun(town, town.julian, now)


def test_a_tablet_whose_user_stays_is_no_offer_passed(
    town: Town, unit: Unit, now: datetime
) -> None:
    omar = neighbour(town, "Omar", now)
    InsideSession.objects.create(
        person=town.julian, station=phone(town), token_hash="t", began_at=now, seen_at=now
    )
    assert joins(town, omar, now).state == Stand.OFFERED
    queue.settle_all(now=now + LATER)
    place = place_of(omar)
    assert (place.passed, place.offered_until) == (0, now + 2 * LATER)


def test_a_call_to_the_abuse_line_leaves_no_mark_on_the_line_for_phones(
    town: Town, unit: Unit, now: datetime
) -> None:
    """A phone passed over with no call on it would tell for ever who called, and when."""
    omar = neighbour(town, "Omar", now)
    inside = at_day_room(town, omar, now)
    before = reads.queue(inside=inside, now=now)
    abuse = town.line("prea")
    abuse.pk, abuse.facility = uuid4(), unit.facility
    abuse.save(force_insert=True)
    called = authorize(
        AuthorizeRequest(
            key="abuse",
            engine=ENGINE,
            station=StationId(str(phone(town).pk)),
            person=None,
            number="",
            boot=BOOT,
            line=LineId(str(abuse.pk)),
        ),
        now=now,
    )
    call = Call.objects.get(pk=permit(called).call)
    assert (call.state, call.station_id, call.person_id) == ("authorized", None, None)
    assert reads.queue(inside=inside, now=now) == before
    assert joins(town, omar, now).station_id == phone(town).pk, "offered as if it were free"


def test_a_wall_phone_that_is_not_signed_in_at_the_exchange_is_not_offered(
    town: Town, unit: Unit, now: datetime
) -> None:
    Station.objects.filter(pk=phone(town).pk).update(kind="handset")
    set_rule(town, unit, now + timedelta(seconds=1), devices=["handset"])
    omar = neighbour(town, "Omar", now)
    assert joins(town, omar, now).state == Stand.WAITING
    Handset.objects.create(
        station=phone(town), user="w1", made_at=now, registered_until=now + timedelta(hours=1)
    )
    queue.settle_all(now=now)
    assert stands(omar) == [Stand.OFFERED]


# --- guards and races --------------------------------------------------------------------


def test_the_database_keeps_one_place_a_person_and_one_offer_a_phone(
    town: Town, unit: Unit, now: datetime
) -> None:
    omar, pete = neighbour(town, "Omar", now), neighbour(town, "Pete", now)
    offered, waits = joins(town, omar, now), joins(town, pete, now)
    offer = {"station": offered.station_id, "offered_until": offered.offered_until}
    for wrong in (
        {"person": omar},
        {"number": offered.number},
        {"state": Stand.OFFERED, **offer},
        {"state": Stand.OFFERED},
        {"station": offered.station_id},
        {"state": Stand.LEFT},
        {"ended_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            QueuePlace.objects.filter(pk=waits.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        QueueRule.objects.filter(unit=unit).update(devices="")


def test_two_who_join_at_once_have_two_numbers(committed_town: Town, now: datetime) -> None:
    town = committed_town
    one_phone(town, now)
    people = [town.julian, *(neighbour(town, name, now) for name in ("Omar", "Pete", "Quentin"))]
    seats = [at_day_room(town, person, now) for person in people]
    answers = at_once(*(partial(queue.join, inside=seat, now=now) for seat in seats * 2))
    assert all(isinstance(one, UUID) for one in answers), answers
    rows = list(QueuePlace.objects.order_by("number").values_list("number", "state"))
    assert [number for number, _ in rows] == [1, 2, 3, 4]
    assert [state for _, state in rows].count(Stand.OFFERED) == 1


def test_two_phones_that_come_free_at_once_are_offered_to_two_people(
    committed_town: Town, now: datetime
) -> None:
    town = committed_town
    unit = one_phone(town, now)
    first, second = phone(town), phone(town, "Tablet C-2")
    people = [neighbour(town, name, now) for name in ("Omar", "Pete", "Quentin", "Rosario")]
    Station.objects.filter(unit=unit).update(active=True)
    calls = [
        Story(permit(dial(who, town.numbers.odette, at, now)).call)
        for who, at in ((people[2], first), (people[3], second))
    ]
    for person in people[:2]:
        joins(town, person, now)
    over = now + timedelta(minutes=1)
    ends = at_once(*(partial(call.end, EndReason.HUNG_UP_INSIDE, over) for call in calls))
    assert not [one for one in ends if isinstance(one, Exception)]
    at_once(*(partial(queue.settle, unit_id=unit.pk, now=over) for _ in range(4)))
    held = list(QueuePlace.objects.filter(state=Stand.OFFERED).values_list("person", "station"))
    assert {person for person, _ in held} == {people[0].pk, people[1].pk}
    assert {station for _, station in held} == {first.pk, second.pk}


# --- rules and figures ---------------------------------------------------------------------


def test_a_rule_says_what_it_needs(town: Town, unit: Unit, now: datetime) -> None:
    for wrong, code in (
        ({"devices": []}, "queue.no_devices"),
        ({"devices": ["fax"]}, "queue.no_devices"),
        ({"offer_seconds": 5}, "queue.offer_length"),
        ({"offer_seconds": 601}, "queue.offer_length"),
        ({"note": "x" * 201}, "rule.note_too_long"),
    ):
        with pytest.raises(Refused) as no:
            set_rule(town, unit, now, **wrong)
        assert [one.code for one in no.value.refusals] == [code]
    elsewhere = Unit.objects.filter(facility__place="ma-suffolk").first()
    assert elsewhere is not None
    with pytest.raises(NotFound):
        queue_rules.set_rule(
            facility_id=unit.facility_id,
            unit_id=elsewhere.pk,
            on=True,
            devices=["tablet"],
            offer_seconds=OFFER,
            by=town.account("ines").pk,
            now=now,
        )
    with pytest.raises(NotFound):
        figures.unit_now(facility_id=unit.facility_id, unit_id=elsewhere.pk, now=now)


def test_staff_see_how_long_people_waited_and_how_many_phones_are_needed(
    town: Town, unit: Unit, now: datetime
) -> None:
    omar = neighbour(town, "Omar", now)
    call = begun(town, town.julian, now)
    joins(town, omar, now)
    call.end(EndReason.HUNG_UP_INSIDE, now + timedelta(minutes=15))
    took = begun(town, omar, now + timedelta(minutes=16))
    took.end(EndReason.HUNG_UP_INSIDE, now + timedelta(minutes=31))
    zone = town.julian.facility.zone
    later = now + timedelta(hours=1)
    found = figures.measured(unit_id=unit.pk, zone=zone, now=later)
    assert found.all is not None
    assert (found.taken, found.all.median, found.passed) == (1, 960, 0)
    assert [hour for hour, _ in found.by_hour] == [11]
    assert [f"{week}" for week, _ in found.by_week] == ["2025-03-10"]
    there = figures.unit_now(facility_id=unit.facility_id, unit_id=unit.pk, now=later)
    assert (there.on, there.phones, there.working) == (True, 2, 1)
    need = figures.needed(
        facility_id=unit.facility_id, found=there, zone=zone, within_minutes=10, now=later
    )
    assert need is not None
    (hour,) = need.needs
    # Two calls of a quarter of an hour within one hour: half an erlang.
    assert (hour.hour.hour, hour.hour.arrivals, hour.hour.call_seconds) == (11, 2, 900)
    assert (need.days, need.phones, need.most) == (1, 1, 2)
    old = figures.measured(unit_id=unit.pk, zone=zone, now=now + timedelta(weeks=5))
    assert (old.all, old.taken) == (None, 0)


def test_a_line_costs_the_same_however_many_wait(town: Town, unit: Unit, now: datetime) -> None:
    begun(town, town.julian, now)
    inside = at_day_room(town, town.julian, now)

    def count() -> tuple[int, ...]:
        looks = (
            lambda: reads.queue(inside=inside, now=now),
            lambda: reads.board(station_id=phone(town).pk, now=now),
            lambda: figures.units(facility_id=unit.facility_id),
            lambda: figures.unit_now(facility_id=unit.facility_id, unit_id=unit.pk, now=now),
            lambda: figures.measured(unit_id=unit.pk, zone="America/New_York", now=now),
            lambda: queue.settle_all(now=now),
        )
        found = []
        for look in looks:
            with CaptureQueriesContext(connection) as queries:
                assert look() is not None
            found.append(len(queries))
        return tuple(found)

    for name in ("Omar", "Pete"):
        queue.join(inside=at_day_room(town, neighbour(town, name, now), now), now=now)
    inside = at_day_room(town, town.julian, now)
    few = count()
    for name in ("Quentin", "Rosario", "Stephen", "Thiago", "Ulises"):
        queue.join(inside=at_day_room(town, neighbour(town, name, now), now), now=now)
    inside = at_day_room(town, town.julian, now)
    assert count() == few
    assert max(few) <= 10
