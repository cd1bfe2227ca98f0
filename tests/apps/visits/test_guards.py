"""Promises of visits kept by the database itself, whoever writes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kinline.apps.visits.actions.booking import Booked
from kinline.apps.visits.actions.cancelling import cancel
from kinline.apps.visits.models import SlotClaim, Visit, VisitStep, VisitVisitor
from kinline.core.visit.states import State
from tests.apps.visits.visiting import FRIDAY, julian_and_odette, outside, visit
from tests.cast import NOW, Town


def refused(act: Callable[[], object]) -> None:
    """The act fails, and what was there before is there still."""
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.fixture
def booked(town: Town) -> Booked:
    julian_and_odette(town)
    return visit(town.julian, town.odette)


def test_a_slot_is_claimed_once(booked: Booked) -> None:
    claim = SlotClaim.objects.order_by("pk").first()
    assert claim is not None
    refused(
        lambda: SlotClaim.objects.create(
            resource=claim.resource, slot_at=claim.slot_at, visit_id=booked.id
        )
    )


def test_private_is_never_cleared_nor_recorded(booked: Booked) -> None:
    rows = Visit.objects.filter(pk=booked.id)
    refused(lambda: rows.update(private=True))  # while it is to be recorded
    rows.update(private=True, recorded=False)
    refused(lambda: rows.update(private=False))
    refused(lambda: rows.update(recorded=True))


def test_a_visit_under_way_does_not_turn_private(booked: Booked) -> None:
    rows = Visit.objects.filter(pk=booked.id)
    rows.update(state=State.HELD)
    refused(lambda: rows.update(private=True, recorded=False))


@pytest.mark.parametrize("state", sorted(set(State) - {State.REQUESTED, State.BOOKED}))
def test_what_was_held_or_is_over_keeps_its_times(booked: Booked, state: State) -> None:
    rows = Visit.objects.filter(pk=booked.id)
    rows.update(starts_at=FRIDAY + timedelta(minutes=5))
    rows.update(starts_at=FRIDAY, state=state)
    refused(lambda: rows.update(starts_at=FRIDAY + timedelta(minutes=5)))
    refused(lambda: rows.update(ends_at=FRIDAY + timedelta(minutes=50)))
    refused(lambda: rows.update(price_cents=5))


def test_what_is_over_stays_over_and_frees_its_slots(town: Town, booked: Booked) -> None:
    rows = Visit.objects.filter(pk=booked.id)
    cancel(by=outside(town.odette), visit_id=booked.id, now=NOW)
    assert not SlotClaim.objects.exists()
    refused(lambda: rows.update(state=State.BOOKED))
    refused(
        lambda: SlotClaim.objects.create(resource="person:x", slot_at=FRIDAY, visit_id=booked.id)
    )
    refused(lambda: rows.delete())


def test_whose_it_is_who_comes_and_what_happened_is_not_changed(town: Town, booked: Booked) -> None:
    rows = Visit.objects.filter(pk=booked.id)
    refused(lambda: rows.update(person=town.wendell))
    refused(lambda: rows.update(facility=town.wendell.facility))
    visitors = VisitVisitor.objects.filter(visit=booked.id)
    refused(lambda: visitors.update(seat="home-2"))
    refused(lambda: visitors.delete())
    steps = VisitStep.objects.filter(visit=booked.id)
    refused(lambda: steps.update(what="nothing"))
    refused(lambda: steps.delete())
    claims = SlotClaim.objects.filter(visit=booked.id)
    refused(lambda: claims.update(slot_at=FRIDAY + timedelta(days=1)))
