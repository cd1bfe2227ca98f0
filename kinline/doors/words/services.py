"""Names of services, as lists and prices say them, and which of them Kinline itself carries."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.core.rating.terms import Service

NAMES: dict[Service, str | Promise] = {
    Service.CALL: _("Phone calls"),
    Service.VISIT: _("Video visits"),
    Service.EMESSAGE: _("eMessages"),
    Service.PHOTO: _("Photos in eMessages"),
    Service.ECARD: _("eCards"),
    Service.VIDEOGRAM: _("VideoGrams"),
    Service.TEXT: _("Text messages"),
}

ICONS: dict[Service, str] = {
    Service.CALL: "phone",
    Service.VISIT: "video",
    Service.EMESSAGE: "mail_outline",
    Service.PHOTO: "photo_camera",
    Service.ECARD: "ecard",
    Service.VIDEOGRAM: "videogram",
    Service.TEXT: "chat",
}

# A service joins when its room is built; what of them is offered, each facility sets.
CARRIED = frozenset(Service)
