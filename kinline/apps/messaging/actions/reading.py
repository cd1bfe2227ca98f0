"""Read marks: what reached somebody, and when they saw it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.messaging.access import Writer, thread_of
from kinline.apps.messaging.models import Message
from kinline.core.message.states import READABLE


@transaction.atomic
def mark_read(*, by: Writer, thread_id: UUID, now: datetime, until: datetime | None = None) -> int:
    """Everything in a thread that reached them, up to what was shown (`until`, its `sent_at`), is
    read; returns how many were new. Seen twice is seen once. Raises NotFound."""
    thread = thread_of(by, thread_id)
    rows = Message.objects.filter(thread=thread, state__in=sorted(READABLE), read_at=None)
    rows = rows.exclude(direction=by.direction)
    if until is not None:
        rows = rows.filter(sent_at__lte=until)
    return rows.update(read_at=now)
