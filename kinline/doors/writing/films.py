"""A VideoGram: recorded in the browser, watched, and added to what one writes."""

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kinline.apps.errors import NotFound, Refused
from kinline.apps.messaging.actions import attaching, drafts
from kinline.apps.messaging.queries import thread as threads_
from kinline.core.rating.terms import Service
from kinline.core.refusal import Refusal, Whose
from kinline.darkroom.terms import NoRoom
from kinline.doors import resumable
from kinline.doors.writing import compose, pages
from kinline.doors.writing.desk import Desk


def recorder(desk: Desk, thread_id: UUID) -> HttpResponse:
    """The page that records; what it made goes to the draft."""
    view = threads_.thread(by=desk.by, thread_id=thread_id)
    around = pages.around_of(desk, view)
    limits = view.limits[Service.EMESSAGE]
    if not limits.films:
        raise NotFound
    facts: dict[str, Any] = {
        "view": view,
        "around": around,
        "limits": limits,
        "uploads": reverse(f"{desk.door}-uploads"),
        "choose": not desk.is_inside,
        "prices": compose.prices(view.place, Service.VIDEOGRAM, desk.now),
        "review": compose.review(pages.policy(desk, view, Service.EMESSAGE), around),
    }
    if desk.request.method != "POST":
        return desk.page("writing/film.html", facts)
    try:
        _attached(desk, thread_id)
    except Refused as no:
        said = pages.said(desk, around, no.refusals, _("A VideoGram"))
        return desk.page("writing/film.html", facts | {"refused": said}, 409)
    flash.success(desk.request, _("The VideoGram goes along with your message."))
    return desk.go("thread", thread_id, anchor="write")


def _attached(desk: Desk, thread_id: UUID) -> None:
    draft = drafts.begin(by=desk.by, thread_id=thread_id, now=desk.now)
    upload = desk.request.POST.get("upload", "")
    try:
        with resumable.collected(owner=desk.uploads, upload=upload) as source:
            attaching.attach_film(by=desk.by, key=draft.key, source=source, now=desk.now)
    except NotFound:
        raise Refused(Refusal("upload.lost", Whose.KINLINE)) from None
    except NoRoom:
        raise Refused(Refusal("file.no_room", Whose.KINLINE)) from None
