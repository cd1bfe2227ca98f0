"""Visits as both sides see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps.visits.access import Asker, full, visit_of
from kinline.apps.visits.models import Visit, WaitingPlace
from kinline.core.link import By
from kinline.core.visit.states import LIVE, OVER, State
from kinline.core.visit.terms import LOBBY, Seat, StationKind, VisitKind


@dataclass(frozen=True, slots=True)
class VisitorView:
    """Somebody who comes. `contact` is the adult's id, a minor's too."""

    contact: UUID
    name: str
    seat: Seat
    minor: bool


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit. `ready_at` is when its lobby opens; `may_cancel`, `late_from`: from then on it is
    cancelled late. `state` is core.visit's; `missing` which side did not come."""

    id: UUID
    person: UUID
    person_name: str
    facility: UUID
    facility_name: str
    place: str
    zone: str
    unit: str
    station: str
    station_kind: StationKind
    kind: VisitKind
    private: bool
    recorded: bool
    state: State
    starts_at: datetime
    ends_at: datetime
    ready_at: datetime
    late_from: datetime
    visitors: tuple[VisitorView, ...]
    booked_by: UUID
    asked_by: By
    booked_at: datetime
    reason: str
    note: str
    cancelled_by: str
    cancelled_at: datetime | None
    late: bool
    missing: str
    price_cents: int
    citation: str
    returned_cents: int
    returned_because: str

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class WaitingView:
    """A place among those who wait, and the slot that is held for them until `offer_until`."""

    id: UUID
    person_name: str
    contact_name: str
    facility_name: str
    zone: str
    minutes: int
    from_on: date
    until_on: date
    from_time: time | None
    until_time: time | None
    offered_starts_at: datetime | None
    offer_until: datetime | None


@dataclass(frozen=True, slots=True)
class Mine:
    """What is to come, soonest first; what was, newest first (at most `PAST`); who waits."""

    coming: tuple[VisitView, ...]
    past: tuple[VisitView, ...]
    waiting: tuple[WaitingView, ...]


PAST = 20


def visits_of_contact(*, contact_id: UUID, now: datetime) -> Mine:
    """Visits in which a contact takes part, or that they booked."""
    return _mine(Asker(By.CONTACT, contact_id), now)


def visits_of_person(*, person_id: UUID, now: datetime) -> Mine:
    """Visits of a person inside."""
    return _mine(Asker(By.PERSON, person_id), now)


def visit(*, by: Asker, visit_id: UUID) -> VisitView:
    """One visit of theirs. Raises NotFound."""
    return view(visit_of(by, visit_id))


def next_visit(*, by: Asker, now: datetime) -> VisitView | None:
    """The next one that is booked or asked for, or that goes on now, for home pages."""
    row = _coming(by, now).first()
    return view(row) if row else None


def view(row: Visit) -> VisitView:
    """One visit; its row was read by `access.full`."""
    person, facility = row.person, row.facility
    return VisitView(
        id=row.pk,
        person=person.pk,
        person_name=person.full_name,
        facility=facility.pk,
        facility_name=facility.name,
        place=facility.place,
        zone=facility.zone,
        unit=person.unit.name if person.unit else "",
        station=row.station.name,
        station_kind=StationKind(row.station.kind),
        kind=VisitKind(row.kind),
        private=row.private,
        recorded=row.recorded,
        state=State(row.state),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        ready_at=row.starts_at - LOBBY,
        late_from=row.starts_at - timedelta(minutes=row.cancel_minutes),
        visitors=tuple(_visitors(row)),
        booked_by=row.booked_by_id,
        asked_by=By(row.asked_by),
        booked_at=row.booked_at,
        reason=row.reason,
        note=row.note,
        cancelled_by=row.cancelled_by,
        cancelled_at=row.cancelled_at,
        late=row.late,
        missing=row.missing,
        price_cents=row.price_cents,
        citation=row.citation,
        returned_cents=row.returned_cents,
        returned_because=row.returned_because,
    )


def _visitors(row: Visit) -> Iterator[VisitorView]:
    rows = sorted(row.visitors.all(), key=lambda one: (one.seat, one.minor_name))
    for one in rows:
        minor = one.minor is not None
        name = one.minor_name if minor else one.contact.name
        yield VisitorView(one.contact_id, name, Seat(one.seat), minor)


def _rows(by: Asker) -> "QuerySet[Visit]":
    return full(Visit.objects.filter(by.mine).distinct())


def _coming(by: Asker, now: datetime) -> "QuerySet[Visit]":
    live = _rows(by).filter(state__in=sorted(LIVE), ends_at__gt=now)
    return live.order_by("starts_at", "pk")


def _mine(by: Asker, now: datetime) -> Mine:
    over = _rows(by).filter(Q(state__in=sorted(OVER)) | Q(ends_at__lte=now))
    side = {"person": by.id} if by.side is By.PERSON else {"contact": by.id}
    waits = WaitingPlace.objects.filter(state__in=["waiting", "offered"], **side)
    rows = waits.select_related("person__facility", "contact").order_by("since")
    return Mine(
        coming=tuple(view(row) for row in _coming(by, now)),
        past=tuple(view(row) for row in over.order_by("-starts_at", "pk")[:PAST]),
        waiting=tuple(_waiting(row) for row in rows),
    )


def _waiting(row: WaitingPlace) -> WaitingView:
    return WaitingView(
        id=row.pk,
        person_name=row.person.full_name,
        contact_name=row.contact.name,
        facility_name=row.person.facility.name,
        zone=row.person.facility.zone,
        minutes=row.length_minutes,
        from_on=row.from_on,
        until_on=row.until_on,
        from_time=row.from_time,
        until_time=row.until_time,
        offered_starts_at=row.offered_starts_at if row.state == "offered" else None,
        offer_until=row.offer_until if row.state == "offered" else None,
    )
