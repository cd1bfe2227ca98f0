"""A facility's rule in force: the newest there is. Without one nothing is offered."""

from uuid import UUID

from kinline.apps.messaging.asking import newest_rule
from kinline.apps.messaging.models import Rule
from kinline.apps.messaging.offering import Offer
from kinline.core.message.limits import MOST, Limits
from kinline.core.message.terms import Service


def rule_of(facility_id: UUID) -> Rule:
    """The rule in force; one that offers nothing where there is none."""
    return newest_rule(facility_id) or Rule(facility_id=facility_id)


def offered(rule: Rule | Offer, service: Service) -> bool:
    """Whether a facility has a written service; what goes along with an eMessage needs one."""
    along = {
        Service.PHOTO: rule.photos,
        Service.ECARD: rule.cards,
        Service.VIDEOGRAM: rule.films,
    }
    if service is Service.TEXT:
        return rule.texts
    return rule.emessages and along.get(service, 1) > 0


def limits(rule: Rule, service: Service) -> Limits:
    """How much one message may hold there."""
    if service is Service.TEXT:
        return MOST[service].lowered({"characters": rule.longest_text})
    return MOST[service].lowered(
        {
            "characters": rule.longest_emessage,
            "photos": rule.photos,
            "cards": rule.cards,
            "films": rule.films,
            "photo_bytes": rule.photo_bytes,
            "film_seconds": rule.film_seconds,
        }
    )
