"""A contact's own wish not to be called, and taking it back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound
from kinline.apps.facilities.models import Facility
from kinline.apps.people.models import AllowedNumber, Block, Person


@transaction.atomic
def block_person(*, contact_id: UUID, person_id: UUID, now: datetime, called: bool = False) -> UUID:
    """No more calls from this person. Blocked twice is one block.

    Raises NotFound when the person has never had the contact on their list: nobody may find
    out who is inside by trying to block them. `called`: a call of theirs to the contact is at
    hand, as after a courtesy call to somebody who was never listed.
    """
    people = Person.objects.select_related("facility").filter(pk=person_id)
    if not called:
        listed = AllowedNumber.objects.filter(number__contact=contact_id, person=person_id)
        people = people.filter(allowed__in=listed)
    person = people.first()
    if person is None:
        raise NotFound
    made = {"made_at": now}
    block, fresh = Block.objects.get_or_create(
        contact_id=contact_id, person=person, lifted_at=None, defaults=made
    )
    if fresh:
        subject = audit.Named("person", str(person.pk))
        _tell("contact.blocked", contact_id, subject, person.facility.place, now)
    return block.pk


@transaction.atomic
def block_facility(*, contact_id: UUID, place: str, now: datetime) -> UUID:
    """No more calls from anyone at this facility. Blocked twice is one block.

    Facilities are public, so any may be blocked. Raises NotFound for an unknown place.
    """
    facility = Facility.objects.filter(place=place).first()
    if facility is None:
        raise NotFound
    made = {"made_at": now}
    block, fresh = Block.objects.get_or_create(
        contact_id=contact_id, facility=facility, lifted_at=None, defaults=made
    )
    if fresh:
        subject = audit.Named("facility", str(facility.pk))
        _tell("contact.blocked", contact_id, subject, facility.place, now)
    return block.pk


@transaction.atomic
def lift(*, contact_id: UUID, block_id: UUID, now: datetime) -> None:
    """Take one's own block back. Raises NotFound, also when it is lifted already."""
    rows = Block.objects.filter(pk=block_id, contact=contact_id, lifted_at=None)
    block = rows.select_related("person__facility", "facility").first()
    if block is None:
        raise NotFound
    rows.update(lifted_at=now)
    facility = block.person.facility if block.person else block.facility
    subject = audit.Named("person", str(block.person_id))
    if block.person is None:
        subject = audit.Named("facility", str(block.facility_id))
    _tell("contact.unblocked", contact_id, subject, facility.place if facility else "", now)


def _tell(act: str, contact_id: UUID, subject: audit.Named, place: str, now: datetime) -> None:
    actor = audit.Named("contact", str(contact_id))
    audit.write(now=now, actor=actor, act=act, subject=subject, facility=place)
