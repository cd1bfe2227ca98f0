"""Questions without a person: a line that is always open, and a call at intake.

`question` finds out which of them is asked, also where somebody types the number of a line.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from kinline.apps import text
from kinline.apps.calls.asking import (
    Asked,
    Called,
    Verdict,
    announced,
    ask,
    called_at,
    controls_on,
    leads,
    priced,
)
from kinline.apps.calls.callers import Caller, UnknownParty
from kinline.apps.calls.models import Call
from kinline.apps.charging.queries import PriceView, never_priced, price
from kinline.apps.days import day_at
from kinline.apps.facilities import destinations
from kinline.apps.facilities.lines import in_force, newest_intake
from kinline.apps.facilities.models import OpenLine
from kinline.apps.people import numbers
from kinline.apps.prepared import Prepared
from kinline.core.call.announcement import Acceptance, Paid, line_announcement
from kinline.core.call.caller import Caller as CallerKind
from kinline.core.ids import PlaceCode
from kinline.core.policy import intake, lines
from kinline.core.policy.controls import unrecorded
from kinline.core.policy.intake import IntakeFacts, IntakeRule
from kinline.core.policy.lines import LineFacts, LineKind, LineRule


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A call to an open line. `who` is already without what the line may not know."""

    who: Caller
    facts: LineFacts
    number: str
    called: Called | None
    price: PriceView
    line: UUID
    kind: CallerKind
    acceptance: Acceptance

    def verdict(self, now: datetime) -> Verdict:
        """What the core decides: no price, no clock and no list has a say in it."""
        return Verdict(lines.decide(self.facts))

    def announced(self, *, private: bool, paid: Paid | None = None) -> tuple[str, ...]:
        """What the called side hears; nobody ever pays."""
        place = PlaceCode(self.who.place)
        return line_announcement(place=place, private=private, acceptance=self.acceptance)


@dataclass(frozen=True, slots=True)
class AskedIntake:
    """A call without sign-in from an intake station. There is nobody who could be blocked."""

    who: Caller
    facts: IntakeFacts
    number: str
    called: Called | None
    price: PriceView | None

    line = None
    kind = CallerKind.INTAKE
    acceptance = Acceptance.TWO_KEYS

    def verdict(self, now: datetime) -> Verdict:
        """What the core decides, and our own refusal where the book knows no price."""
        return Verdict(priced(intake.decide(self.facts, now), self.price))

    def announced(self, *, private: bool, paid: Paid | None = None) -> tuple[str, ...]:
        """What the called side hears; no account pays before."""
        return announced(self.who, self.price, private=private, acceptance=self.acceptance)


Question = Asked | AskedLine | AskedIntake


def question(who: Caller, *, typed: str, line_id: UUID | None, now: datetime) -> Question:
    """What is asked. Raises UnknownParty for a line that is not this facility's."""
    today = day_at(who.zone, now)
    if line_id is not None:
        row = OpenLine.objects.filter(pk=line_id, facility=who.facility).first()
        if row is None:
            raise UnknownParty
        there = row.from_on <= today and (row.until_on is None or today < row.until_on)
        return _ask_line(who, _Line.of(row), now, in_force=there)
    e164 = numbers.e164(typed)
    found = _line_at(e164, who, today) if e164 else _relay_line(typed, who, today)
    if found:
        return _ask_line(who, found, now, in_force=True)
    if who.person is None:
        return _ask_intake(who, e164, typed, now)
    return ask(who, typed, now)


# --- lines ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    id: UUID
    kind: str
    e164: str
    with_pin: bool
    private: bool
    anonymous: bool
    direct: bool

    @classmethod
    def of(cls, row: OpenLine) -> "_Line":
        return cls(*(getattr(row, name) for name in _OF_LINE))


_OF_LINE = ("pk", "kind", "e164", "with_pin", "private", "anonymous", "direct")


