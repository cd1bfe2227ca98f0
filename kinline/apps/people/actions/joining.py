"""Somebody outside signs up by themselves: proof of e-mail or number makes them a contact.

Whoever proves a number that staff put on a list becomes that contact: lists, private calls and
money that came with the number are theirs. No number is ever taken from another sign-in.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from kinline.apps.audit import actions as audit
from kinline.apps.people.actions.no_contact import keep_apart
from kinline.apps.people.models import Account, Contact, ContactNumber, Grant, Link

# A sign-up that nobody proved: the address or number is free again after this long.
UNPROVEN_FOR = timedelta(days=1)


class Claim(StrEnum):
    """What became of a proven number."""

    THEIRS = "theirs"  # calls to it are now calls to this contact
    SIGN_IN = (
        "sign_in"  # it signs in, but calls to it belong to another record; staff can join them
    )
    TAKEN = "taken"  # another sign-in has proven it


@transaction.atomic
def arrive(*, account_id: UUID, now: datetime) -> None:
    """An account with something proven is at the door: it has a contact from now on.

    Staff get none: whoever holds or held a right is no contact by signing in. Done twice is once.
    """
    account = Account.objects.get(pk=account_id)
    if Contact.objects.filter(account=account).exists():
        return
    if account.is_staff or Grant.objects.filter(account=account).exists():
        return
    try:
        with transaction.atomic():
            contact = Contact.objects.create(
                account=account, name=account.name, language=account.language
            )
    except IntegrityError:  # the same browser twice
        return
    _tell("contact.joined", contact.pk, now)


@transaction.atomic
def prove_phone(*, account_id: UUID, phone: str, now: datetime, has_money: bool) -> Claim:
    """The account showed a code that was sent to `phone` (E.164): it signs in with it from now on.

    `has_money`: the account's contact has money here, so that its record must stay the one in use.
    """
    try:
        with transaction.atomic():
            Account.objects.filter(pk=account_id).update(phone=phone, phone_proven=True)
    except IntegrityError:
        return Claim.TAKEN
    arrived = Contact.objects.filter(account=account_id).first()
    known = ContactNumber.objects.filter(e164=phone).select_related("contact").first()
    if known is None:
        claim = _new_number(account_id, arrived, phone, now)
    elif known.contact.account_id == account_id:
        claim = Claim.THEIRS
    elif known.contact.account_id is not None or _is_staff(account_id):
        claim = Claim.SIGN_IN
    else:
        claim = _become(account_id, arrived, known.contact, now, has_money=has_money)
    contact = Contact.objects.filter(account=account_id).first()
    if contact is not None:
        keep_apart(contact_id=contact.pk, now=now)
    return claim


def forget_unproven(*, now: datetime) -> int:
    """Delete sign-ups that nobody proved in a day; returns how many.

    Only accounts that nobody ever signed in with and that staff did not make: they hold an address
    or number that may be somebody else's.
    """
    from allauth.account.models import EmailAddress

    old = Account.objects.filter(
        joined_at__lt=now - UNPROVEN_FOR,
        own=True,
        last_login=None,
        phone_proven=False,
        contact=None,
        grants=None,
    )
    proven = EmailAddress.objects.filter(verified=True).values("user")
    deleted, _by_kind = old.exclude(pk__in=proven).delete()
    return deleted


def _new_number(account_id: UUID, arrived: Contact | None, phone: str, now: datetime) -> Claim:
    if arrived is None:
        arrive(account_id=account_id, now=now)
        arrived = Contact.objects.filter(account=account_id).first()
    if arrived is None:
        return Claim.SIGN_IN
    try:
        with transaction.atomic():
            ContactNumber.objects.create(contact=arrived, e164=phone)
    except IntegrityError:  # staff listed it just now
        return Claim.SIGN_IN
    return Claim.THEIRS


def _become(
    account_id: UUID, arrived: Contact | None, listed: Contact, now: datetime, *, has_money: bool
) -> Claim:
    """The account takes the contact whose number it proved, if its own record is still empty."""
    if arrived is not None:
        lived = ContactNumber.objects.filter(contact=arrived).exists()
        lived = lived or Link.objects.filter(contact=arrived, accepted_at__isnull=False).exists()
        if has_money or lived:
            return Claim.SIGN_IN
        try:
            with transaction.atomic():
                Link.objects.filter(contact=arrived).delete()
                arrived.delete()
        except ProtectedError:  # something hangs on it: it stays theirs
            return Claim.SIGN_IN
    account = Account.objects.get(pk=account_id)
    free = Contact.objects.filter(pk=listed.pk, account=None)
    if free.update(account=account, language=account.language) != 1:
        arrive(account_id=account_id, now=now)
        return Claim.SIGN_IN
    _tell("contact.joined", listed.pk, now)
    return Claim.THEIRS


def _is_staff(account_id: UUID) -> bool:
    return Grant.objects.filter(account=account_id).exists()


def _tell(act: str, contact_id: UUID, now: datetime) -> None:
    who = audit.Named("contact", str(contact_id))
    audit.write(now=now, actor=who, act=act, subject=who)
