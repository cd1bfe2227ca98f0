"""A person's own list: what may be put on it, and when it may change again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.policy.call import BlockOf
from kinline.core.policy.listing import (
    ListFacts,
    ListRules,
    Reason,
    Shown,
    may_add,
    may_take_off,
    next_change,
    reason_refusals,
    shown,
    waits_for_staff,
)

BOSTON = ZoneInfo("America/New_York")
TODAY = date(2025, 3, 12)  # a Wednesday
NOON = datetime(2025, 3, 12, 16, 0, tzinfo=UTC)
TEN = ListRules(most=10, changes=2, within_days=30, days=frozenset({1, 12}))
JULIAN = ListFacts(TEN, BOSTON, kept=9)


def boston(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=BOSTON).astimezone(UTC)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"rules": None}, ["list.kept_by_staff"]),
        ({"rules": ListRules()}, []),
        ({"listed": True}, ["list.listed_already"]),
        ({"blocked": BlockOf.FACILITY}, ["list.blocked"]),
        ({"kept": 10}, ["list.full"]),
        ({"kept": 9, "waiting": 1}, ["list.full"]),
        ({"rules": ListRules(), "waiting": 19}, []),
        ({"rules": ListRules(), "waiting": 20}, ["list.too_many_waiting"]),
        ({"refused_at": NOON - timedelta(days=29)}, ["list.refused_lately"]),
        ({"refused_at": NOON - timedelta(days=30)}, []),
        ({"changed_on": (TODAY,)}, []),
        ({"changed_on": (TODAY, TODAY)}, ["list.changes_used"]),
        # Thirty days ago to the day counts no more, a day less does.
        ({"changed_on": (date(2025, 3, 1), date(2025, 2, 10))}, []),
        ({"changed_on": (date(2025, 3, 1), date(2025, 2, 11))}, ["list.changes_used"]),
        ({"rules": replace(TEN, days=frozenset({1, 15}))}, ["list.not_today"]),
        (
            {"kept": 12, "changed_on": (TODAY, TODAY), "rules": replace(TEN, days=frozenset({1}))},
            ["list.full", "list.not_today", "list.changes_used"],
        ),
        # Counsel is not counted and not held up; only what is about the number is against it.
        ({"kept": 12, "changed_on": (TODAY, TODAY), "counsel": True}, []),
        ({"listed": True, "kept": 12, "counsel": True}, ["list.listed_already"]),
    ],
)
def test_every_reason_is_given(changed: dict[str, object], said: list[str]) -> None:
    facts = replace(JULIAN, **changed)  # type: ignore[arg-type]
    assert [one.code for one in may_add(facts, NOON)] == said


def test_each_reason_says_when_it_ends_on_the_wall() -> None:
    facts = replace(
        JULIAN,
        rules=replace(TEN, days=frozenset({15})),
        changed_on=(date(2025, 3, 10), date(2025, 2, 20)),
        refused_at=NOON,
    )
    until = {one.code: one.until for one in may_add(facts, NOON)}
    assert until == {
        "list.refused_lately": NOON + timedelta(days=30),
        "list.not_today": boston("2025-03-15 00:00"),
        "list.changes_used": boston("2025-03-22 00:00"),
    }
    # Both hold: the first fifteenth on which a change is free.
    assert next_change(facts.rules, facts.changed_on, TODAY) == date(2025, 4, 15)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("approval", "counsel", "apart", "waits"),
    [
        (True, False, False, True),
        (False, False, False, False),
        (True, True, False, False),
        (False, False, True, True),
        (False, True, True, True),
    ],
)
def test_who_looks_first(approval: bool, counsel: bool, apart: bool, waits: bool) -> None:
    rules = ListRules(approval=approval)
    assert waits_for_staff(rules, counsel=counsel, kept_apart=apart) is waits


def test_a_number_is_seen_as_it_is() -> None:
    assert shown(blocked=True, verified=True, key_needed=True) is Shown.BLOCKED
    assert shown(blocked=False, verified=True, key_needed=True) is Shown.VERIFIED
    assert shown(blocked=False, verified=False, key_needed=True) is Shown.WAITS_FOR_OWNER
    assert shown(blocked=False, verified=False, key_needed=False) is Shown.LISTED


def test_a_number_can_be_taken_off_wherever_people_keep_their_lists() -> None:
    assert may_take_off(TEN) == ()
    assert [one.code for one in may_take_off(None)] == ["list.kept_by_staff"]


@pytest.mark.parametrize(
    ("reason", "note", "said"),
    [
        ("", "", "list.reason_needed"),
        ("a court order", "", "list.reason_needed"),
        (Reason.UNCLEAR, "", "list.note_needed"),
        (Reason.UNCLEAR, "Whose is it?", None),
        (Reason.NOT_THEIRS, "", None),
    ],
)
def test_staff_say_why_by_the_list(reason: str, note: str, said: str | None) -> None:
    assert [one.code for one in reason_refusals(reason, note)] == ([said] if said else [])


days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
rules_of_change = st.builds(
    ListRules,
    changes=st.integers(1, 5),
    within_days=st.integers(1, 60),
    days=st.frozensets(st.integers(1, 28), max_size=3),
)
OFTEN = {"list.not_today", "list.changes_used"}


def often(rules: ListRules, changed: list[date], on: date) -> set[str]:
    facts = ListFacts(rules, BOSTON, changed_on=tuple(changed))
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=BOSTON).astimezone(UTC)
    return {one.code for one in may_add(facts, noon)} & OFTEN


@given(rules_of_change, st.lists(days, max_size=12), days)
def test_the_day_that_is_told_is_the_first_on_which_it_works(
    rules: ListRules, changed: list[date], today: date
) -> None:
    changed = [one for one in changed if one <= today]
    day = next_change(rules, changed, today)
    assert not often(rules, changed, day)
    before = today
    while before < day:
        assert often(rules, changed, before), before
        before += timedelta(days=1)


@given(rules_of_change, st.lists(days, max_size=12), days)
def test_never_more_changes_in_a_time_than_there_may_be(
    rules: ListRules, changed: list[date], today: date
) -> None:
    """Whoever adds whenever it is allowed stays within the rule in every window of days."""
    assert rules.changes is not None
    assert rules.within_days is not None
    made: list[date] = []
    for _ in range(12):
        today = next_change(rules, made, today)
        made.append(today)
    for begin in made:
        window = [one for one in made if begin <= one < begin + timedelta(days=rules.within_days)]
        assert len(window) <= rules.changes


@given(
    st.builds(
        ListFacts,
        rules=rules_of_change,
        zone=st.just(BOSTON),
        kept=st.integers(0, 300),
        waiting=st.integers(0, 30),
        changed_on=st.lists(days, max_size=8).map(tuple),
        counsel=st.just(True),
    )
)
def test_counsel_is_never_rationed(facts: ListFacts) -> None:
    assert may_add(facts, NOON) == ()
