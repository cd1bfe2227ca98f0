"""Whatever happens in whatever order: one message, seen by whom it should be, and right books.

Carmen writes to Tomás where a stamp is due; reviewers decide, undo nothing, and appeals come; she
withdraws, tries again, and the worker goes round whenever it likes.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kinline.apps.errors import Refused
from kinline.apps.ledger.queries import balance
from kinline.apps.messaging.actions import settle
from kinline.apps.messaging.actions.withdraw import withdraw
from kinline.apps.messaging.models import Message
from kinline.apps.messaging.queries.thread import thread
from kinline.apps.notices.models import Note
from kinline.apps.review.models import Decision, Item
from kinline.core.message.states import READABLE
from kinline.core.review.terms import Outcome
from tests.apps.messaging.test_price import stamps
from tests.apps.messaging.writing import by, decide, write
from tests.apps.money import even
from tests.cast import NOW, Town

STOCK = 6


class Letters(RuleBasedStateMachine):
    town: Town  # set by the test, in whose transaction everything happens
    letters = Bundle("letters")

    def __init__(self) -> None:
        super().__init__()
        # Each story begins in the same town: nothing of the one before is still under way.
        self.story = transaction.atomic()
        self.story.__enter__()
        self.now: datetime = NOW + timedelta(days=1)
        self.where: UUID | None = None
        self.before = set(Message.objects.values_list("pk", flat=True))
        agency = self.town.tomas.facility.agency.code
        self.stock = stamps(self.town.carmen, STOCK, self.now, agency, key=str(uuid4()))
        self.begun = balance(account=self.stock).posted

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.story.__exit__(None, None, None)

    def mine(self) -> list[Message]:
        return list(Message.objects.exclude(pk__in=self.before))

    @rule(target=letters)
    def sends(self) -> tuple[UUID, UUID] | None:
        self.now += timedelta(seconds=1)
        key = uuid4()
        if balance(account=self.stock).posted == 0:
            with pytest.raises(Refused):
                write(self.town.carmen, self.town.tomas, "Hello.", self.now, key=key)
            return None
        sent = write(self.town.carmen, self.town.tomas, "Hello.", self.now, key=key)
        self.where = sent.thread
        return sent.id, key

    @rule(letter=letters)
    def sends_again(self, letter: tuple[UUID, UUID] | None) -> None:
        if letter is not None:
            again = write(self.town.carmen, self.town.tomas, "Hello.", self.now, key=letter[1])
            assert (again.id, again.fresh) == (letter[0], False)

    @rule(letter=letters)
    def withdraws(self, letter: tuple[UUID, UUID] | None) -> None:
        if letter is None:
            return
        before = Message.objects.get(pk=letter[0]).state
        try:
            withdraw(by=by(self.town.carmen), message_id=letter[0], now=self.now)
        except Refused:
            assert before not in {"waiting", "withdrawn"}

    @rule(letter=letters, outcome=some.sampled_from([Outcome.APPROVED, Outcome.REJECTED]))
    def decides(self, letter: tuple[UUID, UUID] | None, outcome: Outcome) -> None:
        if letter is None or Decision.objects.filter(item__subject=str(letter[0])).exists():
            return
        if Item.objects.get(subject=str(letter[0])).state == "waiting":
            decide(letter[0], outcome, self.now, rejected=("text",) * (outcome == "rejected"))

    @rule(letter=letters)
    def reverses(self, letter: tuple[UUID, UUID] | None) -> None:
        if letter is None:
            return
        rows = Decision.objects.filter(item__subject=str(letter[0]), outcome="rejected")
        first = rows.exclude(taken_up_at=None).filter(appealed=None).first()
        if first is not None and not first.answers.exists():
            decide(letter[0], Outcome.APPROVED, self.now, appealed=first)

    @rule(seconds=some.sampled_from([0, 10, 31, 3600]))
    def goes_round(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        settle.settle_due(now=self.now)

    @invariant()
    def books_are_right(self) -> None:
        kept = [row for row in self.mine() if row.paid and not row.back]
        assert balance(account=self.stock).posted == self.begun - len(kept)
        assert even()
        for row in self.mine():
            never = row.state in {"withdrawn", "rejected"}
            assert never <= bool(row.back), "what never arrived was given back"

    @precondition(lambda self: self.where is not None)
    @invariant()
    def he_reads_what_arrived_and_nothing_else(self) -> None:
        assert self.where is not None
        seen = thread(by=by(self.town.tomas), thread_id=self.where).messages
        texts = {one.id for one in seen if one.text}
        mine = {row.pk for row in self.mine()}
        assert texts & mine == {row.pk for row in self.mine() if row.state in READABLE}
        for pk in texts & mine:
            assert Note.objects.filter(key=f"message.arrived:{pk}").count() == 1


@pytest.mark.long
def test_in_any_order(town: Town) -> None:
    Letters.town = town
    run_state_machine_as_test(
        Letters,
        settings=settings(
            max_examples=6,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        ),
    )
