"""Whom a policy or a stop is about: only somebody the facility has to do with."""

from dataclasses import dataclass
from uuid import UUID

from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff, access_facility
from kinline.apps.people.models import AllowedNumber, Contact, Person
from kinline.apps.people.rights import Right
from kinline.apps.review.models import Item


@dataclass(frozen=True, slots=True)
class Whom:
    """A person inside, a contact, both, or nobody in particular."""

    person: UUID | None = None
    contact: UUID | None = None

    def __bool__(self) -> bool:
        return self.person is not None or self.contact is not None


NOBODY = Whom()


def about(*, facility: UUID, whom: Whom) -> Whom:
    """`whom`, if this facility knows them. Raises NotFound: a contact of elsewhere is nobody."""
    inside = Person.objects.filter(facility=facility)
    if whom.person is not None and not inside.filter(pk=whom.person).exists():
        raise NotFound
    if whom.contact is not None and not _known(facility, whom.contact):
        raise NotFound
    return whom


def _known(facility: UUID, contact: UUID) -> bool:
    """Whether a contact is on somebody's list here, or something of theirs was reviewed here."""
    listed = AllowedNumber.objects.filter(
        person__facility=facility, number__contact=contact, removed_at=None
    )
    written = Item.objects.filter(facility=facility, contact=contact)
    rows = Contact.objects.filter(pk=contact)
    return rows.exists() and (listed.exists() or written.exists())


@dataclass(frozen=True, slots=True)
class WhomView:
    """The same with names; empty where it is about nobody of that kind."""

    whom: Whom
    person_name: str
    contact_name: str


def shown(*, staff: Staff, place: str, whom: Whom) -> WhomView:
    """Whom staff are about to set something for. Raises NotFound."""
    here = access_facility(staff=staff, place=place, right=Right.SET_REVIEW)
    found = about(facility=here.facility, whom=whom)
    person = Person.objects.filter(pk=found.person).first() if found.person else None
    contact = Contact.objects.filter(pk=found.contact).first() if found.contact else None
    return WhomView(
        whom=found,
        person_name=person.full_name if person else "",
        contact_name=contact.name if contact else "",
    )
