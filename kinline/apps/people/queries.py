"""People as staff and contacts see them. Every query starts from what its viewer may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from kinline.apps.audit.queries import LineView
from kinline.apps.days import day_at
from kinline.apps.facilities import destinations
from kinline.apps.facilities.models import Facility, Station
from kinline.apps.ids import as_uuid
from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff, access_person, not_ended
from kinline.apps.people.links import apart
from kinline.apps.people.links import linked as linked
from kinline.apps.people.links import links_of_contact as links_of_contact
from kinline.apps.people.links import links_of_person as links_of_person
from kinline.apps.people.listing import BY_PERSON
from kinline.apps.people.models import (
    Account,
    AllowedNumber,
    AttorneyVerification,
    Block,
    Contact,
    Grant,
    Person,
    PrivacyMark,
)
from kinline.apps.people.rights import Right
from kinline.apps.people.verified import call_is_attorneys
from kinline.apps.people.verified import is_verified_on as is_verified_on
from kinline.apps.people.verified import verified_on as verified_on
from kinline.apps.text import typed
from kinline.core.refusal import Refusal, Whose

KEPT_APART = (Refusal("call.no_contact", Whose.FACILITY),)


@dataclass(frozen=True, slots=True)
class ContactView:
    """Someone outside, with the numbers they can be called on (E.164)."""

    id: UUID
    name: str
    language: str
    email: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A line of the list of people; `numbers` counts the allowed list."""

    id: UUID
    number: str
    given_name: str
    family_name: str
    place: str
    facility_name: str
    unit: str
    active: bool
    do_not_record: bool
    language: str
    numbers: int

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class AttorneyView:
    """A verification in force. `request`: of the whole state, decided on a page of its own."""

    id: UUID
    bar_number: str
    from_on: date
    until_on: date | None
    verified_at: datetime
    request: UUID | None = None


@dataclass(frozen=True, slots=True)
class AllowedView:
    """One number of an allowed list. `marked`: this agency's own do-not-record mark.

    `attorney`: the contact is one; `attorney_private`: so calls to this number are private, which
    takes a proven number where the verification is the whole state's.

    `refusals`: why no call goes there now, though it was listed: a country closed since, or an
    order against contact. `own_wish`: the person asked for it; `key_needed`, `verified_at`: whether
    whoever answers must say yes, and when they did.
    """

    id: UUID
    e164: str
    contact: UUID
    contact_name: str
    label: str
    max_call_seconds: int | None
    do_not_record: bool
    marked: bool
    attorney: AttorneyView | None
    attorney_private: bool
    has_account: bool
    added_at: datetime
    added_by_name: str
    refusals: tuple[Refusal, ...] = ()
    own_wish: bool = False
    key_needed: bool = False
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonView:
    """One incarcerated person with their allowed list."""

    row: PersonRow
    unit_id: UUID | None
    max_call_seconds: int | None
    has_pin: bool
    has_name: bool
    zone: str
    allowed: tuple[AllowedView, ...]


@dataclass(frozen=True, slots=True)
class GrantView:
    id: UUID
    right: str
    scope: str
    scope_name: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member of staff. `has_second_step`: a code app or recovery codes are set up."""

    account: UUID
    email: str
    name: str
    has_second_step: bool
    grants: tuple[GrantView, ...]


@dataclass(frozen=True, slots=True)
class BlockView:
    """A contact's own block; `kind` is "person" or "facility"."""

    id: UUID
    kind: str
    person_name: str
    facility_name: str
    place: str
    made_at: datetime


def contact_of(*, account_id: UUID) -> ContactView | None:
    """The contact that signs in with this account; None for staff and for nobody's account."""
    rows = Contact.objects.select_related("account").prefetch_related("numbers")
    row = rows.filter(account=account_id, account__is_active=True).first()
    if row is None or row.account is None:
        return None
    numbers = tuple(sorted(number.e164 for number in row.numbers.all()))
    return ContactView(row.pk, row.name, row.language, row.account.email or "", numbers)


