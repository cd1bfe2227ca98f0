"""The county of a day: stations, people with their lists, contacts, lines, a carrier, staff.

All invented. Numbers are of the 555-01xx kind that belongs to nobody, in many area codes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import product
from typing import Any
from uuid import UUID, uuid4

from kinline.apps.facilities.models import (
    CallingRule,
    Facility,
    IntakeRule,
    OpenLine,
    Station,
    Trunk,
    Unit,
)
from kinline.apps.people import access, pins
from kinline.apps.people.models import (
    Account,
    AllowedNumber,
    AttorneyVerification,
    Block,
    Contact,
    ContactNumber,
    Grant,
    Person,
)
from kinline.apps.people.rights import ROLES
from kinline.laws.numbering import north_america
from tests.day.plan import Plan

BY = "the day"
PIN = "482913"
LONG_AGO = date(2024, 6, 1)
LINES = {  # kind: (number, asks for a sign-in, private, anonymous, answers without a key)
    "prea": ("+19785550171", False, True, True, True),
    "tip": ("+19785550172", False, True, True, True),
    "crisis": ("+19785550173", False, False, False, True),
    "legal_services": ("+19785550174", False, True, False, False),
    "relay": ("+19785550175", True, False, False, True),
}
INTAKE_CALLS_AN_HOUR, INTAKE_SECONDS = 3, 300
COURTESY_SECONDS = 600


@dataclass(slots=True)
class Inside:
    """One person, and whom they may call: (number, contact)."""

    id: UUID
    number: str
    limit_seconds: int | None
    unrecorded: bool
    active: bool = True
    listed: list[tuple[str, UUID, int | None]] = field(default_factory=list)
    attorney: tuple[str, UUID] = ("", UUID(int=0))


@dataclass(frozen=True, slots=True)
class Device:
    id: UUID
    wall: bool
    active: bool
    unrecorded: bool


@dataclass(slots=True)
class County:
    """Everything a try may name."""

    facility: Facility
    staff: access.Staff
    devices: list[Device]
    intake: list[Device]
    people: list[Inside]
    held: list[Inside]
    lines: dict[str, OpenLine]
    trunk: UUID
    blocks_us: tuple[str, UUID]
    unlisted: tuple[str, UUID]
    pages: list[UUID]
    mailed: set[UUID]


def build(plan: Plan, now: datetime) -> County:
    """Write the rows. The facility is the demo town's, with a staff member of its own."""
    facility = Facility.objects.select_related("agency").get(place=plan.facts["place"])
    unit = Unit.objects.create(facility=facility, name="Day")
    _rules(facility, plan, now)
    # Area codes from 500 on are in part no places: personal, toll-free, premium numbers.
    areas = sorted(code for code, where in north_america().items() if where.country == "US")
    areas = [code for code in areas if code < "456"]
    numbers = (f"+1{area}55501{last:02}" for last, area in product(range(70), areas))
    contacts = _Contacts(numbers, plan, now)
    people, held = _people(facility, unit, plan, contacts)
    attorneys = contacts.many(max(4, plan.people // 40), mailed_too=False)
    for n, one in enumerate([*people, *held]):
        one.attorney = attorneys[n % len(attorneys)]
    blocks_us, unlisted = contacts.many(2, mailed_too=False)
    contacts.save()
    _lists([*people, *held], blocks_us, contacts, now)
    _marks(facility, [who for _, who in attorneys], blocks_us[1], now)
    return County(
        facility=facility,
        staff=_staff(facility, now),
        devices=_devices(unit, plan),
        intake=_intake(facility, unit, now),
        people=people,
        held=held,
        lines=_lines(facility, now),
        trunk=_trunk(facility),
        blocks_us=blocks_us,
        unlisted=unlisted,
        pages=contacts.pages,
        mailed=contacts.mailed,
    )


def _rules(facility: Facility, plan: Plan, now: datetime) -> None:
    """Nobody calls on the day before; from the facility's midnight on the county's hours hold."""
    day: date = plan.facts["day"]
    rule = {
        "set_by": BY,
        "set_at": now,
        "max_call_seconds": plan.facts["longest_minutes"] * 60,
        "opens_at": time.fromisoformat(plan.facts["opens"]),
        "closes_at": time.fromisoformat(plan.facts["closes"]),
    }
    CallingRule.objects.filter(facility=facility).update(until_on=LONG_AGO)
    CallingRule.objects.create(
        facility=facility, from_on=LONG_AGO, until_on=day, offered=False, **rule
    )
    CallingRule.objects.create(facility=facility, from_on=day, **rule)


class _Contacts:
    """Contacts and their numbers, made in memory and saved at once."""

    def __init__(self, numbers: Iterator[str], plan: Plan, now: datetime) -> None:
        self._numbers, self._every, self._now = numbers, plan.facts["pages"]["one_in"], now
        self.accounts: list[Account] = []
        self.contacts: list[Contact] = []
        self.rows: dict[str, ContactNumber] = {}
        self.pages: list[UUID] = []
        self.mailed: set[UUID] = set()

    def many(self, count: int, *, mailed_too: bool) -> list[tuple[str, UUID]]:
        return [self._one(mailed_too) for _ in range(count)]

    def _one(self, mailed_too: bool) -> tuple[str, UUID]:
        number, n = next(self._numbers), len(self.contacts)
        contact = Contact(id=uuid4(), name=f"Contact {n}", language="es" if n % 5 == 0 else "en")
        if mailed_too and n % self._every == 0:
            contact.account = Account(email=f"contact{n}@example.org", name=f"Contact {n}")
            self.accounts.append(contact.account)
            self.mailed.add(contact.pk)
            self.pages.append(contact.pk)
        self.contacts.append(contact)
        self.rows[number] = ContactNumber(id=uuid4(), contact=contact, e164=number)
        return number, contact.pk

    def save(self) -> None:
        Account.objects.bulk_create(self.accounts)
        Contact.objects.bulk_create(self.contacts)
        ContactNumber.objects.bulk_create(self.rows.values())


def _people(
    facility: Facility, unit: Unit, plan: Plan, contacts: _Contacts
) -> tuple[list[Inside], list[Inside]]:
    pin = pins.hashed(PIN)  # one for all: a day is not about hashing
    people = []
    for n in range(plan.people + 3):
        one = Inside(
            id=uuid4(),
            number=f"90-{n:04}",
            limit_seconds=900 if n % 25 == 7 else None,
            unrecorded=n % 60 == 11,
            active=n < plan.people,
        )
        fresh = contacts.many(2 + n % 2, mailed_too=True)
        one.listed = [(*found, 600 if n % 30 == 13 else None) for found in fresh]
        if n % 10 == 3:  # brothers in one jail call the same mother
            one.listed.append((*people[-1].listed[0][:2], None))
        people.append(one)
    Person.objects.bulk_create(
        Person(
            id=one.id,
            facility=facility,
            unit=unit,
            number=one.number,
            given_name=f"Given{n}",
            family_name=f"Family{n}",
            pin_hash=pin,
            active=one.active,
            do_not_record=one.unrecorded,
            max_call_seconds=one.limit_seconds,
        )
        for n, one in enumerate(people)
    )
    return people[: plan.people], people[plan.people :]


def _lists(
    people: Sequence[Inside],
    blocks_us: tuple[str, UUID],
    contacts: _Contacts,
    now: datetime,
) -> None:
    def entry(one: Inside, number: str, limit: int | None = None) -> AllowedNumber:
        row = contacts.rows[number]
        made: dict[str, Any] = {"added_by": BY, "added_at": now, "max_call_seconds": limit}
        return AllowedNumber(person_id=one.id, number=row, **made)

    AllowedNumber.objects.bulk_create(
        [entry(one, number, limit) for one in people for number, _, limit in one.listed]
        + [entry(one, one.attorney[0]) for one in people]
        + [entry(one, blocks_us[0]) for one in people]
    )


def _marks(
    facility: Facility,
    attorneys: Sequence[UUID],
    blocks_us: UUID,
    now: datetime,
) -> None:
    AttorneyVerification.objects.bulk_create(
        AttorneyVerification(
            contact_id=contact,
            agency=facility.agency,
            bar_number=f"{n:06} (invented)",
            from_on=LONG_AGO,
            verified_by=BY,
            verified_at=now,
        )
        for n, contact in enumerate(attorneys)
    )
    Block.objects.create(contact_id=blocks_us, facility=facility, made_at=now)


def _devices(unit: Unit, plan: Plan) -> list[Device]:
    """Wall phones and tablets; the last one of all is turned off."""
    last = plan.stations
    devices = [
        Device(uuid4(), wall=n < plan.wall_phones, active=n != last, unrecorded=n % 70 == 9)
        for n in range(last + 1)
    ]
    Station.objects.bulk_create(
        Station(
            id=one.id,
            unit=unit,
            name=f"Station {n:03}",
            kind="handset" if one.wall else "tablet",
            active=one.active,
            do_not_record=one.unrecorded,
        )
        for n, one in enumerate(devices)
    )
    return devices


def _intake(facility: Facility, unit: Unit, now: datetime) -> list[Device]:
    IntakeRule.objects.create(
        facility=facility,
        calls_an_hour=INTAKE_CALLS_AN_HOUR,
        max_call_seconds=INTAKE_SECONDS,
        set_by=BY,
        set_at=now,
    )
    rows = [Station(unit=unit, name=f"Intake {n}", kind="handset", intake=True) for n in range(3)]
    Station.objects.bulk_create(rows)
    return [Device(row.pk, wall=True, active=True, unrecorded=False) for row in rows]


def _lines(facility: Facility, now: datetime) -> dict[str, OpenLine]:
    return {
        kind: OpenLine.objects.create(
            facility=facility,
            kind=kind,
            names={"en": f"{kind} of the day (made up)", "es": f"{kind} del día (inventada)"},
            e164=number,
            with_pin=with_pin,
            private=private,
            anonymous=anonymous,
            direct=direct,
            from_on=LONG_AGO,
            set_by=BY,
            set_at=now,
        )
        for kind, (number, with_pin, private, anonymous, direct) in LINES.items()
    }


def _trunk(facility: Facility) -> UUID:
    # A county's day is no toll fraud.
    limits = dict.fromkeys(("most_at_once", "most_a_minute", "most_abroad_minutes"), 10_000)
    row = Trunk.objects.create(
        agency=facility.agency,
        name="Carrier",
        host="sip.carrier.example",
        caller="+19785550100",
        **limits,
    )
    return row.pk


def _staff(facility: Facility, now: datetime) -> access.Staff:
    account = Account.objects.create_user("wanda@essex.example", None, name="Wanda Day")
    Grant.objects.bulk_create(
        Grant(account=account, right=right, facility=facility, given_by=BY, given_at=now)
        for right in ROLES["facility_admin"]
    )
    return access.staff(account_id=account.pk, now=now)
