"""Where somebody's money is of use, one holder at a time."""

from uuid import UUID

from kinline.apps.facilities import destinations
from kinline.apps.people.models import AllowedNumber, Person


def calling(contact: UUID) -> tuple[str, ...]:
    """Codes of the places from which a contact can be called now, in alphabetic order.

    Their own block does not count against it: it is theirs to take back.
    """
    rows = AllowedNumber.objects.filter(
        number__contact=contact, removed_at=None, person__active=True
    )
    asked = rows.values_list("number__e164", "person__facility", "person__facility__place")
    listed = list(asked.distinct())
    rules = destinations.rules_of(facilities={facility for _, facility, _ in listed})
    return tuple(
        sorted({place for e164, facility, place in listed if not rules[facility].refused(e164)})
    )


def ever_called(contact: UUID) -> tuple[str, ...]:
    """Places on whose lists a contact stands or stood, the latest first."""
    rows = AllowedNumber.objects.filter(number__contact=contact).order_by("-added_at")
    return tuple(dict.fromkeys(rows.values_list("person__facility__place", flat=True)))


def home(person: UUID) -> tuple[str, ...]:
    """The place of somebody inside, or the one they left last. None or one."""
    return tuple(Person.objects.filter(pk=person).values_list("facility__place", flat=True))


def is_inside(person: UUID) -> bool:
    """Whether somebody is still there."""
    return Person.objects.filter(pk=person, active=True).exists()
