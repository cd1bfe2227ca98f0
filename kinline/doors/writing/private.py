"""Mail between a person and their attorney: pages of their own, that no staff page shares.

Nothing stands in a list but that there is something; nothing is looked at but by the two.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.ids import as_uuid
from kinline.apps.messaging.actions import attaching
from kinline.apps.messaging.privileged import reading, writing
from kinline.apps.messaging.privileged.reading import Letter, PrivilegedThread
from kinline.apps.messaging.words import written
from kinline.core.refusal import Refusal
from kinline.core.review.terms import Side
from kinline.darkroom.terms import Code
from kinline.doors import uploads
from kinline.doors.words import clock, messages, unsent
from kinline.doors.writing import acts, parts, show
from kinline.doors.writing.desk import Desk


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter as one of the two sees it. `day` stands above it where a new day begins."""

    letter: Letter
    day: str
    status: str
    erased: str


def begin(desk: Desk) -> HttpResponse:
    """Open the private thread of a person and their attorney."""
    other = as_uuid(desk.request.POST.get("to", ""))
    if other is None:
        raise NotFound
    thread = writing.open_thread(by=desk.by, other=other, now=desk.now)
    return desk.go("private", thread)


def one(desk: Desk, thread_id: UUID) -> HttpResponse:
    """The letters, and the field to write the next in."""
    before = desk.request.GET.get("before", "")
    view = reading.thread(by=desk.by, thread_id=thread_id, before=before)
    if view.letters and not before and desk.request.method == "GET":
        reading.mark_read(by=desk.by, thread_id=thread_id, now=desk.now)
    return _page(desk, view, before=before)


def composed(desk: Desk, thread_id: UUID, limited: uploads.Limited) -> HttpResponse:
    """A press in the composer: send, keep, add a photo, throw the letter away."""
    form, text = desk.request.POST, written(desk.request.POST.get("text", ""))
    if limited.too_large:
        no = wrong(Code.TOO_LARGE, "photo", {"most": str(limited.most // 1_000_000)})
        return _not_taken(desk, thread_id, (no,))
    try:
        key = _kept(desk, thread_id, text)
        if form.get("do") == "send":
            writing.send(by=desk.by, key=key, now=desk.now, text=text)
            flash.success(desk.request, _("Sent and delivered. Nobody read it on the way."))
            return desk.go("private", thread_id, anchor="write")
        return _changed(desk, thread_id, key)
    except Refused as no:
        return _not_taken(desk, thread_id, no.refusals, text)


def keep(desk: Desk, thread_id: UUID) -> HttpResponse:
    """The script's own saving, while one types: sealed from the first letter on."""
    _kept(desk, thread_id, written(desk.request.POST.get("text", "")))
    return _told(desk, thread_id)


def whole(desk: Desk, part_id: UUID) -> HttpResponseBase:
    """A photo of a letter."""
    return parts.sent(desk, reading.photo(by=desk.by, part_id=part_id), "")


def small(desk: Desk, part_id: UUID) -> HttpResponseBase:
    """Its small picture."""
    return parts.sent(desk, reading.photo(by=desk.by, part_id=part_id, small=True), "-small")


def _kept(desk: Desk, thread_id: UUID, text: str) -> UUID:
    """The key of the letter. One that was sent meanwhile keeps its key: it is sent once."""
    form = desk.request.POST
    key = as_uuid(form.get("key", ""))
    if key is None or form.get("kept") != "1":
        draft = writing.begin(by=desk.by, thread_id=thread_id, now=desk.now)
        key, revision = draft.key, draft.revision
    else:
        revision = acts.number(form.get("revision", ""))
    try:
        writing.save(by=desk.by, key=key, text=text, revision=revision + 1, now=desk.now)
    except NotFound:
        if form.get("do") != "send":
            raise
    return key


def _changed(desk: Desk, thread_id: UUID, key: UUID) -> HttpResponse:
    form, photo = desk.request.POST, desk.request.FILES.get("photo")
    if form.get("do") == "drop":
        attaching.destroy(writing.throw_away(by=desk.by, key=key))
        flash.success(desk.request, _("The draft is gone."))
    elif isinstance(photo, TemporaryUploadedFile):
        with acts.on_disk(photo) as source:
            writing.attach_photo(by=desk.by, key=key, source=source, now=desk.now)
        if desk.request.headers.get("Accept") == "application/json":
            return _told(desk, thread_id)
    elif form.get("do") == "photo":
        flash.info(desk.request, _("Choose a photo first, then press “Add this photo”."))
    else:
        flash.success(desk.request, _("Your draft is kept. You can go on with it at any time."))
    return desk.go("private", thread_id, anchor="write")


def _told(desk: Desk, thread_id: UUID) -> JsonResponse:
    draft = writing.begin(by=desk.by, thread_id=thread_id, now=desk.now)
    return JsonResponse({"key": str(draft.key), "revision": draft.revision})


def _not_taken(
    desk: Desk, thread_id: UUID, reasons: tuple[Refusal, ...], text: str | None = None
) -> HttpResponse:
    view = reading.thread(by=desk.by, thread_id=thread_id)
    return _page(desk, view, refused=reasons, text=text, status=409)


def _page(
    desk: Desk,
    view: PrivilegedThread,
    *,
    before: str = "",
    refused: tuple[Refusal, ...] = (),
    text: str | None = None,
    status: int = 200,
) -> HttpResponse:
    other = view.contact_name if desk.by.side is Side.PERSON else view.person_name
    first = show.first_of(other)
    against = writing.reasons_against(by=desk.by, thread_id=view.id, now=desk.now)
    facts: dict[str, Any] = {
        "view": view,
        "other_name": other,
        "first_name": first,
        "sheets": _sheets(desk, view, first),
        "before": before,
        "refused": _said(desk, view, first, refused),
        "against": _said(desk, view, first, against),
    }
    if not against:
        draft = writing.begin(by=desk.by, thread_id=view.id, now=desk.now)
        facts |= {"draft": draft, "text": draft.text if text is None else text}
    return desk.page("writing/private.html", facts, status)


def _said(desk: Desk, view: PrivilegedThread, name: str, reasons: tuple[Refusal, ...]) -> list[Any]:
    what = _("A private letter to %(name)s") % {"name": name}
    return [
        unsent.rows(no, side=desk.by.side, other=name, what=what, zone=view.zone, now=desk.now)
        for no in reasons
    ]


def _sheets(desk: Desk, view: PrivilegedThread, name: str) -> list[Sheet]:
    found, last = [], ""
    for one in reversed(view.letters):
        day = clock.day(one.sent_at, view.zone)
        found.append(_sheet(desk, view, one, name, "" if day == last else day))
        last = day
    return found


def _sheet(desk: Desk, view: PrivilegedThread, one: Letter, name: str, day: str) -> Sheet:
    sent = clock.when(one.sent_at, view.zone, desk.now)
    read = clock.when(one.read_at, view.zone, desk.now) if one.read_at else ""
    status = messages.private(sent=sent, read=read) if one.mine else f"{name}, {sent}"
    return Sheet(one, day, status, messages.erased() if one.erased else "")
