"""Whom a policy or a stop is about: only somebody the facility has to do with."""

from dataclasses import dataclass
from uuid import UUID

from kinline.apps.errors import NotFound
from kinline.apps.people.models import AllowedNumber, Contact, Person
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
