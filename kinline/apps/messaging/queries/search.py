"""Finding words again in what somebody wrote and was written."""

from dataclasses import dataclass
from uuid import UUID

from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.models import Message
from kinline.apps.messaging.queries.thread import views
from kinline.apps.messaging.views import MessageView
from kinline.apps.messaging.words import folded, written
from kinline.apps.paging import Page, paginate
from kinline.core.review.terms import Side

LONGEST = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that has the words in it, and with whom it was written."""

    message: MessageView
    thread: UUID
    other_name: str


def search(*, by: Writer, words: str, page: int = 1) -> Page[Hit]:
    """Their messages with every one of these words in the text, newest first; none without words.

    Accents and capitals do not matter. What a side may not read is not found by it, and privileged
    mail by nobody: its text is sealed. Looks through this one's own messages only.
    """
    wanted = folded(written(words)[:LONGEST]).split()
    side = "thread__person" if by.side is Side.PERSON else "thread__contact"
    rows = Message.objects.filter(privileged=False, erased_at=None, **{side: by.id})
    rows = rows.filter(by.read)
    for word in wanted:
        rows = rows.filter(folded__contains=word)
    if not wanted:
        rows = rows.none()
    full = rows.select_related("thread__person", "thread__contact").order_by("-sent_at", "-pk")
    return paginate(full, page, lambda found: _hits(found, by))


def _hits(found: list[Message], by: Writer) -> list[Hit]:
    return [
        Hit(view, row.thread_id, _other(row, by))
        for row, view in zip(found, views(found, by), strict=True)
    ]


def _other(row: Message, by: Writer) -> str:
    if by.side is Side.PERSON:
        return row.thread.contact.name
    return row.thread.person.full_name
