"""Where somebody books and looks at visits: who, at which door, and how that door shows a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kinline.apps.visits.access import Asker
from kinline.apps.visits.queries import whom
from kinline.apps.visits.queries.whom import Pair
from kinline.core.link import By
from kinline.core.refusal import Refusal
from kinline.doors.words import unbooked, visits
from kinline.doors.words.refusals import Rows

Show = Callable[[HttpRequest, str, dict[str, Any], int], HttpResponse]


@dataclass(frozen=True, slots=True)
class Desk:
    """One request. `door` is "portal" or "tablet"; `own_zone` the zone of the asker's clock, where
    they told it or their browser did."""

    request: HttpRequest
    by: Asker
    door: str
    show: Show
    now: datetime
    own_zone: str = ""

    @property
    def is_inside(self) -> bool:
        return self.by.side is By.PERSON

    def pairs(self) -> tuple[Pair, ...]:
        """Whom they may meet now."""
        if self.is_inside:
            return whom.of_person(person_id=self.by.id, now=self.now)
        return whom.of_contact(contact_id=self.by.id, now=self.now)

    def address(self, name: str, *args: object) -> str:
        """The address of one of these pages at this door; "" is the list."""
        return reverse(f"{self.door}-visits-{name}" if name else f"{self.door}-visits", args=args)

    def go(self, name: str, *args: object, query: str = "", done: str = "") -> HttpResponseRedirect:
        """To another of these pages, which says what was `done` (a key of words.visits.DONE)."""
        query = query or (f"done={done}" if done else "")
        return HttpResponseRedirect(self.address(name, *args) + (f"?{query}" if query else ""))

    def page(self, template: str, facts: Mapping[str, Any], status: int = 200) -> HttpResponse:
        """A page that both doors show alike, inside their own frame."""
        frame = {
            "door": self.door,
            "shell": f"{self.door}/base.html",
            "tab": "visits",
            "is_inside": self.is_inside,
            "done": visits.done(self.request.GET.get("done", "")),
        }
        return self.show(self.request, f"visiting/{template}.html", frame | dict(facts), status)

    def why_not(self, refusals: tuple[Refusal, ...], *, other: str, zone: str) -> list[Rows]:
        """Every reason in its five rows; two that read alike are said once."""
        what = _("A video visit with %(name)s") % {"name": other}
        said = [
            unbooked.rows(
                one, what=what, other=other, zone=zone, now=self.now, inside=self.is_inside
            )
            for one in refusals
        ]
        return list({(one.code, one.rule): one for one in said}.values())
