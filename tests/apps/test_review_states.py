"""Whatever reviewers, senders, appellants, the worker and the clock do, in whatever order:

one decision in force at most; taken up once, not before its thirty seconds, never after it was
undone or the message withdrawn; an appeal never decided by who decided; what a side was told last
is what stands.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.access import Staff
from kinline.apps.review.actions import appeals, claim, decide, opinions, take_up
from kinline.apps.review.actions.decide import Said
from kinline.apps.review.actions.submit import close
from kinline.apps.review.actions.take_up import Verdict
from kinline.apps.review.models import Appeal, Decision, Item
from kinline.apps.review.parts import TEXT
from kinline.core.review.states import State
from kinline.core.review.terms import UNDO, Outcome, Reason, Side
from tests.apps.reviewing import CARD, MARK, reviewer, sent
from tests.cast import NOW, Town

SUBJECTS = ("m-1", "m-2")
WHO = st.sampled_from(["mara", "owen", "petra"])
WHICH = st.sampled_from(SUBJECTS)
PARTS = st.sets(st.sampled_from(["text", "card-1"])).map(frozenset)
JUMPS = st.sampled_from([1, 29, 30, 31, 600, 86_400, 6 * 86_400])


@dataclass
class Told:
    """What the worker took up of one message, in order, and until when it may be appealed."""

    verdicts: list[Verdict] = field(default_factory=list)
    withdrawn: bool = False


@contextmanager
def refused() -> Iterator[None]:
    """A refusal is an answer; only a surprise is a failure."""
    try:
        with transaction.atomic():
            yield
    except (Refused, NotFound):
        return


class Review(RuleBasedStateMachine):
    town: Town

    @initialize()
    def begin(self) -> None:
        self.now = NOW
        self.staff: dict[str, Staff] = {
            name: reviewer(self.town, name, NOW) for name in ("mara", "owen", "petra")
        }
        self.items = {
            "m-1": sent(self.town, NOW, subject="m-1", parts=[TEXT, CARD]),
            "m-2": sent(self.town, NOW, subject="m-2", parts=[TEXT, CARD], findings=[MARK]),
        }
        self.told = {subject: Told() for subject in SUBJECTS}
        self.undone: set[UUID] = set()
        self.closed: set[str] = set()

    @rule(seconds=JUMPS)
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(who=WHO, which=WHICH)
    def claims(self, who: str, which: str) -> None:
        with refused():
            claim.claim(staff=self.staff[who], item_id=self.items[which], now=self.now)
            assert self._item(which).claimed_by == self.staff[who].account

    @rule(who=WHO, which=WHICH)
    def releases_or_takes_over(self, who: str, which: str) -> None:
        with refused():
            claim.take_over(staff=self.staff[who], item_id=self.items[which], now=self.now)
        with refused():
            claim.release(staff=self.staff[who], item_id=self.items[which], now=self.now)

    @rule(who=WHO, which=WHICH, parts=PARTS)
    def decides(self, who: str, which: str, parts: frozenset[str]) -> None:
        before = self._item(which)
        held = before.state == State.CLAIMED and before.claimed_until > self.now  # type: ignore[operator]
        with refused():
            said = Said(parts, Reason.CODE if parts else None, "A row of numbers.")
            decide.decide(staff=self.staff[who], item_id=self.items[which], said=said, now=self.now)
            assert not held or before.claimed_by == self.staff[who].account

    @rule(who=WHO)
    def sends_the_clean_ones(self, who: str) -> None:
        made = decide.approve_clean(
            staff=self.staff[who], items=list(self.items.values()), now=self.now
        )
        assert {Decision.objects.get(pk=one).item.subject for one in made} <= {"m-1"}, (
            "m-2 has marks"
        )

    @rule(who=WHO, which=WHICH)
    def undoes(self, who: str, which: str) -> None:
        rows = Decision.objects.filter(item=self.items[which], undone_at=None, taken_up_at=None)
        for row in rows:
            with refused():
                decide.undo(staff=self.staff[who], decision_id=row.pk, now=self.now)
                assert row.decided_by == self.staff[who].account
                assert self.now < row.decided_at + UNDO
                self.undone.add(row.pk)

    @rule(asks=WHO, answers=WHO, which=WHICH)
    def a_second_opinion(self, asks: str, answers: str, which: str) -> None:
        item = self.items[which]
        with refused():
            opinions.ask(staff=self.staff[asks], item_id=item, question="?", now=self.now)
        with refused():
            opinions.answer(staff=self.staff[answers], item_id=item, words="!", now=self.now)
            assert asks != answers or self._item(which).state != State.ASKED
        with refused():
            opinions.take_back(staff=self.staff[asks], item_id=item, now=self.now)

    @rule(which=WHICH)
    def its_sender_withdraws(self, which: str) -> None:
        if close(subject=which, now=self.now):
            assert not self.told[which].verdicts, "nothing is withdrawn that has taken effect"
            self.closed.add(which)

    @rule(which=WHICH, side=st.sampled_from(Side))
    def somebody_appeals(self, which: str, side: Side) -> None:
        with refused():
            appeals.appeal(subject=which, side=side, words="Look again.", now=self.now)
            first = self.told[which].verdicts[0]
            assert first.outcome is not Outcome.APPROVED

    @rule(who=WHO, which=WHICH, parts=PARTS)
    def an_appeal_is_decided(self, who: str, which: str, parts: frozenset[str]) -> None:
        row = Decision.objects.filter(item=self.items[which], appealed=None, undone_at=None).first()
        if row is None:
            return
        with refused():
            said = Said(parts, Reason.CODE if parts else None, "Read again.")
            appeals.decide_appeal(
                staff=self.staff[who], decision_id=row.pk, said=said, now=self.now
            )
            assert row.decided_by != self.staff[who].account
            assert parts <= set(self.told[which].verdicts[-1].rejected_parts)

    @rule()
    def the_worker_takes_up(self) -> None:
        for verdict in take_up.due(now=self.now):
            assert take_up.taken_up(decision_id=verdict.decision_id, now=self.now)
            assert not take_up.taken_up(decision_id=verdict.decision_id, now=self.now)
            assert verdict.decided_at + UNDO <= self.now
            assert verdict.decision_id not in self.undone
            assert verdict.subject not in self.closed
            told = self.told[verdict.subject].verdicts
            assert verdict.of_appeal is bool(told), "first the decision, then what appeals came to"
            told.append(verdict)

    @invariant()
    def at_most_one_decision_is_in_force(self) -> None:
        if not hasattr(self, "items"):
            return
        for item in self.items.values():
            rows = Decision.objects.filter(item=item, undone_at=None)
            assert rows.filter(appealed=None).count() <= 1
            assert rows.exclude(appealed=None).filter(taken_up_at=None).count() <= 1

    @invariant()
    def what_was_told_is_what_stands(self) -> None:
        if not hasattr(self, "items"):
            return
        for subject, told in self.told.items():
            rows = Decision.objects.filter(item=self.items[subject]).exclude(taken_up_at=None)
            ids = [one.decision_id for one in told.verdicts]
            assert sorted(map(str, ids)) == sorted(map(str, rows.values_list("pk", flat=True)))
            item = self._item(subject)
            assert bool(told.verdicts) is (item.state == State.IN_EFFECT)

    @invariant()
    def nobody_judges_themselves(self) -> None:
        if not hasattr(self, "items"):
            return
        for row in Decision.objects.exclude(appealed=None).select_related("appealed"):
            assert row.appealed is not None
            assert row.decided_by != row.appealed.decided_by
        for one in Appeal.objects.exclude(answer=None).select_related("answer"):
            assert one.answer is not None
            assert one.answer.undone_at is None

    def _item(self, which: str) -> Item:
        return Item.objects.get(pk=self.items[which])


def test_in_any_order_of_events(town: Town) -> None:
    """Each run in a transaction of its own, rolled back: the triggers let nothing be deleted."""

    class InTransaction(Review):
        def __init__(self) -> None:
            super().__init__()
            self.town = town
            self._atomic = transaction.atomic()
            self._atomic.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self._atomic.__exit__(None, None, None)

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        InTransaction,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
