"""A thread on paper and as a file, for whoever wants to keep what they were written."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kinline.apps.errors import NotFound
from kinline.apps.messaging.queries import thread as threads_
from kinline.apps.messaging.queries.thread import ThreadView
from kinline.doors.words import messages
from kinline.doors.writing import pages, show
from kinline.doors.writing.desk import Desk

MOST_PAGES = 400  # of 25 messages: more than anybody has written, and an end for a loop


def printed(desk: Desk, thread_id: UUID) -> HttpResponse:
    """Everything of a thread on one page, to print. Only outside: a tablet has no printer."""
    view, found = _all(desk, thread_id)
    around = pages.around_of(desk, view)
    facts = {"view": view, "around": around, "bubbles": found}
    return desk.page("writing/print.html", facts)


def download(desk: Desk, thread_id: UUID) -> HttpResponse:
    """The words of a thread as a text file. Nothing of it is kept on a shared tablet."""
    view, found = _all(desk, thread_id)
    lines = [_("Messages with %(name)s, %(place)s") % {
        "name": view.other_name, "place": view.facility_name}]  # fmt: skip
    for bubble in found:
        lines += ["", *_lines(bubble, view)]
    answer = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    name = slugify(view.other_name) or "thread"
    answer["Content-Disposition"] = f'attachment; filename="kinline-{name}.txt"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _all(desk: Desk, thread_id: UUID) -> tuple[ThreadView, list[show.Bubble]]:
    if desk.is_inside:
        raise NotFound
    view = threads_.thread(by=desk.by, thread_id=thread_id)
    around = pages.around_of(desk, view)
    newest_first = [one for page in _pages(desk, view) for one in page.messages]
    return view, pages.bubbles(tuple(newest_first), around)


def _pages(desk: Desk, view: ThreadView) -> Iterator[ThreadView]:
    yield view
    for _number in range(MOST_PAGES):
        if view.older is None:
            return
        view = threads_.thread(by=desk.by, thread_id=view.id, before=view.older)
        yield view


def _lines(bubble: show.Bubble, view: ThreadView) -> Iterator[str]:
    one = bubble.message
    who = _("You") if one.mine else view.other_name
    yield f"{who}, {show.dated(one.sent_at, view.zone)}. {bubble.status}"
    if bubble.gone:
        yield bubble.gone
    if one.text:
        yield one.text
    held = messages.holding([part.kind for part in one.parts])
    if held:
        yield f"[{held}]"
    for part in one.parts:
        if part.text:
            yield part.text
    if bubble.no is not None:
        yield from (row for row in (bubble.no.title, bubble.no.rule, bubble.no.wrote) if row)
