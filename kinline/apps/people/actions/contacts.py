"""A contact's sign-in: staff open it, the contact chooses its language."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff, access_allowed
from kinline.apps.people.models import Account, Contact
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell


@transaction.atomic
def set_language(*, contact_id: UUID, language: str, now: datetime) -> None:
    """The language of pages, announcements and mail from `now` on. Raises NotFound."""
    if Contact.objects.filter(pk=contact_id).update(language=language) != 1:
        raise NotFound
    Account.objects.filter(contact=contact_id).update(language=language)


def open_account(
    *, staff: Staff, allowed_id: UUID, email: str, password: str, now: datetime
) -> UUID:
    """Let the contact behind this entry sign in, so that their browser can be rung.

    Raises Refused (contact.has_account, contact.email_taken, contact.password_too_weak) and
    NotFound.
    """
    entry = access_allowed(staff=staff, allowed_id=allowed_id, right=Right.CHANGE_PEOPLE)
    contact = entry.number.contact
    if contact.account_id is not None:
        raise Refused(wrong("contact.has_account", "email"))
    try:
        validate_password(password)
    except ValidationError:
        raise Refused(wrong("contact.password_too_weak", "password")) from None
    try:
        with transaction.atomic():
            account = _account(contact, email.strip().lower(), password)
            subject = Named("contact", str(contact.pk))
            tell(staff, "contact.account_opened", subject, entry.person.facility.place, now)
    except IntegrityError:
        raise Refused(wrong("contact.email_taken", "email")) from None
    return account.pk


def _account(contact: Contact, email: str, password: str) -> Account:
    """The new account, taken by the contact only if they still have none."""
    account = Account.objects.create_user(
        email, password, name=contact.name, language=contact.language
    )
    free = Contact.objects.filter(pk=contact.pk, account=None)
    if free.update(account=account) != 1:
        raise IntegrityError("another account was opened for this contact just now")
    return account
