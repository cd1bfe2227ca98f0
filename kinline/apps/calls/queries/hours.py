"""When calls may begin at a facility, for pages that say so before anyone dials."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from kinline.apps.calls.asking import core_rule
from kinline.apps.days import day_at
from kinline.apps.facilities.models import CallingRule as CallingRuleRow
from kinline.apps.facilities.queries import rule_on, rules_in_force
from kinline.core.policy.call import CallingRule


@dataclass(frozen=True, slots=True)
class Hours:
    """Today's hours on the facility's own wall; `next_opens_at` only while calls are closed."""

    offered: bool
    open_now: bool
    opens_at: time | None
    closes_at: time | None
    next_opens_at: datetime | None
    max_call_seconds: int | None


def hours(*, zones: dict[UUID, str], now: datetime) -> dict[UUID, Hours]:
    """The hours of these facilities (id to zone), in one query."""
    days = {pk: day_at(zone, now) for pk, zone in zones.items()}
    wanted = Q(pk=None)
    for pk, day in days.items():
        wanted |= rules_in_force(pk, day) | rules_in_force(pk, day + timedelta(days=1))
    rows = list(CallingRuleRow.objects.filter(wanted)) if zones else []
    return {
        pk: _hours([row for row in rows if row.facility_id == pk], day, zones[pk], now)
        for pk, day in days.items()
    }


def _hours(rows: list[CallingRuleRow], day: date, zone: str, now: datetime) -> Hours:
    tomorrow = day + timedelta(days=1)
    today = core_rule(rule_on(rows, day))
    next_day = _opening(core_rule(rule_on(rows, tomorrow)), tomorrow, zone)
    if today is None or not today.offered:
        return Hours(False, False, None, None, next_day, None)
    wall = now.astimezone(ZoneInfo(zone)).time()
    open_now = today.opens_at <= wall < today.closes_at
    opens = _opening(today, day, zone) if wall < today.opens_at else next_day
    return Hours(
        offered=True,
        open_now=open_now,
        opens_at=today.opens_at,
        closes_at=today.closes_at,
        next_opens_at=None if open_now else opens,
        max_call_seconds=today.max_call_seconds,
    )


def _opening(rule: CallingRule | None, day: date, zone: str) -> datetime | None:
    if rule is None or not rule.offered:
        return None
    return datetime.combine(day, rule.opens_at, tzinfo=ZoneInfo(zone)).astimezone(UTC)
