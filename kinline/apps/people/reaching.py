"""What notices may know of a contact: where to write, in which language. Registered at start."""

from uuid import UUID

from kinline.apps.notices import reach
from kinline.apps.notices.reach import Reach
from kinline.apps.people.models import Contact, ContactNumber


def register() -> None:
    """Let the room below ask."""
    reach.register(by_owner=of_contact, by_email=owner_of, by_number=at_number)


def of_contact(contact: UUID) -> Reach | None:
    """A contact whose sign-in, if there is one, is in use."""
    found = Contact.objects.select_related("account").filter(pk=contact).first()
    if found is None:
        return None
    account = found.account
    email = (account.email or "") if account is not None and account.is_active else ""
    numbers = ContactNumber.objects.filter(contact=found).order_by("e164")
    return Reach(
        found.pk, found.name, found.language, email, tuple(numbers.values_list("e164", flat=True))
    )


def owner_of(email: str) -> UUID | None:
    """The contact who signs in with this address."""
    rows = Contact.objects.filter(account__email__iexact=email)
    return rows.values_list("pk", flat=True).first()


def at_number(e164: str) -> Reach | None:
    """The contact with this telephone."""
    found = ContactNumber.objects.filter(e164=e164).values_list("contact_id", flat=True).first()
    return of_contact(found) if found else None
