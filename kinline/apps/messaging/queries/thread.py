"""One thread: who is in it, what was written, the draft begun in it, and what may be sent now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps.messaging.access import Writer, message_of, thread_of
from kinline.apps.messaging.models import Attachment, Draft, Message, Thread
from kinline.apps.messaging.rules import limits, rule_of
from kinline.apps.messaging.views import DraftView, MessageView, draft_view, message_view
from kinline.apps.prepared import Prepared, row_of
from kinline.core.message.limits import Limits
from kinline.core.message.terms import Service
from kinline.core.review.terms import Side

PAGE = 25
NOBODY = UUID(int=0)
_ORDER = "-sent_at", "-pk"
_COLUMNS, _PART, _DRAFT = (
    [field.attname for field in model._meta.concrete_fields]
    for model in (Message, Attachment, Draft)
)
Parts = dict[UUID | None, list[Attachment]]


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread as one side sees it. `messages` stand newest first; `older` is the `before` that
    leads further back, None at the beginning."""

    id: UUID
    person: UUID
    person_name: str
    contact: UUID
    contact_name: str
    facility: UUID
    place: str
    facility_name: str
    zone: str
    other_name: str
    messages: tuple[MessageView, ...]
    older: str | None
    limits: dict[Service, Limits]
    draft: DraftView | None


def thread(
    *, by: Writer, thread_id: UUID, before: str = "", service: Service | None = None
) -> ThreadView:
    """The newest messages of a thread, or those before `before` (an `older` of this query).

    Raises NotFound. Five queries, however long the thread is.
    """
    row = thread_of(by, thread_id)
    newest = not before and service is None
    found = _newest_of(by, row) if newest else _found(by, row, before, service)
    shown, more = found[:PAGE], len(found) > PAGE
    parts = _parts_since(row, shown) if newest else parts_of(shown)
    rule = rule_of(row.person.facility_id)
    bounds = {one: limits(rule, one) for one in (Service.EMESSAGE, Service.TEXT)}
    return ThreadView(
        id=row.pk,
        person=row.person_id,
        person_name=row.person.full_name,
        contact=row.contact_id,
        contact_name=row.contact.name,
        facility=row.person.facility_id,
        place=row.person.facility.place,
        facility_name=row.person.facility.name,
        zone=row.person.facility.zone,
        other_name=_other(row, by),
        messages=tuple(message_view(one, parts.get(one.pk, ()), by) for one in shown),
        older=cursor(shown[-1]) if more else None,
        limits=bounds,
        draft=_draft(row, by, bounds[Service.EMESSAGE]),
    )


def _found(by: Writer, row: Thread, before: str, service: Service | None) -> list[Message]:
    """A page of messages, and one more where there are any."""
    rows = Message.objects.filter(by.seen, thread=row.pk)
    if service is not None:
        rows = rows.filter(service=service)
    return list(before_cursor(rows, before).order_by(*_ORDER)[: PAGE + 1])


def _newest_of(by: Writer, row: Thread) -> list[Message]:
    """The same of the first page."""
    return [row_of(Message, _COLUMNS, one) for one in _NEWEST[by.side](thread=row.pk)]


def _parts_since(row: Thread, shown: list[Message]) -> Parts:
    """The parts of the newest messages."""
    if not shown:
        return {}
    found = _PARTS(thread=row.pk, since=shown[-1].sent_at)
    return _by_message(row_of(Attachment, _PART, one) for one in found)


def _newest(side: Side) -> Prepared:
    def build(thread: Any) -> Any:
        rows = Message.objects.filter(Writer(side, NOBODY).seen, thread=thread)
        return rows.order_by(*_ORDER).values_list(*_COLUMNS)[: PAGE + 1]

    return Prepared(build, thread=UUID)


def message(*, by: Writer, message_id: UUID) -> MessageView:
    """One message, for a page of its own or for print. Raises NotFound."""
    row = message_of(by, message_id)
    return message_view(row, row.parts.order_by("place"), by)


def views(rows: list[Message], by: Writer) -> Iterable[MessageView]:
    """These messages with their parts, which one query reads for all of them."""
    parts = parts_of(rows)
    return (message_view(row, parts.get(row.pk, ()), by) for row in rows)


def parts_of(rows: Iterable[Message]) -> Parts:
    """The parts of these messages, by message, in their order."""
    found = Attachment.objects.filter(message__in=[row.pk for row in rows])
    return _by_message(found.order_by("message", "place"))


def _by_message(ordered: Iterable[Attachment]) -> Parts:
    return {pk: list(some) for pk, some in groupby(ordered, key=lambda one: one.message_id)}


def _draft(row: Thread, by: Writer, most: Limits) -> DraftView | None:
    found = _BEGUN(thread=row.pk, side=by.side.value)
    if not found:
        return None
    draft = row_of(Draft, _DRAFT, found[0])
    return draft_view(draft, draft.parts.order_by("place"), most)


def _other(row: Thread, by: Writer) -> str:
    if by.side is Side.PERSON:
        return row.contact.name
    return row.person.full_name


def cursor(row: Message) -> str:
    """Leads to what came before this message."""
    return _cursor(row.sent_at, row.pk)


def page_with(message: MessageView) -> str:
    """A cursor whose page begins with this message."""
    return _cursor(message.sent_at + timedelta(seconds=1), message.id)


def _cursor(at: datetime, pk: UUID) -> str:
    return f"{at.timestamp():.6f}.{pk.hex}"


def before_cursor(rows: QuerySet[Message], before: str) -> QuerySet[Message]:
    """Rows before a cursor; one that is none, as anybody may type it, leads to the newest."""
    at, _, last = before.rpartition(".")
    try:
        moment, pk = datetime.fromtimestamp(float(at), tz=UTC), UUID(last)
    except (ValueError, OverflowError, OSError):
        return rows
    return rows.filter(Q(sent_at__lt=moment) | Q(sent_at=moment, pk__lt=pk))


def _parts(thread: Any, since: Any) -> Any:
    rows = Attachment.objects.filter(message__thread=thread, message__sent_at__gte=since)
    return rows.order_by("message", "place").values_list(*_PART)


def _begun(thread: Any, side: Any) -> Any:
    rows = Draft.objects.filter(thread=thread, side=side, service=Service.EMESSAGE)
    return rows.values_list(*_DRAFT)


# Whoever opens a thread asks these, so they are compiled once (see apps.prepared).
_NEWEST = {side: _newest(side) for side in Side}
_PARTS = Prepared(_parts, thread=UUID, since=datetime)
_BEGUN = Prepared(_begun, thread=UUID, side=str)
