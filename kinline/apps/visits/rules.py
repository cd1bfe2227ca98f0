"""Rules, closures and holidays as the core wants them, read from their rows."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from kinline.apps.prepared import Prepared
from kinline.apps.visits.models import Closure as ClosureRow
from kinline.apps.visits.models import ClosureKind, VisitRules
from kinline.core.period import Period
from kinline.core.schedule.rules import Closure, Holiday, Rules, WeekTime
from kinline.core.visit.terms import VisitKind

IN_FORCE = Q(lifted_at=None)
LONGEST_HOLIDAY = 366  # days of one row that are told as holidays


def of_unit(unit_id: UUID | None) -> Q:
    """What concerns somebody in this unit: what the whole facility has, and what theirs has."""
    return Q(unit=None) | Q(unit=unit_id) if unit_id else Q(unit=None)


def rule_rows(facility_id: UUID, unit_id: UUID | None) -> list[VisitRules]:
    """The rules of a facility for one unit, those that go before first: the unit's own, and of
    each the one that began last."""
    rows = VisitRules.objects.filter(of_unit(unit_id), facility=facility_id)
    newest = rows.order_by("-from_on")
    return sorted(newest, key=lambda row: row.unit_id is None)


def core_rules(row: VisitRules) -> Rules:
    """One row for the core. Raises ValueError for a row that staff could not have set."""
    return Rules(
        period=Period(row.from_on, row.until_on),
        lengths=tuple(row.lengths),
        template=tuple(_hours(row.template)),
        notice_minutes=row.notice_minutes,
        horizon_days=row.horizon_days,
        per_person_week=row.per_person_week,
        per_visitor_week=row.per_visitor_week,
        week_starts=row.week_starts,
        buffer_minutes=row.buffer_minutes,
        every_minutes=row.every_minutes,
        capacity=row.capacity,
        max_visitors=row.max_visitors,
        approval=row.approval,
        recorded=row.recorded,
        private_kinds=frozenset(VisitKind(one) for one in row.private_kinds),
        cancel_minutes=row.cancel_minutes,
    )


def stored(template: Iterable[WeekTime]) -> list[list[int | str]]:
    """Hours of the week for a JSON column."""
    return [
        [one.weekday, one.from_.isoformat("minutes"), one.until.isoformat("minutes")]
        for one in template
    ]


def _hours(rows: Iterable[tuple[int, str, str]]) -> Iterator[WeekTime]:
    for weekday, opens, closes in rows:
        yield WeekTime(weekday, time.fromisoformat(opens), time.fromisoformat(closes))


def row_in_force(rows: Iterable[VisitRules], on: date) -> VisitRules | None:
    """The row that core.schedule.rules.in_force takes for a day."""
    return next((row for row in rows if on in Period(row.from_on, row.until_on)), None)


def closures(
    facility_id: UUID, unit_id: UUID | None, zone: ZoneInfo, since: datetime
) -> tuple[tuple[Closure, ...], tuple[Holiday, ...]]:
    """What is closed at some time after `since`, and which whole days are holidays. One query."""
    asked: dict[str, object] = {"facility": facility_id, "since": since}
    rows = _CLOSED_UNIT(unit=unit_id, **asked) if unit_id else _CLOSED(**asked)
    closed: list[Closure] = []
    holidays: list[Holiday] = []
    for kind, from_at, until_at, why in rows:
        if kind == ClosureKind.HOLIDAY and until_at is not None:
            holidays += _days(from_at, until_at, zone, why)
        else:
            closed.append(Closure(from_at, until_at, why, lockdown=kind == ClosureKind.LOCKDOWN))
    return tuple(closed), tuple(holidays)


def _days(begins: datetime, ends: datetime, zone: ZoneInfo, name: str) -> list[Holiday]:
    first = begins.astimezone(zone).date()
    last = (ends - timedelta(microseconds=1)).astimezone(zone).date()
    count = min((last - first).days + 1, LONGEST_HOLIDAY)
    return [Holiday(first + timedelta(days=number), name) for number in range(count)]


# Each booking and each look at a calendar asks it, so it is compiled once (see apps.prepared).
def _closed(facility: Any, since: Any, unit: Any = None) -> Any:
    rows = ClosureRow.objects.filter(IN_FORCE, of_unit(unit), facility=facility)
    rows = rows.filter(Q(until_at=None) | Q(until_at__gt=since)).order_by("from_at")
    return rows.values_list("kind", "from_at", "until_at", "why")


_CLOSED = Prepared(_closed, facility=UUID, since=datetime)
_CLOSED_UNIT = Prepared(_closed, facility=UUID, since=datetime, unit=UUID)
