"""Where somebody's money was of use, for deciding who answers for it (now: people.uses)."""

from uuid import UUID

from kinline.apps.people.models import AllowedNumber, Person


def ever_called(contact: UUID) -> tuple[str, ...]:
    """Places on whose lists a contact stands or stood, the latest first."""
    rows = AllowedNumber.objects.filter(number__contact=contact).order_by("-added_at")
    return tuple(dict.fromkeys(rows.values_list("person__facility__place", flat=True)))


def is_inside(person: UUID) -> bool:
    """Whether somebody is still there."""
    return Person.objects.filter(pk=person, active=True).exists()
