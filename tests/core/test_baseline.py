"""What a calling rule may not take away where a law keeps access; controls: test_controls.py."""

from datetime import time

import pytest

from kinline.core.policy.baseline import Baseline, Offer, takes_away
from kinline.core.policy.controls import Kind
from kinline.core.schedule.rules import WeekTime

MINUTE = 60
ALL_DAY = (time(), time(23, 59, 59))
BRISTOL_2023 = Baseline(
    {Kind.LONGEST: 20 * MINUTE}, tuple(WeekTime(day, time(7), time(22)) for day in range(7))
)
CONNECTICUT = Baseline(least={Kind.MINUTES_DAY: 90 * MINUTE}, floor_only=True)
NOBODY_KNOWS = Baseline()
NOW = Offer(True, *ALL_DAY, longest=30 * MINUTE)


@pytest.mark.parametrize(
    ("kept", "new", "less"),
    [
        (BRISTOL_2023, Offer(True, time(7), time(22), 20 * MINUTE), ()),
        (BRISTOL_2023, Offer(True, time(7), time(21, 59)), ("hours",)),
        (BRISTOL_2023, Offer(True, time(8), time(22), 15 * MINUTE), ("hours", "longest")),
        (BRISTOL_2023, Offer(False, *ALL_DAY), ("offered",)),
        (CONNECTICUT, Offer(True, time(17), time(18, 30), 10 * MINUTE), ()),
        (CONNECTICUT, Offer(True, time(17), time(18, 29)), ("hours",)),
        (CONNECTICUT, Offer(False, *ALL_DAY), ("offered",)),
        (NOBODY_KNOWS, Offer(True, *ALL_DAY), ()),
        (NOBODY_KNOWS, Offer(True, time(), time(23, 59), 30 * MINUTE), ()),
        (NOBODY_KNOWS, Offer(True, time(), time(23), 29 * MINUTE), ("hours", "longest")),
        (None, Offer(False, *ALL_DAY), ()),
    ],
)
def test_what_a_rule_may_not_take_away(
    kept: Baseline | None, new: Offer, less: tuple[str, ...]
) -> None:
    assert takes_away(NOW, new, kept) == less


@pytest.mark.parametrize("before", [None, Offer(False, *ALL_DAY)])
def test_where_no_calls_were_any_rule_is_more(before: Offer | None) -> None:
    assert takes_away(before, Offer(True, time(9), time(10), MINUTE), BRISTOL_2023) == ()


def test_what_was_less_already_may_stay_or_grow_and_not_shrink() -> None:
    before = Offer(True, time(9), time(20), 10 * MINUTE)
    assert takes_away(before, before, BRISTOL_2023) == ()
    assert takes_away(before, Offer(True, time(9), time(21), 12 * MINUTE), BRISTOL_2023) == ()
    assert takes_away(before, Offer(True, time(9), time(19, 59)), BRISTOL_2023) == ("hours",)
    shorter = Offer(True, time(9), time(20), 9 * MINUTE)
    assert takes_away(before, shorter, BRISTOL_2023) == ("longest",)
