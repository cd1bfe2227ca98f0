"""Everybody whom a facility may have to tell something: those inside, and those on their lists.

In parts, by id: ten thousand people are read a few hundred at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from kinline.apps.people.models import AllowedNumber, Contact, Person

PART = 400


@dataclass(frozen=True, slots=True)
class Hearer:
    """Somebody to be told. `email` is empty for people inside, and without a sign-in."""

    id: UUID
    name: str
    language: str
    email: str = ""


def people_in_parts(facility_id: UUID, *, size: int = PART) -> Iterator[list[Hearer]]:
    """The people at a facility now."""
    after = UUID(int=0)
    while True:
        rows = Person.objects.filter(facility=facility_id, active=True, pk__gt=after)
        asked = rows.order_by("pk").values_list("pk", "given_name", "language")[:size]
        part = [Hearer(*row) for row in asked]
        if not part:
            return
        yield part
        after = part[-1].id


def contacts_in_parts(facility_id: UUID, *, size: int = PART) -> Iterator[list[Hearer]]:
    """The contacts on the lists of people at a facility now.

    From the lists to the contacts, and not the other way: a facility has few of all contacts.
    """
    listed = AllowedNumber.objects.filter(
        removed_at=None, person__active=True, person__facility=facility_id
    )
    ids = listed.order_by("number__contact").values_list("number__contact", flat=True).distinct()
    after = UUID(int=0)
    while True:
        found = list(ids.filter(number__contact__gt=after)[:size])
        if not found:
            return
        rows = Contact.objects.filter(pk__in=found).order_by("pk")
        asked = rows.values_list("pk", "name", "language", "account__email")
        yield [Hearer(pk, name, tongue, email or "") for pk, name, tongue, email in asked]
        after = found[-1]