def people(
    *, staff: Staff, place: str = "", text: str = "", active: bool | None = True, page: int = 1
) -> Page[PersonRow]:
    """People at the facilities where the viewer may see them, by name."""
    rows = _rows(Person.objects.filter(facility__in=staff.facilities_with(Right.SEE_PEOPLE)))
    if place:
        rows = rows.filter(facility__place=place)
    if active is not None:
        rows = rows.filter(active=active)
    for word in typed(text, 100).split():
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(given_name__icontains=word)
            | Q(family_name__icontains=word)
        )
    ordered = rows.order_by("family_name", "given_name", "number")
    return paginate(ordered, page, lambda found: [_row(person) for person in found])


def person(*, staff: Staff, person_id: UUID, now: datetime) -> PersonView:
    """One person. Raises NotFound."""
    gated = access_person(staff=staff, person_id=person_id, right=Right.SEE_PEOPLE)
    row = _rows(Person.objects.filter(pk=gated.pk)).get()
    return PersonView(
        row=_row(row),
        unit_id=row.unit_id,
        max_call_seconds=row.max_call_seconds,
        has_pin=bool(row.pin_hash),
        has_name=bool(row.name_folder),
        zone=row.facility.zone,
        allowed=_allowed(row, now),
    )


def staff_list(*, staff: Staff, place: str, now: datetime) -> list[StaffRow]:
    """Who holds rights at a facility, by name; empty without the right to change staff."""
    found = next((p for p in staff.places_with(Right.CHANGE_STAFF) if p.place == place), None)
    if found is None:
        return []
    here = Q(facility=found.facility) | Q(agency=found.agency)
    grants = Grant.objects.filter(here & not_ended(now)).select_related("facility", "agency")
    accounts = Account.objects.filter(grants__in=grants).distinct().order_by("name")
    with_grants = accounts.prefetch_related(
        Prefetch("grants", queryset=grants.order_by("right"), to_attr="held")
    ).annotate(has_step=Exists(Authenticator.objects.filter(user=OuterRef("pk"))))
    return [
        StaffRow(
            account=row.pk,
            email=row.email or "",
            name=row.name,
            has_second_step=row.has_step,
            grants=tuple(_grant(grant) for grant in row.held),
        )
        for row in with_grants
    ]


def blocks(*, contact_id: UUID) -> list[BlockView]:
    """The contact's own blocks in force, newest first."""
    rows = Block.objects.filter(contact=contact_id, lifted_at=None)
    full = rows.select_related("person__facility", "facility").order_by("-made_at")
    return [_block(row) for row in full]


def audit_names(lines: Iterable[LineView]) -> dict[tuple[str, str], str]:
    """Names for the ids in these audit lines, in a few queries however many lines there are.

    The lines come from a query that was given the viewer's scope; only their ids are named.
    """
    wanted: dict[str, set[UUID]] = {kind: set() for kind in _NAMED}
    for line in lines:
        pairs = ((line.actor_kind, line.actor), (line.subject_kind, line.subject))
        for kind, text in pairs:
            if kind in wanted and (found := as_uuid(text)):
                wanted[kind].add(found)
    names = {}
    for kind, ids in wanted.items():
        for row in _NAMED[kind].filter(pk__in=ids) if ids else ():
            names[(kind, str(row.pk))] = _name_of(row)
    return names


def account_names(*, ids: Iterable[str]) -> dict[str, str]:
    """Names of these accounts by id as text, in one query; ids come from rows already gated."""
    wanted = {found for text in ids if (found := as_uuid(text))}
    rows = Account.objects.filter(pk__in=wanted).values_list("pk", "name")
    return {str(pk): name for pk, name in rows}


