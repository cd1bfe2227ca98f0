"""What comes after booking and takes a visit away: an order, an approval or a link that ends, a
block, a stop. It falls whole, once, with its money; who may still come is looked after."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kinline.apps.notices.models import Note
from kinline.apps.people.actions import blocks, links, no_contact
from kinline.apps.people.models import Link, VisitorAccess
from kinline.apps.review.about import Whom
from kinline.apps.review.actions.stops import Halt, stop
from kinline.apps.visits.actions.falling import fall_due
from kinline.apps.visits.models import QuotaPlace, SlotClaim, WaitingPlace
from kinline.core.link import By
from kinline.core.message.terms import Service
from kinline.core.policy.visit_kept import Because
from kinline.core.visit.states import By as WhoCancels
from kinline.core.visit.states import State
from kinline.core.visitor import State as VisitorState
from tests.apps.visits.test_price import A_VISIT, has
from tests.apps.visits.visiting import (
    FRIDAY,
    julian_and_odette,
    open_visits,
    row,
    stranger,
    visit,
    welcome,
)
from tests.cast import NOW, Town

LATER = NOW + timedelta(hours=1)
Happens = Callable[[Town], object]


def ordered_apart(town: Town) -> None:
    no_contact.make(
        staff=town.staff("ines"),
        person_id=town.julian.pk,
        against="odette@example.org",
        reason="Order 26-118 of the court",
        until=None,
        now=LATER,
    )


def approval_withdrawn(town: Town) -> None:
    rows = VisitorAccess.objects.filter(contact=town.odette, person=town.julian)
    rows.filter(state=VisitorState.APPROVED).update(
        state=VisitorState.WITHDRAWN, ended_by="test", ended_at=LATER
    )


def link_ended(town: Town) -> None:
    link = Link.objects.get(person=town.julian, contact=town.odette, ended_at=None)
    links.end(side=By.CONTACT, owner=town.odette.pk, link_id=link.pk, now=LATER)


def blocked(town: Town) -> None:
    blocks.block_person(contact_id=town.odette.pk, person_id=town.julian.pk, now=LATER)


def visits_stopped(town: Town) -> None:
    halt = Halt("An inquiry is going on.", FRIDAY + timedelta(days=1), Service.VISIT)
    stop(
        staff=town.staff("ines"),
        place="ma-bristol",
        whom=Whom(person=town.julian.pk),
        halt=halt,
        now=LATER,
    )


CASES: dict[str, tuple[Happens, Because]] = {
    "order": (ordered_apart, Because.NOT_APPROVED),
    "approval": (approval_withdrawn, Because.NOT_APPROVED),
    "link": (link_ended, Because.PARTED),
    "block": (blocked, Because.PARTED),
    "stop": (visits_stopped, Because.STOPPED),
}


@pytest.mark.parametrize(("happens", "because"), CASES.values(), ids=CASES)
def test_what_may_not_be_any_more_falls_once_and_both_sides_are_told(
    town: Town, happens: Happens, because: Because
) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    assert fall_due(now=LATER) == 0
    happens(town)
    assert [fall_due(now=LATER) for _ in range(2)] == [1, 0]
    made = row(mine)
    assert (made.state, made.cancelled_by) == (State.CANCELLED, WhoCancels.FACILITY)
    assert made.reason == because
    told = Note.objects.filter(kind="visit.cancelled")
    assert {(one.owner_kind, one.owner) for one in told} == {
        ("person", str(town.julian.pk)),
        ("contact", str(town.odette.pk)),
    }
    assert not SlotClaim.objects.exists()
    assert not QuotaPlace.objects.exists()
    # Nobody is left to whom another time could be offered.
    assert not WaitingPlace.objects.exists()


def test_a_court_order_is_nowhere_in_what_they_are_told(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    ordered_apart(town)
    fall_due(now=LATER)
    assert row(mine).note == ""
    for note in Note.objects.filter(kind="visit.cancelled"):
        assert note.facts["why"] == "not_approved"
        assert "26-118" not in str(note.facts)


def test_a_stop_says_what_staff_say(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    visits_stopped(town)
    fall_due(now=LATER)
    assert row(mine).note == "An inquiry is going on."


def test_a_visit_after_the_stop_stands(town: Town) -> None:
    julian_and_odette(town)
    after = visit(town.julian, town.odette, at=FRIDAY + timedelta(days=2))
    visits_stopped(town)
    assert fall_due(now=LATER) == 0
    assert row(after).state == State.BOOKED


def test_all_that_was_paid_comes_back(town: Town) -> None:
    open_visits("nh-example", approval=False)
    welcome(town.carmen, town.tomas)
    town.has(town.carmen, 1000)
    mine = visit(town.tomas, town.carmen)
    assert has(town.carmen) == (1000, A_VISIT)
    VisitorAccess.objects.filter(contact=town.carmen, state=VisitorState.APPROVED).update(
        state=VisitorState.WITHDRAWN, ended_by="test", ended_at=LATER
    )
    # An hour before it begins: it is not the visitor who is late.
    assert fall_due(now=FRIDAY - timedelta(hours=1)) == 1
    assert has(town.carmen) == (1000, 0)
    assert row(mine).returned_cents == A_VISIT


def test_who_may_still_come_is_offered_another_time_without_the_other(town: Town) -> None:
    julian_and_odette(town)
    ada = stranger("Ada", town.julian)
    minors = welcome(ada, town.julian, minors=["Ben"])
    mine = visit(town.julian, town.odette, ada, minors=minors)
    ordered_apart(town)
    assert fall_due(now=LATER) == 1
    place = WaitingPlace.objects.get()
    assert (place.contact, place.contacts, place.since) == (ada, [str(ada.pk)], NOW)
    assert place.minors == [str(minors[0])]
    assert row(mine).state == State.CANCELLED


def test_a_link_that_ended_before_they_booked_takes_nothing(town: Town) -> None:
    julian_and_odette(town)
    link_ended(town)
    mine = visit(town.julian, town.odette, now=LATER + timedelta(minutes=1))
    assert fall_due(now=LATER + timedelta(minutes=2)) == 0
    assert row(mine).state == State.BOOKED


def test_a_link_that_was_made_anew_keeps_the_visit(town: Town) -> None:
    julian_and_odette(town)
    visit(town.julian, town.odette)
    link_ended(town)
    Link.objects.create(
        person=town.julian,
        contact=town.odette,
        asked_by=By.CONTACT,
        asked_at=LATER,
        accepted_at=LATER,
    )
    assert fall_due(now=LATER) == 0


def test_what_has_begun_is_not_the_workers(town: Town) -> None:
    julian_and_odette(town)
    mine = visit(town.julian, town.odette)
    approval_withdrawn(town)
    assert fall_due(now=FRIDAY) == 0
    assert row(mine).state == State.BOOKED


def test_a_request_falls_too(town: Town) -> None:
    julian_and_odette(town, approval=True)
    mine = visit(town.julian, town.odette)
    assert row(mine).state == State.REQUESTED
    blocked(town)
    assert fall_due(now=LATER) == 1
