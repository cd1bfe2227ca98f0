"""The facts one decision rests on, gathered by a constant number of queries."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, Subquery

from kinline.apps import text
from kinline.apps.calls.models import LIVE_STATES, Call
from kinline.apps.charging.queries import PriceView, price
from kinline.apps.days import day_at
from kinline.apps.facilities.models import CallingRule as CallingRuleRow
from kinline.apps.facilities.models import Facility, Station
from kinline.apps.facilities.queries import rule_on, rules_in_force
from kinline.apps.people import numbers
from kinline.apps.people.models import (
    AllowedNumber,
    AttorneyVerification,
    Block,
    Contact,
    ContactNumber,
    Person,
    PrivacyMark,
)
from kinline.apps.people.queries import verified_on
from kinline.core.policy.call import Allowed, BlockOf, CallFacts, CallingRule, Refused, decide
from kinline.core.refusal import Refusal, Whose


class UnknownParty(Exception):
    """No such station, or no such person at the station's facility: an engine's mistake."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who wants to call, and from which station (with unit, facility and agency loaded)."""

    person: Person
    station: Station

    @property
    def facility(self) -> Facility:
        return self.station.unit.facility


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with all its facts; `number` is E.164, or what was typed if it is none."""

    facts: CallFacts
    number: str
    contact: Contact | None
    price: PriceView | None

    def verdict(self, now: datetime) -> Allowed | Refused:
        """What the core decides, and a refusal of our own where the book knows no price."""
        verdict = decide(self.facts, now)
        if self.price is not None:
            return verdict
        reasons = verdict.reasons if isinstance(verdict, Refused) else ()
        # A call nobody can price would end without a charge, which is not the same as free.
        return Refused((*reasons, Refusal("call.no_price", Whose.KINLINE)))


def parties(*, station_id: UUID, person_id: UUID) -> Parties:
    """Two queries. Raises UnknownParty, also for a person of another facility."""
    stations = Station.objects.select_related("unit__facility__agency")
    station = stations.filter(pk=station_id).first()
    person = Person.objects.filter(pk=person_id).first()
    if station is None or person is None or person.facility_id != station.unit.facility_id:
        raise UnknownParty
    return Parties(person, station)


def ask(who: Parties, typed: str, now: datetime) -> Asked:
    """Three queries: the number with all that is marked about it, the rules, a live call."""
    return gather(who.person, who.facility, who.station, typed, now)


def gather(
    person: Person, facility: Facility, station: Station | None, typed: str, now: datetime
) -> Asked:
    """As `ask`; without a station it is a trial from no station in particular."""
    e164 = numbers.e164(typed)
    found = _number(e164, person, facility, now) if e164 else None
    today, tomorrow = _rules(facility, now)
    facts = CallFacts(
        zone=ZoneInfo(facility.zone),
        today=today,
        tomorrow=tomorrow,
        number_valid=e164 is not None,
        listed=False,
        person_active=person.active,
        station_active=station is None or station.active,
        on_a_call=Call.objects.filter(person=person, state__in=LIVE_STATES).exists(),
        person_limit_seconds=person.max_call_seconds,
        person_unrecorded=person.do_not_record,
        station_unrecorded=station is not None and station.do_not_record,
    )
    if found is not None:
        facts = _with_number(facts, found)
    contact = found.contact if found is not None else None
    known = price(place=facility.place, at=now)
    return Asked(facts, number=e164 or text.typed(typed, 40), contact=contact, price=known)


def _with_number(facts: CallFacts, found: ContactNumber) -> CallFacts:
    blocked = None
    if found.blocks_facility:  # type: ignore[attr-defined]
        blocked = BlockOf.FACILITY
    elif found.blocks_person:  # type: ignore[attr-defined]
        blocked = BlockOf.PERSON
    return replace(
        facts,
        listed=found.listed,  # type: ignore[attr-defined]
        number_limit_seconds=found.limit,  # type: ignore[attr-defined]
        blocked=blocked,
        attorney=found.attorney,  # type: ignore[attr-defined]
        number_unrecorded=found.marked,  # type: ignore[attr-defined]
    )


def _number(e164: str, person: Person, facility: Facility, now: datetime) -> ContactNumber | None:
    """The number with its contact and everything that is marked about the two."""
    entry = AllowedNumber.objects.filter(number=OuterRef("pk"), person=person.pk, removed_at=None)
    blocks = Block.objects.filter(contact=OuterRef("contact"), lifted_at=None)
    attorney = AttorneyVerification.objects.filter(
        verified_on(day_at(facility.zone, now)),
        contact=OuterRef("contact"),
        agency=facility.agency_id,
    )
    marks = PrivacyMark.objects.filter(number=OuterRef("pk"), lifted_at=None)
    rows = ContactNumber.objects.select_related("contact").annotate(
        listed=Exists(entry),
        limit=Subquery(entry.values("max_call_seconds")[:1]),
        blocks_person=Exists(blocks.filter(person=person.pk)),
        blocks_facility=Exists(blocks.filter(facility=facility.pk)),
        attorney=Exists(attorney),
        marked=Exists(marks),
    )
    return rows.filter(e164=e164).first()


def _rules(facility: Facility, now: datetime) -> tuple[CallingRule | None, CallingRule | None]:
    """Today's and tomorrow's rule on the facility's own calendar, in one query."""
    today = day_at(facility.zone, now)
    tomorrow = today + timedelta(days=1)
    in_force = Q(rules_in_force(facility.pk, today) | rules_in_force(facility.pk, tomorrow))
    rows = list(CallingRuleRow.objects.filter(in_force))
    return core_rule(rule_on(rows, today)), core_rule(rule_on(rows, tomorrow))


def core_rule(row: CallingRuleRow | None) -> CallingRule | None:
    """The row as the core knows it."""
    if row is None:
        return None
    return CallingRule(row.offered, row.opens_at, row.closes_at, row.max_call_seconds)
