"""A day for pages to be asked on: every door reads the moment from one place."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

BOSTON = ZoneInfo("America/New_York")


def it_is(monkeypatch: pytest.MonkeyPatch, wall: str) -> datetime:
    """From here on it is `wall` ("2023-11-30 23:59") in Boston."""
    moment = datetime.fromisoformat(wall).replace(tzinfo=BOSTON)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment
