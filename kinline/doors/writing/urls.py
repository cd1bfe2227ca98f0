"""The addresses of written messages: the same at both doors, behind each door's own guard."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from kinline.doors import uploads
from kinline.doors.writing import acts, cards, films, pages, parts, private, saved, texting
from kinline.doors.writing.desk import Desk

Answer = HttpResponseBase
View = Callable[..., Answer]
Guard = Callable[[Callable[..., Any]], Callable[..., Any]]
READ, WRITE, BOTH = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST")

PLAIN: tuple[tuple[str, str, tuple[str, ...], View], ...] = (
    ("", "", READ, pages.everything),
    ("begin", "begin", WRITE, pages.begin),
    ("<uuid:thread_id>/keep", "keep", WRITE, acts.keep),
    ("<uuid:thread_id>/cards/", "cards", BOTH, cards.gallery),
    ("<uuid:thread_id>/film/", "film", BOTH, films.recorder),
    ("<uuid:thread_id>/texts/", "texts", BOTH, lambda desk, thread_id: _texts(desk, thread_id)),
    ("<uuid:thread_id>/print/", "print", READ, saved.printed),
    ("<uuid:thread_id>/download", "download", READ, saved.download),
    ("one/<uuid:message_id>/withdraw", "withdraw", WRITE, pages.take_back),
    ("one/<uuid:message_id>/appeal/", "appeal", BOTH, pages.appeal),
    ("private/begin", "private-begin", WRITE, private.begin),
    ("private/<uuid:thread_id>/keep", "private-keep", WRITE, private.keep),
    ("private/parts/<uuid:part_id>", "private-part", READ, private.whole),
    ("private/parts/<uuid:part_id>/small", "private-small", READ, private.small),
    ("parts/<uuid:part_id>", "part", READ, parts.whole),
    ("parts/<uuid:part_id>/small", "small", READ, parts.small),
)

COMPOSED: tuple[tuple[str, str, View, View], ...] = (
    ("<uuid:thread_id>/", "thread", pages.one, acts.composed),
    ("private/<uuid:thread_id>/", "private", private.one, private.composed),
)


def addresses(
    door: str, desk_of: Callable[[Any], Desk], guard: Guard, polled: Guard
) -> list[URLPattern]:
    """The addresses of one door: `guard` lets its people in, `desk_of` says who they are.

    `polled` is the guard of what a page asks by itself.
    """
    found = [
        path(route, _view(view, methods, guard, desk_of), name=_name(door, name))
        for route, name, methods, view in PLAIN
    ]
    news = _view(texting.news, READ, polled, desk_of)
    found.append(path("<uuid:thread_id>/texts/news", news, name=_name(door, "news")))
    for route, name, shown, pressed in COMPOSED:
        view = _composed(shown, pressed, guard, desk_of)
        found.append(path(route, view, name=_name(door, name)))
    return found


def _view(
    view: View, methods: tuple[str, ...], guard: Guard, desk_of: Callable[[Any], Desk]
) -> Callable[..., Answer]:
    def asked(request: HttpRequest, **named: Any) -> Answer:
        return view(desk_of(request), **named)

    checked: Callable[..., Answer] = require_http_methods(list(methods))(guard(asked))
    return checked


def _composed(
    shown: View, pressed: View, guard: Guard, desk_of: Callable[[Any], Desk]
) -> Callable[..., Answer]:
    """A page with a form that may carry a photo: how much is set before anything is read."""

    @csrf_protect
    def checked(request: HttpRequest, thread_id: Any, limited: uploads.Limited) -> Answer:
        if request.method == "POST":
            return pressed(desk_of(request), thread_id, limited)
        return shown(desk_of(request), thread_id)

    guarded = guard(checked)

    @csrf_exempt  # looked at inside, once the form may be read
    @require_http_methods(list(BOTH))
    def thread(request: HttpRequest, thread_id: Any) -> Answer:
        limited = uploads.limit(request, most=acts.PHOTO_BYTES)
        answer: Answer = guarded(request, thread_id, limited)
        return answer

    return thread


def _texts(desk: Desk, thread_id: Any) -> Answer:
    if desk.request.method == "POST":
        return acts.texted(desk, thread_id)
    return texting.page(desk, thread_id)


def _name(door: str, name: str) -> str:
    return f"{door}-messages-{name}" if name else f"{door}-messages"
