"""Bristol offers visits, and it is Wednesday, March 12, 2025, eleven in the morning there."""

from datetime import datetime

import pytest

from tests.apps.visits.visiting import julian_and_odette
from tests.cast import Town
from tests.doors import clock


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    return clock.it_is(monkeypatch, "2025-03-12 11:00")


@pytest.fixture
def offered(town: Town, now: datetime) -> Town:
    """Odette may visit Julian; visits of 20 or 40 minutes, every day from nine to five."""
    julian_and_odette(town)
    return town
