"""All that decides whether a visit may be booked, asked of the rooms that know.

How many queries it takes depends on how many visitors come, at most four, and on nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from kinline.apps.errors import NotFound
from kinline.apps.people.links import kept_apart
from kinline.apps.people.models import (
    AttorneyVerification,
    Block,
    Contact,
    Person,
    PrivacyMark,
)
from kinline.apps.people.visitors import MinorView, VisitorStanding, approved
from kinline.apps.prepared import Prepared
from kinline.apps.review.queries.stops import stops
from kinline.apps.visits import controlled, rules
from kinline.apps.visits import private as private_visits
from kinline.apps.visits.models import (
    QuotaPlace,
    Separation,
    SlotClaim,
    Visit,
    VisitRules,
    VisitStation,
    WaitingPlace,
)
from kinline.core.message.terms import Service
from kinline.core.policy.call import BlockOf
from kinline.core.policy.message import Stop
from kinline.core.policy.visit import VisitFacts, VisitorFacts
from kinline.core.review.terms import Side
from kinline.core.schedule import claims
from kinline.core.schedule.rules import Closure, Holiday, Rules, Taken, in_force
from kinline.core.schedule.slots import Asking
from kinline.core.visit.terms import HOMES, Seat, VisitKind

A_WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coming:
    """A contact who comes: where they sit, how they stand, and the minors with them."""

    contact: Contact
    seat: Seat
    standing: VisitorStanding
    minors: tuple[MinorView, ...] = ()


@dataclass(frozen=True)
class Party:
    """Who would meet: the person inside with unit, facility and agency, and who comes.

    `unknown` are minors that belong to nobody who comes: each counts as one who comes alone.
    It lives for one question, which is asked at `now`: what it has read it keeps.
    """

    person: Person
    coming: tuple[Coming, ...]
    now: datetime
    unknown: tuple[UUID, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.person.facility.zone)

    @property
    def visitors(self) -> tuple[str, ...]:
        """The ids of all who come, minors too."""
        minors = [one.id for row in self.coming for one in row.minors]
        adults = [row.contact.pk for row in self.coming]
        return tuple(str(one) for one in (*adults, *minors, *self.unknown))

    @cached_property
    def places(self) -> dict[str, UUID | None]:
        """Where this person may sit, and which device stands there: the preferred first."""
        return stations(self.person)

    @property
    def devices(self) -> dict[str, UUID]:
        """The devices of those places that have one."""
        return {one: device for one, device in self.places.items() if device is not None}

    def with_attorney(self, at: datetime) -> bool:
        """Whether anybody who comes is an attorney of the agency, on the day of `at`."""
        kinds = {VisitKind(row.standing.kind) for row in self.coming}
        return VisitKind.ATTORNEY in kinds or bool(_attorneys(self, at))

    @cached_property
    def separations(self) -> tuple[str, ...]:
        return separations(self.person.pk)

    @cached_property
    def closures(self) -> tuple[tuple[Closure, ...], tuple[Holiday, ...]]:
        """What is closed, and which days are holidays, from now on."""
        person = self.person
        return rules.closures(person.facility_id, person.unit_id, self.zone, self.now)

    @cached_property
    def rows(self) -> list[VisitRules]:
        person = self.person
        return rules.rule_rows(person.facility_id, person.unit_id)

    @cached_property
    def rules(self) -> tuple[Rules, ...]:
        return tuple(rules.core_rules(row) for row in self.rows)

    def rules_at(self, at: datetime) -> Rules | None:
        """The rules of the day on which something begins."""
        return in_force(self.rules, at.astimezone(self.zone).date())

    def row_at(self, at: datetime) -> VisitRules | None:
        return rules.row_in_force(self.rows, at.astimezone(self.zone).date())


def party(
    *, person_id: UUID, contact_ids: Sequence[UUID], minor_ids: Sequence[UUID], now: datetime
) -> Party:
    """The people of a visit. Raises NotFound for somebody who is not there, and for no contact."""
    rows = Person.objects.select_related("facility__agency", "unit")
    person = rows.filter(pk=person_id).first()
    wanted = list(dict.fromkeys(contact_ids))
    contacts = Contact.objects.select_related("account").in_bulk(wanted)
    if person is None or not wanted or len(contacts) < len(wanted):
        raise NotFound
    left = list(dict.fromkeys(minor_ids))
    coming = []
    for index, contact_id in enumerate(wanted):
        standing = approved(
            contact_id=contact_id, facility_id=person.facility_id, person_id=person.pk, now=now
        )
        with_them = tuple(one for one in standing.minors if one.id in left)
        left = [one for one in left if one not in {minor.id for minor in with_them}]
        # More than four homes are refused by policy; until then the last is as good as any.
        seat = HOMES[min(index, len(HOMES) - 1)]
        coming.append(Coming(contacts[contact_id], seat, standing, with_them))
    return Party(person, tuple(coming), now, tuple(left))


def asking(
    *,
    who: Party,
    length_minutes: int,
    days: tuple[date, date] | None,
    now: datetime,
    besides: Visit | WaitingPlace | None = None,
) -> Asking:
    """What the core wants to know of times. `days` as in Asking; `besides` is what these people
    have already and would give up for it: a visit that is moved, or an offer that is taken."""
    person = who.person
    closed, holidays = who.closures
    asked = Asking(
        facility=str(person.facility_id),
        zone=who.zone,
        rules=who.rules,
        length_minutes=length_minutes,
        person=str(person.pk),
        visitors=who.visitors,
        stations=tuple(who.places),
        separations=who.separations,
        closures=closed,
        holidays=holidays,
        days=days,
    )
    span = days or _horizon(who, now)
    taken = taken_in(asked, span, besides)
    controls = controlled.on_wish(who, span, besides)
    return replace(asked, taken=taken, had=_had(who, span, besides), controls=controls)


def resources(asked: Asking) -> list[str]:
    """The names of all that a visit of these people could take."""
    places = max((one.capacity or 0 for one in asked.rules), default=0)
    return [
        claims.person(asked.person),
        *(claims.visitor(one) for one in asked.visitors),
        *(claims.station(one) for one in asked.stations),
        *(claims.separation(one) for one in asked.separations),
        *(claims.staff(asked.facility, number) for number in range(1, places + 1)),
    ]


def stations(person: Person) -> dict[str, UUID | None]:
    """Where this person may sit: stations of their own unit before those that all share; each with
    the device that stands there."""
    here = person.facility_id
    unit = person.unit_id
    rows = _STATIONS_UNIT(facility=here, unit=unit) if unit else _STATIONS(facility=here)
    return {str(pk): device for pk, _, device in sorted(rows, key=lambda row: row[1] is None)}


def separations(person_id: UUID) -> tuple[str, ...]:
    """The separations this person stands in."""
    return tuple(str(pk) for (pk,) in _APART(person=person_id))


def taken_in(
    asked: Asking, days: tuple[date, date], besides: Visit | WaitingPlace | None = None
) -> frozenset[Taken]:
    """What is taken of all these people could take, on days with one more on either side."""
    begins, ends = (_midnight(day, asked.zone) for day in days)
    rows = SlotClaim.objects.filter(
        resource__in=resources(asked), slot_at__gte=begins - A_DAY, slot_at__lt=ends + A_DAY
    )
    if isinstance(besides, Visit):
        rows = rows.exclude(visit=besides)
    elif besides is not None:
        rows = rows.exclude(waiting=besides)
    return frozenset(Taken(*row) for row in rows.values_list("resource", "slot_at"))


def _horizon(who: Party, now: datetime) -> tuple[date, date]:
    """All days that could be booked now, the last not included."""
    ahead = max((one.horizon_days for one in who.rules), default=0)
    today = now.astimezone(who.zone).date()
    return today, today + timedelta(days=ahead + 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _had(
    who: Party, days: tuple[date, date], besides: Visit | WaitingPlace | None
) -> dict[str, list[date]]:
    """The days of visits that count for quotas here, by the holder's resource name."""
    person = who.person
    holders = [claims.person(str(person.pk)), *(claims.visitor(one) for one in who.visitors)]
    rows = QuotaPlace.objects.filter(
        facility=person.facility_id,
        holder__in=holders,
        week_on__gt=days[0] - A_WEEK,
        week_on__lt=days[1],
    )
    if isinstance(besides, Visit):
        rows = rows.exclude(visit=besides)
    found: dict[str, list[date]] = {}
    for holder, starts_at in rows.values_list("holder", "visit__starts_at"):
        found.setdefault(holder, []).append(starts_at.astimezone(who.zone).date())
    return found


