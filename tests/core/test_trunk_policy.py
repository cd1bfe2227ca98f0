"""What one carrier may carry: good and bad at the edge of each limit."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.policy.trunk import TrunkLimits, TrunkUse, refusals
from kinline.core.refusal import Refusal

TOMORROW = datetime(2025, 3, 13, 4, tzinfo=UTC)
LIMITS = TrunkLimits(at_once=3, a_minute=5, abroad_minutes=10)


def no(use: TrunkUse, limits: TrunkLimits = LIMITS) -> list[Refusal]:
    return list(refusals(limits, use, tomorrow=TOMORROW))


@pytest.mark.parametrize(
    ("below", "at", "limit", "most"),
    [
        (TrunkUse(2, 0), TrunkUse(3, 0), "at_once", "3"),
        (TrunkUse(0, 4), TrunkUse(0, 5), "a_minute", "5"),
        (TrunkUse(0, 0, 599), TrunkUse(0, 0, 600), "abroad", "10"),
    ],
)
def test_the_last_call_below_a_limit_goes_out_and_the_next_waits(
    below: TrunkUse, at: TrunkUse, limit: str, most: str
) -> None:
    assert no(below) == []
    (reason,) = no(at)
    assert reason.facts == {"limit": limit, "most": most}
    assert (reason.code == "call.trunk_abroad") == (limit == "abroad")
    assert (reason.until == TOMORROW) == (limit == "abroad")


def test_a_call_at_home_is_not_stopped_by_minutes_abroad() -> None:
    assert no(TrunkUse(0, 0, None), replace(LIMITS, abroad_minutes=0)) == []
    assert no(TrunkUse(0, 0, 0), replace(LIMITS, abroad_minutes=0)) != [], "0 minutes: none abroad"


@given(
    at_once=st.integers(0, 9), a_minute=st.integers(0, 9), abroad=st.none() | st.integers(0, 999)
)
def test_more_in_use_never_lets_more_out(at_once: int, a_minute: int, abroad: int | None) -> None:
    use = TrunkUse(at_once, a_minute, abroad)
    busier = TrunkUse(at_once + 1, a_minute + 1, None if abroad is None else abroad + 1)
    assert {str(one.facts) for one in no(use)} <= {str(one.facts) for one in no(busier)}
    assert len(no(use)) <= 3
