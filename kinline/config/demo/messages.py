"""What the demo's facilities offer to write: eMessages and texts, and privileged mail in one."""

from datetime import datetime

from kinline.apps.facilities.models import Facility
from kinline.apps.messaging.models import Rule

PRIVILEGED = {"ma-bristol"}


def load(*, now: datetime) -> None:
    """Set each facility's rule, where nobody set one."""
    for facility in Facility.objects.filter(message_rules=None):
        Rule.objects.create(
            facility=facility,
            emessages=True,
            texts=True,
            privileged=facility.place in PRIVILEGED,
            set_by="demo",
            set_at=now,
        )
