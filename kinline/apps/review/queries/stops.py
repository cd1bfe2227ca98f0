"""Which stops keep two people from writing now, and all that a facility has set."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from kinline.apps.people.access import Staff, access_facility
from kinline.apps.people.rights import Right
from kinline.apps.prepared import Prepared, row_of
from kinline.apps.review.models import Stop
from kinline.core.message.terms import Service


@dataclass(frozen=True, slots=True)
class StopView:
    """A stop in force. `service` None: of every one. `whom`: "person", "contact" or "both"."""

    id: UUID
    whom: str
    service: Service | None
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True)
class StopRow:
    """The same as staff see it, with whom it is about."""

    stop: StopView
    person: UUID | None
    person_name: str
    contact: UUID | None
    contact_name: str
    set_by: str
    set_at: datetime


def stops(
    *, person_id: UUID, contact_id: UUID, facility_id: UUID, service: Service, now: datetime
) -> list[StopView]:
    """What keeps these two from writing at this facility now, the longest first. One query."""
    rows = _BETWEEN(
        person=person_id, contact=contact_id, facility=facility_id, service=str(service), now=now
    )
    return [_view(row_of(Stop, _COLUMNS, row)) for row in rows]


def may_be_stopped(*, person: str, contact: str, facility: str) -> Exists:
    """Whether `stops` may find any for the two to whom these paths lead: for whoever asks other
    things at once, and asks `stops` only then."""
    some = Q(person=OuterRef(person)) | Q(contact=OuterRef(contact))
    return Exists(Stop.objects.filter(some, facility=OuterRef(facility), ended_at=None))


def stops_here(*, staff: Staff, place: str, now: datetime) -> list[StopRow]:
    """The stops in force at a facility, the newest first. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    rows = Stop.objects.filter(facility=here.facility, ended_at=None, until_at__gt=now)
    return [_row(row) for row in rows.select_related("person", "contact").order_by("-set_at")]


def _view(row: Stop) -> StopView:
    whom = "both" if row.person_id and row.contact_id else "person" if row.person_id else "contact"
    service = Service(row.service) if row.service else None
    return StopView(row.pk, whom, service, row.reason, row.until_at)


def _row(row: Stop) -> StopRow:
    person = row.person
    return StopRow(
        stop=_view(row),
        person=row.person_id,
        person_name=person.full_name if person else "",
        contact=row.contact_id,
        contact_name=row.contact.name if row.contact else "",
        set_by=row.set_by,
        set_at=row.set_at,
    )


# Each message asks it, so it is compiled once (see apps.prepared).
_COLUMNS = [field.attname for field in Stop._meta.concrete_fields]


def _between(person: Any, contact: Any, facility: Any, service: Any, now: Any) -> Any:
    rows = Stop.objects.filter(
        Q(person=None) | Q(person=person),
        Q(contact=None) | Q(contact=contact),
        Q(service__in=["", service]),
        facility=facility,
        ended_at=None,
        set_at__lte=now,
        until_at__gt=now,
    )
    return rows.order_by("-until_at", "pk").values_list(*_COLUMNS)


_BETWEEN = Prepared(_between, person=UUID, contact=UUID, facility=UUID, service=str, now=datetime)
