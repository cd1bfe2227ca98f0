"""Reading controls: what staff and everyone see of them, and what a law keeps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from kinline.apps.days import day_at
from kinline.apps.facilities.models import Station, Unit
from kinline.apps.people.held import read_hours
from kinline.apps.people.models import AccessBaseline, Contact, Control, Person
from kinline.core.ids import PlaceCode
from kinline.core.policy.baseline import Baseline
from kinline.core.policy.controls import Kind, Level, Talk
from kinline.core.rating.book import Access, Law
from kinline.core.rating.terms import Service
from kinline.core.schedule.rules import WeekTime
from kinline.laws.loader import book, places

_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class ControlView:
    """A control as staff see it. `subject` is what it is set on, in words that staff know."""

    id: UUID
    talk: Talk
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


# --- for staff ---------------------------------------------------------------------------


def controls_of(*, facility_id: UUID, agency_id: UUID, now: datetime) -> list[ControlView]:
    """Those of a facility and its agency that are not over, the widest level first; then the
    hundred that ended last. Six queries, however many there are."""
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
    contacts = Contact.objects.filter(pk__in=subjects.get(Level.CONTACT, ()))
    found |= {str(pk): name for pk, name in contacts.values_list("pk", "name")}
    for person in people:
        found[str(person.pk)] = f"{person.full_name} ({person.number})"
    return found


def _view(row: Control, names: Mapping[str, str], now: datetime) -> ControlView:
    subject = row.subject if row.level == Level.NUMBER else names.get(row.subject, "")
    return ControlView(
        id=row.pk,
        talk=Talk(row.talk),
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
