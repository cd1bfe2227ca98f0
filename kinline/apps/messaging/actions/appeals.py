"""An appeal by either side of a message that was not let through, or not wholly."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.messaging.access import Writer, message_of
from kinline.apps.review.actions import appeals


@transaction.atomic
def appeal(*, by: Writer, message_id: UUID, words: str, now: datetime) -> UUID:
    """Ask for another look by somebody else. Twice by one side is once.

    Raises NotFound, and Refused: appeal.nothing_rejected, appeal.too_late.
    """
    row = message_of(by, message_id)
    return appeals.appeal(subject=str(row.pk), side=by.side, words=words, now=now)
