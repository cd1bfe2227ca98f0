"""A thousand visitors at once for two hundred slots: nobody shares one, everybody is answered."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Count

from kinline.apps.errors import Refused
from kinline.apps.ledger.models import Hold
from kinline.apps.people.actions import controls
from kinline.apps.people.actions.controls import NewControl
from kinline.apps.people.models import Account, Contact, Person, VisitorAccess
from kinline.apps.visits.actions import waiting
from kinline.apps.visits.actions.booking import Booked, SlotTaken, book
from kinline.apps.visits.actions.cancelling import cancel
from kinline.apps.visits.actions.changing import change
from kinline.apps.visits.models import QuotaPlace, SlotClaim, Visit, WaitingPlace
from kinline.core.policy.controls import Kind, Level, Talk
from kinline.core.visitor import State as VisitorState
from tests.apps.test_races import at_once
from tests.apps.visits.visiting import (
    FRIDAY,
    HALF_AN_HOUR,
    julian_and_odette,
    open_visits,
    outside,
    someone,
    stranger,
    visit,
)
from tests.cast import NOW, Town

TIMES = 4


def booking(person: UUID, contact: UUID, at: datetime, key: str = "") -> Booked:
    from kinline.apps.visits.access import Asker
    from kinline.core.link import By

    return book(
        by=Asker(By.CONTACT, contact),
        key=key or uuid4().hex,
        person_id=person,
        contact_ids=[contact],
        starts_at=at,
        length_minutes=20,
        now=NOW,
    )


def test_two_for_one_slot_are_one_visit_and_one_who_is_told_what_else_is_free(
    committed_town: Town,
) -> None:
    town = committed_town
    julian_and_odette(town, stations=1)
    other = someone("40-0001", town.julian.facility)
    ada = stranger("Ada", other)
    for turn in range(TIMES):
        at = FRIDAY + turn * HALF_AN_HOUR
        answers = at_once(
            partial(booking, town.julian.pk, town.odette.pk, at),
            partial(booking, other.pk, ada.pk, at),
        )
        kinds = Counter(type(one).__name__ for one in answers)
        assert kinds == {"Booked": 1, "SlotTaken": 1}, answers
        (late,) = [one for one in answers if isinstance(one, SlotTaken)]
        assert late.near


def test_the_same_form_twice_at_once_is_one_visit(committed_town: Town) -> None:
    town = committed_town
    julian_and_odette(town)
    for turn in range(TIMES):
        act = partial(
            booking, town.julian.pk, town.odette.pk, FRIDAY + turn * HALF_AN_HOUR, f"form-{turn}"
        )
        one, other = at_once(act, act)
        assert isinstance(one, Booked), one
        assert isinstance(other, Booked), other
        assert (one.id, sorted([one.fresh, other.fresh])) == (other.id, [False, True])
    assert Visit.objects.count() == TIMES


def test_the_last_place_of_a_week_is_nobodys_twice(committed_town: Town) -> None:
    town = committed_town
    julian_and_odette(town, per_person_week=1)
    ada = stranger("Ada", town.julian)
    answers = at_once(
        partial(booking, town.julian.pk, town.odette.pk, FRIDAY),
        partial(booking, town.julian.pk, ada.pk, FRIDAY + 2 * HALF_AN_HOUR),
    )
    booked = [one for one in answers if isinstance(one, Booked)]
    (refused,) = [one for one in answers if not isinstance(one, Booked)]
    assert len(booked) == 1
    assert isinstance(refused, Refused), refused
    assert "visit.person_quota" in [one.code for one in refused.refusals]
    assert QuotaPlace.objects.filter(holder=f"person:{town.julian.pk}").count() == 1


@pytest.mark.parametrize(
    ("kind", "amount", "first", "second"),
    [
        (Kind.VISITS_DAY, 1, FRIDAY, FRIDAY + 2 * HALF_AN_HOUR),
        # A week of the rules begins on Saturday here, one of the controls on Monday.
        (Kind.VISITS_WEEK, 1, FRIDAY, FRIDAY + timedelta(days=1)),
        (Kind.GAP, 24 * 60 * 60, FRIDAY, FRIDAY + timedelta(hours=23)),
    ],
)
def test_the_last_visit_that_a_control_leaves_is_nobodys_twice(
    committed_town: Town, kind: Kind, amount: int, first: datetime, second: datetime
) -> None:
    town = committed_town
    julian_and_odette(town, per_person_week=None, per_visitor_week=None, week_starts=5)
    ada = stranger("Ada", town.julian)
    control = NewControl(
        Level.PERSON, kind, town.julian.number, amount, why="Two fights.", talk=Talk.VISITS
    )
    controls.put(staff=town.staff("ines"), place="ma-bristol", new=control, now=NOW)
    for _ in range(TIMES):
        answers = at_once(
            partial(booking, town.julian.pk, town.odette.pk, first),
            partial(booking, town.julian.pk, ada.pk, second),
        )
        (made,) = [one for one in answers if isinstance(one, Booked)]
        (refused,) = [one for one in answers if isinstance(one, Refused)]
        assert [one.code for one in refused.refusals] == [f"control.{kind}"]
        cancel(by=outside(Visit.objects.get(pk=made.id).booked_by), visit_id=made.id, now=NOW)


def test_of_two_visits_moved_into_one_week_at_once_one_stays_where_it_was(
    committed_town: Town,
) -> None:
    town = committed_town
    julian_and_odette(
        town, per_person_week=None, per_visitor_week=None, week_starts=5, horizon_days=30
    )
    ada = stranger("Ada", town.julian)
    control = NewControl(
        Level.PERSON, Kind.VISITS_WEEK, town.julian.number, 1, why="Fights.", talk=Talk.VISITS
    )
    weeks = [FRIDAY + timedelta(days=7), FRIDAY + timedelta(days=14)]
    who = [town.odette, ada]
    mine = [booking(town.julian.pk, one.pk, at) for one, at in zip(who, weeks, strict=True)]
    controls.put(staff=town.staff("ines"), place="ma-bristol", new=control, now=NOW)
    wanted = [FRIDAY, FRIDAY + timedelta(days=1)]
    move = [
        partial(
            change,
            by=outside(one),
            visit_id=booked.id,
            starts_at=at,
            length_minutes=20,
            now=NOW,
        )
        for one, booked, at in zip(who, mine, wanted, strict=True)
    ]
    answers = at_once(*move)
    assert sum(isinstance(one, Booked) for one in answers) == 1, answers
    (refused,) = [one for one in answers if isinstance(one, Refused)]
    assert [one.code for one in refused.refusals] == ["control.visits_week"]
    assert Visit.objects.filter(starts_at__in=wanted).count() == 1


def test_an_offer_is_taken_or_gone_never_both(committed_town: Town) -> None:
    town = committed_town
    julian_and_odette(town, stations=1, template=[[4, "10:00", "10:20"]])
    other = someone("40-0001", town.julian.facility)
    ada = stranger("Ada", other)
    for turn in range(TIMES):
        theirs = visit(other, ada)
        day = FRIDAY.date()
        place = waiting.wait(
            by=outside(town.odette),
            key=f"w{turn}",
            person_id=town.julian.pk,
            contact_ids=[town.odette.pk],
            length_minutes=20,
            from_on=day,
            until_on=day,
            now=NOW,
        )
        cancel(by=outside(ada), visit_id=theirs.id, now=NOW)
        assert waiting.offer_freed(now=NOW) == 1
        answers = at_once(
            partial(waiting.take, by=outside(town.odette), waiting_id=place, now=NOW),
            partial(waiting.expire_offers, now=NOW + timedelta(hours=3)),
        )
        row = WaitingPlace.objects.get(pk=place)
        taken = [one for one in answers if isinstance(one, Booked)]
        assert row.state == ("taken" if taken else "waiting"), answers
        claims = SlotClaim.objects.exists()
        assert claims == bool(taken)
        if taken:
            cancel(by=outside(town.odette), visit_id=taken[0].id, now=NOW)
        waiting.leave(by=outside(town.odette), waiting_id=place, now=NOW)


# Threads as web has them.
VISITORS, SLOTS, THREADS = 1_000, 200, 8


@pytest.mark.long
def test_a_thousand_visitors_race_for_two_hundred_slots(
    committed_town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two kiosks, a hundred times: each visitor wants one of them and takes the answer they get."""
    town = committed_town
    facility = open_visits("nh-example", stations=2, template=_hundred(), horizon_days=14)
    people = _crowd(town, facility)
    slots = _starts()
    assert len(slots) * 2 == SLOTS
    wanted = [
        (person, contact, slots[n % len(slots)]) for n, (person, contact) in enumerate(people)
    ]

    def patient() -> None:
        # SQLite's writers wait for each other by chance: on a busy machine one may wait for long.
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 200000")

    def ask(one: tuple[UUID, UUID, datetime]) -> Booked | Exception:
        try:
            return booking(*one)
        except Refused as no:
            return no

    all_done = Barrier(THREADS)

    def done(_: int) -> None:
        all_done.wait(60)  # so that each thread closes its own: PostgreSQL counts them
        connection.close()

    began, worked = time.monotonic(), time.process_time()
    with ThreadPoolExecutor(THREADS, initializer=patient) as pool:
        answers = list(pool.map(ask, wanted))
        list(pool.map(done, range(THREADS)))
    seconds, worked = time.monotonic() - began, time.process_time() - worked
    kinds = Counter(type(one).__name__ for one in answers)
    with capsys.disabled():
        print(
            f"\n{VISITORS} visitors for {SLOTS} slots on {connection.vendor}: {dict(kinds)} "
            f"in {seconds:.1f} s, {worked:.1f} s of work here"
        )
    booked = [one for one in answers if isinstance(one, Booked)]
    assert len(answers) == VISITORS
    assert set(kinds) == {"Booked", "SlotTaken"}
    assert len(booked) == SLOTS == Visit.objects.count()
    shared = Visit.objects.values("station", "starts_at").annotate(n=Count("pk")).filter(n__gt=1)
    assert not shared.exists()
    # Twenty minutes at 19 cents, once for each visit and for nobody else.
    holds = Hold.objects.filter(key__startswith="visit:")
    assert holds.count() == SLOTS
    assert set(holds.values_list("amount", flat=True)) == {380}
    payers = holds.values_list("account", flat=True)
    assert len(set(payers)) == SLOTS


