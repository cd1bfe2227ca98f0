"""Who somebody is, as an old system names them: by number, by email, or by ID and facility."""

from collections.abc import Collection, Iterable
from uuid import UUID

from kinline.apps.people.models import Account, ContactNumber, Person

SOME = 500


def contacts_by_number(numbers: Collection[str]) -> dict[str, UUID]:
    """Contacts by their E.164 numbers."""
    found: dict[str, UUID] = {}
    for some in _in_parts(numbers):
        rows = ContactNumber.objects.filter(e164__in=some)
        found |= dict(rows.values_list("e164", "contact_id"))
    return found


def contacts_by_email(emails: Collection[str]) -> dict[str, UUID]:
    """Contacts by the email they sign in with, in small letters."""
    found: dict[str, UUID] = {}
    for some in _in_parts(emails):
        rows = Account.objects.filter(email__in=some, contact__isnull=False)
        found |= dict(rows.values_list("email", "contact__pk"))
    return found


def people_by_number(facility: str, numbers: Collection[str]) -> dict[str, UUID]:
    """People inside a facility by their ID numbers, also those who have left."""
    found: dict[str, UUID] = {}
    for some in _in_parts(numbers):
        rows = Person.objects.filter(facility__place=facility, number__in=some)
        found |= dict(rows.values_list("number", "pk"))
    return found


def _in_parts(words: Collection[str]) -> Iterable[list[str]]:
    listed = sorted(words)
    return (listed[at : at + SOME] for at in range(0, len(listed), SOME))
