"""The facts of a unit's line for its phones, as the core decides on them (core.queue.turns)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum, UUIDField

from kinline.apps.calls.models import IN_LINE, LIVE, Call, CallRecord, QueuePlace, QueueRule
from kinline.apps.calls.queries.hours import Hours, hours
from kinline.apps.calls.spent import ASKED_BEFORE, ATTORNEY
from kinline.apps.facilities.models import Station
from kinline.apps.people import held
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.models import InsideSession, Person
from kinline.core.policy.controls import Controls, Talk, counted_from
from kinline.core.policy.controls import refusals as of_controls
from kinline.core.queue import turns

TABLET, HANDSET = "tablet", "handset"
DEVICES = (HANDSET, TABLET)


@dataclass(frozen=True, slots=True)
class Standing:
    """A line as it stands: its rule, its places with their rows, its phones with their names."""

    rule: QueueRule
    hours: Hours
    open_now: bool
    places: list[turns.Place]
    rows: Mapping[str, QueuePlace]
    phones: list[turns.Phone]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def band_seconds(self) -> int:
        return self.hours.max_call_seconds or turns.BAND_SECONDS

    @property
    def order(self) -> tuple[turns.Place, ...]:
        """Whoever is offered a phone first of all, then who comes next."""
        waits = turns.in_order(self.places, self.band_seconds)
        return tuple(sorted(waits, key=lambda one: not one.phone))

    def moves(self, now: datetime) -> tuple[turns.Move, ...]:
        """All that has to become of it now."""
        return turns.moves(
            self.places,
            self.phones,
            offer=timedelta(seconds=self.rule.offer_seconds),
            band_seconds=self.band_seconds,
            open_now=self.open_now,
            now=now,
        )


def newest_rule(*, unit_id: UUID) -> QueueRule | None:
    """The rule in force at a unit, None where none was ever set."""
    rows = QueueRule.objects.filter(unit=unit_id).select_related("unit__facility")
    return rows.order_by("-set_at").first()


def rule_at(*, station_id: UUID) -> QueueRule | None:
    """The rule of a station's unit where people wait in line, None where they do not."""
    rows = QueueRule.objects.filter(unit__stations=station_id).select_related("unit__facility")
    row = rows.order_by("-set_at").first()
    return row if row is not None and row.on else None


def unit_of(inside: Inside) -> UUID:
    """The unit whose phones are somebody's: their own, or that of the tablet they sit at."""
    own = Person.objects.filter(pk=inside.person).values_list("unit", flat=True).first()
    return own or Station.objects.values_list("unit", flat=True).get(pk=inside.station)


def standing(rule: QueueRule, now: datetime) -> Standing:
    """The line of a rule's unit. Five queries, however many wait."""
    facility = rule.unit.facility
    opening = hours(zones={facility.pk: facility.zone}, now=now)[facility.pk]
    rows = {str(row.pk): row for row in _places(rule, now)}
    stations = list(_phones(rule, now))
    return Standing(
        rule=rule,
        hours=opening,
        open_now=opening.open_now and not _closed(rule, now),
        places=[_place(row, rule) for row in rows.values()],
        rows=rows,
        phones=[_phone(row, now) for row in stations],
        names={str(row.pk): row.name for row in stations},
    )


def closes_at(opening: Hours, zone: str, now: datetime) -> datetime:
    """The moment today's calls end; `opening` has them."""
    wall = ZoneInfo(zone)
    today = now.astimezone(wall).date()
    if opening.closes_at is None:
        raise ValueError("no calls today")
    return datetime.combine(today, opening.closes_at, tzinfo=wall).astimezone(UTC)


def _closed(rule: QueueRule, now: datetime) -> bool:
    """Whether a control that is about no single person stops calls from the whole unit."""
    facility = rule.unit.facility
    subjects = held.Subjects(agency=facility.agency_id, facility=facility.pk, unit=rule.unit_id)
    bearing = Controls(held.on(Talk.CALLS, subjects, now))
    zone = ZoneInfo(facility.zone)
    codes = {no.code for no in of_controls(bearing, attorney=False, zone=zone, now=now)}
    return bool(codes & {"control.closed", "control.hours"})


def _places(rule: QueueRule, now: datetime) -> QuerySet[QueuePlace]:
    zone = ZoneInfo(rule.unit.facility.zone)
    midnight, _ = counted_from(zone, now)
    talks = CallRecord.objects.filter(
        call__person=OuterRef("person"),
        call__asked_at__gte=midnight - ASKED_BEFORE,
        call__line=None,
        accepted_at__gte=midnight,
    ).exclude(call__private_because=ATTORNEY)
    talked = talks.order_by().values("call__person").annotate(all=Sum("talk_seconds"))
    talking = Call.objects.filter(LIVE, person=OuterRef("person"))
    rows = QueuePlace.objects.filter(IN_LINE, unit=rule.unit_id)
    rows = rows.select_related("person", "unit__facility")
    return rows.annotate(talked=Subquery(talked.values("all")), talking=Exists(talking))


def _place(row: Any, rule: QueueRule) -> turns.Place:
    person = row.person
    moved = person.unit_id is not None and person.unit_id != rule.unit_id
    elsewhere = person.facility_id != rule.unit.facility_id
    return turns.Place(
        id=str(row.pk),
        person=str(row.person_id),
        since=row.since,
        until=row.until_at,
        talked_seconds=row.talked or 0,
        passed=row.passed,
        on_a_call=row.talking,
        gone=not rule.on or not person.active or moved or elsewhere,
        phone=str(row.station_id) if row.station_id else "",
        offered_until=row.offered_until,
    )


def _phones(rule: QueueRule, now: datetime) -> QuerySet[Station]:
    """The unit's stations that count. One at intake does not: nobody waits there with a PIN."""
    here = InsideSession.objects.filter(
        station=OuterRef("pk"),
        ended_at=None,
        seen_at__gt=now - timedelta(seconds=settings.TABLET_IDLE_SECONDS),
    )
    kinds = rule.devices.split(",")
    rows = Station.objects.filter(unit=rule.unit_id, kind__in=kinds, intake=False)
    found = rows.select_related("handset").annotate(
        talking=Exists(Call.objects.filter(LIVE, station=OuterRef("pk"))),
        signed_in=Subquery(here.values("person")[:1], output_field=UUIDField()),
    )
    return found.order_by("name")


def _phone(row: Any, now: datetime) -> turns.Phone:
    if row.kind == HANDSET:
        found = getattr(row, "handset", None)
        until = found.registered_until if found else None
        there = until is not None and until > now
    else:
        there = row.secret_hash != ""
    return turns.Phone(
        id=str(row.pk),
        works=row.active and there,
        talking=row.talking,
        signed_in=str(row.signed_in or ""),
    )
