"""What kinds of open lines there are, in words and pictures."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.core.policy.lines import LineKind

KINDS: dict[LineKind, str | Promise] = {
    LineKind.PREA: _("Report sexual abuse or harassment"),
    LineKind.CRISIS: _("Crisis and suicide line"),
    LineKind.TIP: _("Tell about a crime or a danger"),
    LineKind.CONSULATE: _("Consulate"),
    LineKind.PUBLIC_DEFENDER: _("Public defender"),
    LineKind.LEGAL_SERVICES: _("Legal help"),
    LineKind.RELAY: _("Relay service for deaf callers"),
    LineKind.OTHER: _("Other line"),
}

# Icons of the sprites, none of them the only thing that tells lines apart.
ICONS: dict[LineKind, str] = {
    LineKind.PREA: "support_agent",
    LineKind.CRISIS: "favorite_border",
    LineKind.TIP: "campaign",
    LineKind.CONSULATE: "public",
    LineKind.PUBLIC_DEFENDER: "local_library",
    LineKind.LEGAL_SERVICES: "local_library",
    LineKind.RELAY: "phone",
    LineKind.OTHER: "phone",
}


def kind(code: str) -> str:
    """What a line is for."""
    return str(KINDS[LineKind(code)])


def icon(code: str) -> str:
    """The name of its picture."""
    return ICONS[LineKind(code)]
