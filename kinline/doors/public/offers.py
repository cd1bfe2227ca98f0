"""What a facility offers, as far as we were told: nothing is made up for a real institution."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.apps.facilities.queries import PublicFacility, RuleView


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `rule` is there for calls with hours we know; else `told` is False."""

    icon: str
    name: Promise
    told: bool
    rule: RuleView | None = None


# The services of the published FAQ on free communications; "not all at each facility".
NOT_TOLD = (
    ("video", _("Video visits")),
    ("mail_outline", _("eMessages with photos")),
    ("ecard", _("eCards")),
    ("videogram", _("VideoGrams")),
    ("chat", _("Text messages")),
)


def services(facility: PublicFacility) -> list[Service]:
    """Calls by today's rule, and the other services that nobody has told us of yet."""
    rule = facility.rule
    calls = Service("phone", _("Phone calls"), told=rule is not None, rule=rule)
    return [calls, *(Service(icon, name, told=False) for icon, name in NOT_TOLD)]
