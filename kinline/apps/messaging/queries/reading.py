"""A message as a reviewer reads it. Whoever calls writes down who read what: that is review's.

Of privileged mail there is nothing to ask here: only that it took place, when, between whom, and
how large it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from kinline.apps.errors import NotFound
from kinline.apps.ids import as_uuid
from kinline.apps.messaging.models import Attachment, Message
from kinline.apps.messaging.views import PartView, part_view
from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff, access_person
from kinline.apps.people.rights import Right
from kinline.core.message.states import State
from kinline.core.message.terms import Direction, Service


@dataclass(frozen=True, slots=True)
class Reading:
    """All of one ordinary message: for a reviewer at the facility where it was sent."""

    id: UUID
    person: UUID
    person_name: str
    number: str
    contact: UUID
    contact_name: str
    place: str
    facility_name: str
    zone: str
    service: Service
    direction: Direction
    state: State
    text: str
    text_rejected: bool
    parts: tuple[PartView, ...]
    sent_at: datetime
    delivered_at: datetime | None
    read_at: datetime | None
    erased: bool


@dataclass(frozen=True, slots=True)
class Event:
    """That privileged mail took place. `size` is the letters of its text, `bytes` its files'."""

    id: UUID
    person: UUID
    contact: UUID
    contact_name: str
    direction: Direction
    sent_at: datetime
    read_at: datetime | None
    size: int
    files: int
    bytes: int


def reading(*, subject: str, viewer: Staff) -> Reading:
    """An ordinary message by review's name for it. Three queries. Raises NotFound."""
    row = _row(subject, viewer)
    return _reading(row, row.parts.order_by("place"))


def before(*, subject: str, viewer: Staff, limit: int = 5) -> list[Reading]:
    """What the two wrote before it at the same facility, newest first: a line is often clear only
    with the lines before. Raises NotFound."""
    row = _row(subject, viewer)
    rows = _all().filter(thread=row.thread_id, facility=row.facility_id, privileged=False)
    found = list(rows.filter(sent_at__lt=row.sent_at).order_by("-sent_at")[:limit])
    parts: dict[UUID | None, list[Attachment]] = {}
    for one in Attachment.objects.filter(message__in=[m.pk for m in found]).order_by("place"):
        parts.setdefault(one.message_id, []).append(one)
    return [_reading(one, parts.get(one.pk, ())) for one in found]


def part_for_review(*, part_id: UUID, viewer: Staff) -> Attachment:
    """A part of an ordinary message that a reviewer may look at. Raises NotFound."""
    rows = Attachment.objects.select_related("message__facility__agency")
    mine = viewer.facilities_with(Right.READ_MESSAGES)
    found = rows.filter(pk=part_id, privileged=False, erased_at=None, message__facility__in=mine)
    row = found.filter(message__privileged=False).first()
    if row is None:
        raise NotFound
    return row


def took_place(*, person_id: UUID, viewer: Staff, page: int = 1) -> Page[Event]:
    """The privileged mail of a person, newest first, without a word of it. Raises NotFound."""
    person = access_person(staff=viewer, person_id=person_id, right=Right.SEE_PRIVATE_MAIL)
    rows = Message.objects.filter(thread__person=person, thread__privileged=True)
    full = rows.select_related("thread__contact").order_by("-sent_at", "-pk")
    return paginate(full, page, _events)


def _all() -> QuerySet[Message]:
    return Message.objects.select_related("thread__person", "thread__contact", "facility")


def _row(subject: str, viewer: Staff) -> Message:
    rows = _all().filter(facility__in=viewer.facilities_with(Right.READ_MESSAGES))
    pk = as_uuid(subject)
    row = rows.filter(pk=pk, privileged=False).first() if pk else None
    if row is None:
        raise NotFound
    return row


def _reading(row: Message, parts: Iterable[Attachment]) -> Reading:
    person = row.thread.person
    return Reading(
        id=row.pk,
        person=person.pk,
        person_name=person.full_name,
        number=person.number,
        contact=row.thread.contact_id,
        contact_name=row.thread.contact.name,
        place=row.facility.place,
        facility_name=row.facility.name,
        zone=row.facility.zone,
        service=Service(row.service),
        direction=Direction(row.direction),
        state=State(row.state),
        text=row.text,
        text_rejected=row.text_rejected,
        parts=tuple(part_view(one) for one in parts),
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        read_at=row.read_at,
        erased=row.erased_at is not None,
    )


def _events(rows: list[Message]) -> list[Event]:
    sizes: dict[UUID | None, list[int]] = {}
    parts = Attachment.objects.filter(message__in=[row.pk for row in rows])
    for message, size in parts.values_list("message", "size_bytes"):
        sizes.setdefault(message, []).append(size)
    return [
        Event(
            id=row.pk,
            person=row.thread.person_id,
            contact=row.thread.contact_id,
            contact_name=row.thread.contact.name,
            direction=Direction(row.direction),
            sent_at=row.sent_at,
            read_at=row.read_at,
            size=row.size,
            files=len(sizes.get(row.pk, ())),
            bytes=sum(sizes.get(row.pk, ())),
        )
        for row in rows
    ]
