"""No-contact orders: staff keep a person inside and somebody outside apart, with reason and end."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people import numbers
from kinline.apps.people.access import Staff, access_person
from kinline.apps.people.actions import links
from kinline.apps.people.links import in_force, orders_against
from kinline.apps.people.models import Contact, ContactNumber, Link, NoContact, Person
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.core.refusal import Refusal


@transaction.atomic
def make(
    *,
    staff: Staff,
    person_id: UUID,
    against: str,
    reason: str,
    until: datetime | None,
    now: datetime,
) -> UUID:
    """Forbid contact from now on, against an e-mail or a telephone number as typed in.

    Whoever it means now loses an open link to the person, asked or agreed; whoever it comes to
    mean later cannot get one. Raises Refused (order.against, order.reason_needed, order.over) and
    NotFound.
    """
    person = access_person(staff=staff, person_id=person_id, right=Right.NO_CONTACT)
    against, reason = typed(against, 254), typed(reason, 300)
    email = against.lower() if "@" in against else ""
    e164 = "" if email else (numbers.e164(against) or "")
    mistakes = []
    if not email and not e164:
        mistakes.append(wrong("order.against", "against"))
    if mistakes := [*mistakes, *_mistakes(reason, until, now)]:
        raise Refused(*mistakes)
    return _make(staff, person, None, email, e164, reason, until, now)


@transaction.atomic
def make_against_contact(
    *,
    staff: Staff,
    person_id: UUID,
    link_id: UUID,
    reason: str,
    until: datetime | None,
    now: datetime,
) -> UUID:
    """The same against somebody the person is or was linked with, whatever they sign in with.

    Raises Refused (order.reason_needed, order.over) and NotFound.
    """
    person = access_person(staff=staff, person_id=person_id, right=Right.NO_CONTACT)
    link = Link.objects.filter(pk=link_id, person=person_id).first()
    if link is None:
        raise NotFound
    reason = typed(reason, 300)
    if mistakes := _mistakes(reason, until, now):
        raise Refused(*mistakes)
    return _make(staff, person, link.contact_id, "", "", reason, until, now)


@transaction.atomic
def lift(*, staff: Staff, order_id: UUID, now: datetime) -> None:
    """End an order before its time. What it ended stays ended. Raises NotFound, also when over."""
    mine = staff.facilities_with(Right.NO_CONTACT)
    rows = NoContact.objects.filter(in_force(now), pk=order_id, person__facility__in=mine)
    order = rows.select_related("person__facility").first()
    if order is None:
        raise NotFound
    lifted = NoContact.objects.filter(pk=order_id, lifted_at=None)
    lifted.update(lifted_at=now, lifted_by=str(staff.account))
    subject, place = Named("person", str(order.person_id)), order.person.facility.place
    tell(staff, "order.lifted", subject, place, now, {"order": str(order.pk)})


def keep_apart(*, contact_id: UUID, now: datetime) -> None:
    """Somebody proved an e-mail or number: end what orders against it forbid. In the caller's
    transaction.
    """
    people = orders_against(contact_id, now).values("person")
    links.end_by_staff(links=Link.objects.filter(contact=contact_id, person__in=people), now=now)


def _make(
    staff: Staff,
    person: Person,
    contact_id: UUID | None,
    email: str,
    e164: str,
    reason: str,
    until: datetime | None,
    now: datetime,
) -> UUID:
    order = NoContact.objects.create(
        person=person,
        contact_id=contact_id,
        email=email,
        e164=e164,
        reason=reason,
        from_at=now,
        until_at=until,
        made_by=str(staff.account),
        made_at=now,
    )
    ended = links.end_by_staff(links=_links_meant(order), now=now)
    subject, facts = Named("person", str(person.pk)), {"order": str(order.pk), "links": len(ended)}
    tell(staff, "order.made", subject, person.facility.place, now, facts, purpose=reason)
    return order.pk


def _links_meant(order: NoContact) -> "QuerySet[Link]":
    rows = Link.objects.filter(person=order.person_id)
    if order.contact_id is not None:
        return rows.filter(contact=order.contact_id)
    if order.email:
        return rows.filter(contact__in=Contact.objects.filter(account__email__iexact=order.email))
    owners = ContactNumber.objects.filter(e164=order.e164).values("contact")
    return rows.filter(contact__in=owners)


def _mistakes(reason: str, until: datetime | None, now: datetime) -> list[Refusal]:
    mistakes = []
    if not reason:
        mistakes.append(wrong("order.reason_needed", "reason"))
    if until is not None and until <= now:
        mistakes.append(wrong("order.over", "until"))
    return mistakes
