"""Whatever is done to the books in whatever order, and wherever it breaks off, they are right.

The first half plays at random and keeps its own, simple books beside the real ones. The second
kills a process after each single statement in turn, and lets another one try again.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from kinline.apps.ledger import queries
from kinline.apps.ledger.actions import holds, post
from kinline.apps.ledger.errors import KeyReused, NotEnough
from kinline.core.ledger.hold import Balance
from tests.apps.books import call_paid, paid_in, prepaid
from tests.cast import Town

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
HOLDERS = st.sampled_from(["carmen", "odette", "grace"])
CENTS = st.integers(1, 500)


class Books(RuleBasedStateMachine):
    """Money in, calls, holds, reversals, all of them again and again; and plain dicts beside."""

    entries = Bundle("entries")
    aside = Bundle("aside")

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.has: dict[str, int] = {}
        self.holds: dict[str, tuple[str, int]] = {}
        self.moves: dict[str, tuple[str, int]] = {}
        self.undone: set[str] = set()
        self.now = NOON
        self.keys = 0

    def key(self) -> str:
        self.keys += 1
        self.now += timedelta(seconds=1)
        return f"k{self.keys}"

    def free(self, holder: str) -> int:
        held = sum(amount for who, amount in self.holds.values() if who == holder)
        return self.has.get(holder, 0) - held

    def moved(self, key: str, holder: str, cents: int) -> None:
        self.has[holder] = self.has.get(holder, 0) + cents
        self.moves[key] = (holder, cents)

    @rule(target=entries, holder=HOLDERS, cents=CENTS)
    def fund(self, holder: str, cents: int) -> str:
        key = self.key()
        post.post(entry=paid_in(holder, cents, self.now, key), now=self.now)
        self.moved(key, holder, cents)
        return key

    @rule(target=entries, holder=HOLDERS, cents=CENTS)
    def call(self, holder: str, cents: int) -> object:
        key = self.key()
        entry = call_paid(holder, cents, self.now, key)
        if cents > self.free(holder):
            with pytest.raises(NotEnough):
                post.post(entry=entry, now=self.now)
            return multiple()
        post.post(entry=entry, now=self.now)
        self.moved(key, holder, -cents)
        return key

    @rule(key=entries)
    def again(self, key: str) -> None:
        holder, cents = self.moves[key]
        made = paid_in if cents > 0 else call_paid
        post.post(entry=made(holder, abs(cents), self.now, key), now=self.now)

    @rule(key=entries)
    def reverse(self, key: str) -> None:
        holder, cents = self.moves[key]
        undo = {"key": f"undo:{key}", "of": key, "why": "Wrong", "now": self.now}
        if key in self.undone or self.free(holder) >= cents:
            post.reverse(**undo)  # type: ignore[arg-type]
            if key not in self.undone:
                self.undone.add(key)
                self.has[holder] -= cents
        else:
            with pytest.raises(NotEnough):
                post.reverse(**undo)  # type: ignore[arg-type]

    @rule(target=aside, holder=HOLDERS, cents=CENTS)
    def set_aside(self, holder: str, cents: int) -> object:
        key = self.key()
        asked = {"key": key, "account": prepaid(holder), "amount": cents, "now": self.now}
        if cents > self.free(holder):
            with pytest.raises(NotEnough):
                holds.set_aside(**asked)  # type: ignore[arg-type]
            return multiple()
        for _ in range(2):
            holds.set_aside(**asked)  # type: ignore[arg-type]
        self.holds[key] = (holder, cents)
        return key

    @rule(key=aside, part=st.integers(1, 100))
    def settle(self, key: str, part: int) -> None:
        if key not in self.holds:
            return
        holder, cents = self.holds.pop(key)
        cost = max(1, cents * part // 100)
        entry = call_paid(holder, cost, self.now, f"call:{key}")
        for _ in range(2):
            holds.settle(key=key, entry=entry, now=self.now)
        self.has[holder] -= cost

    @rule(key=aside)
    def let_go(self, key: str) -> None:
        was_open = self.holds.pop(key, None) is not None
        assert holds.let_go(key=key, now=self.now) == was_open
        assert not holds.let_go(key=key, now=self.now)

    @rule(key=entries)
    def reuse(self, key: str) -> None:
        with pytest.raises(KeyReused):
            post.post(entry=paid_in("nobody", 7, self.now, key), now=self.now)

    @invariant()
    def the_books_are_right(self) -> None:
        for holder, cents in self.has.items():
            held = sum(amount for who, amount in self.holds.values() if who == holder)
            assert queries.balance(account=prepaid(holder)) == Balance(cents, held)
        assert queries.astray() == ()
        assert sum(one.debits - one.credits for one in queries.trial_balance()) == 0
        assert queries.open_holds() == len(self.holds)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)


def test_whatever_is_played_the_books_are_right(town: Town) -> None:
    few = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Books, settings=few)


# --- a process that dies after any statement -----------------------------------------------

STORY = """
import os, sys
from datetime import UTC, datetime
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[2]
django.setup()
from django.db import connection
from kinline.apps.ledger.actions import holds, post
from tests.apps.books import call_paid, paid_in, prepaid

left = int(sys.argv[1])

def die(execute, sql, params, many, context):
    global left
    answer = execute(sql, params, many, context)
    left -= 1
    if left == 0:
        os._exit(77)
    return answer

now = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)

def story(who):
    post.post(entry=paid_in(who, 1000, now, f"{who}:funding"), now=now)
    holds.set_aside(key=f"{who}:hold", account=prepaid(who), amount=180, now=now)
    call = call_paid(who, 36, now, f"{who}:call")
    holds.settle(key=f"{who}:hold", entry=call, now=now)
    post.reverse(key=f"{who}:undo", of=call.key, why="Bad line", now=now)
    holds.set_aside(key=f"{who}:other", account=prepaid(who), amount=50, now=now)
    holds.let_go(key=f"{who}:other", now=now)

connection.ensure_connection()
with connection.execute_wrapper(die):
    for who in sys.argv[3:]:
        story(who)
"""
DIED = 77
MANY = 1_000_000


def _story(statements: int, *who: str) -> int:
    """Play the story of each in a process that ends itself after so many statements; its code."""
    ran = subprocess.run(
        [sys.executable, "-c", STORY, str(statements), connection.settings_dict["NAME"], *who],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "kinline.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, DIED), ran.stderr
    return ran.returncode


def _check_half_told(who: str) -> None:
    """Between any two statements: each step is there wholly or not at all."""
    has = queries.balance(account=prepaid(who))
    steps = {"funding": 1000, "call": -36, "undo": 36}
    there = queries.posted(keys=[f"{who}:{step}" for step in steps])
    assert has.posted == sum(cents for step, cents in steps.items() if f"{who}:{step}" in there)
    assert has.held in (0, 50, 180)
    assert not (f"{who}:call" in there and has.held == 180), "settling lets go of the hold"
    assert queries.astray() == ()
    assert sum(one.debits - one.credits for one in queries.trial_balance()) == 0


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_crash_after_every_statement_leaves_right_books(committed_town: Town) -> None:
    """For each statement one that dies after it; and one that then does all of all again."""
    everybody: list[str] = []
    died = DIED
    while died == DIED:
        who = f"carmen-{len(everybody) + 1}"
        everybody.append(who)
        died = _story(len(everybody), who)
        _check_half_told(who)
    assert len(everybody) > 30, "the story has that many statements, and each was the last of one"
    assert _story(MANY, *everybody) == 0
    for who in everybody:
        assert queries.balance(account=prepaid(who)) == Balance(posted=1000, held=0)
