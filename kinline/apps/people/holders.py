"""Who somebody is, as an old system names them: by number, by email, or by ID and facility."""

from collections.abc import Collection
from uuid import UUID

from kinline.apps.parts import in_parts
from kinline.apps.people.models import Account, ContactNumber, Person


def contacts_by_number(numbers: Collection[str]) -> dict[str, UUID]:
    """Contacts by their E.164 numbers."""
    found: dict[str, UUID] = {}
    for some in in_parts(numbers):
        rows = ContactNumber.objects.filter(e164__in=some)
        found |= dict(rows.values_list("e164", "contact_id"))
    return found


def contacts_by_email(emails: Collection[str]) -> dict[str, UUID]:
    """Contacts by the email they sign in with, in small letters."""
    found: dict[str, UUID] = {}
    for some in in_parts(emails):
        rows = Account.objects.filter(email__in=some, contact__isnull=False)
        found |= dict(rows.values_list("email", "contact__pk"))
    return found


def people_by_number(facility: str, numbers: Collection[str]) -> dict[str, UUID]:
    """People inside a facility by their ID numbers, also those who have left."""
    found: dict[str, UUID] = {}
    for some in in_parts(numbers):
        rows = Person.objects.filter(facility__place=facility, number__in=some)
        found |= dict(rows.values_list("number", "pk"))
    return found