def facts(
    *, who: Party, asked: Asking, starts_at: datetime, private: bool, now: datetime
) -> VisitFacts:
    """Everything the core's policy wants to know of one visit."""
    person = who.person
    visitors = visitor_facts(who, starts_at, now)
    visitors += [VisitorFacts(id=str(one), approved=False, minor=True) for one in who.unknown]
    return VisitFacts(
        asking=asked,
        starts_at=starts_at,
        visitors=tuple(visitors),
        person_active=person.active,
        person_unrecorded=person.do_not_record or _marked(who),
        stops=stops_of(who, now),
        wants_private=private,
        private_ready=private_visits.ready(),
    )


def visitor_facts(who: Party, at: datetime, now: datetime) -> list[VisitorFacts]:
    """How all who come stand now, for a visit at `at`; the minors with their adults."""
    person = who.person
    blocks = _blocks(who)
    attorneys = _attorneys(who, at)
    visitors = []
    for row in who.coming:
        contact, standing = row.contact, row.standing
        kind = VisitKind.ATTORNEY if contact.pk in attorneys else VisitKind(standing.kind)
        account = contact.account
        adult = VisitorFacts(
            id=str(contact.pk),
            approved=standing.approved,
            approved_until=standing.until,
            kind=kind,
            no_contact=kept_apart(person_id=person.pk, contact_id=contact.pk, now=now),
            blocked=blocks.get(contact.pk),
            active=account is not None and account.is_active,
        )
        visitors.append(adult)
        visitors += [
            replace(adult, id=str(one.id), kind=VisitKind.ORDINARY, minor=True)
            for one in row.minors
        ]
    return visitors


