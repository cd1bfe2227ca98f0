"""Facilities, their units and stations, and the calling rules of their days.

Facility ids come from a gate (people.access) or from a signed-in session: nothing here looks
at who asks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Count, Max, Q

from kinline.apps import tokens
from kinline.apps.days import day_at
from kinline.apps.errors import NotFound
from kinline.apps.facilities.actions.trials import STALE
from kinline.apps.facilities.models import (
    CallingRule,
    ContactLine,
    Facility,
    PhoneNetwork,
    Station,
    Trial,
    Trunk,
    Unit,
)
from kinline.apps.facilities.topics import Topic
from kinline.core.policy.trunk import TrunkLimits


@dataclass(frozen=True, slots=True)
class Named:
    """A facility by its code, with its name."""

    place: str
    name: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A calling rule of a facility; times are on its own wall. `set_by` is an account id."""

    id: UUID
    from_on: date
    until_on: date | None
    offered: bool
    opens_at: time
    closes_at: time
    max_call_seconds: int | None
    set_by: str
    set_at: datetime
    note: str
    can_change: bool


@dataclass(frozen=True, slots=True)
class RuleBook:
    """A facility's calling rules around a day, each list in the order of time."""

    past: list[RuleView]
    current: RuleView | None
    coming: list[RuleView]


@dataclass(frozen=True, slots=True)
class ContactView:
    """One line of how to reach a facility, in its own words."""

    topic: Topic
    words: str


