"""Whatever visitors, staff, the worker and the clock do, in whatever order:

every slot of a visit to come is claimed by it, and nothing else is; nobody and nothing is in two
visits at once; none is to come within a closure, outside the hours, or booked twice under one key;
what is set aside is what visits to come cost; a place of the week is taken where a visit counts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kinline.apps.errors import Refused
from kinline.apps.ledger.models import Hold
from kinline.apps.visits.actions import closing, deciding, due, waiting
from kinline.apps.visits.actions.cancelling import cancel
from kinline.apps.visits.actions.changing import change
from kinline.apps.visits.models import (
    Closure,
    ClosureKind,
    QuotaPlace,
    SlotClaim,
    Visit,
    VisitRules,
    WaitingPlace,
)
from kinline.core.ledger.hold import HoldState
from kinline.core.schedule.claims import grid
from kinline.core.visit.states import LIVE, State
from tests.apps.visits.visiting import (
    FRIDAY,
    HALF_AN_HOUR,
    open_visits,
    outside,
    someone,
    stranger,
    visit,
    welcome,
)
from tests.cast import NOW, Town

PAIRS = 3
WHO = st.integers(0, PAIRS - 1)
# A visit of 20 or 40 minutes takes one or two of these; the hours end after the fourth.
WHEN = st.integers(0, 3)
MINUTES = st.sampled_from([20, 40])
WHICH = st.integers(0, 30)
JUMPS = st.sampled_from([1, 5 * 60, 3 * 3600, 26 * 3600])


@contextmanager
def refused() -> Iterator[None]:
    """A refusal is an answer; only a surprise is a failure."""
    try:
        with transaction.atomic():
            yield
    except Refused:
        return


class Visits(RuleBasedStateMachine):
    town: Town

    @initialize(approval=st.booleans())
    def begin(self, approval: bool) -> None:
        self.now = NOW
        facility = open_visits(
            "nh-example",
            stations=1,
            template=[[weekday, "10:00", "12:00"] for weekday in (4, 5)],
            per_person_week=2,
            approval=approval,
        )
        self.people = [someone(f"90-{number}", facility) for number in range(PAIRS)]
        self.contacts = [
            stranger(f"Ada{number}", person) for number, person in enumerate(self.people)
        ]
        for contact in self.contacts:
            self.town.has(contact, 900)
        # The first of them may visit the second one's person too.
        welcome(self.contacts[0], self.people[1])
        self.keys = 0

    @rule(who=WHO, whom=WHO, when=WHEN, minutes=MINUTES, again=st.booleans())
    def books(self, who: int, whom: int, when: int, minutes: int, again: bool) -> None:
        self.keys += not again
        with refused():
            visit(
                self.people[whom],
                self.contacts[who],
                at=FRIDAY + when * HALF_AN_HOUR,
                minutes=minutes,
                key=f"k{self.keys}",
                now=self.now,
            )

    @rule(which=WHICH, when=WHEN, minutes=MINUTES)
    def moves(self, which: int, when: int, minutes: int) -> None:
        if row := self._one(which):
            with refused():
                change(
                    by=outside(row.booked_by),
                    visit_id=row.pk,
                    starts_at=FRIDAY + timedelta(days=1) + when * HALF_AN_HOUR,
                    length_minutes=minutes,
                    now=self.now,
                )

    @rule(which=WHICH)
    def cancels(self, which: int) -> None:
        if row := self._one(which):
            with refused():
                cancel(by=outside(row.booked_by), visit_id=row.pk, now=self.now)

    @rule(which=WHICH, yes=st.booleans())
    def decides(self, which: int, yes: bool) -> None:
        rae = self.town.staff("rae", self.now)
        if row := self._one(which):
            with refused():
                if yes:
                    deciding.approve(staff=rae, visit_id=row.pk, now=self.now)
                else:
                    reason = deciding.RefusedFor.SAFETY
                    deciding.refuse(
                        staff=rae, visit_id=row.pk, reason=reason, note="", now=self.now
                    )

    @rule(when=WHEN)
    def closes(self, when: int) -> None:
        begins = FRIDAY + when * HALF_AN_HOUR
        with refused():
            closing.close(
                staff=self.town.staff("rae", self.now),
                place="nh-example",
                unit_id=None,
                kind=ClosureKind.CLOSED,
                from_at=begins,
                until_at=begins + HALF_AN_HOUR,
                why="Cleaning",
                now=self.now,
            )

    @rule(who=WHO, minutes=MINUTES)
    def waits(self, who: int, minutes: int) -> None:
        self.keys += 1
        with refused():
            waiting.wait(
                by=outside(self.contacts[who]),
                key=f"w{self.keys}",
                person_id=self.people[who].pk,
                contact_ids=[self.contacts[who].pk],
                length_minutes=minutes,
                from_on=FRIDAY.date(),
                until_on=FRIDAY.date() + timedelta(days=1),
                now=self.now,
            )

    @rule(which=WHICH, yes=st.booleans())
    def answers_an_offer(self, which: int, yes: bool) -> None:
        rows = list(WaitingPlace.objects.filter(state="offered").order_by("pk"))
        if rows:
            row = rows[which % len(rows)]
            act = waiting.take if yes else waiting.decline
            with refused():
                act(by=outside(row.contact), waiting_id=row.pk, now=self.now)  # type: ignore[operator]

    @rule(seconds=JUMPS)
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        due.lapse_due(now=self.now)
        due.miss_due(now=self.now)
        waiting.expire_offers(now=self.now)
        waiting.offer_freed(now=self.now)

    def _one(self, which: int) -> Visit | None:
        rows = list(Visit.objects.order_by("booked_at", "pk"))
        return rows[which % len(rows)] if rows else None

    def _live(self) -> list[Visit]:
        return list(Visit.objects.filter(state__in=sorted(LIVE)).prefetch_related("visitors"))

    @invariant()
    def what_is_to_come_has_its_slots_and_nothing_else_has(self) -> None:
        expected = set()
        for row in self._live():
            minutes = (row.ends_at - row.starts_at) // timedelta(minutes=1)
            for at in grid(row.starts_at, minutes, row.buffer_minutes):
                expected |= {(f"station:{row.station_id}", at), (f"person:{row.person_id}", at)}
            for one in row.visitors.all():
                short = grid(row.starts_at, minutes)
                expected |= {(f"visitor:{one.contact_id}", at) for at in short}
        claims = SlotClaim.objects.exclude(visit=None).values_list("resource", "slot_at")
        found = list(claims)
        assert set(found) == expected
        assert len(found) == len(expected)

    @invariant()
    def an_offer_holds_its_slots_until_it_is_answered(self) -> None:
        offered = WaitingPlace.objects.filter(state="offered")
        holds = SlotClaim.objects.exclude(waiting=None).values_list("waiting", flat=True)
        assert set(holds) == set(offered.values_list("pk", flat=True))

    @invariant()
    def none_is_to_come_within_a_closure_or_outside_the_hours(self) -> None:
        closures = list(Closure.objects.filter(lifted_at=None))
        for row in self._live():
            assert row.starts_at.minute in (0, 30)
            ends = (row.ends_at - timedelta(hours=4)).time()
            assert ends.hour < 12 or (ends.hour, ends.minute) == (12, 0)
            for one in closures:
                assert one.until_at is not None
                assert row.ends_at <= one.from_at or one.until_at <= row.starts_at

    @invariant()
    def what_is_set_aside_is_what_visits_to_come_cost(self) -> None:
        holds = Hold.objects.filter(key__startswith="visit:", state=HoldState.OPEN)
        aside = holds.aggregate(all=Sum("amount"))["all"] or 0
        assert aside == sum(row.price_cents for row in self._live())

    @invariant()
    def who_counts_has_a_place_of_the_week_and_nobody_has_too_many(self) -> None:
        if not VisitRules.objects.exists():
            return
        counted = Visit.objects.filter(state__in=[*sorted(LIVE), State.MISSED])
        late = Visit.objects.filter(state=State.CANCELLED, late=True)
        expected = {row.pk for row in (*counted, *late)}
        assert set(QuotaPlace.objects.values_list("visit", flat=True)) == expected
        assert not QuotaPlace.objects.filter(holder__startswith="person:", number__gt=2).exists()


@pytest.mark.long
def test_visits_whatever_happens_in_whatever_order(town: Town) -> None:
    """Each run in a transaction of its own, rolled back: the triggers let nothing be deleted."""

    class InTransaction(Visits):
        def __init__(self) -> None:
            super().__init__()
            self.town = town
            self._atomic = transaction.atomic()
            self._atomic.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)

    run_state_machine_as_test(
        InTransaction,
        settings=settings(
            max_examples=6,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
