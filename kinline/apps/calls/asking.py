"""The facts one decision rests on, gathered by queries that are compiled once; who calls:
callers.py."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from kinline.apps import text
from kinline.apps.calls.callers import Caller
from kinline.apps.calls.spent import spent
from kinline.apps.charging.queries import PriceView, price
from kinline.apps.days import day_at
from kinline.apps.facilities import destinations
from kinline.apps.facilities.models import CallingRule as CallingRuleRow
from kinline.apps.facilities.queries import rules_in_force
from kinline.apps.people import courtesies, held, numbers
from kinline.apps.people.links import apart, number_forbidden
from kinline.apps.people.models import (
    AllowedNumber,
    Block,
    ContactNumber,
    PrivacyMark,
)
from kinline.apps.people.verified import call_is_attorneys
from kinline.apps.prepared import Prepared
from kinline.core.call.announcement import Acceptance, Paid, announcement
from kinline.core.call.caller import Caller as CallerKind
from kinline.core.ids import PlaceCode
from kinline.core.money import Money
from kinline.core.policy.call import (
    LIFTED,
    Allowed,
    BlockOf,
    CallFacts,
    CallingRule,
    Refused,
    decide,
    with_courtesy,
)
from kinline.core.policy.controls import Controls, Talk
from kinline.core.policy.destinations import Destination
from kinline.core.policy.quiet import QuietTime, quiet_until
from kinline.core.refusal import Refusal, Whose


@dataclass(frozen=True, slots=True)
class Called:
    """The number's contact, and everything that is marked about the two."""

    contact: UUID
    language: str
    listed: bool
    limit_seconds: int | None
    blocks_person: bool
    blocks_facility: bool
    attorney: bool
    unrecorded: bool
    apart: bool
    quiet_from: time | None = None
    quiet_until: time | None = None
    quiet_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided; `courtesy` is the grant under which the call goes out, if only so."""

    outcome: Allowed | Refused
    courtesy: UUID | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a person with all its facts.

    `number` is E.164, or what was typed if it is none.
    """

    who: Caller
    facts: CallFacts
    number: str
    called: Called | None
    price: PriceView | None

    line = None
    kind = CallerKind.PERSON
    acceptance = Acceptance.KEYS

    def verdict(self, now: datetime) -> Verdict:
        """What the core decides, and a refusal of our own where the book knows no price."""
        outcome = decide(self.facts, now)
        if isinstance(outcome, Allowed):
            return Verdict(priced(outcome, self.price))
        if self.who.person and any(reason.code in LIFTED for reason in outcome.reasons):
            # Only now: a call that may be made anyway pays no query for a grant, nor uses it up.
            granted = courtesies.open_grant(person_id=self.who.person, now=now)
            if granted is not None:
                outcome = with_courtesy(self._beyond_the_list(now), granted.courtesy, now)
                used = isinstance(outcome, Allowed) and outcome.courtesy
                return Verdict(priced(outcome, self.price), granted.id if used else None)
        return Verdict(priced(outcome, self.price))

    def _beyond_the_list(self, now: datetime) -> CallFacts:
        """The facts of a number that may belong to nobody we know: an order can still name it."""
        if self.called is not None or self.who.person is None:
            return self.facts
        named = number_forbidden(person_id=self.who.person, e164=self.number, now=now)
        return replace(self.facts, no_contact=named)

    def announced(self, *, private: bool, paid: Paid | None = None) -> tuple[str, ...]:
        """What the called side hears."""
        return announced(
            self.who, self.price, private=private, acceptance=self.acceptance, paid=paid
        )


def priced(outcome: Allowed | Refused, price: PriceView | None) -> Allowed | Refused:
    """The outcome, refused where nobody can price the call: that is not the same as free."""
    if price is not None:
        return outcome
    reasons = outcome.reasons if isinstance(outcome, Refused) else ()
    return Refused((*reasons, Refusal("call.no_price", Whose.KINLINE)))


def announced(
    who: Caller,
    price: PriceView | None,
    *,
    private: bool,
    acceptance: Acceptance,
    paid: Paid | None = None,
) -> tuple[str, ...]:
    """The prompts of a call that somebody may have to pay for."""
    per_minute = None if price is None or price.free else Money(price.cents)
    return announcement(
        place=PlaceCode(who.place),
        price_per_minute=per_minute,
        private=private,
        acceptance=acceptance,
        paid=paid,
    )


def ask(who: Caller, typed: str, now: datetime) -> Asked:
    """Three queries: the number with all that is marked about it, the facility's rules, and the
    controls.

    One more for a number abroad, whether its country is closed; one more where a control counts
    what was talked before.
    """
    e164 = numbers.e164(typed)
    today = day_at(who.zone, now)
    called = called_at(e164, who, now) if e164 else None
    rule, next_rule = _rules(who.facility, today)
    facts = CallFacts(
        zone=ZoneInfo(who.zone),
        today=rule,
        tomorrow=next_rule,
        number_valid=e164 is not None,
        listed=False,
        person_active=who.active,
        station_active=who.station_active,
        on_a_call=who.on_a_call,
        person_limit_seconds=who.limit_seconds,
        person_unrecorded=who.unrecorded,
        station_unrecorded=who.station_unrecorded,
        destination=leads(who, e164, typed),
        controls=controls_on(who, e164 or "", now),
    )
    if who.hold is not None and who.hold.keeps_off(str(who.person), now):
        facts = replace(facts, hold=who.hold)
    if called is not None:
        facts = _with_number(facts, called, now)
    known = price(place=who.place, at=now, number=e164 or "")
    return Asked(who, facts, number=e164 or text.typed(typed, 40), called=called, price=known)


