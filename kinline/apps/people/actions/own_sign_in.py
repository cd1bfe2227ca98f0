"""What people change about their own way of signing in, told to those who may read the audit."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound
from kinline.apps.notices import sign_in as letters
from kinline.apps.people import access
from kinline.apps.people.actions.no_contact import keep_apart
from kinline.apps.people.models import Account, Contact


class Changed(StrEnum):
    """What was changed, as the audit log names the act."""

    SECOND_STEP_ON = "account.second_step_on"
    RECOVERY_CODES_MADE = "account.recovery_codes_made"
    PASSKEY_ADDED = "account.passkey_added"
    PASSWORD = "account.password_changed"
    EMAIL = "account.email_changed"
    PHONE = "account.phone_changed"


@transaction.atomic
def tell(*, account_id: UUID, what: Changed, now: datetime) -> None:
    """One audit line for each facility where the account is staff; one without for a contact.

    The change itself is the sign-in library's and has happened; this only says that it did.
    """
    who = audit.Named("account", str(account_id))
    for place in _places(account_id, now):
        audit.write(now=now, actor=who, act=what, subject=who, facility=place)


@transaction.atomic
def email_changed(*, account_id: UUID, before: str, now: datetime) -> None:
    """The account signs in with another e-mail, which was proven; `before` is the old one, if any.

    Told to the old one: whoever reads there may not be who changed it. Orders that name the new
    one end links, as if somebody had signed up with it.
    """
    account = Account.objects.get(pk=account_id)
    tell(account_id=account_id, what=Changed.EMAIL, now=now)
    contact = Contact.objects.filter(account=account).first()
    if contact is not None:
        keep_apart(contact_id=contact.pk, now=now)
    if before:
        _by_mail(before, "email_changed", account, now)
    elif account.phone_proven:
        _by_sms(account.phone, "email_added", account, now)


@transaction.atomic
def phone_changed(*, account_id: UUID, before: str, now: datetime) -> None:
    """The same of a number (E.164); `before` is the one that was proven until now, if any."""
    account = Account.objects.get(pk=account_id)
    tell(account_id=account_id, what=Changed.PHONE, now=now)
    if before:
        _by_sms(before, "phone_changed", account, now)
    elif account.email:
        _by_mail(account.email, "phone_added", account, now)


def _by_mail(email: str, what: str, account: Account, now: datetime) -> None:
    letters.by_mail(email=email, what=what, code="", language=account.language, now=now)


def _by_sms(phone: str, what: str, account: Account, now: datetime) -> None:
    letters.by_sms(phone=phone, what=what, code="", language=account.language, now=now)


def _places(account_id: UUID, now: datetime) -> list[str]:
    try:
        return [one.place for one in access.staff(account_id=account_id, now=now).places]
    except NotFound:
        return [""]
