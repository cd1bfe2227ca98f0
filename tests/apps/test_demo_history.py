"""A demo's invented usage: written once, whatever is asked again."""

from datetime import UTC, datetime

import pytest

from kinline.apps.calls.models import Call
from kinline.apps.charging.models import Charge
from kinline.apps.reports import access, queries
from kinline.config.demo import history
from kinline.core.quarter import Quarter
from tests.cast import Town


def test_usage_is_invented_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MONTHS", 3)
    now = datetime(2026, 10, 5, tzinfo=UTC)
    first = history.load(now=now)
    assert Charge.objects.count() == first > 100
    assert history.load(now=now) == first == Charge.objects.count()
    assert not Call.objects.exists()
    summer = queries.statement(scope=access.everywhere(), quarter=Quarter(2026, 3)).total
    assert summer.calls.count + summer.visits.count + summer.messages.count <= first
    assert summer.calls.count > 50
