"""Reading privileged mail: by the two people of the thread alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps import stored
from kinline.apps.errors import NotFound
from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.models import Attachment, Message
from kinline.apps.messaging.privileged import sealing
from kinline.apps.messaging.privileged.access import thread_of
from kinline.apps.messaging.queries.files import File
from kinline.apps.messaging.queries.thread import before_cursor, cursor, parts_of
from kinline.core.message.terms import Direction

PAGE = 25


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, opened for one of the two. `photos` are read by `photo`."""

    id: UUID
    mine: bool
    text: str
    photos: tuple[UUID, ...]
    sent_at: datetime
    read_at: datetime | None
    erased: bool


@dataclass(frozen=True, slots=True)
class PrivilegedThread:
    """Letters of a thread, newest first; `older` leads further back."""

    id: UUID
    person_name: str
    contact_name: str
    facility_name: str
    zone: str
    letters: tuple[Letter, ...]
    older: str | None


def thread(*, by: Writer, thread_id: UUID, before: str = "") -> PrivilegedThread:
    """The letters of a thread. Raises NotFound for everybody but its two people."""
    row = thread_of(by, thread_id)
    rows = before_cursor(Message.objects.filter(thread=row.pk), before)
    full = rows.select_related("facility__agency").order_by("-sent_at", "-pk")
    found = list(full[: PAGE + 1])
    shown = found[:PAGE]
    parts = parts_of(shown)
    person = row.person
    return PrivilegedThread(
        id=row.pk,
        person_name=person.full_name,
        contact_name=row.contact.name,
        facility_name=person.facility.name,
        zone=person.facility.zone,
        letters=tuple(_letter(one, parts.get(one.pk, ()), by) for one in shown),
        older=cursor(shown[-1]) if len(found) > PAGE else None,
    )


@transaction.atomic
def mark_read(*, by: Writer, thread_id: UUID, now: datetime) -> int:
    """Everything that reached them in this thread is read. Raises NotFound."""
    row = thread_of(by, thread_id)
    unread = Message.objects.filter(thread=row.pk, read_at=None)
    return unread.exclude(direction=by.direction).update(read_at=now)


def photo(*, by: Writer, part_id: UUID, small: bool = False) -> File:
    """A photo of a letter or of a draft of theirs, opened. Raises NotFound."""
    rows = Attachment.objects.select_related("message__thread", "draft__thread")
    row = rows.filter(pk=part_id, privileged=True, erased_at=None).first()
    if row is None or not _may_look(by, row):
        raise NotFound
    blob, key = (row.thumb, row.thumb_key) if small else (row.blob, row.wrapped_key)
    try:
        opened = stored.opened(blob=blob, wrapped_key=key, agency=row.agency, privileged=True)
    except stored.Gone:
        raise NotFound from None
    return File(row.pk, row.media_type, opened)


def _may_look(by: Writer, row: Attachment) -> bool:
    if row.draft is not None and row.draft.side != by.side:
        return False
    home = row.draft or row.message
    return home is not None and by.id in (home.thread.person_id, home.thread.contact_id)


def _letter(row: Message, parts: Iterable[Attachment], by: Writer) -> Letter:
    text = "" if row.erased_at else opened(row)
    return Letter(
        id=row.pk,
        mine=Direction(row.direction) is by.direction,
        text=text,
        photos=tuple(one.pk for one in parts if one.erased_at is None),
        sent_at=row.sent_at,
        read_at=row.read_at,
        erased=row.erased_at is not None,
    )


def opened(row: Message) -> str:
    agency, bound = row.facility.agency.code, f"privileged:{row.key}"
    return sealing.open_(bytes(row.sealed), row.wrapped_key, agency=agency, bound_to=bound)