def _at(e164: str, facility: UUID, today: date) -> QuerySet[OpenLine, Any]:
    rows = OpenLine.objects.filter(in_force(today), facility=facility, e164=e164)
    return rows.values_list(*_OF_LINE)


_LINE_AT = Prepared(_at, e164=str, facility=UUID, today=date)


def _line_at(e164: str, who: Caller, today: date) -> _Line | None:
    rows = _LINE_AT(e164=e164, facility=who.facility, today=today)
    return _Line(*rows[0]) if rows else None


def _relay_line(typed: str, who: Caller, today: date) -> _Line | None:
    """711 is the facility's own relay line, whatever number that has."""
    if not destinations.is_relay_code(typed):
        return None
    rows = OpenLine.objects.filter(in_force(today), facility=who.facility, kind=LineKind.RELAY)
    row = rows.order_by("from_on", "e164").first()
    return _Line.of(row) if row else None


def _ask_line(who: Caller, line: _Line, now: datetime, *, in_force: bool) -> AskedLine:
    signed_in = who.person is not None
    known = called_at(line.e164, who, now)
    kind = CallerKind.PERSON
    if not line.with_pin:
        kind = CallerKind.ANONYMOUS if line.anonymous else CallerKind.NOBODY
        who = _forgotten(who, station_too=line.anonymous)
    elif not signed_in:
        kind = CallerKind.NOBODY  # who is refused for want of a sign-in is nobody yet
    rule = LineRule(LineKind(line.kind), line.with_pin, line.private, line.anonymous, line.direct)
    facts = LineFacts(
        rule=rule,
        in_force=in_force,
        signed_in=signed_in,
        person_unrecorded=who.unrecorded,
        number_unrecorded=known is not None and known.unrecorded,
        station_unrecorded=who.station_unrecorded,
        control_unrecorded=unrecorded(controls_on(who, line.e164, now), now=now),
    )
    return AskedLine(
        who=who,
        facts=facts,
        number=line.e164,
        called=known,
        price=never_priced(place=who.place, since=day_at(who.zone, now)),
        line=line.id,
        kind=kind,
        acceptance=Acceptance.DIRECT if line.direct else Acceptance.TWO_KEYS,
    )


def _forgotten(who: Caller, *, station_too: bool) -> Caller:
    """The same caller without what would name them: person, own voice, and where rule says so
    the station.
    """
    nobody = replace(who, person=None, unrecorded=False, name_folder="", name_key="")
    return replace(nobody, station=None) if station_too else nobody


# --- intake -----------------------------------------------------------------------------


def _ask_intake(who: Caller, e164: str | None, typed: str, now: datetime) -> AskedIntake:
    called = called_at(e164, who, now) if e164 else None
    rule = newest_intake(who.facility).first()
    offered = rule is not None and rule.calls_an_hour > 0
    facts = IntakeFacts(
        rule=IntakeRule(rule.calls_an_hour, rule.max_call_seconds) if offered and rule else None,
        station_is_intake=who.station_is_intake,
        number_valid=e164 is not None,
        destination=leads(who, e164, typed),
        station_active=who.station_active,
        station_unrecorded=who.station_unrecorded,
        lately=_lately(who, now) if offered else (),
        blocked=called is not None and called.blocks_facility,
        attorney=called is not None and called.attorney,
        number_unrecorded=called is not None and called.unrecorded,
        controls=controls_on(who, e164 or "", now),
        zone=ZoneInfo(who.zone),
    )
    return AskedIntake(
        who=who,
        facts=facts,
        number=e164 or text.typed(typed, 40),
        called=called,
        price=price(place=who.place, at=now, number=e164 or ""),
    )


def _lately(who: Caller, now: datetime) -> tuple[datetime, ...]:
    """When this station's intake calls of the last hour were accepted."""
    rows = Call.objects.filter(
        station=who.station, caller=CallerKind.INTAKE, accepted_at__gt=now - timedelta(hours=1)
    )
    return tuple(at for at in rows.values_list("accepted_at", flat=True) if at is not None)
