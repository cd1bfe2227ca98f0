"""Visits at the demo's facilities for tests: rules, stations, who is let in, and a booking."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

from kinline.apps.facilities.models import Facility
from kinline.apps.people.models import Contact, Minor, Person, VisitorAccess
from kinline.apps.visits.access import Asker
from kinline.apps.visits.actions.booking import Booked, book
from kinline.apps.visits.models import Visit, VisitRules, VisitStation
from kinline.core.link import By
from kinline.core.visit.terms import StationKind
from kinline.core.visitor import State, VisitorKind
from tests.cast import NOW, Town

# Every day from nine to five, every half hour: a visit of 20 minutes and 10 of buffer.
ALL_WEEK = [[weekday, "09:00", "17:00"] for weekday in range(7)]
# Friday, March 14, 2025, ten in the morning in Boston: two days after NOW.
FRIDAY = datetime(2025, 3, 14, 14, 0, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
_keys = count(1)


def open_visits(place: str = "ma-bristol", stations: int = 2, **fields: object) -> Facility:
    """Rules that hold since the beginning of 2023, and so many kiosks that all units share."""
    facility = Facility.objects.get(place=place)
    rules: dict[str, object] = {
        "from_on": date(2023, 1, 1),
        "template": ALL_WEEK,
        "lengths": [20, 40],
        "every_minutes": 30,
        "set_by": "test",
        "set_at": NOW,
    }
    VisitRules.objects.create(facility=facility, **(rules | fields))
    for number in range(1, stations + 1):
        VisitStation.objects.create(
            facility=facility,
            kind=StationKind.KIOSK,
            name=f"Kiosk {number}",
            set_by="test",
            set_at=NOW,
        )
    return facility


def welcome(
    contact: Contact,
    person: Person,
    kind: VisitorKind = VisitorKind.ORDINARY,
    minors: Sequence[str] = (),
    until: datetime = NOW + timedelta(days=365),
) -> list[UUID]:
    """Let a contact visit a person; the ids of the minors who may come along."""
    before = VisitorAccess.objects.filter(contact=contact, person=person, state=State.APPROVED)
    before.update(state=State.EXPIRED, ended_by="test", ended_at=NOW)
    row = VisitorAccess.objects.create(
        contact=contact,
        facility=person.facility,
        person=person,
        state=State.APPROVED,
        kind=kind,
        begun_at=NOW - timedelta(days=800),
        asked_at=NOW - timedelta(days=800),
        decided_by="test",
        decided_at=NOW - timedelta(days=800),
        until_at=until,
    )
    born = date(2017, 5, 4)
    rows = [
        Minor.objects.create(access=row, name=name, born_on=born, allowed=True) for name in minors
    ]
    return [one.pk for one in rows]


def stranger(name: str, person: Person) -> Contact:
    """Somebody new outside who may visit the person."""
    from kinline.apps.people.models import Account

    account = Account.objects.create(email=f"{name}@visitors.example", name=name)
    contact = Contact.objects.create(account=account, name=name)
    welcome(contact, person)
    return contact


def someone(number: str, facility: Facility) -> Person:
    """Somebody new inside."""
    return Person.objects.create(
        facility=facility, number=number, given_name="Nobody", family_name=number
    )


def outside(contact: Contact) -> Asker:
    return Asker(By.CONTACT, contact.pk)


def inside(person: Person) -> Asker:
    return Asker(By.PERSON, person.pk)


def visit(
    person: Person,
    *contacts: Contact,
    at: datetime = FRIDAY,
    minutes: int = 20,
    by: Asker | None = None,
    key: str = "",
    now: datetime = NOW,
    minors: Sequence[UUID] = (),
    private: bool = False,
) -> Booked:
    """Book a visit, by the first of those who come unless said otherwise."""
    return book(
        by=by or outside(contacts[0]),
        key=key or f"form-{next(_keys)}",
        person_id=person.pk,
        contact_ids=[one.pk for one in contacts],
        starts_at=at,
        length_minutes=minutes,
        now=now,
        minor_ids=minors,
        private=private,
    )


def row(booked: Booked) -> Visit:
    return Visit.objects.get(pk=booked.id)


def julian_and_odette(town: Town, **rules: object) -> None:
    """Bristol offers visits, and Odette may visit Julian."""
    open_visits(**rules)  # type: ignore[arg-type]
    welcome(town.odette, town.julian)
