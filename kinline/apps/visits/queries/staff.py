"""Visits, rules and requests as staff see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from kinline.apps.days import moments_of
from kinline.apps.ids import as_uuid
from kinline.apps.people.access import Staff, access_facility
from kinline.apps.people.held import closings_of_visits
from kinline.apps.people.models import Account
from kinline.apps.people.rights import Right
from kinline.apps.visits.access import full, staff_visit
from kinline.apps.visits.controlled import under
from kinline.apps.visits.models import (
    Closure,
    ClosureKind,
    Separation,
    Visit,
    VisitRules,
    VisitStation,
)
from kinline.apps.visits.queries.visits import VisitView, view
from kinline.apps.visits.rules import core_rules, row_in_force
from kinline.core.link import By
from kinline.core.schedule.rules import Rules
from kinline.core.visit.states import State

MOST = 50  # closures and separations shown


@dataclass(frozen=True, slots=True)
class StepView:
    what: str
    at: datetime
    side: str
    by_name: str
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class RulesView:
    """Rules with who set them; `in_force` today. See models.VisitRules."""

    id: UUID
    unit: UUID | None
    unit_name: str
    rules: Rules  # with its period
    from_inside: bool
    set_by_name: str
    set_at: datetime
    note: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class StationView:
    id: UUID
    unit: UUID | None
    unit_name: str
    kind: str
    name: str
    device_name: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClosureView:
    id: UUID
    unit_name: str
    kind: str
    from_at: datetime
    until_at: datetime | None
    why: str
    set_by_name: str
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeparationView:
    id: UUID
    person: UUID
    person_name: str
    other: UUID
    other_name: str
    why: str
    made_at: datetime
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Setting:
    """All that is set at a facility."""

    rules: tuple[RulesView, ...]
    stations: tuple[StationView, ...]
    closures: tuple[ClosureView, ...]
    separations: tuple[SeparationView, ...]


def day(*, staff: Staff, place: str, on: date) -> list[VisitView]:
    """The visits of a day, in order of their beginning. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SEE_VISITS)
    begins, ends = moments_of(on, here.zone)
    rows = Visit.objects.filter(facility=here.facility, starts_at__gte=begins, starts_at__lt=ends)
    return [view(row) for row in full(rows.order_by("starts_at", "station__name", "pk"))]


def requests(*, staff: Staff, place: str, now: datetime) -> list[VisitView]:
    """What waits for approval, the soonest first. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SEE_VISITS)
    rows = Visit.objects.filter(facility=here.facility, state=State.REQUESTED, starts_at__gt=now)
    return [view(row) for row in full(rows.order_by("starts_at", "pk"))]


def visit(*, staff: Staff, visit_id: UUID) -> VisitView:
    """One visit. Raises NotFound."""
    return view(staff_visit(staff, visit_id, Right.SEE_VISITS))


def history(*, staff: Staff, visit_id: UUID) -> list[StepView]:
    """What happened to it, the oldest first. Raises NotFound."""
    row = staff_visit(staff, visit_id, Right.SEE_VISITS)
    steps = list(row.steps.all())
    names = _names(one.by for one in steps if one.side == By.STAFF)
    inside = {By.PERSON: row.person.full_name}
    outside = {str(one.contact_id): one.contact.name for one in row.visitors.all()}
    return [
        StepView(
            what=one.what,
            at=one.at,
            side=one.side,
            by_name=inside.get(By(one.side)) or outside.get(one.by) or names.get(one.by, "")
            if one.side
            else "",
            facts=one.facts,
        )
        for one in steps
    ]


def under_lockdown(*, facility_id: UUID, now: datetime) -> list[UUID]:
    """Visits that are being held, or whose people meet in the lobby, under a lockdown or a control
    that closes visits: theirs is for the engine to end."""
    closures = Closure.objects.filter(
        Q(until_at=None) | Q(until_at__gt=now),
        facility=facility_id,
        kind=ClosureKind.LOCKDOWN,
        from_at__lte=now,
        lifted_at=None,
    )
    found: set[UUID] = set()
    for row in closures:
        held = Visit.objects.filter(facility=facility_id, state=State.HELD)
        if row.unit_id:
            held = held.filter(person__unit=row.unit_id)
        found |= set(held.values_list("pk", flat=True))
    for one in closings_of_visits(now=now):
        if one.from_at <= now:
            held = Visit.objects.filter(under(one), facility=facility_id, state=State.HELD)
            found |= set(held.values_list("pk", flat=True))
    return sorted(found)


def setting(*, staff: Staff, place: str, now: datetime) -> Setting:
    """Rules, stations, closures and separations of a facility. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SET_VISITS)
    rules = list(
        VisitRules.objects.filter(facility=here.facility)
        .select_related("unit")
        .order_by("-from_on", "unit__name")
    )
    closures = list(
        Closure.objects.filter(facility=here.facility)
        .select_related("unit")
        .order_by("-from_at")[:MOST]
    )
    stations = VisitStation.objects.filter(facility=here.facility).select_related("unit", "device")
    apart = Separation.objects.filter(person__facility=here.facility)
    people = apart.select_related("person", "other").order_by("-made_at")[:MOST]
    names = _names([one.set_by for one in rules] + [one.set_by for one in closures])
    today = now.astimezone(ZoneInfo(here.zone)).date()
    return Setting(
        rules=tuple(_rules(row, rules, names, today) for row in rules),
        stations=tuple(_station(row) for row in stations.order_by("unit__name", "name")),
        closures=tuple(_closure(row, names) for row in closures),
        separations=tuple(_separation(row) for row in people),
    )


def _rules(
    row: VisitRules, rows: Sequence[VisitRules], names: dict[str, str], today: date
) -> RulesView:
    same = sorted(
        (one for one in rows if one.unit_id == row.unit_id),
        key=lambda one: one.from_on,
        reverse=True,
    )
    return RulesView(
        id=row.pk,
        unit=row.unit_id,
        unit_name=row.unit.name if row.unit else "",
        rules=core_rules(row),
        from_inside=row.from_inside,
        set_by_name=names.get(row.set_by, row.set_by),
        set_at=row.set_at,
        note=row.note,
        in_force=row_in_force(same, today) is row,
    )


def _station(row: VisitStation) -> StationView:
    return StationView(
        id=row.pk,
        unit=row.unit_id,
        unit_name=row.unit.name if row.unit else "",
        kind=row.kind,
        name=row.name,
        device_name=row.device.name if row.device else "",
        closed_at=row.closed_at,
    )


def _closure(row: Closure, names: dict[str, str]) -> ClosureView:
    return ClosureView(
        id=row.pk,
        unit_name=row.unit.name if row.unit else "",
        kind=row.kind,
        from_at=row.from_at,
        until_at=row.until_at,
        why=row.why,
        set_by_name=names.get(row.set_by, row.set_by),
        lifted_at=row.lifted_at,
    )


def _separation(row: Separation) -> SeparationView:
    return SeparationView(
        id=row.pk,
        person=row.person_id,
        person_name=row.person.full_name,
        other=row.other_id,
        other_name=row.other.full_name,
        why=row.why,
        made_at=row.made_at,
        lifted_at=row.lifted_at,
    )


def _names(ids: Iterable[str]) -> dict[str, str]:
    """The names of staff by their ids as text; one query."""
    wanted = {pk for pk in map(as_uuid, ids) if pk}
    rows = Account.objects.filter(pk__in=wanted).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}
