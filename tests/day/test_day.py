"""A county's day: 10,000 calls from midnight to midnight, in fast time, against the real rooms.

Who calls whom and what becomes of it is drawn from county.yaml; engines tell of it through the
control door's own verbs, with engines that die, a web that restarts, and words that come twice,
late and in the wrong order. `KINLINE_DAY_CALLS` sets another number of calls; on PostgreSQL,
where the same rooms have been through the whole day on SQLite, it is a tenth of them.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.cast import Town
from tests.day import books
from tests.day.county import build
from tests.day.plan import draw, written
from tests.day.world import World

A_DAY = 10_000
CALLS = int(os.environ.get("KINLINE_DAY_CALLS", "0"))
ENGINES = [{"id": name, "url": f"ws://127.0.0.1:870{n}"} for n, name in enumerate(("e1", "e2"), 1)]


@pytest.fixture(autouse=True)
def set_up(settings: Any) -> None:
    settings.ENGINES = ENGINES
    settings.EMAIL_HOST = "mail.example"  # the test runner's own mailbox takes what is sent


def test_a_small_countys_noon_closing_and_midnight(committed_town: Town, tmp_path: Path) -> None:
    live_through(100, tmp_path, hours=(12, 22))


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_countys_day(committed_town: Town, tmp_path: Path) -> None:
    calls = CALLS or (A_DAY if connection.vendor == "sqlite" else A_DAY // 10)
    world = live_through(calls, tmp_path)
    if calls == A_DAY:  # as busy as such a county is at its peak
        assert 250 <= world.peak <= 400
        books.the_day_was_rough(world)


def live_through(calls: int, folder: Path, hours: tuple[int, ...] = ()) -> World:
    plan = draw(calls, hours)
    (folder / "day.jsonl").write_text(written(plan))  # to read when something is wrong with it
    world = World(plan, build(plan, plan.begins))
    world.run()
    books.nothing_is_left(world)
    books.every_try_was_answered(world)
    books.every_end_has_its_record(world)
    books.every_talk_has_its_price()
    books.the_report_says_the_same(world)
    books.nobody_is_in_two_calls()
    books.private_is_private(world)
    books.nobody_is_known_at_anonymous_lines()
    books.nobody_talks_after_hours(world)
    books.the_audit_is_whole(world)
    books.who_missed_a_call_was_told(world)
    books.blocks_are_kept(world)
    return world
