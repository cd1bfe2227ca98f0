"""The gallery of eCards: a picture chosen, own words on it, added to what one writes."""

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kinline.apps.errors import Refused
from kinline.apps.messaging.actions import attaching, drafts
from kinline.apps.messaging.queries import thread as threads_
from kinline.core.rating.terms import Service
from kinline.doors.words import cards
from kinline.doors.writing import compose, pages
from kinline.doors.writing.desk import Desk


def gallery(desk: Desk, thread_id: UUID) -> HttpResponse:
    """All cards by occasion; the chosen one goes to the draft."""
    view = threads_.thread(by=desk.by, thread_id=thread_id)
    form = desk.request.POST
    code, text = form.get("card", ""), form.get("text", "")
    facts: dict[str, Any] = {
        "view": view,
        "around": pages.around_of(desk, view),
        "gallery": cards.gallery(get_language() or "en"),
        "chosen": code,
        "text": text,
        "longest": attaching.LONGEST_CARD,
        "prices": compose.prices(view.place, Service.ECARD, desk.now),
    }
    if desk.request.method != "POST":
        return desk.page("writing/cards.html", facts)
    if cards.of(code) is None:
        return desk.page("writing/cards.html", facts | {"missing": True}, 400)
    try:
        draft = drafts.begin(by=desk.by, thread_id=thread_id, now=desk.now)
        attaching.attach_card(by=desk.by, key=draft.key, card=code, text=text, now=desk.now)
    except Refused as no:
        said = pages.said(desk, facts["around"], no.refusals, _("An eCard"))
        return desk.page("writing/cards.html", facts | {"refused": said}, 409)
    flash.success(desk.request, _("The eCard goes along with your message."))
    return desk.go("thread", thread_id, anchor="write")
