"""Where people's money is still of use: the places of a person, and those that call a contact."""

from collections.abc import Collection
from uuid import UUID

from kinline.apps.facilities import destinations
from kinline.apps.parts import in_parts
from kinline.apps.people.models import AllowedNumber, Person


def places_calling(contacts: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Codes of the places from which these contacts can be called now, each in alphabetic order.

    A number that was taken off a list does not count, nor one that staff closed since, nor one
    of somebody who has left. A contact's own block does: it is theirs to take back at any time.
    """
    found: dict[UUID, set[str]] = {}
    for some in in_parts(contacts):
        rows = AllowedNumber.objects.filter(
            number__contact__in=some, removed_at=None, person__active=True
        )
        asked = rows.values_list(
            "number__contact", "number__e164", "person__facility", "person__facility__place"
        )
        listed = list(asked.distinct())
        rules = destinations.rules_of(facilities={facility for _, _, facility, _ in listed})
        for contact, e164, facility, place in listed:
            if not rules[facility].refused(e164):
                found.setdefault(contact, set()).add(place)
    return {contact: tuple(sorted(codes)) for contact, codes in found.items()}


def homes(people: Collection[UUID]) -> dict[UUID, str]:
    """The place of each of these people; of those who have left the one they left last."""
    found: dict[UUID, str] = {}
    for some in in_parts(people):
        rows = Person.objects.filter(pk__in=some)
        found |= dict(rows.values_list("pk", "facility__place"))
    return found
