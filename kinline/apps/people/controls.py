"""Reading controls: those that bear on one call, and what staff see of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from kinline.apps.days import day_at
from kinline.apps.facilities.models import Station, Unit
from kinline.apps.people.models import AccessBaseline, Control, Person
from kinline.apps.prepared import Prepared
from kinline.core.ids import PlaceCode
from kinline.core.policy.baseline import Baseline
from kinline.core.policy.controls import Control as Held
from kinline.core.policy.controls import Kind, Level
from kinline.core.rating.book import Access, Law
from kinline.core.rating.terms import Service
from kinline.core.schedule.rules import WeekTime
from kinline.laws.loader import book, places

# One that begins within so much may cut a call that begins now.
AHEAD = timedelta(days=1)
_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Subjects:
    """All that a control on one call can be set on; empty or None for what there is not."""

    agency: UUID
    facility: UUID
    unit: UUID | None = None
    station: UUID | None = None
    station_unit: UUID | None = None
    person: UUID | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class ControlView:
    """A control as staff see it. `subject` is what it is set on, in words that staff know."""

    id: UUID
    level: Level
    subject: str
    kind: Kind
    amount: int | None
    hours: tuple[WeekTime, ...]
    attorneys: bool
    why: str
    note: str
    from_at: datetime
    until_at: datetime | None
    stricter: bool
    set_by: str
    set_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    confirmed_why: str
    ended_by: str
    ended_at: datetime | None
    state: str  # "waits" for a second person, "coming", "now", "over"


@dataclass(frozen=True, slots=True)
class BaselineView:
    """What a facility offered on the day that a law keeps, or a law's own floor.

    `told` False: the law keeps it, and nobody has written it down.
    """

    baseline: Baseline
    law: str
    told: bool
    source: str = ""
    set_by: str = ""
    set_at: datetime | None = None


# --- for a decision ----------------------------------------------------------------------


def _held(
    agency: UUID,
    facility: UUID,
    a: str,
    f: str,
    unit: str,
    station: str,
    station_unit: str,
    person: str,
    number: str,
    now: datetime,
    soon: datetime,
) -> QuerySet[Control, Any]:
    subjects = [a, f, unit, station, station_unit, person, number]
    rows = Control.objects.filter(
        Q(until_at=None) | Q(until_at__gt=now),
        Q(stricter=False) | Q(confirmed_at__isnull=False),
        Q(facility=None) | Q(facility=facility),
        agency=agency,
        subject__in=subjects,
        ended_at=None,
        from_at__lte=soon,
    )
    told = ("kind", "level", "from_at", "until_at", "amount", "hours", "attorneys", "why")
    return rows.values_list("pk", *told)


_HELD = Prepared(
    _held,
    agency=UUID,
    facility=UUID,
    a=str,
    f=str,
    unit=str,
    station=str,
    station_unit=str,
    person=str,
    number=str,
    now=datetime,
    soon=datetime,
)


def on_call(of: Subjects, now: datetime) -> tuple[Held, ...]:
    """The controls that hold now or begin within a day, for one call. One query, however many."""
    rows = _HELD(
        agency=of.agency,
        facility=of.facility,
        a=str(of.agency),
        f=str(of.facility),
        unit=_subject(of.unit),
        station=_subject(of.station),
        station_unit=_subject(of.station_unit),
        person=_subject(of.person),
        number=of.number,
        now=now,
        soon=now + AHEAD,
    )
    return tuple(_core(*row) for row in rows)


def _subject(of: UUID | None) -> str:
    return "" if of is None else str(of)


def _core(
    pk: UUID,
    kind: str,
    level: str,
    since: datetime,
    until: datetime | None,
    amount: int | None,
    hours: list[list[Any]],
    attorneys: bool,
    why: str,
) -> Held:
    return Held(
        id=str(pk),
        kind=Kind(kind),
        level=Level(level),
        since=since,
        until=until,
        amount=amount,
        hours=read_hours(hours),
        attorneys=attorneys,
        why=why,
    )


def read_hours(stored: Iterable[Iterable[Any]]) -> tuple[WeekTime, ...]:
    """Hours as a row keeps them."""
    return tuple(
        WeekTime(day, time.fromisoformat(opens), time.fromisoformat(closes))
        for day, opens, closes in stored
    )


def stored_hours(hours: Iterable[WeekTime]) -> list[list[Any]]:
    """Hours for a row."""
    return [[one.weekday, f"{one.from_:%H:%M}", f"{one.until:%H:%M}"] for one in hours]


# --- for staff ---------------------------------------------------------------------------


def controls_of(*, facility_id: UUID, agency_id: UUID, now: datetime) -> list[ControlView]:
    """Those of a facility and its agency that are not over, the widest level first; then the
    hundred that ended last. Five queries, however many there are."""
    here = Control.objects.filter(Q(facility=None) | Q(facility=facility_id), agency=agency_id)
    over = Q(ended_at__isnull=False) | Q(until_at__lte=now)
    live = list(here.exclude(over).order_by("-set_at"))
    ended = list(here.filter(over).order_by("-set_at")[:100])
    rows = live + ended
    names = _names(rows)
    found = [_view(row, names, now) for row in rows]
    levels = list(Level)
    return sorted(found, key=lambda one: (one.state == "over", levels.index(one.level)))


def control_view(row: Control, now: datetime) -> ControlView:
    """One control as staff see it."""
    return _view(row, _names([row]), now)


def row_of(*, control_id: UUID) -> Control | None:
    """A control for another room's action; None where there is none."""
    return Control.objects.filter(pk=control_id).first()


