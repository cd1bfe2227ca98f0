"""Two proofs that a telephone is somebody's and that they want SMS.

A sign-in and a code that came to the telephone; or, without a sign-in, START and then YES from the
telephone itself.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext

from kinline.apps import tokens
from kinline.apps.errors import Refused, wrong
from kinline.apps.notices.models import Proof
from kinline.apps.notices.outbox import Closed
from kinline.apps.notices.sms import consents, queue
from kinline.apps.notices.sms.consents import NOTICES, TEXTS

BY_PAGE, BY_PHONE = "page_and_code", "start_and_yes"
CODE_LIVES, YES_LIVES = timedelta(minutes=10), timedelta(hours=24)
MOST_WRONG, MOST_CODES, CODES_IN = 5, 3, timedelta(hours=1)

# --- from a page: sign-in, then a code ---------------------------------------------------------


@transaction.atomic
def ask_code(*, owner: UUID, e164: str, purpose: str, own: tuple[str, ...], now: datetime) -> None:
    """Send a code to one of the contact's `own` numbers.

    Raises Refused: sms.not_yours, sms.stopped (the telephone must say START itself),
    sms.too_many_codes.
    """
    if e164 not in own or purpose not in (NOTICES, TEXTS):
        raise Refused(wrong("sms.not_yours", "e164"))
    if consents.stopped(e164=e164):
        raise Refused(wrong("sms.stopped", "e164"))
    lately = Proof.objects.filter(e164=e164, made_at__gt=now - CODES_IN).exclude(code_hash="")
    if lately.count() >= MOST_CODES:
        raise Refused(wrong("sms.too_many_codes", "e164"))
    code = f"{secrets.randbelow(10**6):06d}"
    proof = Proof.objects.create(
        e164=e164, owner=owner, purpose=purpose, made_at=now, until=now + CODE_LIVES
    )
    Proof.objects.filter(pk=proof.pk).update(code_hash=_hash(proof.pk, code))
    text = gettext("Kinline: your code is %(code)s. If you did not ask for it, do nothing.")
    try:
        queue.add(
            key=f"proof:{proof.pk}",
            e164=e164,
            text=text % {"code": code},
            purpose=queue.PROOF,
            now=now,
        )
    except Closed:
        raise Refused(wrong("sms.too_many_codes", "e164")) from None


def give_code(*, owner: UUID, e164: str, code: str, now: datetime) -> None:
    """The code as typed in. Raises Refused (sms.wrong_code) for a wrong, used or old one."""
    waiting = Proof.objects.filter(e164=e164, owner=owner, used_at=None, until__gt=now)
    proof = waiting.exclude(code_hash="").order_by("-made_at").first()
    if proof is None or proof.wrong >= MOST_WRONG:
        raise Refused(wrong("sms.wrong_code", "code"))
    typed = "".join(char for char in code if char.isascii() and char.isdigit())
    if not constant_time_compare(_hash(proof.pk, typed), proof.code_hash):
        # By compare-and-set: tries made at once are each counted, and none is free.
        Proof.objects.filter(pk=proof.pk, wrong=proof.wrong).update(wrong=proof.wrong + 1)
        raise Refused(wrong("sms.wrong_code", "code"))
    with transaction.atomic():
        if Proof.objects.filter(pk=proof.pk, used_at=None).update(used_at=now) != 1:
            raise Refused(wrong("sms.wrong_code", "code"))
        consents.agree(e164=e164, owner=owner, purpose=proof.purpose, proof=BY_PAGE, now=now)


def _hash(proof: UUID, code: str) -> str:
    return tokens.hashed(f"{proof}:{code}")


# --- from the telephone: START, then YES -----------------------------------------------------


def await_yes(*, e164: str, owner: UUID, purpose: str, now: datetime) -> None:
    """START came: YES within a day is the second proof."""
    Proof.objects.create(
        e164=e164, owner=owner, purpose=purpose, made_at=now, until=now + YES_LIVES
    )


def say_yes(*, e164: str, now: datetime) -> bool:
    """YES came; whether it was awaited."""
    waiting = Proof.objects.filter(e164=e164, code_hash="", used_at=None, until__gt=now)
    proof = waiting.order_by("-made_at").first()
    if proof is None or waiting.filter(pk=proof.pk).update(used_at=now) != 1:
        return False
    consents.agree(e164=e164, owner=proof.owner, purpose=proof.purpose, proof=BY_PHONE, now=now)
    return True
