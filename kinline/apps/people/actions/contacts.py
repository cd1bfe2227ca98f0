"""A contact's sign-in: staff open it and set a forgotten password anew; the contact chooses its
language.
"""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff, access_allowed, not_ended
from kinline.apps.people.models import (
    Account,
    AllowedNumber,
    AttorneyVerification,
    Contact,
    Grant,
)
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.core.refusal import Refusal


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

    Raises Refused (contact.has_account, contact.known_elsewhere, contact.email_taken,
    contact.password_too_weak) and NotFound.
    """
    entry = access_allowed(staff=staff, allowed_id=allowed_id, right=Right.CHANGE_PEOPLE)
    contact = entry.number.contact
    if contact.account_id is not None:
        raise Refused(wrong("contact.has_account", "email"))
    if refusals := [*_known_elsewhere(staff, contact), *_weak(password)]:
        raise Refused(*refusals)
    try:
        with transaction.atomic():
            account = _account(contact, email.strip().lower(), password)
            subject = Named("contact", str(contact.pk))
            tell(staff, "contact.account_opened", subject, entry.person.facility.place, now)
    except IntegrityError:
        raise Refused(wrong("contact.email_taken", "email")) from None
    return account.pk


def set_password(*, staff: Staff, allowed_id: UUID, password: str, now: datetime) -> None:
    """Give the contact behind this entry, who forgot theirs, a new first password.

    Whoever is signed in with the account is signed out by it. An account that also has rights as
    staff is never changed here: the way to a contact must not be one into the console. Raises
    Refused (contact.no_account, contact.is_staff, contact.known_elsewhere,
    contact.password_too_weak) and NotFound.
    """
    entry = access_allowed(staff=staff, allowed_id=allowed_id, right=Right.CHANGE_PEOPLE)
    contact = entry.number.contact
    if contact.account_id is None:
        raise Refused(wrong("contact.no_account", "password"))
    rights = Grant.objects.filter(not_ended(now), account=OuterRef("pk"))
    settable = Account.objects.filter(~Exists(rights), pk=contact.account_id)
    is_staff = wrong("contact.is_staff", "password")
    refusals = [] if settable.exists() else [is_staff]
    if contact.account is not None and contact.account.own:
        refusals.append(wrong("contact.own_sign_in", "password"))
    if refusals := [*refusals, *_known_elsewhere(staff, contact), *_weak(password)]:
        raise Refused(*refusals)
    hashed = make_password(password)  # slow by intent: not while other writers wait
    with transaction.atomic():
        # The statement asks once more whether they are staff: a role may be given meanwhile.
        if settable.update(password=hashed) != 1:
            raise Refused(is_staff)
        subject = Named("contact", str(contact.pk))
        tell(staff, "contact.password_set", subject, entry.person.facility.place, now)


def _known_elsewhere(staff: Staff, contact: Contact) -> list[Refusal]:
    """Refuse a sign-in that would open more than this member of staff may know.

    Anybody's number can be put on a list. Whoever holds a contact's sign-in sees all their calls,
    so it may be given only by staff with the right at every facility that ever listed them, or
    whose agency verified them as an attorney.
    """
    mine = staff.facilities_with(Right.CHANGE_PEOPLE)
    agencies = {one.agency for one in staff.places_with(Right.CHANGE_PEOPLE)}
    listed = AllowedNumber.objects.filter(number__contact=contact)
    verified = AttorneyVerification.objects.filter(contact=contact)
    listed_elsewhere = listed.exclude(person__facility__in=mine).exists()
    if listed_elsewhere or verified.exclude(agency__in=agencies).exists():
        return [wrong("contact.known_elsewhere", "password")]
    return []


def _weak(password: str) -> list[Refusal]:
    try:
        validate_password(password)
    except ValidationError:
        return [wrong("contact.password_too_weak", "password")]
    return []


def _account(contact: Contact, email: str, password: str) -> Account:
    """The new account, taken by the contact only if they still have none."""
    account = Account.objects.create_user(
        email, password, name=contact.name, language=contact.language
    )
    free = Contact.objects.filter(pk=contact.pk, account=None)
    if free.update(account=account) != 1:
        raise IntegrityError("another account was opened for this contact just now")
    return account
