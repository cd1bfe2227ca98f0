"""Uploads that go on after a broken connection: the core of tus 1.0 (tus.io/protocols), no more.

POST makes an upload of a told length, HEAD says how far it came, PATCH adds a piece at that place,
DELETE forgets it. A piece is a request of its own, kept whole or not at all; the page's script
(web/src/message/upload.ts) asks HEAD after any trouble and goes on from there. The finished
upload's id is a field of the form that uses it: `collected` opens it there.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse

from kinline.apps import uploads
from kinline.apps.errors import Refused
from kinline.apps.uploads import Owner, Progress, WrongPlace
from kinline.darkroom.terms import NoRoom
from kinline.doors.guards import INSIDE_COOKIE, ContactRequest, InsideRequest
from kinline.doors.words import files

VERSION = "1.0.0"
PIECE_TYPE = "application/offset+octet-stream"
_COUNT = re.compile(r"[0-9]{1,15}", re.ASCII)


def of_contact(request: ContactRequest) -> Owner:
    """Whose uploads a contact's browser sees: theirs, of this sign-in."""
    return Owner(f"contact:{request.contact.id}", request.session.session_key or "")


def of_inside(request: InsideRequest) -> Owner:
    """Whose uploads a tablet sees: those of who is signed in, of this sign-in."""
    return Owner(f"person:{request.inside.person}", request.COOKIES.get(INSIDE_COOKIE, ""))


def begin(
    request: HttpRequest, *, owner: Owner, most_bytes: int, address: Callable[[str], str]
) -> HttpResponse:
    """Answer POST: 201 with the new upload's id and address, or why not."""
    size = count(request.headers.get("Upload-Length", ""))
    if size is None:
        return _told("upload.unclear", 400)
    try:
        upload = uploads.begin(owner=owner, size=size, most_bytes=most_bytes)
    except Refused as no:
        (why,) = no.refusals
        return _told(why.code, 413, {"said": files.sentence(why.code, why.facts)})
    except NoRoom:
        return _no_room()
    answer = JsonResponse({"upload": upload, "at": address(upload)}, status=201)
    answer["Location"] = address(upload)
    return _of(Progress(0, size), answer)


def one(request: HttpRequest, *, owner: Owner, upload: str) -> HttpResponse:
    """Answer HEAD, PATCH and DELETE for one upload. Raises NotFound."""
    if request.method == "HEAD":
        return _of(uploads.progress(owner=owner, upload=upload), HttpResponse())
    if request.method == "PATCH":
        return _piece(request, owner, upload)
    if request.method == "DELETE":
        uploads.drop(owner=owner, upload=upload)
        return HttpResponse(status=204)
    return HttpResponse(status=405, headers={"Allow": "HEAD, PATCH, DELETE"})


@contextmanager
def collected(*, owner: Owner, upload: str) -> Iterator[Path]:
    """The finished file while the block runs; it is forgotten when the block ends well.

    Raises NotFound for what is not there, not theirs, or not whole; and NoRoom.
    """
    with uploads.collected(owner=owner, upload=upload) as path:
        yield path
    uploads.drop(owner=owner, upload=upload)


def count(text: str) -> int | None:
    """A number of bytes in a header; None for anything else."""
    return int(text) if _COUNT.fullmatch(text) else None


def _piece(request: HttpRequest, owner: Owner, upload: str) -> HttpResponse:
    offset = count(request.headers.get("Upload-Offset", ""))
    length = count(request.headers.get("Content-Length", ""))
    if offset is None or length is None or request.content_type != PIECE_TYPE:
        return _told("upload.unclear", 400)
    if length > uploads.PIECE_BYTES:
        return _told("upload.piece_too_large", 413)
    data = request.read(length)
    if len(data) != length:
        return _told("upload.unclear", 400)
    try:
        so_far = uploads.add(owner=owner, upload=upload, offset=offset, data=data)
    except WrongPlace as elsewhere:
        answer = _told("upload.wrong_place", 409)
        answer["Upload-Offset"] = str(elsewhere.offset)
        return answer
    except Refused as no:
        return _told(no.refusals[0].code, 413)
    except NoRoom:
        return _no_room()
    return _of(so_far, HttpResponse(status=204))


def _of(progress: Progress, answer: HttpResponse) -> HttpResponse:
    answer["Tus-Resumable"] = VERSION
    answer["Upload-Offset"] = str(progress.offset)
    answer["Upload-Length"] = str(progress.size)
    return answer


def _no_room() -> HttpResponse:
    return _told("file.no_room", 507, {"said": files.sentence("file.no_room", {})})


def _told(code: str, status: int, facts: dict[str, str] | None = None) -> HttpResponse:
    answer = JsonResponse({"code": code, **(facts or {})}, status=status)
    answer["Tus-Resumable"] = VERSION
    return answer
