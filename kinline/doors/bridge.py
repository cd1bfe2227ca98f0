"""Texts that came by SMS, handed to where texts live: priced, decided and reviewed like any other.

The worker calls it. It stands here because the room of notices may know no messages, and because
what a telephone is answered is words.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging.actions import texts
from kinline.apps.notices import reach
from kinline.apps.notices.sms import lines
from kinline.apps.notices.sms.lines import Incoming


def take_in(*, now: datetime) -> int:
    """Hand over what waits; how many were."""
    return lines.take_in(receive=lambda one: receive(one, now), language=_language, now=now)


def receive(incoming: Incoming, now: datetime) -> str:
    """One text; a sentence for the telephone where it could not be sent."""
    try:
        texts.receive_sms(
            contact_id=incoming.contact,
            person_id=incoming.person,
            words=incoming.text,
            reference=incoming.key,
            now=now,
        )
    except (NotFound, Refused):
        # Why is for the page, behind a sign-in: a telephone may be anybody's by now.
        with override(_language(incoming.contact)):
            said = _("Kinline: this text could not be sent. Sign in to see why: %(address)s")
        return said % {"address": f"{settings.WEB_URL.rstrip('/')}/portal/"}
    return ""


def _language(contact: UUID) -> str:
    found = reach.of(contact)
    return found.language if found else settings.LANGUAGE_CODE