@dataclass(frozen=True, slots=True)
class PublicFacility:
    """What anyone may know of a facility. `rule` is today's, None when none is set.

    `contact` is what the facility told us, in the order of Topic; often nothing.
    """

    id: UUID
    place: str
    name: str
    agency_name: str
    zone: str
    fictional_limits: bool
    keep_recordings_days: int
    rule: RuleView | None
    contact: tuple[ContactView, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitView:
    id: UUID
    name: str
    people: int
    stations: int


@dataclass(frozen=True, slots=True)
class StationView:
    """A station as staff see it. `code_waits_until`: an enrolment code is still good until then."""

    id: UUID
    name: str
    kind: str
    unit_id: UUID
    unit: str
    active: bool
    do_not_record: bool
    intake: bool
    enrolled_at: datetime | None
    code_waits_until: datetime | None


@dataclass(frozen=True, slots=True)
class Device:
    """The station that a device's secret belongs to."""

    station: UUID
    name: str
    unit: str
    facility: UUID
    place: str
    facility_name: str
    zone: str
    agency: UUID
    active: bool
    intake: bool


def today(*, zone: str, now: datetime) -> date:
    """The day on the wall of `zone`."""
    return day_at(zone, now)


def public(*, now: datetime) -> list[PublicFacility]:
    """Every facility, by name."""
    rows = Facility.objects.select_related("agency").order_by("name")
    found = {row.pk: row for row in rows}
    rules = _rules_by_facility(list(found.values()), now)
    return [_public(row, rules.get(pk)) for pk, row in found.items()]


def names() -> list[Named]:
    """Code and name of every facility, by name: what anybody may know."""
    return [Named(*row) for row in Facility.objects.order_by("name").values_list("place", "name")]


def facility_id(*, place: str) -> UUID | None:
    """The facility with this place code; None where there is none."""
    return Facility.objects.filter(place=place).values_list("pk", flat=True).first()


def public_one(*, place: str, now: datetime) -> PublicFacility:
    """One facility by its place code. Raises NotFound."""
    row = Facility.objects.select_related("agency").filter(place=place).first()
    if row is None:
        raise NotFound
    return _public(row, _rules_by_facility([row], now).get(row.pk), contact(facility_id=row.pk))


def public_many(*, codes: Iterable[str], now: datetime) -> dict[str, PublicFacility]:
    """Those of these places that are set up here, by code, without their contact lines."""
    rows = list(Facility.objects.select_related("agency").filter(place__in=list(codes)))
    rules = _rules_by_facility(rows, now)
    return {row.place: _public(row, rules.get(row.pk)) for row in rows}


def contact(*, facility_id: UUID) -> tuple[ContactView, ...]:
    """What a facility told everyone of how to reach it, in the order of Topic."""
    rows = ContactLine.objects.filter(facility=facility_id).values_list("topic", "words")
    told = dict(rows)
    return tuple(ContactView(one, told[one]) for one in Topic if one in told)


def rules(*, facility_id: UUID, today: date) -> RuleBook:
    """All calling rules of a facility: those that ended, the one in force, those to come."""
    book = RuleBook(past=[], current=None, coming=[])
    current: RuleView | None = None
    for row in CallingRule.objects.filter(facility=facility_id).order_by("from_on"):
        view = rule_view(row, today)
        if row.from_on > today:
            book.coming.append(view)
        elif row.until_on is None or row.until_on > today:
            current = view
        else:
            book.past.append(view)
    return RuleBook(book.past, current, book.coming)


def rules_in_force(facility_id: UUID, day: date) -> Q:
    """A condition on CallingRule rows: in force at this facility on `day`."""
    open_ended = Q(until_on=None) | Q(until_on__gt=day)
    return Q(facility=facility_id, from_on__lte=day) & open_ended


def rule_on(rows: Iterable[CallingRule], day: date) -> CallingRule | None:
    """Which of a facility's rules is in force on `day`."""
    for row in rows:
        if row.from_on <= day and (row.until_on is None or day < row.until_on):
            return row
    return None


def units(*, facility_id: UUID) -> list[UnitView]:
    """The units of a facility, by name, with how many people and stations each has."""
    counts = {
        "people_count": Count("people", filter=Q(people__active=True), distinct=True),
        "station_count": Count("stations", distinct=True),
    }
    rows = Unit.objects.filter(facility=facility_id).annotate(**counts).order_by("name")
    return [UnitView(*row) for row in rows.values_list("pk", "name", *counts)]


def stations(*, facility_id: UUID, now: datetime) -> list[StationView]:
    """The stations of a facility, by unit and name."""
    waits = Max("codes__expires_at", filter=Q(codes__used_at=None, codes__expires_at__gt=now))
    rows = Station.objects.filter(unit__facility=facility_id).select_related("unit")
    return [
        StationView(
            id=row.pk,
            name=row.name,
            kind=row.kind,
            unit_id=row.unit_id,
            unit=row.unit.name,
            active=row.active,
            do_not_record=row.do_not_record,
            intake=row.intake,
            enrolled_at=row.enrolled_at,
            code_waits_until=row.code_until,
        )
        for row in rows.annotate(code_until=waits).order_by("unit__name", "name")
    ]


@dataclass(frozen=True, slots=True)
class NetworkView:
    id: UUID
    cidr: str


@dataclass(frozen=True, slots=True)
class TrunkView:
    """A carrier of the agency. `up` is None until an engine has asked it."""

    id: UUID
    name: str
    host: str
    port: int
    caller: str
    user: str
    active: bool
    up: bool | None
    told_at: datetime | None
    limits: TrunkLimits


def phone_networks(*, facility_id: UUID) -> list[NetworkView]:
    """Where this facility's wall phones speak from."""
    rows = PhoneNetwork.objects.filter(facility=facility_id).order_by("cidr")
    return [NetworkView(row.pk, row.cidr) for row in rows]


def trunks(*, facility_id: UUID) -> list[TrunkView]:
    """The carriers of this facility's agency, by name."""
    rows = Trunk.objects.filter(agency__facilities=facility_id).order_by("name")
    return [
        TrunkView(
            id=row.pk,
            name=row.name,
            host=row.host,
            port=row.port,
            caller=row.caller,
            user=row.user,
            active=row.active,
            up=row.up,
            told_at=row.told_at,
            limits=TrunkLimits(row.most_at_once, row.most_a_minute, row.most_abroad_minutes),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class TrialView:
    """A test call. `state`: waiting, ringing, done or lost; `code` is its SIP status when done."""

    number: str
    asked_at: datetime
    asked_by: str
    state: str
    code: int | None


def trials(*, trunk_id: UUID, now: datetime, most: int = 5) -> list[TrialView]:
    """The last test calls through a carrier, newest first."""
    rows = Trial.objects.filter(trunk=trunk_id).order_by("-asked_at")[:most]
    return [
        TrialView(row.number, row.asked_at, row.asked_by, _state(row, now), row.code)
        for row in rows
    ]


def _state(row: Trial, now: datetime) -> str:
    if row.done_at is not None:
        return "done"
    if now - row.asked_at > STALE:
        return "lost"
    return "ringing" if row.taken_at is not None else "waiting"


def phone_languages(*, facility_id: UUID) -> list[str]:
    """What this facility's wall phones offer, in the order of their keys."""
    return list(Facility.objects.values_list("phone_languages", flat=True).get(pk=facility_id))


def station_by_secret(*, secret: str) -> Device | None:
    """The station whose device holds `secret`; None when no device does."""
    if not secret:
        return None
    rows = Station.objects.select_related("unit__facility")
    row = rows.filter(secret_hash=tokens.hashed(secret)).first()
    return device(row) if row else None


def device(row: Station) -> Device:
    facility = row.unit.facility
    return Device(
        station=row.pk,
        name=row.name,
        unit=row.unit.name,
        facility=facility.pk,
        place=facility.place,
        facility_name=facility.name,
        zone=facility.zone,
        agency=facility.agency_id,
        active=row.active,
        intake=row.intake,
    )


def rule_view(row: CallingRule, today: date) -> RuleView:
    return RuleView(
        id=row.pk,
        from_on=row.from_on,
        until_on=row.until_on,
        offered=row.offered,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        max_call_seconds=row.max_call_seconds,
        set_by=row.set_by,
        set_at=row.set_at,
        note=row.note,
        can_change=row.from_on > today,
    )


def _rules_by_facility(found: list[Facility], now: datetime) -> dict[UUID, RuleView]:
    wanted = Q(pk=None)
    for row in found:
        wanted |= rules_in_force(row.pk, day_at(row.zone, now))
    days = {row.pk: day_at(row.zone, now) for row in found}
    rows = CallingRule.objects.filter(wanted)
    return {row.facility_id: rule_view(row, days[row.facility_id]) for row in rows}


def _public(
    row: Facility, rule: RuleView | None, contact: tuple[ContactView, ...] = ()
) -> PublicFacility:
    return PublicFacility(
        id=row.pk,
        place=row.place,
        name=row.name,
        agency_name=row.agency.name,
        zone=row.zone,
        fictional_limits=row.fictional_limits,
        keep_recordings_days=row.keep_recordings_days,
        rule=rule,
        contact=contact,
    )


def searchable(*, facility_id: UUID) -> bool:
    """Whether the facility's agency lets people be found by name."""
    return Facility.objects.filter(pk=facility_id, agency__search_by_name=True).exists()
