"""What a mail provider tells of letters that came back. The webhooks themselves are anymail's.

Each provider has its own form and signature; anymail checks and reads them, and says so by the one
signal it has.
"""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.utils import timezone

from kinline.apps.notices import mail

# A full mailbox or a slow server is no reason: it may take the next letter.
FOR_GOOD = {"invalid", "bounced"}
BECAUSE = {EventType.COMPLAINED: "complained", EventType.BOUNCED: "bounced"}


def listen() -> None:
    """Called once, when Django starts."""
    tracking.connect(told, dispatch_uid="kinline.mail.tracking")


def told(sender: Any, event: AnymailTrackingEvent, esp_name: str, **more: Any) -> None:
    """An address that refuses for good, or whose owner calls us spam, is written to no more."""
    because = BECAUSE.get(event.event_type)
    if because is None or not event.recipient:
        return
    if because == "bounced" and event.reject_reason not in FOR_GOOD:
        return
    mail.bury(email=str(event.recipient)[:254], because=because, now=timezone.now())
