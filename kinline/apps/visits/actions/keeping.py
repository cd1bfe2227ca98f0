"""What staff set: rules with their dates, stations, separations; each change is audited."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.models import Station, Unit
from kinline.apps.people.access import Staff, StaffPlace, access_facility, access_person
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.apps.visits.models import (
    Separation,
    SlotClaim,
    Visit,
    VisitRules,
    VisitStation,
)
from kinline.apps.visits.rules import stored
from kinline.core.refusal import Refusal
from kinline.core.schedule import claims
from kinline.core.schedule.rules import WeekTime
from kinline.core.visit.states import LIVE
from kinline.core.visit.terms import GRID_MINUTES, MAX_VISITORS, StationKind, VisitKind

LONGEST = 200
LONGEST_MINUTES = 4 * 60
MOST_HORIZON, MOST_AT_ONCE = 90, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Rules as staff typed them; see models.VisitRules and core.schedule.rules."""

    from_on: date
    until_on: date | None = None
    template: Sequence[WeekTime] = ()
    lengths: Sequence[int] = (20, 40)
    notice_minutes: int = 24 * 60
    horizon_days: int = 14
    per_person_week: int | None = 2
    per_visitor_week: int | None = 2
    week_starts: int = 0
    buffer_minutes: int = 10
    every_minutes: int | None = None
    capacity: int | None = None
    max_visitors: int = MAX_VISITORS
    approval: bool = False
    recorded: bool = True
    private_kinds: frozenset[VisitKind] = frozenset()
    from_inside: bool = True
    cancel_minutes: int = 24 * 60
    note: str = ""


@transaction.atomic
def set_rules(
    *, staff: Staff, place: str, unit_id: UUID | None, wanted: Wanted, now: datetime
) -> UUID:
    """Set the rules from a day on, for the facility or one unit: they go before those that began
    earlier, while they hold. Set again for the same day, they take the place of the first.

    Visits that were booked stay as they are. Raises NotFound, and Refused with every mistake.
    """
    here = _here(staff, place, unit_id)
    today = now.astimezone(ZoneInfo(here.zone)).date()
    if mistakes := list(_mistakes(wanted, today)):
        raise Refused(*mistakes)
    fields = asdict(wanted)
    fields["template"] = stored(wanted.template)
    fields["lengths"] = sorted(set(wanted.lengths))
    fields["private_kinds"] = sorted(wanted.private_kinds)
    fields["note"] = typed(wanted.note, LONGEST)
    fields |= {"set_by": str(staff.account), "set_at": now}
    unit = Unit.objects.filter(pk=unit_id).first() if unit_id else None
    row, _ = VisitRules.objects.update_or_create(
        facility_id=here.facility, unit=unit, from_on=fields.pop("from_on"), defaults=fields
    )
    facts = {
        "from_on": wanted.from_on.isoformat(),
        "unit": str(unit_id or ""),
        "approval": wanted.approval,
    }
    tell(staff, "visit.rules_set", Named("visit_rules", str(row.pk)), place, now, facts)
    return row.pk


@transaction.atomic
def add_station(
    *,
    staff: Staff,
    place: str,
    unit_id: UUID | None,
    kind: StationKind,
    name: str,
    now: datetime,
    device_id: UUID | None = None,
) -> UUID:
    """A place for visits. Raises NotFound, and Refused: name.missing, visit.station_name_taken,
    visit.device_taken."""
    here = _here(staff, place, unit_id)
    said = typed(name, 60)
    if not said:
        raise Refused(wrong("name.missing", "name"))
    if device_id is not None:
        devices = Station.objects.filter(pk=device_id, unit__facility=here.facility)
        if not devices.exists():
            raise NotFound
        if VisitStation.objects.filter(device=device_id).exists():
            raise Refused(wrong("visit.device_taken", "device"))
    try:
        with transaction.atomic():
            row = VisitStation.objects.create(
                facility_id=here.facility,
                unit_id=unit_id,
                device_id=device_id,
                kind=kind,
                name=said,
                set_by=str(staff.account),
                set_at=now,
            )
    except IntegrityError:
        raise Refused(wrong("visit.station_name_taken", "name")) from None
    tell(staff, "visit.station_added", Named("visit_station", str(row.pk)), place, now)
    return row.pk


@transaction.atomic
def close_station(*, staff: Staff, station_id: UUID, now: datetime) -> None:
    """It takes no more visits; those booked there stay. Twice is once. Raises NotFound."""
    rows = VisitStation.objects.filter(
        pk=station_id, facility__in=staff.facilities_with(Right.SET_VISITS)
    )
    row = rows.select_related("facility").first()
    if row is None:
        raise NotFound
    if rows.filter(closed_at=None).update(closed_at=now) == 1:
        subject = Named("visit_station", str(row.pk))
        tell(staff, "visit.station_closed", subject, row.facility.place, now)


