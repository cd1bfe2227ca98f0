"""Texts: quick, back and forth. The page asks now and then for what is new; without a script a
button does."""

from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kinline.apps.messaging.actions import reading
from kinline.apps.messaging.actions.send import reasons_against
from kinline.apps.messaging.queries import thread as threads_
from kinline.apps.messaging.queries.thread import ThreadView
from kinline.core.message.terms import Service
from kinline.core.refusal import Refusal
from kinline.doors.writing import compose, pages
from kinline.doors.writing.desk import Desk


def page(
    desk: Desk,
    thread_id: UUID,
    *,
    refused: tuple[Refusal, ...] = (),
    text: str = "",
    status: int = 200,
) -> HttpResponse:
    """The newest texts of two people, and the line to write the next in."""
    view = _view(desk, thread_id)
    around = pages.around_of(desk, view)
    service = Service.TEXT
    against = reasons_against(by=desk.by, thread_id=thread_id, service=service, now=desk.now)
    what = _("A text to %(name)s") % {"name": around.first_name}
    facts: dict[str, Any] = {
        **_list(desk, view),
        "against": pages.said(desk, around, against, what),
        "refused": pages.said(desk, around, refused, what),
        "text": text,
        "key": uuid4(),
        "limits": view.limits[service],
        "prices": compose.prices(view.place, service, desk.now),
        "review": compose.review(pages.policy(desk, view, service), around),
    }
    return desk.page("writing/texts.html", facts, status)


def news(desk: Desk, thread_id: UUID) -> HttpResponse:
    """The list anew, if it is not as the page has it; else nothing (204)."""
    view = _view(desk, thread_id)
    if _stamp(view) == desk.request.GET.get("as"):
        return HttpResponse(status=204)
    return desk.page("writing/texts_list.html", _list(desk, view))


def _view(desk: Desk, thread_id: UUID) -> ThreadView:
    view = threads_.thread(by=desk.by, thread_id=thread_id, service=Service.TEXT)
    # Not what the page merely asks for in a hidden tab: there nobody reads it, and it says so.
    if view.messages and desk.request.method == "GET" and "hidden" not in desk.request.GET:
        shown = view.messages[0].sent_at
        reading.mark_read(by=desk.by, thread_id=thread_id, now=desk.now, until=shown)
    return view


def _list(desk: Desk, view: ThreadView) -> dict[str, Any]:
    around = pages.around_of(desk, view)
    newest = next((one for one in view.messages if not one.mine), None)
    return {
        "view": view,
        "around": around,
        "bubbles": pages.bubbles(view.messages, around),
        "stamp": _stamp(view),
        "newest": newest.id if newest else "",
    }


def _stamp(view: ThreadView) -> str:
    """Changes whenever what is seen does."""
    seen = "".join(f"{one.id}{one.state}{one.read_at}{one.text_rejected}" for one in view.messages)
    return sha256(seen.encode()).hexdigest()[:16]