def _hundred() -> list[list[int | str]]:
    """Ten slots a day."""
    return [[weekday, "09:00", "14:00"] for weekday in range(7)]


def _starts() -> list[datetime]:
    """The beginnings of ten days, from Friday on: a hundred."""
    nine = datetime(2025, 3, 14, 13, 0, tzinfo=UTC)
    days = [nine + timedelta(days=number) for number in range(10)]
    return [day + number * HALF_AN_HOUR for day in days for number in range(10)]


def _crowd(town: Town, facility: object) -> list[tuple[UUID, UUID]]:
    """So many people inside, each with a visitor who has ten dollars."""
    from kinline.apps.ledger.actions.post import post_all
    from kinline.core.ledger import chart
    from kinline.core.ledger.entry import Entry, Posting
    from kinline.core.transition.words import AccountKind

    people = [
        Person(facility=facility, number=f"77-{n:04}", given_name="Nobody", family_name=str(n))
        for n in range(VISITORS)
    ]
    accounts = [Account(email=f"v{n}@visitors.example", name=f"V {n}") for n in range(VISITORS)]
    contacts = [Contact(account=one, name=one.name) for one in accounts]
    Person.objects.bulk_create(people)
    Account.objects.bulk_create(accounts)
    Contact.objects.bulk_create(contacts)
    VisitorAccess.objects.bulk_create(
        VisitorAccess(
            contact=contact,
            facility=facility,
            person=person,
            state=VisitorState.APPROVED,
            begun_at=NOW,
            asked_at=NOW,
            decided_by="test",
            decided_at=NOW,
            until_at=NOW + timedelta(days=300),
        )
        for contact, person in zip(contacts, people, strict=True)
    )
    opening = chart.of_house(chart.House.OPENING)
    own = [chart.held_by(AccountKind.PREPAID_COLLECT, str(one.pk)) for one in contacts]
    entries = [
        Entry(f"crowd:{n}", NOW, "opening", (Posting(opening, account, 1000),))
        for n, account in enumerate(own)
    ]
    post_all(entries=entries, now=NOW)
    return [(person.pk, contact.pk) for person, contact in zip(people, contacts, strict=True)]