@dataclass(frozen=True, slots=True)
class Separated:
    """A separation. `together`: how many visits both have at one time already; those stay."""

    separation: UUID
    together: int


@transaction.atomic
def separate(
    *, staff: Staff, person_id: UUID, other_id: UUID, why: str, now: datetime
) -> Separated:
    """Two people inside must not meet: no two of their visits are at one time from now on.

    What they have booked keeps its time, and takes the separation where it is free. Twice is once.
    Raises NotFound, and Refused: visit.why_needed, visit.same_person.
    """
    people = [
        access_person(staff=staff, person_id=one, right=Right.SET_VISITS)
        for one in (person_id, other_id)
    ]
    said = typed(why, LONGEST)
    mistakes = [] if said else [wrong("visit.why_needed", "why")]
    if person_id == other_id or people[0].facility_id != people[1].facility_id:
        mistakes.append(wrong("visit.same_person", "other"))
    if mistakes:
        raise Refused(*mistakes)
    first, second = sorted(people, key=lambda one: one.pk)
    row, fresh = Separation.objects.get_or_create(
        person=first,
        other=second,
        lifted_at=None,
        defaults={"why": said, "made_by": str(staff.account), "made_at": now},
    )
    if not fresh:
        return Separated(row.pk, 0)
    place = first.facility.place
    tell(staff, "visit.separated", Named("separation", str(row.pk)), place, now, purpose=said)
    return Separated(row.pk, _claimed(row, now))


@transaction.atomic
def lift_separation(*, staff: Staff, separation_id: UUID, now: datetime) -> None:
    """They may meet again. Twice is once. Raises NotFound."""
    rows = Separation.objects.filter(
        pk=separation_id, person__facility__in=staff.facilities_with(Right.SET_VISITS)
    )
    row = rows.select_related("person__facility").first()
    if row is None:
        raise NotFound
    if rows.filter(lifted_at=None).update(lifted_at=now, lifted_by=str(staff.account)) == 1:
        SlotClaim.objects.filter(resource=claims.separation(str(row.pk))).delete()
        subject, place = Named("separation", str(row.pk)), row.person.facility.place
        tell(staff, "visit.separation_lifted", subject, place, now)


def _claimed(row: Separation, now: datetime) -> int:
    """Let what both have booked take the separation; how many visits found it taken."""
    resource = claims.separation(str(row.pk))
    visits = Visit.objects.filter(
        person__in=[row.person_id, row.other_id],
        state__in=LIVE,
        ends_at__gt=now,
    )
    taken: set[datetime] = set()
    together = 0
    for visit in visits.order_by("starts_at", "pk"):
        minutes = int((visit.ends_at - visit.starts_at).total_seconds()) // 60
        cells = claims.grid(visit.starts_at, minutes, visit.buffer_minutes)
        if taken & set(cells):
            together += 1
        fresh = [at for at in cells if at not in taken]
        SlotClaim.objects.bulk_create(
            SlotClaim(resource=resource, slot_at=at, visit=visit) for at in fresh
        )
        taken |= set(cells)
    return together


def _mistakes(wanted: Wanted, today: date) -> Iterator[Refusal]:
    if wanted.from_on < today:
        yield wrong("visit.rules_in_the_past", "from_on")
    if wanted.until_on is not None and wanted.until_on <= wanted.from_on:
        yield wrong("visit.rules_hold_no_day", "until_on")
    if not wanted.lengths:
        yield wrong("visit.no_length", "lengths")
    steps = [*wanted.lengths, *([wanted.every_minutes] if wanted.every_minutes else [])]
    if any(one <= 0 or one % GRID_MINUTES or one > LONGEST_MINUTES for one in steps):
        yield wrong("visit.length_wrong", "lengths", {"grid": str(GRID_MINUTES)})
    if wanted.buffer_minutes % GRID_MINUTES:
        yield wrong("visit.buffer_wrong", "buffer_minutes", {"grid": str(GRID_MINUTES)})
    if not 1 <= wanted.max_visitors <= MAX_VISITORS:
        yield wrong("visit.visitors_wrong", "max_visitors", {"most": str(MAX_VISITORS)})
    if not 1 <= wanted.horizon_days <= MOST_HORIZON:
        yield wrong("visit.horizon_wrong", "horizon_days", {"most": str(MOST_HORIZON)})
    if wanted.capacity is not None and not 1 <= wanted.capacity <= MOST_AT_ONCE:
        yield wrong("visit.capacity_wrong", "capacity", {"most": str(MOST_AT_ONCE)})


def _here(staff: Staff, place: str, unit_id: UUID | None) -> StaffPlace:
    here = access_facility(staff=staff, place=place, right=Right.SET_VISITS)
    if unit_id and not Unit.objects.filter(pk=unit_id, facility=here.facility).exists():
        raise NotFound
    return here
