"""How card data is taken: never by us. A deployment puts its own in the place of the test form.

With Stripe's script the payer's browser gives the card to Stripe and finishes the payment with
its client secret: see docs/operations.md. That script comes from Stripe's own address only, so
it is no part of Kinline; what ships is a form of cards that do not exist, for demo and tests.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Protocol

import stripe
from django.conf import settings

from kinline.apps.charging.cards.merchants import secret_for_test_cards
from kinline.apps.charging.cards.port import Opened


class CardEntry(Protocol):
    """`template` is put into the page that asks for the card.

    `finish` is called when that page is sent, with what its form held. Where the browser itself
    finishes with the provider there is nothing left to do. Never log `form`.
    """

    template: str

    def finish(self, *, agency: str, opened: Opened, form: Mapping[str, str]) -> None: ...


class NoSuchCard(ValueError):
    """The form named none of its cards."""


class TestCards:
    """Cards that do not exist, for what stands in for Stripe. Refuses to speak to Stripe itself."""

    template = "portal/accounts/test_card.html"
    NUMBERS = {"good": "4242424242424242", "declined": "4000000000000341"}

    def finish(self, *, agency: str, opened: Opened, form: Mapping[str, str]) -> None:
        """Pay with the card chosen; how it ended is looked up afterwards. Raises NoSuchCard."""
        number = self.NUMBERS.get(form.get("card", ""))
        if number is None:
            raise NoSuchCard
        if not settings.STRIPE_API:
            raise RuntimeError("test cards are for a stand-in of Stripe only")
        client = stripe.StripeClient(
            secret_for_test_cards(agency=agency), base_addresses={"api": settings.STRIPE_API}
        )
        card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
        method = client.v1.payment_methods.create(params={"type": "card", "card": card})  # type: ignore[arg-type]
        intents = client.v1.payment_intents
        intents.update(opened.reference, params={"payment_method": method.id})
        try:
            intents.confirm(opened.reference)
        except stripe.CardError:
            return  # how it ended is the provider's to say


@cache
def entry() -> CardEntry | None:
    """How this house takes cards; None where none was set up."""
    if not settings.CARD_ENTRY:
        return None
    if settings.CARD_ENTRY == "test":
        return TestCards()
    module, _, name = settings.CARD_ENTRY.rpartition(".")
    found: CardEntry = getattr(import_module(module), name)()
    return found
