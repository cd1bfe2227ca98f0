"""The list of somebody's threads, newest first, and how much of it is not read yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Left

from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.models import Draft, Message, Thread
from kinline.apps.paging import Page, paginate
from kinline.core.message.states import READABLE, State
from kinline.core.message.terms import Direction, Service
from kinline.core.review.terms import Side

PREVIEW = 120  # characters


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One line of the list. `preview` is empty for privileged mail, and for what may not be read.

    `last_mine` and `last_state` are of the newest message that this side sees a line of; None
    where there is none yet. `has_draft`: something was begun and not sent.
    """

    id: UUID
    privileged: bool
    other_id: UUID
    other_name: str
    facility_name: str
    last_at: datetime
    preview: str
    last_mine: bool
    last_service: Service | None
    last_state: State | None
    unread: int
    has_draft: bool


def threads(*, by: Writer, page: int = 1) -> Page[ThreadRow]:
    """Everything they write and are written to, those that moved last first. Four queries."""
    moved = {f"{by.last_at}__isnull": False}
    rows = Thread.objects.filter(by.mine, **moved).select_related("person__facility", "contact")
    last = Message.objects.filter(by.seen, thread=OuterRef("pk")).order_by("-sent_at")
    newest = rows.annotate(last=Subquery(last.values("pk")[:1])).order_by(f"-{by.last_at}")
    return paginate(newest, page, lambda found: _rows(found, by))


def unread(*, by: Writer) -> int:
    """How many messages reached them and were not read yet."""
    side = "thread__person" if by.side is Side.PERSON else "thread__contact"
    return _unread(by).filter(**{side: by.id}).count()


def _unread(by: Writer) -> QuerySet[Message]:
    theirs = Direction.IN if by.direction is Direction.OUT else Direction.OUT
    return Message.objects.filter(direction=theirs, state__in=sorted(READABLE), read_at=None)


def _rows(found: list[Thread], by: Writer) -> list[ThreadRow]:
    ids = [row.pk for row in found]
    last = {one.thread: one for one in _last([row.last for row in found if row.last])}  # type: ignore[attr-defined]
    counted = _unread(by).filter(thread__in=ids).values_list("thread").annotate(Count("pk"))
    waiting = dict(counted.order_by())
    begun = Draft.objects.filter(thread__in=ids, side=by.side).values_list("thread", flat=True)
    drafts = set(begun)
    return [
        _row(row, last.get(row.pk), by, waiting.get(row.pk, 0), row.pk in drafts) for row in found
    ]


class _Last(NamedTuple):
    """What the list says of a thread's newest message."""

    thread: UUID
    direction: str
    service: str
    state: str
    text_rejected: bool
    begins: str


def _last(ids: list[UUID]) -> Iterable[_Last]:
    """These messages, of which only the first words are read."""
    rows = Message.objects.filter(pk__in=ids).annotate(begins=Left("text", PREVIEW * 2))
    return map(_Last._make, rows.values_list(*_Last._fields))


def _row(row: Thread, last: _Last | None, by: Writer, unread: int, draft: bool) -> ThreadRow:
    mine = last is not None and last.direction == by.direction
    person = row.person
    other = row.contact if by.side is Side.PERSON else person
    inside = person.full_name
    return ThreadRow(
        id=row.pk,
        privileged=row.privileged,
        other_id=other.pk,
        other_name=row.contact.name if by.side is Side.PERSON else inside,
        facility_name=person.facility.name,
        last_at=getattr(row, by.last_at),
        preview=_preview(last, mine),
        last_mine=mine,
        last_service=Service(last.service) if last else None,
        last_state=State(last.state) if last else None,
        unread=unread,
        has_draft=draft,
    )


def _preview(last: _Last | None, mine: bool) -> str:
    """The first words. Of privileged mail there are none here: its text is sealed."""
    if last is None or (not mine and (last.state not in READABLE or last.text_rejected)):
        return ""
    return " ".join(last.begins.split())[:PREVIEW]
