"""Links as both sides and the rooms above see them, and orders that keep two people apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from kinline.apps.errors import NotFound
from kinline.apps.people.models import Contact, ContactNumber, Link, NoContact
from kinline.apps.prepared import Prepared
from kinline.core.link import By, State, may_answer, state_of

OPEN = Q(declined_at=None, ended_at=None)
LINKED = Q(accepted_at__isnull=False, ended_at=None)


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link with the names of both. Who may read which of them, the doors decide.

    `active`: the person is inside at the facility now. `has_account`: the contact can sign in.
    """

    id: UUID
    person: UUID
    person_name: str
    given_name: str
    number: str
    place: str
    facility_name: str
    zone: str
    active: bool
    contact: UUID
    contact_name: str
    has_account: bool
    asked_by: By
    asked_at: datetime
    accepted_at: datetime | None
    declined_at: datetime | None
    ended_at: datetime | None
    ended_by: str

    @property
    def state(self) -> State:
        return state_of(self.accepted_at, self.declined_at, self.ended_at)

    def waits_for(self, side: By) -> bool:
        """Whether this side is asked and has not answered."""
        return self.state is State.ASKED and may_answer(self.asked_by, side)


def linked(*, person_id: UUID, contact_id: UUID) -> bool:
    """Whether the two agreed to write to each other, and neither they nor an order ended it."""
    return bool(_LINKED(person=person_id, contact=contact_id))


def are_linked(*, person: str, contact: str) -> Exists:
    """`linked`, of the two to whom these paths lead: for whoever asks other things at once."""
    rows = Link.objects.filter(LINKED, person=OuterRef(person), contact=OuterRef(contact))
    return Exists(rows)


def may_be_kept_apart(*, person: str) -> Exists:
    """Whether `kept_apart` may be so for the person to whom this path leads; asked with other
    things, and `kept_apart` only then."""
    return Exists(NoContact.objects.filter(person=OuterRef(person), lifted_at=None))


def links_of_person(*, person_id: UUID, open_only: bool = True) -> list[LinkView]:
    """Links of somebody inside: those who wait first, then by the contact's name."""
    return _views(Link.objects.filter(person=person_id), "contact__name", open_only=open_only)


def links_of_contact(*, contact_id: UUID, open_only: bool = True) -> list[LinkView]:
    """Links of a contact: those who wait first, then by the name of whoever is inside."""
    order = "person__given_name"
    return _views(Link.objects.filter(contact=contact_id), order, open_only=open_only)


def own(side: By, owner: UUID) -> QuerySet[Link]:
    """The links of this person or contact, with both sides; the gate of whoever has one's id."""
    mine = {"person": owner} if side is By.PERSON else {"contact": owner}
    return Link.objects.filter(**mine).select_related("person__facility", "contact__account")


def link_of(*, side: By, owner: UUID, link_id: UUID) -> LinkView:
    """One link of theirs, also one that ended. Raises NotFound."""
    row = own(side, owner).filter(pk=link_id).first()
    if row is None:
        raise NotFound
    return view(row)


def waiting(*, side: By, owner: UUID) -> int:
    """How many ask this person or contact and have no answer yet."""
    rows = own(side, owner).filter(OPEN, accepted_at=None).values_list("asked_by", flat=True)
    return sum(may_answer(By(asked_by), side) for asked_by in rows)


def kept_apart(*, person_id: UUID, contact_id: UUID, now: datetime) -> bool:
    """Whether an order in force forbids contact between the two, however it names the contact."""
    # Mostly there is none about this person at all, and each message asks.
    if not _ORDERS(person=person_id):
        return False
    return orders_against(contact_id, now).filter(person=person_id).exists()


def orders_against(contact_id: UUID, now: datetime) -> QuerySet[NoContact]:
    """Orders in force that mean this contact: themselves, their e-mail or one of their numbers."""
    numbers = ContactNumber.objects.filter(contact=contact_id).values("e164")
    account = Contact.objects.filter(pk=contact_id).values_list("account__email", "account__phone")
    means = Q(contact=contact_id) | Q(e164__in=numbers)
    for email, phone in account:
        if email:
            means |= Q(email=email.lower())
        if phone:
            means |= Q(e164=phone)
    return NoContact.objects.filter(means & in_force(now))


def apart(*, person: Any, contact: str, now: Any) -> Exists:
    """A condition on rows that lead to a contact by the path `contact`: an order in force keeps
    them from `person`, a value or OuterRef. The orders of `kept_apart`, for many rows at once.
    """
    whom = OuterRef(contact)
    numbers = ContactNumber.objects.filter(contact=OuterRef(whom)).values("e164")
    means = (
        Q(contact=whom)
        | Q(e164__in=numbers)
        | (~Q(email="") & Q(email=Lower(OuterRef(f"{contact}__account__email"))))
        | (~Q(e164="") & Q(e164=OuterRef(f"{contact}__account__phone")))
    )
    return Exists(NoContact.objects.filter(in_force(now), means, person=person))


def number_forbidden(*, person_id: UUID, e164: str, now: datetime) -> bool:
    """Whether an order in force names this very number, whoever may have it."""
    return NoContact.objects.filter(in_force(now), person=person_id, e164=e164).exists()


def in_force(now: Any) -> Q:
    """A condition on NoContact rows: holds now."""
    return Q(from_at__lte=now, lifted_at=None) & (Q(until_at=None) | Q(until_at__gt=now))


def _views(rows: QuerySet[Link], name: str, *, open_only: bool) -> list[LinkView]:
    if open_only:
        rows = rows.filter(OPEN)
    full = rows.select_related("person__facility", "contact").order_by("accepted_at", name)
    found = [view(row) for row in full]
    return sorted(found, key=lambda one: one.accepted_at is not None)


def view(row: Link) -> LinkView:
    """One link; its row was read with person, facility and contact."""
    person, contact = row.person, row.contact
    return LinkView(
        id=row.pk,
        person=person.pk,
        person_name=person.full_name,
        given_name=person.given_name,
        number=person.number,
        place=person.facility.place,
        facility_name=person.facility.name,
        zone=person.facility.zone,
        active=person.active,
        contact=contact.pk,
        contact_name=contact.name,
        has_account=contact.account_id is not None,
        asked_by=By(row.asked_by),
        asked_at=row.asked_at,
        accepted_at=row.accepted_at,
        declined_at=row.declined_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )


def linked_contacts(*, person_id: UUID, among: Iterable[UUID]) -> set[UUID]:
    """Which of these contacts have a link with the person, asked or agreed."""
    rows = Link.objects.filter(OPEN, person=person_id, contact__in=list(among))
    return set(rows.values_list("contact", flat=True))


# Each message asks these two, so they are compiled once (see apps.prepared).
def _linked(person: Any, contact: Any) -> Any:
    return Link.objects.filter(LINKED, person=person, contact=contact).values_list("pk")[:1]


def _orders(person: Any) -> Any:
    return NoContact.objects.filter(person=person, lifted_at=None).values_list("pk")[:1]


_LINKED = Prepared(_linked, person=UUID, contact=UUID)
_ORDERS = Prepared(_orders, person=UUID)
