"""What a facility offers, as far as we were told: nothing is made up for a real institution."""

from dataclasses import dataclass

from kinline.apps.facilities.queries import PublicFacility, RuleView
from kinline.core.rating.terms import Service
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


def services(facility: PublicFacility, priced: list[Priced]) -> list[Offer]:
    """Calls by today's rule, and the other services that nobody has told us of yet."""
    return [_offer(facility, one) for one in priced]


def _offer(facility: PublicFacility, priced: Priced) -> Offer:
    rule = facility.rule if priced.service is Service.CALL else None
    return Offer(
        priced=priced,
        offered=rule.offered if rule else None,
        rule=rule,
        carried=priced.service in words.CARRIED,
    )
