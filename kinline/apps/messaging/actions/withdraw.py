"""Taking a message back while it waits: nobody on the other side has seen it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging.access import Writer, message_of
from kinline.apps.messaging.delivering import move
from kinline.apps.messaging.price import give_back
from kinline.apps.review.actions.submit import close
from kinline.core.message.states import Event, State
from kinline.core.refusal import Refusal, Whose
from kinline.core.review.terms import TEXT_PART


@transaction.atomic
def withdraw(*, by: Writer, message_id: UUID, now: datetime) -> None:
    """Take back a message of their own that waits for review. Twice is once.

    What it cost comes back as if it had been rejected. Raises NotFound, and Refused:
    message.not_waiting where a decision, or the delivery, was quicker.
    """
    row = message_of(by, message_id)
    if row.direction != by.direction:
        raise NotFound
    if row.state == State.WITHDRAWN:
        return
    closed = close(subject=str(row.pk), now=now)
    if not closed or not move(row, Event.WITHDREW, ended_at=now).obeyed:
        raise Refused(Refusal("message.not_waiting", Whose.KINLINE))
    names = {TEXT_PART, *(str(pk) for pk in row.parts.values_list("pk", flat=True))}
    give_back(message=row, rejected=names, delivered=False, now=now)
