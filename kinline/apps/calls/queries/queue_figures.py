"""The line for a unit's phones as staff see it: now, how long people waited, and what is needed.

Unit ids come from here alone: nothing is told of a unit of another facility.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from kinline.apps.calls import queuing
from kinline.apps.calls.models import IN_LINE, Call, QueuePlace, QueueRule
from kinline.apps.calls.queries.queue import OfferView, offer_of
from kinline.apps.errors import NotFound
from kinline.apps.facilities.models import Unit
from kinline.core.call.states import State
from kinline.core.queue.erlang import Hour, Need, forecast
from kinline.core.queue.figures import Waits, waits
from kinline.core.queue.turns import Stand

WEEKS = 4
MEASURED = timedelta(weeks=WEEKS)
RULES_SHOWN = 20
Key = TypeVar("Key", int, date)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the list of a facility. `on` None: no rule was ever set."""

    unit: UUID
    name: str
    on: bool | None
    waiting: int


@dataclass(frozen=True, slots=True)
class InLine:
    """One place of a line now."""

    number: int
    person: UUID
    name: str
    joined_at: datetime
    passed: int
    talked_seconds: int
    offer: OfferView | None


@dataclass(frozen=True, slots=True)
class QueueRuleView:
    """One rule; it holds from `set_at` until the next one. `set_by` is an account id."""

    on: bool
    devices: tuple[str, ...]
    offer_seconds: int
    set_by: str
    set_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class UnitNow:
    """A unit's line as it stands, with its rules, the one in force first."""

    unit: UUID
    name: str
    rules: list[QueueRuleView]
    line: list[InLine]
    phones: int
    working: int

    @property
    def on(self) -> bool:
        return bool(self.rules) and self.rules[0].on


