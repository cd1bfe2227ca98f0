"""Who somebody is, as an old system names them: by number, by email, or by ID and facility."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from kinline.apps.ids import as_uuid
from kinline.apps.parts import in_parts
from kinline.apps.people.models import Account, Contact, ContactNumber, Person


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
        found |= {email: pk for email, pk in rows.values_list("email", "contact__pk") if email}
    return found


def people_by_number(facility: str, numbers: Collection[str]) -> dict[str, UUID]:
    """People inside a facility by their ID numbers, also those who have left."""
    found: dict[str, UUID] = {}
    for some in in_parts(numbers):
        rows = Person.objects.filter(facility__place=facility, number__in=some)
        found |= dict(rows.values_list("number", "pk"))
    return found


@dataclass(frozen=True, slots=True)
class Mail:
    """Where to write to a holder outside, and in which language."""

    email: str
    language: str


def mail_of(holder: UUID) -> Mail | None:
    """How to write to a holder; None for people inside, and for contacts without a sign-in."""
    rows = Contact.objects.filter(pk=holder, account__email__isnull=False)
    found = rows.values_list("account__email", "language").first()
    return Mail(found[0], found[1]) if found and found[0] else None


def names_of(holders: Collection[str]) -> dict[str, str]:
    """Names of holders by id as text; ids come from rows already gated."""
    wanted = {one for text in holders if (one := as_uuid(text))}
    found: dict[str, str] = {}
    for some in in_parts(str(one) for one in wanted):
        contacts = Contact.objects.filter(pk__in=some).values_list("pk", "name")
        found |= {str(pk): name for pk, name in contacts}
        people = Person.objects.filter(pk__in=some).values_list("pk", "given_name", "family_name")
        found |= {str(pk): f"{given} {family}" for pk, given, family in people}
    return found