def waits(*, control_id: UUID) -> bool:
    """Whether it holds only once a second person has confirmed it."""
    return Control.objects.filter(pk=control_id, stricter=True, confirmed_at=None).exists()


def named(*, ids: Iterable[str]) -> dict[str, str]:
    """Who set each of these controls: account ids, by the control's id."""
    rows = Control.objects.filter(pk__in=list(ids)).values_list("pk", "set_by")
    return {str(pk): by for pk, by in rows}


def _names(rows: Iterable[Control]) -> Mapping[str, str]:
    subjects: dict[str, set[str]] = {}
    for row in rows:
        subjects.setdefault(row.level, set()).add(row.subject)
    units = Unit.objects.filter(pk__in=subjects.get(Level.UNIT, ()))
    stations = Station.objects.filter(pk__in=subjects.get(Level.STATION, ()))
    people = Person.objects.filter(pk__in=subjects.get(Level.PERSON, ()))
    found = {str(pk): name for pk, name in units.values_list("pk", "name")}
    found |= {str(pk): name for pk, name in stations.values_list("pk", "name")}
    for person in people:
        found[str(person.pk)] = f"{person.full_name} ({person.number})"
    return found


def _view(row: Control, names: Mapping[str, str], now: datetime) -> ControlView:
    subject = row.subject if row.level == Level.NUMBER else names.get(row.subject, "")
    return ControlView(
        id=row.pk,
        level=Level(row.level),
        subject=subject,
        kind=Kind(row.kind),
        amount=row.amount,
        hours=read_hours(row.hours),
        attorneys=row.attorneys,
        why=row.why,
        note=row.note,
        from_at=row.from_at,
        until_at=row.until_at,
        stricter=row.stricter,
        set_by=row.set_by,
        set_at=row.set_at,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        confirmed_why=row.confirmed_why,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
        state=_state(row, now),
    )


def _state(row: Control, now: datetime) -> str:
    if row.ended_at is not None or (row.until_at is not None and row.until_at <= now):
        return "over"
    if row.stricter and row.confirmed_at is None:
        return "waits"
    return "coming" if row.from_at > now else "now"


@dataclass(frozen=True, slots=True)
class StricterView:
    """What a facility gives less of than a law keeps, as everyone may read it: no note, no person,
    no name of a unit. Of single people there is the count alone."""

    facility: str
    zone: str
    level: Level
    kind: Kind
    amount: int | None
    hours: tuple[WeekTime, ...]
    from_at: datetime


@dataclass(frozen=True, slots=True)
class Stricter:
    """All of it: controls for many, by facility, and how many hold for single people."""

    rows: tuple[StricterView, ...]
    single: int


def stricter_in_force(*, now: datetime) -> Stricter:
    """The confirmed controls in force that give less than a law keeps, for everyone to see. Two
    queries. A control of a whole agency stands at each of its facilities."""
    rows = Control.objects.filter(
        Q(until_at=None) | Q(until_at__gt=now),
        stricter=True,
        confirmed_at__isnull=False,
        ended_at=None,
        from_at__lte=now,
    )
    many = rows.exclude(level=Level.PERSON).annotate(
        at=F("agency__facilities"),
        name=F("agency__facilities__name"),
        zone=F("agency__facilities__zone"),
    )
    here = many.filter(Q(facility=None) | Q(facility=F("at"))).order_by("name", "from_at", "pk")
    told = ("name", "zone", "level", "kind", "amount", "hours", "from_at")
    return Stricter(
        rows=tuple(
            StricterView(name, zone, Level(level), Kind(kind), amount, read_hours(hours), at)
            for name, zone, level, kind, amount, hours, at in here.values_list(*told)
        ),
        single=rows.filter(level=Level.PERSON).count(),
    )


# --- what a law keeps ---------------------------------------------------------------------


def baseline_of(*, facility_id: UUID, place: str, zone: str, now: datetime) -> BaselineView | None:
    """What the law in force keeps of access here, None where no law keeps any. One query."""
    kept = _kept(place, zone, now)
    if kept is None:
        return None
    law, access = kept
    if access.kind == "floor":
        seconds = int(access.facts["minutes_per_day"]) * 60
        least = {Kind.MINUTES_DAY: seconds, Kind.MINUTES_WEEK: _A_WEEK * seconds}
        return BaselineView(Baseline(least=least, floor_only=True), law, told=True)
    row = AccessBaseline.objects.filter(facility=facility_id).order_by("-set_at").first()
    if row is None:
        return BaselineView(Baseline(), law, told=False)
    amounts = {Kind(kind): amount for kind, amount in row.amounts.items()}
    hours = None if row.hours is None else read_hours(row.hours)
    return BaselineView(Baseline(amounts, hours), law, True, row.source, row.set_by, row.set_at)


def _kept(place: str, zone: str, now: datetime) -> tuple[str, Access] | None:
    """The citation and what it keeps, by the law of this place and day on calls."""
    where = places()[PlaceCode(place)]
    today = day_at(zone, now)
    for rule in book().about(where, Service.CALL):
        if isinstance(rule, Law) and rule.access is not None and today in rule.period:
            return rule.citation, rule.access
    return None
