"""Quiet hours of a contact, on their own clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinline.core.policy.quiet import QuietTime, quiet_until

BOSTON = ZoneInfo("America/New_York")


def boston(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=BOSTON).astimezone(UTC)


NIGHT = QuietTime(BOSTON, time(22), time(7))
SHIFT = QuietTime(BOSTON, time(9), time(17, 30))


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, "2026-11-23 21:59", None),
        (NIGHT, "2026-11-23 22:00", "2026-11-24 07:00"),
        (NIGHT, "2026-11-24 06:59", "2026-11-24 07:00"),
        (NIGHT, "2026-11-24 07:00", None),
        (SHIFT, "2026-11-24 08:59", None),
        (SHIFT, "2026-11-24 12:00", "2026-11-24 17:30"),
        (SHIFT, "2026-11-24 17:30", None),
        # The clock goes forward in this night: seven is seven.
        (NIGHT, "2026-03-08 01:30", "2026-03-08 07:00"),
        (NIGHT, "2026-11-01 06:30", "2026-11-01 07:00"),
    ],
)
def test_a_mother_who_sleeps_and_one_who_works(
    quiet: QuietTime, now: str, until: str | None
) -> None:
    assert quiet_until(quiet, boston(now)) == (boston(until) if until else None)


def test_hours_without_a_length_are_none() -> None:
    with pytest.raises(ValueError, match="length"):
        QuietTime(BOSTON, time(7), time(7))


walls = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(walls, walls, st.integers(0, 7 * 24 * 60))
def test_it_is_quiet_when_the_wall_says_so(from_: time, until: time, minute: int) -> None:
    if from_ == until:
        return
    now = datetime(2026, 6, 1, tzinfo=BOSTON).astimezone(UTC) + timedelta(minutes=minute)
    wall = now.astimezone(BOSTON).time()
    inside = from_ <= wall < until if from_ < until else (wall >= from_ or wall < until)
    found = quiet_until(QuietTime(BOSTON, from_, until), now)
    assert (found is not None) == inside
    if found is not None:
        assert found.astimezone(BOSTON).time() == until
        assert now < found <= now + timedelta(days=1)
