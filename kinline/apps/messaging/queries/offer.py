"""What a facility offers to write."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from kinline.apps.messaging.offering import Offer
from kinline.apps.messaging.rules import rule_of


@dataclass(frozen=True, slots=True)
class OfferView:
    """The rule in force; `set_at` None: nobody set one, and nothing is offered."""

    offer: Offer
    set_by: str
    set_at: datetime | None


def offer_of(*, facility_id: UUID) -> OfferView:
    """What can be written there now. Who set it is for staff alone."""
    rule = rule_of(facility_id)
    offer = Offer(**{one.name: getattr(rule, one.name) for one in fields(Offer)})
    return OfferView(offer, rule.set_by, rule.set_at)
