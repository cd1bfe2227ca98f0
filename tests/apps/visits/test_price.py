"""What a visit costs: by its scheduled start, set aside as it is booked, given back by rule."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kinline.apps.charging.models import Charge
from kinline.apps.errors import Refused
from kinline.apps.ledger import queries as books
from kinline.apps.ledger.models import Entry
from kinline.apps.people.models import Contact
from kinline.apps.visits import access, moving, price
from kinline.apps.visits.actions import due
from kinline.apps.visits.actions.booking import Booked
from kinline.apps.visits.actions.cancelling import cancel, cancel_by_staff
from kinline.apps.visits.actions.changing import change
from kinline.apps.visits.models import Visit
from kinline.core.ledger.chart import held_by
from kinline.core.period import Period
from kinline.core.rating.book import RuleBook
from kinline.core.transition.words import AccountKind
from kinline.core.visit.states import EndReason, Event, State
from kinline.laws.loader import book
from tests.apps.visits.visiting import (
    FRIDAY,
    HALF_AN_HOUR,
    inside,
    open_visits,
    outside,
    row,
    visit,
    welcome,
)
from tests.cast import NOW, Town

A_VISIT = 380  # 20 minutes at 19 cents, in the jail that does not exist


@pytest.fixture
def carmen(town: Town) -> Contact:
    """Carmen may visit Tomás where visits cost something, and has ten dollars."""
    open_visits("nh-example", approval=False)
    welcome(town.carmen, town.tomas)
    town.has(town.carmen, 1000)
    return town.carmen


def has(contact: Contact) -> tuple[int, int]:
    """Cents, and how many of them are set aside."""
    found = books.balance(account=held_by(AccountKind.PREPAID_COLLECT, str(contact.pk)))
    return found.posted, found.held


def held(booked: Booked, reason: EndReason = EndReason.TIME_UP, seconds: int = 1200) -> Visit:
    """The two met, and it ended."""
    visit = access.full(Visit.objects.filter(pk=booked.id)).get()
    at = visit.starts_at
    moving.move(visit, moving.Happened(event=Event.MET, at=at))
    ended = moving.Happened(
        event=Event.ENDED,
        at=at + timedelta(seconds=seconds),
        reason=reason,
        held_seconds=seconds,
    )
    moving.move(visit, ended)
    return visit


def test_it_is_set_aside_as_it_is_booked_and_taken_when_it_was_held(
    town: Town, carmen: Contact
) -> None:
    done = visit(town.tomas, carmen)
    assert (done.price_cents, has(carmen)) == (A_VISIT, (1000, A_VISIT))
    held(done)
    assert has(carmen) == (1000 - A_VISIT, 0)
    charge = Charge.objects.get(key=f"visit:{done.id}")
    assert (charge.service, charge.minutes, charge.consumer_cents) == ("visit", 20, A_VISIT)
    assert row(done).returned_because == "was_held"


def test_an_end_told_twice_is_charged_once(town: Town, carmen: Contact) -> None:
    done = visit(town.tomas, carmen)
    held(done)
    held(done)
    assert Charge.objects.count() == 1
    assert has(carmen) == (1000 - A_VISIT, 0)


def test_who_has_too_little_is_told_so_with_the_other_reasons(town: Town) -> None:
    open_visits("nh-example")
    welcome(town.carmen, town.tomas)
    town.has(town.carmen, 379)
    with pytest.raises(Refused) as no:
        visit(town.tomas, town.carmen)
    assert [one.code for one in no.value.refusals] == ["visit.no_money"]
    assert no.value.refusals[0].facts == {"cents": "380", "free": "379"}


def test_two_visits_are_not_paid_with_the_same_money(town: Town, carmen: Contact) -> None:
    visit(town.tomas, carmen)
    visit(town.tomas, carmen, at=FRIDAY + HALF_AN_HOUR)
    with pytest.raises(Refused):
        visit(town.tomas, carmen, at=FRIDAY + 2 * HALF_AN_HOUR)
    assert has(carmen) == (1000, 2 * A_VISIT)


def test_whoever_books_pays(town: Town, carmen: Contact) -> None:
    account = town.has(town.tomas, 500)
    visit(town.tomas, carmen, by=inside(town.tomas))
    assert books.balance(account=account).held == A_VISIT
    assert has(carmen) == (1000, 0)


def test_cancelled_in_time_all_of_it_is_free_again(town: Town, carmen: Contact) -> None:
    done = visit(town.tomas, carmen)
    back = cancel(by=outside(carmen), visit_id=done.id, now=NOW + timedelta(hours=1))
    assert (back.returned_cents, has(carmen)) == (A_VISIT, (1000, 0))
    assert row(done).returned_because == "in_time"


def test_cancelled_late_by_the_visitor_it_is_kept_and_no_minute_is_reported(
    town: Town, carmen: Contact
) -> None:
    done = visit(town.tomas, carmen)
    back = cancel(by=outside(carmen), visit_id=done.id, now=FRIDAY - timedelta(hours=2))
    assert (back.late, back.returned_cents) == (True, 0)
    assert has(carmen) == (1000 - A_VISIT, 0)
    kept = Entry.objects.get(key=f"visit:{done.id}")
    assert [one.amount for one in kept.postings.all()] == [A_VISIT]
    assert not Charge.objects.exists()


def test_cancelled_by_staff_all_of_it_comes_back_however_late(town: Town, carmen: Contact) -> None:
    done = visit(town.tomas, carmen)
    late = FRIDAY - timedelta(minutes=5)
    cancel_by_staff(staff=town.staff("rae", late), visit_id=done.id, why="No staff", now=late)
    assert (row(done).returned_cents, has(carmen)) == (A_VISIT, (1000, 0))


def test_an_empty_chair_is_paid(town: Town, carmen: Contact) -> None:
    done = visit(town.tomas, carmen)
    due.miss_due(now=FRIDAY + timedelta(hours=1))
    assert row(done).state == State.MISSED
    assert row(done).returned_because == "not_there"
    assert has(carmen) == (1000 - A_VISIT, 0)


def test_cut_short_by_our_fault_it_is_free(town: Town, carmen: Contact) -> None:
    done = visit(town.tomas, carmen)
    held(done, EndReason.ENGINE_LOST, seconds=300)
    assert (row(done).returned_because, has(carmen)) == ("cut_short", (1000, 0))


def test_a_longer_visit_is_priced_anew(town: Town, carmen: Contact) -> None:
    done = visit(town.tomas, carmen)
    moved = change(
        by=outside(carmen), visit_id=done.id, starts_at=FRIDAY, length_minutes=40, now=NOW
    )
    assert (moved.price_cents, has(carmen)) == (760, (1000, 760))
    held(moved)
    assert has(carmen) == (240, 0)


def test_who_cannot_pay_the_longer_one_keeps_the_shorter(town: Town, carmen: Contact) -> None:
    done = visit(town.tomas, carmen)
    visit(town.tomas, carmen, at=FRIDAY + 2 * HALF_AN_HOUR)
    with pytest.raises(Refused) as no:
        change(by=outside(carmen), visit_id=done.id, starts_at=FRIDAY, length_minutes=40, now=NOW)
    assert [one.code for one in no.value.refusals] == ["visit.no_money"]
    assert (row(done).ends_at - FRIDAY, has(carmen)) == (timedelta(minutes=20), (1000, 760))


# --- around the Massachusetts midnight ----------------------------------------------------

# Thursday, November 30, and Friday, December 1, 2023, ten in the morning in Boston.
BEFORE = datetime(2023, 11, 30, 15, 0, tzinfo=UTC)
AFTER = datetime(2023, 12, 1, 15, 0, tzinfo=UTC)
BOOKED = datetime(2023, 11, 22, 15, 0, tzinfo=UTC)


@pytest.fixture
def odette(town: Town) -> Contact:
    open_visits()
    welcome(town.odette, town.julian)
    town.has(town.odette, 2000)
    return town.odette


def test_the_day_it_is_scheduled_for_decides_and_not_the_day_it_was_booked(
    town: Town, odette: Contact
) -> None:
    paid = visit(town.julian, odette, at=BEFORE, now=BOOKED)
    free = visit(town.julian, odette, at=AFTER, now=BOOKED)
    assert (paid.price_cents, free.price_cents) == (780, 0)  # 20 minutes at 39 cents
    assert "87A" in row(free).citation
    assert has(odette) == (2000, 780)
    held(paid)
    held(free)
    assert has(odette) == (1220, 0)


def test_booked_and_paid_before_the_law_and_held_after_it_all_comes_back(
    town: Town, odette: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it was booked nobody's book had the law yet: the tariff asked for 39 cents a minute."""
    before = _old_book()
    monkeypatch.setattr(price, "book", lambda: before)
    done = visit(town.julian, odette, at=AFTER, now=BOOKED)
    assert (done.price_cents, has(odette)) == (780, (2000, 780))
    monkeypatch.undo()
    held(done)
    assert has(odette) == (2000, 0)
    made = row(done)
    assert (made.returned_cents, made.returned_because) == (780, "free_by_rule")
    charge = Charge.objects.get(key=f"visit:{done.id}")
    assert charge.consumer_cents == 0
    assert charge.agency_cents > 0


def test_even_an_empty_chair_costs_nothing_where_the_law_made_it_free(
    town: Town, odette: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _old_book()
    monkeypatch.setattr(price, "book", lambda: before)
    done = visit(town.julian, odette, at=AFTER, now=BOOKED)
    monkeypatch.undo()
    due.miss_due(now=AFTER + timedelta(hours=1))
    assert (row(done).returned_because, has(odette)) == ("free_by_rule", (2000, 0))


def _old_book() -> RuleBook:
    """The book as it was before anybody had written the law into it."""
    now = book()
    tariffs = tuple(
        replace(one, period=Period(one.period.from_on, None))
        if one.id == "ma-visits-before"
        else one
        for one in now.tariffs
    )
    laws = tuple(one for one in now.laws if one.id != "ma-87a")
    return replace(now, laws=laws, tariffs=tariffs, tables={}, known={})
