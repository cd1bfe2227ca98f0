"""Numbers that people inside asked for, as staff who decide about them see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from kinline.apps.errors import NotFound
from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff
from kinline.apps.people.listing import facts_of, is_apart, rule_of, rules_in
from kinline.apps.people.models import AllowedNumber, ContactNumber, ListRequest
from kinline.apps.people.rights import Right
from kinline.core.policy.listing import ListRules, Reason, Relation, State


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One wish as lists show it."""

    id: UUID
    person: UUID
    person_name: str
    person_number: str
    place: str
    facility: UUID
    facility_name: str
    zone: str
    e164: str
    name: str
    relation: Relation
    counsel: bool
    state: State
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class AskedView:
    """One wish with what staff know besides. `known_as`: the name of the contact who has the
    number, if anybody has; `others`: how many others at the facility have it on their lists.
    `kept` numbers are on the person's list, counsel aside. `apart`: an order forbids this one;
    `blocked`: whoever has it wants no calls from here."""

    row: AskedRow
    known_as: str
    others: int
    kept: int
    rules: ListRules | None
    apart: bool
    blocked: bool
    decided_by: str
    decided_at: datetime | None
    reason: Reason | None
    note: str


def access_asked(*, staff: Staff, request_id: UUID) -> ListRequest:
    """The wish, if the viewer may change lists where its person is. Raises NotFound."""
    row = _mine(staff, "").filter(pk=request_id).first()
    if row is None:
        raise NotFound
    return row


def queue(*, staff: Staff, place: str, page: int) -> Page[AskedRow]:
    """What waits, the oldest first."""
    rows = _waiting(staff, place).order_by("asked_at", "pk")
    return paginate(rows, page, lambda found: [_row(one) for one in found])


def waiting(*, staff: Staff, place: str) -> int:
    """How many wait."""
    return _waiting(staff, place).count()


def one(*, staff: Staff, request_id: UUID, now: datetime) -> AskedView:
    """One wish, also a decided one. Raises NotFound."""
    row = access_asked(staff=staff, request_id=request_id)
    person = row.person
    listed = AllowedNumber.objects.filter(removed_at=None)
    others = listed.filter(person__facility=person.facility_id, number__e164=row.e164)
    number = ContactNumber.objects.select_related("contact").filter(e164=row.e164).first()
    rules = rules_in(rule_of(person.facility_id))
    facts = facts_of(person, row.e164, rules, now)
    return AskedView(
        row=_row(row),
        known_as=number.contact.name if number else "",
        others=others.exclude(person=person).count(),
        kept=facts.kept,
        rules=rules,
        apart=is_apart(person, row.e164, now),
        blocked=facts.blocked is not None,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=Reason(row.reason) if row.reason else None,
        note=row.note,
    )


def _mine(staff: Staff, place: str) -> QuerySet[ListRequest]:
    here = staff.facilities_with(Right.CHANGE_PEOPLE)
    rows = ListRequest.objects.filter(person__facility__in=here)
    if place:
        rows = rows.filter(person__facility__place=place)
    return rows.select_related("person__facility")


def _waiting(staff: Staff, place: str) -> QuerySet[ListRequest]:
    return _mine(staff, place).filter(state=State.ASKED, person__active=True)


def _row(row: ListRequest) -> AskedRow:
    person = row.person
    return AskedRow(
        id=row.pk,
        person=person.pk,
        person_name=person.full_name,
        person_number=person.number,
        place=person.facility.place,
        facility=person.facility_id,
        facility_name=person.facility.name,
        zone=person.facility.zone,
        e164=row.e164,
        name=row.name,
        relation=Relation(row.relation),
        counsel=row.counsel,
        state=State(row.state),
        asked_at=row.asked_at,
    )