def controls_on(who: Caller, number: str, now: datetime) -> Controls:
    """The controls on a call to `number` (E.164, empty for none), and what they count."""
    bearing = held.on(
        Talk.CALLS,
        held.Subjects(
            agency=who.agency,
            facility=who.facility,
            unit=who.unit,
            station=who.station,
            station_unit=who.station_unit,
            person=who.person,
            other=number,
        ),
        now,
    )
    found = Controls(bearing)
    if who.person is None or not found.count:
        return found
    zone = ZoneInfo(who.zone)
    return Controls(bearing, *spent(person=who.person, number=number, zone=zone, now=now))


def leads(who: Caller, e164: str | None, typed: str) -> Destination | None:
    """Where the number leads from here, None where it is none."""
    if e164 is None:
        return destinations.of_short_code(typed)
    return destinations.destination(e164, facility=who.facility, toll_free_open=who.toll_free_open)


def core_rule(row: CallingRuleRow | None) -> CallingRule | None:
    """The row as the core knows it."""
    if row is None:
        return None
    return CallingRule(row.offered, row.opens_at, row.closes_at, row.max_call_seconds)


def _quiet_until(called: Called, now: datetime) -> datetime | None:
    """Until when whoever is called takes no calls, None while they do."""
    if called.quiet_from is None or called.quiet_until is None or not called.quiet_zone:
        return None
    hours = QuietTime(ZoneInfo(called.quiet_zone), called.quiet_from, called.quiet_until)
    return quiet_until(hours, now)


def _with_number(facts: CallFacts, called: Called, now: datetime) -> CallFacts:
    blocked = None
    if called.blocks_facility:
        blocked = BlockOf.FACILITY
    elif called.blocks_person:
        blocked = BlockOf.PERSON
    return replace(
        facts,
        listed=called.listed,
        number_limit_seconds=called.limit_seconds,
        blocked=blocked,
        no_contact=called.apart,
        attorney=called.attorney,
        number_unrecorded=called.unrecorded,
        quiet_until=_quiet_until(called, now),
    )


# --- the called -------------------------------------------------------------------------


def _number(
    e164: str, person: UUID, facility: UUID, agency: UUID, today: date, now: datetime
) -> QuerySet[ContactNumber, Any]:
    entry = AllowedNumber.objects.filter(number=OuterRef("pk"), person=person, removed_at=None)
    blocks = Block.objects.filter(contact=OuterRef("contact"), lifted_at=None)
    attorney = call_is_attorneys(day=today, agency=agency, contact="contact", number="e164")
    marks = PrivacyMark.objects.filter(number=OuterRef("pk"), lifted_at=None)
    rows = ContactNumber.objects.filter(e164=e164).annotate(
        listed=Exists(entry),
        limit=Subquery(entry.values("max_call_seconds")[:1]),
        blocks_person=Exists(blocks.filter(person=person)),
        blocks_facility=Exists(blocks.filter(facility=facility)),
        attorney=attorney,
        marked=Exists(marks),
        apart=apart(person=person, contact="contact", now=now),
    )
    marked = ("listed", "limit", "blocks_person", "blocks_facility", "attorney", "marked", "apart")
    quiet = (f"contact__quiet_calls__{name}" for name in ("from_at", "until_at", "zone"))
    return rows.values_list("contact", "contact__language", *marked, *quiet)


_NUMBER = Prepared(
    _number, e164=str, person=UUID, facility=UUID, agency=UUID, today=date, now=datetime
)


NOBODY = UUID(int=0)  # is no person's id, so that nothing of any person's is found


def called_at(e164: str, who: Caller, now: datetime) -> Called | None:
    """The contact of a number, None where nobody is known there."""
    rows = _NUMBER(
        e164=e164,
        person=who.person or NOBODY,
        facility=who.facility,
        agency=who.agency,
        today=day_at(who.zone, now),
        now=now,
    )
    return Called(*rows[0]) if rows else None


# --- the rules --------------------------------------------------------------------------


def _rules_of(facility: UUID, today: date, tomorrow: date) -> QuerySet[CallingRuleRow, Any]:
    either = Q(rules_in_force(facility, today) | rules_in_force(facility, tomorrow))
    told = ("offered", "opens_at", "closes_at", "max_call_seconds")
    return CallingRuleRow.objects.filter(either).values_list("from_on", "until_on", *told)


_RULES = Prepared(_rules_of, facility=UUID, today=date, tomorrow=date)


def _rules(facility: UUID, today: date) -> tuple[CallingRule | None, CallingRule | None]:
    """Today's and tomorrow's rule on the facility's own calendar."""
    tomorrow = today + timedelta(days=1)
    rows = _RULES(facility=facility, today=today, tomorrow=tomorrow)

    def on(day: date) -> CallingRule | None:
        for from_on, until_on, *rule in rows:
            if from_on <= day and (until_on is None or day < until_on):
                return CallingRule(*rule)
        return None

    return on(today), on(tomorrow)
