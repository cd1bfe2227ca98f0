"""What somebody has talked in the day and week that are counted, without talk with attorneys."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from kinline.apps.calls.models import CallRecord
from kinline.apps.prepared import Prepared
from kinline.core.policy.controls import Spent, counted_from

ATTORNEY = "attorney"  # what makes a call private, as core.policy.call names it
_LONGEST_GAP = timedelta(days=1)
ASKED_BEFORE = timedelta(hours=1)  # a call is asked for a little before it is accepted


class _Talk(NamedTuple):
    number: str
    accepted_at: datetime
    ended_at: datetime
    seconds: int


def _talks(person: UUID, since: datetime, asked: datetime) -> QuerySet[CallRecord, Any]:
    rows = CallRecord.objects.filter(
        call__person=person,
        call__asked_at__gte=asked,
        call__line=None,
        accepted_at__gte=since,
    ).exclude(call__private_because=ATTORNEY)
    return rows.values_list("number", "accepted_at", "ended_at", "talk_seconds")


_TALKS = Prepared(_talks, person=UUID, since=datetime, asked=datetime)


def spent(*, person: UUID, number: str, zone: ZoneInfo, now: datetime) -> tuple[Spent, Spent]:
    """All talk of a person, and what of it went to `number` (E.164). One query."""
    day, week = counted_from(zone, now)
    since = min(week, now - _LONGEST_GAP)
    rows = _TALKS(person=person, since=since, asked=since - ASKED_BEFORE)
    talks = [_Talk(*row) for row in rows]
    there = [one for one in talks if one.number == number]
    return _sum(talks, day, week), _sum(there, day, week)


def _sum(talks: Iterable[_Talk], day: datetime, week: datetime) -> Spent:
    talks = list(talks)
    of_day = [one.seconds for one in talks if one.accepted_at >= day]
    of_week = [one.seconds for one in talks if one.accepted_at >= week]
    return Spent(
        count_day=len(of_day),
        count_week=len(of_week),
        seconds_day=sum(of_day),
        seconds_week=sum(of_week),
        last_ended_at=max((one.ended_at for one in talks), default=None),
    )