_NAMED: dict[str, QuerySet[Any]] = {
    "account": Account.objects.all(),
    "person": Person.objects.all(),
    "contact": Contact.objects.all(),
    "station": Station.objects.all(),
    "facility": Facility.objects.all(),
}


def _name_of(row: Account | Person | Contact | Station | Facility) -> str:
    if isinstance(row, Person):
        return row.full_name
    return row.name


def _rows(rows: QuerySet[Person]) -> QuerySet[Person]:
    listed = Count("allowed", filter=Q(allowed__removed_at=None))
    return rows.select_related("facility", "unit").annotate(listed=listed)


def _row(row: Person) -> PersonRow:
    return PersonRow(
        id=row.pk,
        number=row.number,
        given_name=row.given_name,
        family_name=row.family_name,
        place=row.facility.place,
        facility_name=row.facility.name,
        unit=row.unit.name if row.unit else "",
        active=row.active,
        do_not_record=row.do_not_record,
        language=row.language,
        numbers=row.listed,  # type: ignore[attr-defined]
    )


def _allowed(row: Person, now: datetime) -> tuple[AllowedView, ...]:
    agency, today = row.facility.agency_id, day_at(row.facility.zone, now)
    marks = PrivacyMark.objects.filter(number=OuterRef("number"), lifted_at=None)
    entries = AllowedNumber.objects.filter(person=row, removed_at=None).annotate(
        marked_here=Exists(marks.filter(agency=agency)),
        marked=Exists(marks),
        attorneys=call_is_attorneys(
            day=today, agency=agency, contact="number__contact", number="number__e164"
        ),
        apart=apart(person=row.pk, contact="number__contact", now=now),
    )
    found = list(entries.select_related("number__contact").order_by("added_at", "label"))
    attorneys = _attorneys([entry.number.contact_id for entry in found], agency, today)
    adders = {entry.added_by: as_uuid(entry.added_by) for entry in found}
    known = Account.objects.filter(pk__in=[pk for pk in adders.values() if pk])
    names = {str(pk): name for pk, name in known.values_list("pk", "name")}
    where = destinations.rules(facility_id=row.facility_id)
    return tuple(
        AllowedView(
            id=entry.pk,
            e164=entry.number.e164,
            contact=entry.number.contact_id,
            contact_name=entry.number.contact.name,
            label=entry.label,
            max_call_seconds=entry.max_call_seconds,
            do_not_record=entry.marked,
            marked=entry.marked_here,
            attorney=attorneys.get(entry.number.contact_id),
            attorney_private=entry.attorneys,
            has_account=entry.number.contact.account_id is not None,
            added_at=entry.added_at,
            added_by_name=names.get(entry.added_by, ""),
            refusals=(*where.refused(entry.number.e164), *(KEPT_APART if entry.apart else ())),
            own_wish=entry.added_by == BY_PERSON,
            key_needed=entry.key_needed,
            verified_at=entry.verified_at,
        )
        for entry in found
    )


def _attorneys(contacts: list[UUID], agency: UUID, today: date) -> dict[UUID, AttorneyView]:
    rows = AttorneyVerification.objects.filter(contact__in=contacts, agency=agency)
    return {
        row.contact_id: AttorneyView(
            row.pk, row.bar_number, row.from_on, row.until_on, row.verified_at, row.request_id
        )
        for row in rows.filter(verified_on(today))
    }


def _grant(row: Grant) -> GrantView:
    if row.facility is not None:
        return GrantView(row.pk, row.right, "facility", row.facility.name, row.given_at)
    name = row.agency.name if row.agency else ""
    return GrantView(row.pk, row.right, "agency", name, row.given_at)


def _block(row: Block) -> BlockView:
    facility = row.person.facility if row.person else row.facility
    if facility is None:
        raise ValueError("a block names a person or a facility")  # the CHECK forbids it
    name = row.person.full_name if row.person else ""
    kind = "person" if row.person else "facility"
    return BlockView(row.pk, kind, name, facility.name, facility.place, row.made_at)
