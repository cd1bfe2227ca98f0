"""What a facility offers, as far as we were told: nothing is made up for a real institution."""

from dataclasses import dataclass

from kinline.apps.facilities.queries import PublicFacility, RuleView
from kinline.apps.messaging.queries.offer import OfferView
from kinline.apps.messaging.rules import offered as is_offered
from kinline.core.rating.terms import Service
from kinline.core.schedule.rules import Rules
from kinline.doors.public.rules import Priced
from kinline.doors.words import services as words


@dataclass(frozen=True, slots=True)
class Offer:
    """One service with its price. `offered` is None where nobody told us.

    `rule` is there for calls with hours we know; `carried`: Kinline itself has it.
    """

    priced: Priced
    offered: bool | None
    rule: RuleView | None
    carried: bool


def services(
    facility: PublicFacility, writing: OfferView, visits: Rules | None, priced: list[Priced]
) -> list[Offer]:
    """Calls by today's rule, writing and visits by the facility's, and what nobody told us of."""
    return [_offer(facility, writing, visits, one) for one in priced]


def _offer(
    facility: PublicFacility, writing: OfferView, visits: Rules | None, priced: Priced
) -> Offer:
    rule = facility.rule if priced.service is Service.CALL else None
    offered = rule.offered if rule else None
    if writing.set_at and priced.service not in {Service.CALL, Service.VISIT}:
        offered = is_offered(writing.offer, priced.service)
    if priced.service is Service.VISIT and visits is not None:
        offered = True
    return Offer(
        priced=priced,
        offered=offered,
        rule=rule,
        carried=priced.service in words.CARRIED,
    )
