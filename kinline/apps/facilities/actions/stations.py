"""Units, stations, and the enrolling of devices with a one-time code."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kinline.apps import tokens
from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.actions.common import facility_of, tell
from kinline.apps.facilities.models import EnrolmentCode, Station, Unit
from kinline.apps.facilities.queries import Device, device

CODE_LIFE = timedelta(minutes=15)


class StationChange(TypedDict, total=False):
    """What may change about a station; only what is given changes."""

    name: str
    unit_id: UUID
    active: bool
    do_not_record: bool
    intake: bool


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code as it is shown to staff, once."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The secret a device keeps from now on, and the station it has become."""

    secret: str
    device: Device


@transaction.atomic
def add_unit(*, facility_id: UUID, name: str, by: UUID, now: datetime) -> UUID:
    """Add a unit. Raises Refused when the name is empty or taken."""
    facility = facility_of(facility_id)
    name = _named(name, taken=Unit.objects.filter(facility=facility_id, name=name.strip()))
    unit = Unit.objects.create(facility=facility, name=name)
    tell(facility, "unit.added", by, now, subject=audit.Named("unit", str(unit.pk)))
    return unit.pk


@transaction.atomic
def add(
    *, facility_id: UUID, unit_id: UUID, name: str, kind: str = "tablet", by: UUID, now: datetime
) -> UUID:
    """Add a station to a unit of this facility. Raises Refused and NotFound."""
    unit = _unit(facility_id, unit_id)
    name = _named(name, taken=Station.objects.filter(unit=unit, name=name.strip()))
    station = Station.objects.create(unit=unit, name=name, kind=kind)
    tell(unit.facility, "station.added", by, now, subject=_subject(station))
    return station.pk


@transaction.atomic
def change(
    *,
    facility_id: UUID,
    station_id: UUID,
    by: UUID,
    now: datetime,
    **changes: Unpack[StationChange],
) -> None:
    """Change what is given. Raises Refused (a name that is taken) and NotFound."""
    station = _station(facility_id, station_id)
    if "unit_id" in changes:
        _unit(facility_id, changes["unit_id"])
    if "name" in changes:
        others = Station.objects.filter(unit=station.unit_id).exclude(pk=station.pk)
        changes["name"] = _named(changes["name"], taken=others.filter(name=changes["name"].strip()))
    try:
        with transaction.atomic():
            Station.objects.filter(pk=station.pk).update(**changes)
    except IntegrityError:  # moved into a unit that has a station of this name
        raise Refused(wrong("name.taken", "name")) from None
    facts = {name: str(value) for name, value in changes.items()}
    tell(station.unit.facility, "station.changed", by, now, facts, subject=_subject(station))


@transaction.atomic
def make_code(*, facility_id: UUID, station_id: UUID, by: UUID, now: datetime) -> NewCode:
    """A fresh enrolment code, good for 15 minutes and once; codes before it are void."""
    station = _station(facility_id, station_id)
    station.codes.filter(used_at=None).delete()
    code, expires_at = tokens.new_code(), now + CODE_LIFE
    EnrolmentCode.objects.create(
        station=station,
        code_hash=tokens.hashed(code),
        made_by=str(by),
        made_at=now,
        expires_at=expires_at,
    )
    tell(station.unit.facility, "station.code_made", by, now, subject=_subject(station))
    return NewCode(code, expires_at)


@transaction.atomic
def enrol(*, code: str, now: datetime) -> Enrolled:
    """Make the device that typed `code` the station the code was made for.

    A device enrolled before loses its place. Raises Refused with one and the same answer for a
    code that is wrong, used or too old.
    """
    code_hash = tokens.hashed(tokens.tidy_code(code))
    good = EnrolmentCode.objects.filter(code_hash=code_hash, used_at=None, expires_at__gt=now)
    row = good.select_related("station__unit__facility").first()
    # The update, not the look before it, decides which of two devices was first.
    if row is None or good.update(used_at=now) != 1:
        raise Refused(wrong("enrol.unknown_code", "code"))
    secret = tokens.new_token()
    station = row.station
    Station.objects.filter(pk=station.pk).update(secret_hash=tokens.hashed(secret), enrolled_at=now)
    tell(station.unit.facility, "station.enrolled", row.made_by, now, subject=_subject(station))
    return Enrolled(secret, device(station))


@transaction.atomic
def forget_device(*, facility_id: UUID, station_id: UUID, by: UUID, now: datetime) -> None:
    """The device that was this station is it no longer (lost, broken, swapped)."""
    station = _station(facility_id, station_id)
    Station.objects.filter(pk=station.pk).update(secret_hash="", enrolled_at=None)
    tell(station.unit.facility, "station.device_forgotten", by, now, subject=_subject(station))


def _unit(facility_id: UUID, unit_id: UUID) -> Unit:
    rows = Unit.objects.select_related("facility")
    row = rows.filter(pk=unit_id, facility=facility_id).first()
    if row is None:
        raise NotFound
    return row


def _station(facility_id: UUID, station_id: UUID) -> Station:
    rows = Station.objects.select_related("unit__facility")
    row = rows.filter(pk=station_id, unit__facility=facility_id).first()
    if row is None:
        raise NotFound
    return row


def _named(name: str, taken: QuerySet[Any]) -> str:
    name = name.strip()
    if not name:
        raise Refused(wrong("name.missing", "name"))
    if len(name) > 60:
        raise Refused(wrong("name.too_long", "name"))
    if taken.exists():
        raise Refused(wrong("name.taken", "name"))
    return name


def _subject(station: Station) -> audit.Named:
    return audit.Named("station", str(station.pk))
