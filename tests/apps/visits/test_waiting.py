"""Waiting for a slot: offered in a fair order, held for a while, taken once or let go."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from kinline.apps.errors import NotFound, Refused
from kinline.apps.notices.models import Note
from kinline.apps.people.models import Contact, Person
from kinline.apps.visits.actions import waiting
from kinline.apps.visits.actions.booking import Booked, SlotTaken
from kinline.apps.visits.actions.cancelling import cancel
from kinline.apps.visits.models import SlotClaim, VisitRules, WaitingPlace
from tests.apps.visits.visiting import (
    FRIDAY,
    julian_and_odette,
    outside,
    someone,
    stranger,
    visit,
)
from tests.cast import NOW, Town

DAY = date(2025, 3, 14)
ONE_SLOT = [[4, "10:00", "10:20"]]  # on Fridays, one visit


def codes(no: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in no.value.refusals]


def wait(person: Person, contact: Contact, key: str = "w", **more: object) -> UUID:
    asked: dict[str, object] = {"length_minutes": 20, "from_on": DAY, "until_on": DAY, "now": NOW}
    return waiting.wait(
        by=outside(contact),
        key=key,
        person_id=person.pk,
        contact_ids=[contact.pk],
        **(asked | more),  # type: ignore[arg-type]
    )


@pytest.fixture
def full(town: Town) -> Booked:
    """Friday has one slot, and somebody else has it."""
    julian_and_odette(town, stations=1, template=ONE_SLOT)
    other = someone("40-0001", town.julian.facility)
    ada = stranger("Ada", other)
    done = visit(other, ada)
    return done


def freed(done: Booked) -> None:
    from kinline.apps.visits.models import Visit

    row = Visit.objects.get(pk=done.id)
    cancel(by=outside(row.booked_by), visit_id=row.pk, now=NOW)


def test_a_slot_that_comes_free_is_offered_and_held(town: Town, full: Booked) -> None:
    place = wait(town.julian, town.odette)
    assert wait(town.julian, town.odette) == place
    assert waiting.offer_freed(now=NOW) == 0
    freed(full)
    assert waiting.offer_freed(now=NOW) == 1
    row = WaitingPlace.objects.get(pk=place)
    assert (row.state, row.offered_starts_at) == ("offered", FRIDAY)
    assert row.offer_until == NOW + timedelta(hours=2)
    (note,) = Note.objects.filter(kind="visit.offered")
    assert (note.owner, note.facts["name"]) == (str(town.odette.pk), "Julian Marrow")
    # It is held: nobody else can book it, and it is offered to nobody else.
    third = someone("40-0002", town.julian.facility)
    with pytest.raises(SlotTaken):
        visit(third, stranger("Bo", third))
    assert waiting.offer_freed(now=NOW) == 0


def test_an_offer_is_taken_once_and_becomes_a_visit(town: Town, full: Booked) -> None:
    place = wait(town.julian, town.odette)
    freed(full)
    waiting.offer_freed(now=NOW)
    first = waiting.take(by=outside(town.odette), waiting_id=place, now=NOW)
    again = waiting.take(by=outside(town.odette), waiting_id=place, now=NOW)
    assert (first.starts_at, first.fresh) == (FRIDAY, True)
    assert (again.id, again.fresh) == (first.id, False)
    assert set(SlotClaim.objects.values_list("visit", "waiting")) == {(first.id, None)}


def test_nobody_takes_the_offer_of_another(town: Town, full: Booked) -> None:
    place = wait(town.julian, town.odette)
    with pytest.raises(Refused) as no:
        waiting.take(by=outside(town.odette), waiting_id=place, now=NOW)
    assert codes(no) == ["visit.offer_over"]
    with pytest.raises(NotFound):
        waiting.take(by=outside(town.grace), waiting_id=place, now=NOW)


def test_an_offer_not_taken_goes_to_the_next(town: Town, full: Booked) -> None:
    place = wait(town.julian, town.odette)
    third = someone("40-0002", town.julian.facility)
    bo = stranger("Bo", third)
    second = wait(third, bo, now=NOW + timedelta(minutes=1))
    freed(full)
    waiting.offer_freed(now=NOW)
    late = NOW + timedelta(hours=2)
    with pytest.raises(Refused) as no:
        waiting.take(by=outside(town.odette), waiting_id=place, now=late)
    assert codes(no) == ["visit.offer_over"]
    assert waiting.expire_offers(now=late) == 1
    assert waiting.offer_freed(now=late) == 1
    states = dict(WaitingPlace.objects.values_list("pk", "state"))
    assert states == {place: "waiting", second: "offered"}


def test_who_had_fewer_visits_this_week_comes_first(town: Town, full: Booked) -> None:
    VisitRules.objects.update(template=[*ONE_SLOT, [3, "13:00", "13:20"]])
    visit(town.julian, town.odette, at=FRIDAY - timedelta(hours=21))
    early = wait(town.julian, town.odette)
    third = someone("40-0002", town.julian.facility)
    late = wait(third, stranger("Bo", third), now=NOW + timedelta(minutes=1))
    freed(full)
    waiting.offer_freed(now=NOW)
    states = dict(WaitingPlace.objects.values_list("pk", "state"))
    assert states == {early: "waiting", late: "offered"}


def test_who_declines_waits_on_behind_the_others(town: Town, full: Booked) -> None:
    place = wait(town.julian, town.odette)
    freed(full)
    waiting.offer_freed(now=NOW)
    for _ in range(2):
        waiting.decline(by=outside(town.odette), waiting_id=place, now=NOW)
    row = WaitingPlace.objects.get(pk=place)
    assert (row.state, row.passed) == ("waiting", 1)
    assert not SlotClaim.objects.exists()
    waiting.leave(by=outside(town.odette), waiting_id=place, now=NOW)
    assert waiting.offer_freed(now=NOW) == 0


def test_only_for_days_and_hours_that_one_can_make(town: Town, full: Booked) -> None:
    from datetime import time

    wait(town.julian, town.odette, from_time=time(12), until_time=time(17))
    freed(full)
    assert waiting.offer_freed(now=NOW) == 0


def test_who_may_not_visit_does_not_wait(town: Town, full: Booked) -> None:
    with pytest.raises(Refused) as no:
        wait(town.julian, town.grace)
    assert codes(no) == ["visit.visitor_not_approved"]
    with pytest.raises(Refused) as no:
        wait(town.julian, town.odette, until_on=DAY - timedelta(days=1))
    assert codes(no) == ["visit.waits_for_no_day"]


def test_what_waited_for_days_gone_by_is_over(town: Town, full: Booked) -> None:
    place = wait(town.julian, town.odette)
    waiting.expire_offers(now=FRIDAY + timedelta(hours=8))
    assert WaitingPlace.objects.get(pk=place).state == "waiting"
    waiting.expire_offers(now=FRIDAY + timedelta(hours=15))
    assert WaitingPlace.objects.get(pk=place).state == "over"
