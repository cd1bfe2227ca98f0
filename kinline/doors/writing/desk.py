"""Where somebody writes: who, at which door, and how that door shows a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kinline.apps.messaging.access import Writer
from kinline.apps.uploads import Owner
from kinline.core.review.terms import Side

Show = Callable[[HttpRequest, str, dict[str, Any], int], HttpResponse]


@dataclass(frozen=True, slots=True)
class Desk:
    """One request of somebody who writes. `door` is "portal" or "tablet"; `now` is when it came.
    `uploads` says whose files on their way in are seen."""

    request: HttpRequest
    by: Writer
    door: str
    show: Show
    now: datetime
    uploads: Owner

    @property
    def is_inside(self) -> bool:
        return self.by.side is Side.PERSON

    def address(self, name: str, *args: object) -> str:
        """The address of one of these pages at this door; "" is the list."""
        full = f"{self.door}-messages-{name}" if name else f"{self.door}-messages"
        return reverse(full, args=args)

    def go(self, name: str, *args: object, anchor: str = "") -> HttpResponseRedirect:
        """To another of these pages."""
        return HttpResponseRedirect(self.address(name, *args) + (f"#{anchor}" if anchor else ""))

    def page(self, template: str, facts: Mapping[str, Any], status: int = 200) -> HttpResponse:
        """A page that both doors show alike, inside their own frame."""
        frame = {"door": self.door, "shell": f"{self.door}/base.html", "tab": "messages"}
        return self.show(self.request, template, frame | dict(facts), status)

    def own(self, name: str, facts: Mapping[str, Any], status: int = 200) -> HttpResponse:
        """A page that each door lays out in its own way."""
        return self.page(f"{self.door}/{name}.html", facts, status)
