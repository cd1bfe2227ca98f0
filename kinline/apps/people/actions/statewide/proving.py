"""Whose a number is: named by an attorney, proven by a code, dropped again.

Three ways for the code: a text message, a call of Kinline's own (`ringing`), or staff who call the
number back and read it out; the last two reach a desk telephone. A number that signs in was
proven by that.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare

from kinline.apps import tokens
from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.notices import sign_in as letters
from kinline.apps.people import numbers
from kinline.apps.people.access import Staff
from kinline.apps.people.attorney_desk import access_attorney
from kinline.apps.people.models import Account, AttorneyNumber, Contact, ContactNumber
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.core.attorney import MOST_NUMBERS

BY_TEXT, BY_SIGN_IN = "text", "sign_in"
CODE_LIVES = timedelta(minutes=10)
CALL_LIVES = timedelta(minutes=30)  # staff find the office, and somebody fetches the attorney
MOST_WRONG = 5
CODE_AGAIN = timedelta(minutes=2)


def add(*, contact_id: UUID, number: str, now: datetime) -> UUID:
    """Name a number. Named twice is named once; it is proven at once where it signs in here.

    Raises Refused: number.not_valid, attorney.numbers_full.
    """
    e164 = numbers.e164(number)
    if e164 is None:
        raise Refused(wrong("number.not_valid", "number"))
    mine = AttorneyNumber.objects.filter(contact=contact_id, dropped_at=None)
    if (known := mine.filter(e164=e164).first()) is not None:
        return known.pk
    if mine.count() >= MOST_NUMBERS:
        raise Refused(wrong("attorney.numbers_full", "number", {"most": str(MOST_NUMBERS)}))
    try:
        with transaction.atomic():
            row = AttorneyNumber.objects.create(contact_id=contact_id, e164=e164, added_at=now)
    except IntegrityError:  # pressed twice
        return mine.get(e164=e164).pk
    signs_in = Account.objects.filter(contact=contact_id, phone=e164, phone_proven=True)
    if signs_in.exists():
        _prove(row, BY_SIGN_IN, now)
    return row.pk


def text_code(*, contact_id: UUID, number_id: UUID, now: datetime) -> None:
    """Send a code by text message. Raises NotFound, and Refused: attorney.no_texts,
    attorney.code_again."""
    row = own_number(contact_id, number_id)
    if not letters.sms_is_set():
        raise Refused(wrong("attorney.no_texts", "number"))
    before = row.code_until
    if row.code_by == BY_TEXT and before and now < before - CODE_LIVES + CODE_AGAIN:
        raise Refused(wrong("attorney.code_again", "number"))
    with transaction.atomic():
        code = new_code(row, BY_TEXT, now + CODE_LIVES)
        language = Contact.objects.get(pk=contact_id).language
        letters.by_sms(phone=row.e164, what="code", code=code, language=language, now=now)


@transaction.atomic
def call_back(*, staff: Staff, request_id: UUID, number_id: UUID, now: datetime) -> str:
    """A code for staff to read out to whoever answers there; shown once. Raises NotFound."""
    request, here = access_attorney(
        staff=staff, request_id=request_id, rights=(Right.VERIFY_ATTORNEYS,)
    )
    row = own_number(request.contact_id, number_id)
    code = new_code(row, str(staff.account), now + CALL_LIVES)
    subject = audit.Named("contact", str(request.contact_id))
    tell(staff, "attorney.called_back", subject, here.place, now, {"number": str(row.pk)})
    return code


def give_code(*, contact_id: UUID, number_id: UUID, code: str, now: datetime) -> None:
    """The code as typed in. Given for a number that is proven already, nothing happens.

    Raises NotFound, and Refused: attorney.wrong_code (wrong, used or old), and
    attorney.number_of_another where somebody else has proven the number.
    """
    row = own_number(contact_id, number_id)
    if row.proven_at is not None:
        return
    waits = bool(row.code_hash) and row.code_until is not None and now < row.code_until
    if not waits or row.wrong >= MOST_WRONG:
        raise Refused(wrong("attorney.wrong_code", "code"))
    digits = "".join(char for char in code if char.isascii() and char.isdigit())
    if not constant_time_compare(_hash(row.pk, digits), row.code_hash):
        # By compare-and-set: tries made at once are each counted, and none is free.
        AttorneyNumber.objects.filter(pk=row.pk, wrong=row.wrong).update(wrong=row.wrong + 1)
        raise Refused(wrong("attorney.wrong_code", "code"))
    _prove(row, row.code_by, now)


@transaction.atomic
def drop(*, contact_id: UUID, number_id: UUID, now: datetime) -> None:
    """Not theirs any more: calls to it are recorded from now on. Twice is once."""
    rows = AttorneyNumber.objects.filter(pk=number_id, contact=contact_id, dropped_at=None)
    if rows.update(dropped_at=now, code_hash="") == 1:
        _tell(contact_id, number_id, "attorney.number_dropped", now)


def _prove(row: AttorneyNumber, by: str, now: datetime) -> None:
    rows = AttorneyNumber.objects.filter(
        pk=row.pk, proven_at=None, dropped_at=None, code_hash=row.code_hash
    )
    try:
        with transaction.atomic():
            if rows.update(proven_at=now, proven_by=by, code_hash="", code_until=None) != 1:
                raise Refused(wrong("attorney.wrong_code", "code"))
            # A call finds the number whether or not anybody ever listed it.
            ContactNumber.objects.get_or_create(
                e164=row.e164, defaults={"contact_id": row.contact_id}
            )
            _tell(row.contact_id, row.pk, "attorney.number_proven", now)
    except IntegrityError:
        raise Refused(wrong("attorney.number_of_another", "code")) from None


def new_code(row: AttorneyNumber, by: str, until: datetime) -> str:
    """Six digits in place of any before. Raises NotFound where the number is proven or dropped."""
    code = f"{secrets.randbelow(10**6):06d}"
    rows = AttorneyNumber.objects.filter(pk=row.pk, proven_at=None, dropped_at=None)
    facts = {"code_hash": _hash(row.pk, code), "code_until": until, "code_by": by, "wrong": 0}
    if rows.update(**facts) != 1:
        raise NotFound
    return code


def own_number(contact_id: UUID, number_id: UUID) -> AttorneyNumber:
    """A number that this contact named and did not drop. Raises NotFound."""
    rows = AttorneyNumber.objects.filter(pk=number_id, contact=contact_id, dropped_at=None)
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def _hash(number: UUID, code: str) -> str:
    return tokens.hashed(f"{number}:{code}")


def _tell(contact_id: UUID, number_id: UUID, act: str, now: datetime) -> None:
    who = audit.Named("contact", str(contact_id))
    audit.write(now=now, actor=who, act=act, subject=who, facts={"number": str(number_id)})
