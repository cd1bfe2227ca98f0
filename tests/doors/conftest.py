"""What tests of pages share."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone


@pytest.fixture
def today() -> datetime:
    """Pages are asked for now, so what they show happened just before.

    Not in the last half hour of Bristol's day: a call then has less than its twenty minutes.
    """
    before = timezone.now() - timedelta(minutes=30)
    wall = before.astimezone(ZoneInfo("America/New_York"))
    return before - timedelta(minutes=30) if (wall.hour, wall.minute) >= (23, 30) else before
