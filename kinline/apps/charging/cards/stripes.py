"""Stripe as the card company, by its own library: PaymentIntents and Refunds.

Stripe forgets idempotency keys after a day, and what stands in for it in tests has none. So a
key is sent, but nothing rests on it: opening takes nothing, and before giving back we look.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

import stripe

from kinline.apps.charging.cards.port import (
    Opened,
    Outcome,
    ProviderDown,
    ProviderRefused,
    Stands,
)

SECONDS = 20
PAYMENT, PART = "kinline_payment", "kinline_part"
MANY = 100
_PAYMENTS = {
    "succeeded": Outcome.SUCCEEDED,
    "canceled": Outcome.FAILED,
    # A card that was declined leaves the payment open to another one: `last_payment_error` tells.
    "requires_payment_method": Outcome.WAITING,
}
_REFUNDS = {
    "succeeded": Outcome.SUCCEEDED,
    "failed": Outcome.FAILED,
    "canceled": Outcome.FAILED,
}

Given = TypeVar("Given")


class StripeCards:
    """CardProvider for one agency's secret key. `base` is Stripe itself unless told otherwise."""

    def __init__(self, secret: str, *, base: str = "") -> None:
        # The library looks again by itself otherwise: when to try again is the worker's to say.
        client = stripe.RequestsClient(timeout=SECONDS)
        options: dict[str, Any] = {"base_addresses": {"api": base}} if base else {}
        self._stripe = stripe.StripeClient(
            secret, http_client=client, max_network_retries=0, **options
        )

    def open(self, *, payment: UUID, cents: int) -> Opened:
        made = _asked(
            lambda: self._stripe.v1.payment_intents.create(
                params={
                    "amount": cents,
                    "currency": "usd",
                    "metadata": {PAYMENT: str(payment)},
                },
                options={"idempotency_key": f"payment:{payment}"},
            )
        )
        return Opened(made.id, made.client_secret or "")

    def look(self, *, reference: str) -> Stands:
        return payment_stands(
            _asked(
                lambda: self._stripe.v1.payment_intents.retrieve(
                    reference, params={"expand": ["payment_method"]}
                )
            ).to_dict()
        )

    def given_back(self, *, part: UUID, payment_reference: str) -> Stands | None:
        listed = _asked(
            lambda: self._stripe.v1.refunds.list(
                params={"payment_intent": payment_reference, "limit": MANY}
            )
        )
        for one in _asked(lambda: [row.to_dict() for row in listed.auto_paging_iter()]):
            if (one.get("metadata") or {}).get(PART) == str(part):
                return refund_stands(one)
        return None

    def give_back(self, *, part: UUID, payment_reference: str, cents: int) -> Stands:
        made = _asked(
            lambda: self._stripe.v1.refunds.create(
                params={
                    "payment_intent": payment_reference,
                    "amount": cents,
                    "metadata": {PART: str(part)},
                },
                options={"idempotency_key": f"refund:{part}"},
            )
        )
        return refund_stands(made.to_dict())


def payment_stands(intent: dict[str, Any]) -> Stands:
    """A PaymentIntent as Stripe tells of it."""
    trouble = (intent.get("last_payment_error") or {}).get("code") or ""
    outcome = _PAYMENTS.get(intent["status"], Outcome.WAITING)
    if outcome is Outcome.WAITING and trouble:
        outcome = Outcome.FAILED
    method = intent.get("payment_method")
    card = (method.get("card") or {}) if isinstance(method, dict) else {}
    return Stands(intent["id"], outcome, trouble, str(card.get("last4", "")))


def refund_stands(refund: dict[str, Any]) -> Stands:
    """A Refund as Stripe tells of it."""
    outcome = _REFUNDS.get(refund.get("status") or "", Outcome.WAITING)
    return Stands(refund["id"], outcome, refund.get("failure_reason") or "")


def _asked(question: Callable[[], Given]) -> Given:
    """Ask, and turn the library's many errors into our two."""
    try:
        return question()
    except (stripe.CardError, stripe.InvalidRequestError) as no:
        raise ProviderRefused(no.code or type(no).__name__) from None
    except stripe.StripeError as fault:
        # Also a key that is no longer good: staff put it right, and then it goes on.
        raise ProviderDown(type(fault).__name__) from None
