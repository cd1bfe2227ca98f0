"""Unused money: told 60 and 14 days ahead, then a task for staff. Nothing is ever taken."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from kinline.apps.charging import idle, money
from kinline.apps.charging.models import IdleTold
from kinline.apps.errors import NotFound, Refused
from kinline.apps.ledger.actions.post import post
from kinline.apps.notices.models import Note, Outgoing
from kinline.core.ledger.hold import Balance
from tests.apps.books import call_paid, paid_in
from tests.apps.money import BRISTOL, DEBIT, NH, brought, has
from tests.cast import Town

FINN = UUID(int=2)


def told() -> list[str]:
    return list(IdleTold.objects.order_by("at").values_list("told", flat=True))


def test_carmen_is_told_twice_and_then_staff_must_find_her(town: Town, now: datetime) -> None:
    carmen = town.carmen.pk
    post(entry=paid_in(str(carmen), 2000, now), now=now)
    seen = {}
    for day in (100, 121, 122, 150, 166, 179, 180, 181):
        at = now + timedelta(days=day)
        for _ in range(2):
            idle.look(now=at)
        seen[day] = told()
    assert seen[100] == []
    assert seen[122] == ["first"], "once, however often the worker looks"
    assert seen[166] == ["first", "second"]
    assert seen[181] == ["first", "second", "over"]
    assert has(carmen) == Balance(2000, 0), "nothing is taken"
    assert Outgoing.objects.filter(kind="money.idle").count() == 3
    assert Note.objects.filter(owner=str(carmen), kind="money.idle").count() == 3
    (task,) = money.idle_tasks(agencies=NH)
    assert money.idle_tasks(agencies=BRISTOL) == ()
    done = {"task_id": task.id, "by": FINN, "now": now}
    with pytest.raises(NotFound):
        idle.done(agencies=BRISTOL, note="Paid", **done)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        idle.done(agencies=NH, note=" ", **done)  # type: ignore[arg-type]
    idle.done(agencies=NH, note="Check sent", **done)  # type: ignore[arg-type]
    assert money.idle_tasks(agencies=NH) == ()


def test_one_call_and_the_time_begins_anew(town: Town, now: datetime) -> None:
    carmen = str(town.carmen.pk)
    post(entry=paid_in(carmen, 2000, now), now=now)
    idle.look(now=now + timedelta(days=125))
    used = now + timedelta(days=130)
    post(entry=call_paid(carmen, 12, used), now=used)
    idle.look(now=now + timedelta(days=181))
    assert told() == ["first"]
    idle.look(now=used + timedelta(days=125))
    assert told() == ["first", "first"], "of the next period"


def test_an_empty_account_has_no_clock(town: Town, now: datetime) -> None:
    carmen = str(town.carmen.pk)
    post(entry=paid_in(carmen, 12, now), now=now)
    post(entry=call_paid(carmen, 12, now), now=now)
    idle.look(now=now + timedelta(days=400))
    assert told() == []


def test_brought_from_the_old_system_the_clock_begins_with_that_day(
    town: Town, now: datetime
) -> None:
    brought(town.tomas.pk, 500, now, DEBIT)
    idle.look(now=now + timedelta(days=119))
    assert told() == []
    idle.look(now=now + timedelta(days=125))
    assert told() == ["first"]
    note = Note.objects.get(kind="money.idle")
    assert (note.owner_kind, note.owner) == ("person", str(town.tomas.pk)), "on his tablet"
    assert not Outgoing.objects.filter(kind="money.idle").exists(), "who is inside has no mail"