@dataclass(frozen=True, slots=True)
class Measured:
    """Waits that ended with a call, by when they began; and the places that did not."""

    all: Waits | None
    by_hour: list[tuple[int, Waits]]
    by_week: list[tuple[date, Waits]]
    taken: int
    left: int
    put_out: int
    over: int
    passed: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What each hour of the day needs; `most` phones are enough for all of them. `days` were
    measured."""

    needs: tuple[Need, ...]
    most: int
    days: int
    phones: int
    within_minutes: int


def units(*, facility_id: UUID) -> list[UnitLine]:
    """The units of a facility by name, with whether people wait there. Two queries."""
    newest = QueueRule.objects.filter(unit=OuterRef("pk")).order_by("-set_at")
    rows = Unit.objects.filter(facility=facility_id).annotate(
        line=Subquery(newest.values("on")[:1])
    )
    counts: dict[UUID, int] = defaultdict(int)
    for unit in QueuePlace.objects.filter(IN_LINE, unit__facility=facility_id).values_list(
        "unit", flat=True
    ):
        counts[unit] += 1
    found = rows.order_by("name").values_list("pk", "name", "line")
    return [UnitLine(pk, name, on, counts[pk]) for pk, name, on in found]


def unit_now(*, facility_id: UUID, unit_id: UUID, now: datetime) -> UnitNow:
    """One unit of this facility. Raises NotFound."""
    unit = Unit.objects.filter(pk=unit_id, facility=facility_id).first()
    if unit is None:
        raise NotFound
    rows = QueueRule.objects.filter(unit=unit).select_related("unit__facility").order_by("-set_at")
    rules = list(rows[:RULES_SHOWN])
    line = queuing.standing(rules[0], now) if rules else None
    return UnitNow(
        unit=unit.pk,
        name=unit.name,
        rules=[_rule(row) for row in rules],
        line=_in_line(line) if line else [],
        phones=len(line.phones) if line else 0,
        working=sum(phone.works for phone in line.phones) if line else 0,
    )


def measured(*, unit_id: UUID, zone: str, now: datetime) -> Measured:
    """The waits of the last four weeks. One query."""
    rows = list(
        QueuePlace.objects.filter(unit=unit_id, joined_at__gte=now - MEASURED).values_list(
            "state", "joined_at", "ended_at", "passed"
        )
    )
    taken = [
        (joined.astimezone(ZoneInfo(zone)), int((ended - joined).total_seconds()))
        for state, joined, ended, _passed in rows
        if state == Stand.TAKEN and ended is not None
    ]
    states = [row[0] for row in rows]
    return Measured(
        all=waits(seconds for _at, seconds in taken),
        by_hour=_grouped((at.hour, seconds) for at, seconds in taken),
        by_week=_grouped((_monday(at), seconds) for at, seconds in taken),
        taken=len(taken),
        left=states.count(Stand.LEFT),
        put_out=states.count(Stand.OUT),
        over=states.count(Stand.OVER),
        passed=sum(row[3] for row in rows),
    )


def needed(
    *, facility_id: UUID, found: UnitNow, zone: str, within_minutes: int, now: datetime
) -> Forecast | None:
    """How many phones the unit needs, from four weeks of calls; None where nothing was measured.

    A wish to call is a call that went out, or a place in line that came to none. A phone is in
    use from the moment a call is asked for until it ends. Two queries.
    """
    since = now - MEASURED
    kinds = found.rules[0].devices if found.rules else queuing.DEVICES
    calls = list(
        Call.objects.filter(
            facility=facility_id,
            asked_at__gte=since,
            state=State.ENDED,
            station__unit=found.unit,
            station__kind__in=kinds,
        ).values_list("asked_at", "ended_at")
    )
    if not calls:
        return None
    given_up = QueuePlace.objects.filter(
        unit=found.unit, joined_at__gte=since, state__in=[Stand.LEFT, Stand.OUT, Stand.OVER]
    )
    wishes = [asked for asked, _ended in calls]
    wishes += list(given_up.values_list("joined_at", flat=True))
    days = len({at.astimezone(ZoneInfo(zone)).date() for at in wishes})
    hours = _hours(wishes, calls, zone, days)
    needs = forecast(hours, phones=found.working, seconds=within_minutes * 60)
    most = max(need.phones for need in needs)
    return Forecast(needs, most, days, found.working, within_minutes)


def _hours(
    wishes: Iterable[datetime],
    calls: Sequence[tuple[datetime, datetime | None]],
    zone: str,
    days: int,
) -> list[Hour]:
    """Each hour of the facility's day in which somebody wished to call, per day measured."""
    wall = ZoneInfo(zone)
    many: dict[int, int] = defaultdict(int)
    for at in wishes:
        many[at.astimezone(wall).hour] += 1
    used: dict[int, list[float]] = defaultdict(list)
    for asked, ended in calls:
        seconds = ((ended or asked) - asked).total_seconds()
        used[asked.astimezone(wall).hour].append(max(0.0, seconds))
    every = [one for lengths in used.values() for one in lengths]
    mean = sum(every) / len(every)
    return [
        Hour(
            hour=hour,
            arrivals=many[hour] / days,
            # An hour in which nobody came through says nothing of how long calls are.
            call_seconds=sum(used[hour]) / len(used[hour]) if used[hour] else mean,
        )
        for hour in sorted(many)
    ]


def _grouped(pairs: Iterable[tuple[Key, int]]) -> list[tuple[Key, Waits]]:
    groups: dict[Key, list[int]] = defaultdict(list)
    for key, seconds in pairs:
        groups[key].append(seconds)
    return [(key, found) for key in sorted(groups) if (found := waits(groups[key]))]


def _monday(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())


def _rule(row: QueueRule) -> QueueRuleView:
    devices = tuple(row.devices.split(","))
    return QueueRuleView(row.on, devices, row.offer_seconds, row.set_by, row.set_at, row.note)


def _in_line(line: queuing.Standing) -> list[InLine]:
    return [
        InLine(
            number=line.rows[one.id].number,
            person=line.rows[one.id].person_id,
            name=line.rows[one.id].person.full_name,
            joined_at=line.rows[one.id].joined_at,
            passed=one.passed,
            talked_seconds=one.talked_seconds,
            offer=offer_of(line, one),
        )
        for one in line.order
    ]
