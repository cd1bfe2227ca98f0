"""What both sides are told, as notes on their pages. Never with a word of what was written.

Each note has a key, so that an event that comes twice is told once. By which other ways somebody
is told, the room of notices knows.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from kinline.apps.messaging.models import Message, Thread
from kinline.apps.notices.actions import Draft, notes
from kinline.apps.notices.sms import lines
from kinline.core.message.terms import Direction, Service
from kinline.core.review.terms import Side

ARRIVED, REJECTED, PART_REJECTED = "message.arrived", "message.rejected", "message.part_rejected"
APPEAL_DECIDED = "appeal.decided"


def reader_of(message: Message) -> Side:
    """Who did not write it."""
    return Side.PERSON if message.direction == Direction.IN else Side.CONTACT


def arrived(message: Message, thread: Thread, now: datetime) -> None:
    """Tell the reader that something came."""
    side = reader_of(message)
    facts = _facts(message, thread, side)
    notes([_note(f"message.arrived:{message.pk}", ARRIVED, side, thread, facts)], now=now)
    if side is Side.CONTACT and message.service == Service.TEXT:
        _by_phone(message, thread, now)


def _by_phone(message: Message, thread: Thread, now: datetime) -> None:
    """A text goes to the contact's telephones too, where they agreed to texts by SMS."""
    person = thread.person
    lines.carry(
        key=f"text:{message.pk}",
        contact=thread.contact_id,
        person=thread.person_id,
        name=person.full_name,
        facility=person.facility.name,
        text="" if message.text_rejected else message.text,
        language=thread.contact.language,
        photos=message.parts.count(),
        now=now,
    )


def decided(
    message: Message, thread: Thread, kind: str, about: UUID, now: datetime, **facts: str
) -> None:
    """Tell both sides what was decided. `about` is the decision, so that each is told once."""
    drafts = [
        _note(f"{kind}:{about}:{side}", kind, side, thread, _facts(message, thread, side) | facts)
        for side in Side
    ]
    notes(drafts, now=now)


def _facts(message: Message, thread: Thread, side: Side) -> dict[str, str]:
    """Ids for links, and the other side's name: no word of the message."""
    person = thread.person
    inside = person.full_name
    mine = reader_of(message) is not side
    return {
        "message": str(message.pk),
        "thread": str(thread.pk),
        "service": str(message.service),
        "name": thread.contact.name if side is Side.PERSON else inside,
        "facility": person.facility.name,
        "mine": "1" if mine else "",
    }


def _note(key: str, kind: str, side: Side, thread: Thread, facts: Mapping[str, str]) -> Draft:
    owner = thread.person_id if side is Side.PERSON else thread.contact_id
    return Draft(key=key, owner_kind=side.value, owner=owner, kind=kind, facts=facts)
