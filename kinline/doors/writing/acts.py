"""What the buttons of the composer do. Whatever is pressed, the words are kept first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from django.contrib import messages as flash
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.ids import as_uuid
from kinline.apps.messaging.actions import attaching, drafts, texts
from kinline.apps.messaging.actions.send import Sent, send, send_words
from kinline.apps.messaging.queries import thread as threads_
from kinline.apps.messaging.words import written
from kinline.core.message.states import State
from kinline.core.message.terms import Service
from kinline.core.refusal import Refusal
from kinline.darkroom.terms import Code
from kinline.doors import uploads
from kinline.doors.writing import pages, texting
from kinline.doors.writing.desk import Desk

LONGEST_ALT = 300
GOES_TO = frozenset({"cards", "film"})  # pages of their own, once the words are kept
PHOTO_BYTES = 10_000_000  # more than this is not even read; the facility may have less


def composed(desk: Desk, thread_id: UUID, limited: uploads.Limited) -> HttpResponse:
    """A press in the composer: send, keep, add a photo, remove a part, throw the draft away."""
    form, text = desk.request.POST, written(desk.request.POST.get("text", ""))
    if limited.too_large:
        most = {"most": str(limited.most // 1_000_000)}
        return _not_taken(desk, thread_id, (wrong(Code.TOO_LARGE, "photo", most),))
    try:
        if form.get("do") == "send" and form.get("kept") != "1":
            return _sent(desk, thread_id, _words_alone(desk, thread_id, text))
        draft = kept(desk, thread_id, text)
        _described(desk, draft)
        if form.get("do") == "send":
            return _sent(desk, thread_id, send(by=desk.by, key=draft, now=desk.now, text=text))
        return _changed(desk, thread_id, draft)
    except Refused as no:
        return _not_taken(desk, thread_id, no.refusals, text)


def kept(desk: Desk, thread_id: UUID, text: str) -> UUID:
    """Keep what the form holds; the draft's key. A draft that is gone meanwhile is begun anew."""
    form = desk.request.POST
    key = as_uuid(form.get("key", "")) if form.get("kept") == "1" else None
    if key is not None:
        saved = drafts.save(
            by=desk.by, key=key, text=text, revision=number(form.get("revision", "")) + 1,
            now=desk.now,
        )  # fmt: skip
        if saved or form.get("do") == "send":
            return key  # sent before, under this key: sending answers with what was sent
    draft = drafts.begin(by=desk.by, thread_id=thread_id, now=desk.now)
    if key is None or not draft.text:
        revision = draft.revision + 1
        drafts.save(by=desk.by, key=draft.key, text=text, revision=revision, now=desk.now)
    return draft.key


def keep(desk: Desk, thread_id: UUID) -> HttpResponse:
    """The script's own saving, while one types. It goes on with the key it is told."""
    kept(desk, thread_id, written(desk.request.POST.get("text", "")))
    return _told(desk, thread_id)


def _told(desk: Desk, thread_id: UUID) -> JsonResponse:
    """The draft a script goes on with."""
    draft = drafts.begin(by=desk.by, thread_id=thread_id, now=desk.now)
    return JsonResponse({"key": str(draft.key), "revision": draft.revision})


def _words_alone(desk: Desk, thread_id: UUID, text: str) -> Sent:
    """Send what was typed and never kept. A draft of the same words has done its work."""
    key = as_uuid(desk.request.POST.get("key", "")) or uuid4()
    try:
        sent = send_words(
            by=desk.by, thread_id=thread_id, service=Service.EMESSAGE, words=text, key=key,
            now=desk.now,
        )  # fmt: skip
    except Refused:
        if text:
            kept(desk, thread_id, text)
        raise
    left = threads_.thread(by=desk.by, thread_id=thread_id).draft
    if left is not None and not left.parts and left.text == text:
        drafts.throw_away(by=desk.by, key=left.key)
    return sent


def _sent(desk: Desk, thread_id: UUID, sent: Sent) -> HttpResponse:
    if sent.state is State.WAITING:
        flash.success(desk.request, _("Sent. It waits for review now; here you see what happens."))
    else:
        flash.success(desk.request, _("Sent and delivered."))
    return desk.go("thread", thread_id, anchor=f"m-{sent.id}")


def _changed(desk: Desk, thread_id: UUID, key: UUID) -> HttpResponse:
    form = desk.request.POST
    photo = desk.request.FILES.get("photo")
    if form.get("remove"):
        part = as_uuid(form["remove"])
        if part is None:
            raise NotFound
        attaching.detach(by=desk.by, key=key, part_id=part)
    elif form.get("do") == "drop":
        attaching.destroy(drafts.throw_away(by=desk.by, key=key))
        flash.success(desk.request, _("The draft is gone."))
        return desk.go("thread", thread_id)
    elif isinstance(photo, TemporaryUploadedFile):
        with on_disk(photo) as source:
            attaching.attach_photo(by=desk.by, key=key, source=source, now=desk.now)
        if desk.request.headers.get("Accept") == "application/json":
            return _told(desk, thread_id)
    elif form.get("do") in GOES_TO:
        return desk.go(form["do"], thread_id)
    elif form.get("do") == "photo":
        flash.info(desk.request, _("Choose a photo first, then press “Add this photo”."))
    else:
        flash.success(desk.request, _("Your draft is kept. You can go on with it at any time."))
    return desk.go("thread", thread_id, anchor="write")


def _described(desk: Desk, key: UUID) -> None:
    """The words for each photo, for those who cannot see it."""
    for name, alt in desk.request.POST.items():
        part = as_uuid(name.removeprefix("alt-")) if name.startswith("alt-") else None
        if part is not None:
            attaching.describe(by=desk.by, key=key, part_id=part, alt=str(alt)[:LONGEST_ALT])


def _not_taken(
    desk: Desk, thread_id: UUID, reasons: tuple[Refusal, ...], text: str | None = None
) -> HttpResponse:
    """Why not, above what was written."""
    view = threads_.thread(by=desk.by, thread_id=thread_id)
    return pages.thread_page(desk, view, refused=reasons, text=text, status=409)


@contextmanager
def on_disk(file: TemporaryUploadedFile) -> Iterator[Path]:
    """Where an upload lies, until it is closed: then it is gone."""
    with file:
        yield Path(file.temporary_file_path())


def number(word: str) -> int:
    """A count a form holds; anything odd is 0."""
    return int(word) if word.isascii() and word.isdigit() and len(word) < 9 else 0


# --- texts ------------------------------------------------------------------------------------


def texted(desk: Desk, thread_id: UUID) -> HttpResponse:
    """Send a text."""
    form = desk.request.POST
    words = form.get("text", "")
    try:
        texts.send_text(
            by=desk.by, thread_id=thread_id, words=words,
            key=as_uuid(form.get("key", "")) or uuid4(), now=desk.now,
        )  # fmt: skip
    except Refused as no:
        return texting.page(desk, thread_id, refused=no.refusals, text=words, status=409)
    return desk.go("texts", thread_id, anchor="write")
