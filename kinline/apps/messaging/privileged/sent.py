"""That private letters went between two people, and when: never a word of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.apps.messaging.models import Message
from kinline.core.message.terms import Direction

MOST = 100


@dataclass(frozen=True, slots=True)
class SentLetter:
    """One letter; `mine`: the attorney wrote it."""

    at: datetime
    person_name: str
    facility_name: str
    zone: str
    mine: bool


def letters_of_contact(*, contact_id: UUID) -> list[SentLetter]:
    """The last private letters of a contact, newest first."""
    rows = Message.objects.filter(thread__contact=contact_id, thread__privileged=True)
    full = rows.filter(privileged=True).select_related("thread__person", "facility")
    return [
        SentLetter(
            at=row.sent_at,
            person_name=row.thread.person.full_name,
            facility_name=row.facility.name,
            zone=row.facility.zone,
            mine=row.direction == Direction.IN,
        )
        for row in full.order_by("-sent_at", "-pk")[:MOST]
    ]