def _blocks(who: Party) -> dict[UUID, BlockOf]:
    """Whether a contact wished to hear nothing from this person, or from the facility."""
    person = who.person
    return {
        contact: BlockOf.PERSON if of_person else BlockOf.FACILITY
        for contact in _contacts(who)
        for (of_person,) in _BLOCKS(contact=contact, person=person.pk, facility=person.facility_id)
    }


def _attorneys(who: Party, at: datetime) -> set[UUID]:
    """Who of them the agency verified as an attorney, for the day of the visit, however they were
    let in as visitors: a visit with an attorney is never held in a room that can be recorded."""
    day = at.astimezone(who.zone).date()
    agency = who.person.facility.agency_id
    return {one for one in _contacts(who) if _ATTORNEY(contact=one, agency=agency, day=day)}


def _marked(who: Party) -> bool:
    """Whether any agency marked a number of one who comes as not to be recorded."""
    return any(_MARKS(contact=one) for one in _contacts(who))


def stops_of(who: Party, now: datetime) -> tuple[Stop, ...]:
    """Stops by staff, of visits or of all there is."""
    person = who.person
    found = {
        one.id: one
        for row in who.coming
        for one in stops(
            person_id=person.pk,
            contact_id=row.contact.pk,
            facility_id=person.facility_id,
            service=Service.VISIT,
            now=now,
        )
    }
    return tuple(
        Stop(Side.PERSON if one.whom == "person" else Side.CONTACT, one.reason, one.until)
        for one in found.values()
    )


def _contacts(who: Party) -> list[UUID]:
    return [row.contact.pk for row in who.coming]


# Each booking asks these, so they are compiled once (see apps.prepared).
def _stations(facility: Any, unit: Any = None) -> Any:
    rows = VisitStation.objects.filter(rules.of_unit(unit), facility=facility, closed_at=None)
    return rows.order_by("name").values_list("pk", "unit", "device")


def _apart(person: Any) -> Any:
    rows = Separation.objects.filter(Q(person=person) | Q(other=person), lifted_at=None)
    return rows.order_by("pk").values_list("pk")


def _blocks_of(contact: Any, person: Any, facility: Any) -> Any:
    rows = Block.objects.filter(Q(person=person) | Q(facility=facility), contact=contact)
    return rows.filter(lifted_at=None).order_by("made_at").values_list("person")


def _attorney(contact: Any, agency: Any, day: Any) -> Any:
    rows = AttorneyVerification.objects.filter(
        Q(until_on=None) | Q(until_on__gt=day), contact=contact, agency=agency, from_on__lte=day
    )
    return rows.values_list("pk")[:1]


def _marks(contact: Any) -> Any:
    rows = PrivacyMark.objects.filter(number__contact=contact, lifted_at=None)
    return rows.values_list("pk")[:1]


_STATIONS = Prepared(_stations, facility=UUID)
_STATIONS_UNIT = Prepared(_stations, facility=UUID, unit=UUID)
_APART = Prepared(_apart, person=UUID)
_BLOCKS = Prepared(_blocks_of, contact=UUID, person=UUID, facility=UUID)
_ATTORNEY = Prepared(_attorney, contact=UUID, agency=UUID, day=date)
_MARKS = Prepared(_marks, contact=UUID)
