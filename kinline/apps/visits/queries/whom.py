"""Who may meet whom by video now: what the first step of a booking offers, and home pages show.

Approvals are people's (apps.people.visitors); which facilities offer visits is this room's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from kinline.apps.days import day_at
from kinline.apps.people.links import orders_against
from kinline.apps.people.listing import SAID_YES
from kinline.apps.people.models import AllowedNumber, Contact, Link, Person, VisitorAccess
from kinline.apps.people.visitors import MinorView, in_force, minors_of
from kinline.apps.visits.access import Asker
from kinline.apps.visits.models import Visit, VisitRules
from kinline.core.link import By
from kinline.core.visitor import VisitorKind


@dataclass(frozen=True, slots=True)
class Pair:
    """A contact who is an approved visitor of a person inside now, at whose facility.

    `minors` may come along with the contact. `offered`: the facility offers video visits.
    """

    contact: UUID
    contact_name: str
    person: UUID
    person_name: str
    given_name: str
    unit: UUID | None
    facility: UUID
    facility_name: str
    place: str
    zone: str
    kind: VisitorKind
    minors: tuple[MinorView, ...]
    offered: bool


def of_contact(*, contact_id: UUID, now: datetime) -> tuple[Pair, ...]:
    """Whom a contact may visit, by name. An approval for a whole facility opens those there with
    whom they are linked, or on whose list they stand. Four queries."""
    accesses = _accesses(now, contact=contact_id)
    by_person = [one for one in accesses if one.person_id is not None]
    wide = [one.facility_id for one in accesses if one.person_id is None]
    known = _known(contact_id)
    # Where an order forbids contact there is nobody here to be seen.
    apart = orders_against(contact_id, now).values("person")
    people = Person.objects.filter(active=True).exclude(pk__in=apart).select_related("facility")
    rows = people.filter(
        Q(pk__in=[one.person_id for one in by_person]) | Q(known, facility__in=wide)
    )
    return _pairs(accesses, [(row, None) for row in rows], now)


def of_person(*, person_id: UUID, now: datetime) -> tuple[Pair, ...]:
    """Which contacts may visit a person inside, by name; as `of_contact`, seen from inside."""
    person = Person.objects.select_related("facility").get(pk=person_id)
    accesses = _accesses(now, facility=person.facility_id)
    wide = {one.contact_id for one in accesses if one.person_id is None}
    known = set(
        Contact.objects.filter(pk__in=wide)
        .filter(
            Q(Exists(Link.objects.filter(contact=OuterRef("pk"), person=person, **LINKED)))
            | Q(Exists(AllowedNumber.objects.filter(
                SAID_YES, number__contact=OuterRef("pk"), person=person, removed_at=None)))
        )
        .values_list("pk", flat=True)
    )  # fmt: skip
    mine = [
        one
        for one in accesses
        if one.person_id == person_id or (one.person_id is None and one.contact_id in known)
    ]
    contacts = {one.contact_id: one.contact for one in mine}
    return _pairs(mine, [(person, contact) for contact in contacts.values()], now)


def by_email(*, person_id: UUID, email: str, now: datetime) -> Pair | None:
    """Somebody else who may visit the person, by the email they sign in with; None for nobody and
    for anybody who may not alike."""
    wanted = email.strip().lower()
    contact = Contact.objects.filter(account__email__iexact=wanted).first() if wanted else None
    if contact is None:
        return None
    pairs = of_contact(contact_id=contact.pk, now=now)
    return next((one for one in pairs if one.person == person_id), None)


def shown(*, by: Asker) -> bool:
    """Whether visits concern somebody at all: they have one, or a facility of theirs has rules.

    One query, for what leads to the pages of visits.
    """
    if by.side is By.PERSON:
        places = Q(facility__people=by.id)
    else:
        # Each from the contact's side: together they would be looked for among everybody inside.
        linked = Link.objects.filter(contact=by.id, person__active=True, **LINKED)
        listed = AllowedNumber.objects.filter(
            number__contact=by.id, removed_at=None, person__active=True
        )
        asked = VisitorAccess.objects.filter(contact=by.id)
        places = Q(facility__in=asked.values("facility"))
        for rows in (linked, listed):
            places |= Q(facility__in=rows.values("person__facility"))
    offers = VisitRules.objects.filter(places)
    had = Visit.objects.filter(by.mine)
    return offers.values("pk").union(had.values("pk")).exists()


LINKED: dict[str, Any] = {"accepted_at__isnull": False, "ended_at": None}


def _known(contact: UUID) -> Q:
    linked = Link.objects.filter(contact=contact, person=OuterRef("pk"), **LINKED)
    listed = AllowedNumber.objects.filter(
        SAID_YES, number__contact=contact, person=OuterRef("pk"), removed_at=None
    )
    return Q(Exists(linked)) | Q(Exists(listed))


def _accesses(now: datetime, **of: UUID) -> list[VisitorAccess]:
    here = Q(person=None) | Q(person__facility=F("facility"))
    rows: QuerySet[VisitorAccess] = in_force(now).filter(here, **of)
    return list(
        rows.select_related("contact", "facility").prefetch_related("minors").order_by("-until_at")
    )


def _pairs(
    accesses: list[VisitorAccess],
    found: Iterable[tuple[Person, Contact | None]],
    now: datetime,
) -> tuple[Pair, ...]:
    found = list(found)
    facilities = {person.facility_id for person, _contact in found}
    offering = set(
        VisitRules.objects.filter(facility__in=facilities).values_list("facility", flat=True)
    )
    pairs = []
    for person, contact in found:
        opens = [one for one in accesses if _opens(one, person, contact)]
        if opens:
            offered = person.facility_id in offering
            pairs.append(_pair(person, opens, now, offered=offered))
    return tuple(sorted(pairs, key=lambda one: (one.person_name, one.contact_name)))


def _opens(access: VisitorAccess, person: Person, contact: Contact | None) -> bool:
    if contact is not None and access.contact_id != contact.pk:
        return False
    if access.facility_id != person.facility_id:
        return False
    return access.person_id is None or access.person_id == person.pk


def _pair(person: Person, opens: list[VisitorAccess], now: datetime, *, offered: bool) -> Pair:
    today = day_at(person.facility.zone, now)
    kinds = [VisitorKind(one.kind) for one in opens if one.kind != VisitorKind.ORDINARY]
    return Pair(
        contact=opens[0].contact_id,
        contact_name=opens[0].contact.name,
        person=person.pk,
        person_name=person.full_name,
        given_name=person.given_name,
        unit=person.unit_id,
        facility=person.facility_id,
        facility_name=person.facility.name,
        place=person.facility.place,
        zone=person.facility.zone,
        kind=kinds[0] if kinds else VisitorKind.ORDINARY,
        minors=minors_of(opens, today),
        offered=offered,
    )
