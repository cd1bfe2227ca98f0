"""Quiet hours: a contact chooses when no call reaches them, and takes that back."""

from datetime import datetime
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import Refused, wrong
from kinline.apps.people.models import QuietCalls
from kinline.apps.people.quiet import QuietView


@transaction.atomic
def choose(*, contact_id: UUID, quiet: QuietView | None, now: datetime) -> None:
    """Calls are refused in these hours from now on; None: at no hour. Chosen twice is chosen once.

    Raises Refused (quiet.no_length, quiet.unknown_zone).
    """
    rows = QuietCalls.objects.filter(contact=contact_id)
    if quiet is None:
        if rows.delete()[0]:
            _tell(contact_id, "contact.quiet_ended", now)
        return
    if quiet.from_at == quiet.until_at:
        raise Refused(wrong("quiet.no_length", "until_at"))
    if quiet.zone not in available_timezones():
        raise Refused(wrong("quiet.unknown_zone", "zone"))
    chosen = {"from_at": quiet.from_at, "until_at": quiet.until_at, "zone": quiet.zone}
    if rows.filter(**chosen).exists():
        return
    QuietCalls.objects.update_or_create(contact_id=contact_id, defaults={**chosen, "set_at": now})
    _tell(contact_id, "contact.quiet_set", now)


def _tell(contact_id: UUID, act: str, now: datetime) -> None:
    contact = audit.Named("contact", str(contact_id))
    audit.write(now=now, actor=contact, act=act, subject=contact, facility="")
