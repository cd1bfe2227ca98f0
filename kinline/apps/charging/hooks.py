"""What Stripe tells of by itself: heard once, in any order, and never believed unsigned."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import stripe
from django.db import IntegrityError, transaction

from kinline.apps.charging import payments, payouts
from kinline.apps.charging.cards import merchants
from kinline.apps.charging.cards.port import Outcome
from kinline.apps.charging.cards.stripes import PART, PAYMENT, payment_stands, refund_stands
from kinline.apps.charging.models import Heard, Payment
from kinline.apps.charging.payments import DISPUTE, OUTSIDE
from kinline.apps.errors import NotFound
from kinline.apps.ids import as_uuid

log = logging.getLogger(__name__)
# The longest message we read: Stripe's are far shorter.
MOST_BYTES = 200_000
Thing = Mapping[str, Any]


class Unsigned(Exception):
    """Nobody we know has said that: wrong or old signature, or no agency of that name."""


def hear(*, agency: str, body: bytes, signature: str, now: datetime) -> bool:
    """Take one message in; whether it changed anything. Raises Unsigned.

    What we do not know is kept by name and otherwise ignored. In one transaction: a message
    that broke off was not heard, and the provider tells it again.
    """
    secret = merchants.signing_secret(agency=agency)
    if secret is None or len(body) > MOST_BYTES:
        raise Unsigned
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, secret, 300)
        event = json.loads(body)
        reference, kind, thing = event["id"], event["type"], event["data"]["object"]
    except (ValueError, KeyError, TypeError, stripe.SignatureVerificationError):
        raise Unsigned from None
    with transaction.atomic():
        try:
            with transaction.atomic():
                heard = Heard.objects.create(
                    agency=agency,
                    reference=str(reference)[:100],
                    kind=str(kind)[:80],
                    about=str(thing.get("id", ""))[:100],
                    at=now,
                )
        except IntegrityError:
            return False  # told twice
        obeyed = kind in KINDS and KINDS[kind](agency, thing, now)
        Heard.objects.filter(pk=heard.pk).update(obeyed=obeyed)
    if not obeyed:
        log.info("message of the card company not obeyed", extra={"kind": kind})
    return bool(obeyed)


def _payment(agency: str, thing: Thing, now: datetime) -> bool:
    ours = as_uuid(str((thing.get("metadata") or {}).get(PAYMENT, "")))
    row = _ours(agency, str(thing.get("id", "")), ours)
    if row is None:
        return False
    return payments.record(payment_id=row.pk, stands=payment_stands(dict(thing)), now=now)


def _refund(agency: str, thing: Thing, now: datetime) -> bool:
    part = as_uuid(str((thing.get("metadata") or {}).get(PART, "")))
    stands = refund_stands(dict(thing))
    if part is not None:
        try:
            return payouts.record(part_id=part, stands=stands, now=now, agency=agency)
        except NotFound:
            return False
    # Given back in the provider's own pages, past Kinline: the books follow what happened.
    row = _ours(agency, str(thing.get("payment_intent") or ""))
    if row is None or stands.outcome == Outcome.WAITING:
        return False
    told = payments.Taking(row.pk, stands.reference, OUTSIDE, int(thing.get("amount") or 0))
    if stands.outcome == Outcome.FAILED:
        return payments.over(told, won=True, now=now)
    return payments.taken_back(told, at=_at(thing, now), now=now)


def _disputed(agency: str, thing: Thing, now: datetime) -> bool:
    told = _dispute(agency, thing)
    return told is not None and payments.taken_back(told, at=_at(thing, now), now=now)


def _dispute_over(agency: str, thing: Thing, now: datetime) -> bool:
    told = _dispute(agency, thing)
    return told is not None and payments.over(told, won=thing.get("status") == "won", now=now)


def _dispute(agency: str, thing: Thing) -> payments.Taking | None:
    """What a bank takes; its first question takes nothing yet."""
    row = _ours(agency, str(thing.get("payment_intent") or ""))
    if row is None or str(thing.get("status", "")).startswith("warning"):
        return None
    return payments.Taking(row.pk, str(thing["id"]), DISPUTE, int(thing.get("amount") or 0))


def _ours(agency: str, reference: str, ours: UUID | None = None) -> Payment | None:
    """The payment, if it is this agency's: one agency's key says nothing about another's."""
    rows = Payment.objects.filter(agency=agency)
    if ours is not None:
        return rows.filter(pk=ours).first()
    return rows.filter(reference=reference).first() if reference else None


def _at(thing: Thing, now: datetime) -> datetime:
    made = thing.get("created")
    return datetime.fromtimestamp(made, UTC) if isinstance(made, int) else now


KINDS: dict[str, Callable[[str, Thing, datetime], bool]] = {
    "payment_intent.succeeded": _payment,
    "payment_intent.payment_failed": _payment,
    "payment_intent.canceled": _payment,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.refund.updated": _refund,
    "charge.dispute.created": _disputed,
    "charge.dispute.closed": _dispute_over,
}
