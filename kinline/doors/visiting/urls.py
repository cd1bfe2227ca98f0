"""The addresses of visits: the same at both doors, behind each door's own guard."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from kinline.doors.visiting import booking, pages
from kinline.doors.visiting.desk import Desk

View = Callable[..., HttpResponseBase]
Guard = Callable[[Callable[..., Any]], Callable[..., Any]]
READ, WRITE, BOTH = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST")

ADDRESSES: tuple[tuple[str, str, tuple[str, ...], View], ...] = (
    ("", "", READ, pages.everything),
    ("book/", "book", READ, booking.who),
    ("book/<uuid:other>/", "time", READ, booking.time),
    ("book/<uuid:other>/check/", "check", BOTH, booking.check),
    ("book/<uuid:other>/wait", "wait", WRITE, booking.wait),
    ("waiting/<uuid:waiting_id>/leave", "leave", WRITE, pages.leave),
    ("waiting/<uuid:waiting_id>/offer", "offer", WRITE, pages.offer),
    ("<uuid:visit_id>/", "one", READ, pages.one),
    ("<uuid:visit_id>/change/", "change", BOTH, pages.change),
    ("<uuid:visit_id>/cancel/", "cancel", BOTH, pages.cancel),
)
# A tablet has no calendar to put it into.
OUTSIDE = (("<uuid:visit_id>/visit.ics", "ics", READ, pages.calendar_file),)


def addresses(
    door: str, desk_of: Callable[[Any], Desk], guard: Guard, *, outside: bool
) -> list[URLPattern]:
    """The addresses of one door: `guard` lets its people in, `desk_of` says who they are."""
    found = (*ADDRESSES, *OUTSIDE) if outside else ADDRESSES
    return [
        path(route, _view(view, methods, guard, desk_of), name=_name(door, name))
        for route, name, methods, view in found
    ]


def _view(
    view: View, methods: tuple[str, ...], guard: Guard, desk_of: Callable[[Any], Desk]
) -> View:
    def asked(request: HttpRequest, **named: Any) -> HttpResponseBase:
        return view(desk_of(request), **named)

    checked: View = require_http_methods(list(methods))(guard(asked))
    return checked


def _name(door: str, name: str) -> str:
    return f"{door}-visits-{name}" if name else f"{door}-visits"
