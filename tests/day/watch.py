"""What is looked at while the day goes on: cheap, and true at every moment."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from kinline.apps.calls.models import LIVE, Call
from kinline.apps.recordings.models import Recording
from tests.day.web import LEASE

if TYPE_CHECKING:
    from tests.day.world import World


def look(world: "World") -> None:
    """The books know the calls that are, each once, and keep open what belongs to those alone."""
    rows = list(Call.objects.filter(LIVE))
    assert {row.pk for row in rows} == {UUID(call) for call in world.open}
    once(row.station_id for row in rows if row.station_id)
    once(row.person_id for row in rows if row.person_id and not row.line_id)
    recorded = {row.pk for row in rows if not row.private}
    assert recorded == set(Recording.objects.filter(ended_at=None).values_list("call", flat=True))
    if world.web.may_sweep:
        assert all(row.alive_at >= world.clock.now - LEASE for row in rows)


def once(ids: Iterable[UUID]) -> None:
    assert [one for one, times in Counter(ids).items() if times > 1] == []
