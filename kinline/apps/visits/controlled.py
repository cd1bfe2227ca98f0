"""The controls that staff set on visits, as the core wants them: of a wish, and of a visit."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from kinline.apps.people.held import Closing, on_visits
from kinline.apps.people.models import AttorneyVerification
from kinline.apps.visits.models import Visit, WaitingPlace
from kinline.core.policy import visit_controls
from kinline.core.policy.controls import Level
from kinline.core.policy.visit_controls import Had, VisitControls
from kinline.core.refusal import Refusal
from kinline.core.visit.states import COUNTED
from kinline.core.visit.terms import VisitKind

if TYPE_CHECKING:
    from kinline.apps.visits.standing import Party

_AROUND = timedelta(days=8)  # a week that is counted, and a gap, reach so far beyond the days asked


def on_wish(
    who: "Party", days: tuple[date, date], besides: Visit | WaitingPlace | None
) -> VisitControls:
    """What holds for a visit of these people on the days (without the last).

    One query; where any control holds, one more for each contact, whether they are an attorney;
    and one where it counts visits.
    """
    begins, ends = (_midnight(day, who.zone) for day in days)
    person, contacts = who.person, [row.contact.pk for row in who.coming]
    devices = who.devices
    held = on_visits(
        agency=person.facility.agency_id,
        facility=person.facility_id,
        subjects=[person.unit_id, person.pk, *contacts, *devices.values()],
        since=begins,
        before=ends + timedelta(days=1),
    )
    if not held:
        return VisitControls()
    found = VisitControls(held)
    return VisitControls(
        held=held,
        had=had(person.pk, begins, ends, besides) if found.count else (),
        devices={station: str(device) for station, device in devices.items()},
        attorney=who.with_attorney(begins),
    )


def had(
    person: UUID, begins: datetime, ends: datetime, besides: Visit | WaitingPlace | None = None
) -> tuple[Had, ...]:
    """The person's visits around these moments that count, none with an attorney. One query."""
    rows = Visit.objects.filter(
        person=person,
        state__in=COUNTED,
        starts_at__gte=begins - _AROUND,
        starts_at__lt=ends + _AROUND,
    ).exclude(with_attorney())
    if isinstance(besides, Visit):
        rows = rows.exclude(pk=besides.pk)
    found: dict[UUID, tuple[datetime, datetime, set[str]]] = {}
    told = ("pk", "starts_at", "ends_at", "visitors__contact")
    for pk, starts_at, ends_at, contact in rows.values_list(*told):
        found.setdefault(pk, (starts_at, ends_at, set()))[2].add(str(contact))
    return tuple(Had(begun, over, frozenset(who)) for begun, over, who in found.values())


def with_attorney() -> Q:
    """A condition on visits: private, and with somebody whom the agency verified at any time. In
    doubt it was counsel's, and is not counted."""
    verified = AttorneyVerification.objects.filter(
        contact__visit_places__visit=OuterRef("pk"), agency=OuterRef("facility__agency")
    )
    return Q(kind=VisitKind.ATTORNEY) | Q(Exists(verified), private=True)


def under(one: Closing) -> Q:
    """A condition on visits: those that a closing reaches."""
    reached = Q(facility__agency=one.agency)
    if one.facility is not None:
        reached &= Q(facility=one.facility)
    match one.level:
        case Level.UNIT:
            reached &= Q(person__unit=one.subject)
        case Level.STATION:
            reached &= Q(station__device=one.subject)
        case Level.PERSON:
            reached &= Q(person=one.subject)
        case Level.CONTACT:
            reached &= Q(visitors__contact=one.subject)
    return reached if one.attorneys else reached & ~with_attorney()


def closings_on(visit: Visit, now: datetime, device: UUID | None = None) -> Iterator[Refusal]:
    """The controls that close a booked visit from now to its end. `device`: what somebody inside
    comes with, where it is not the one of the station. One query, or two where one holds."""
    found = _on_booked(visit, now, device)
    return visit_controls.closed(found, str(visit.station_id), now, visit.ends_at)


def forbids_recording(visit: Visit, now: datetime) -> bool:
    """Whether a control says "do not record" at some moment of what is left of it."""
    found = _on_booked(visit, now, None)
    return visit_controls.unrecorded(found, str(visit.station_id), now, visit.ends_at)


def _on_booked(visit: Visit, now: datetime, device: UUID | None) -> VisitControls:
    device = device or visit.station.device_id
    person = visit.person
    contacts = [row.contact_id for row in visit.visitors.all()]
    held = on_visits(
        agency=visit.facility.agency_id,
        facility=visit.facility_id,
        subjects=[person.unit_id, person.pk, device, *contacts],
        since=now,
        before=visit.ends_at,
    )
    if not held:
        return VisitControls()
    devices = {str(visit.station_id): str(device)} if device else {}
    attorney = Visit.objects.filter(with_attorney(), pk=visit.pk).exists()
    return VisitControls(held, devices=devices, attorney=attorney)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
