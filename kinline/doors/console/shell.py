"""What every console page carries: the bar with the facility chooser, and the rail.

The rail shows only what the viewer's rights open; a page that is not theirs is not there.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kinline.apps.people.access import StaffPlace
from kinline.apps.people.rights import Right
from kinline.doors.console.gate import StaffRequest


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the rail. `right` opens it; `route` takes a facility when `of_place`."""

    key: str
    words: Promise
    icon: str
    route: str
    right: Right
    of_place: bool = False


RAIL = (
    Entry("live", _("Live calls"), "phone", "console_live_page", Right.SEE_CALLS),
    Entry("calls", _("Finished calls"), "history", "console_calls", Right.SEE_CALLS),
    Entry("people", _("People"), "people", "console_people", Right.SEE_PEOPLE),
    Entry("stations", _("Tablets"), "phone_android", "console_stations", Right.CHANGE_STATIONS, True),
    Entry("facility", _("Facility controls"), "settings", "console_facility", Right.SEE_FACILITY, True),
    Entry("staff", _("Staff"), "security", "console_staff", Right.CHANGE_STAFF, True),
    Entry("audit", _("Audit log"), "assessment", "console_audit", Right.SEE_AUDIT),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A line of the rail as this viewer sees it."""

    words: Promise
    icon: str
    url: str
    current: bool


def page(
    request: StaffRequest, template: str, facts: dict[str, Any], *, tab: str = "", status: int = 200
) -> HttpResponse:
    """Render one page of the console in its shell; `tab` is the rail's current line."""
    shell = {
        "staff": request.staff,
        "at": request.at,
        "tabs": tabs(request, tab),
        "now": request.now,
        "idle_seconds": settings.STAFF_IDLE_SECONDS,
        "may_search": request.staff.has(Right.SEE_PEOPLE) or request.staff.has(Right.SEE_CALLS),
    }
    return render(request, template, shell | facts, status=status)


def tabs(request: StaffRequest, current: str) -> list[Tab]:
    """The lines of the rail this viewer's rights open."""
    found = []
    for entry in RAIL:
        places = request.staff.places_with(entry.right)
        if places:
            args = [chosen(request, places).place] if entry.of_place else []
            url = reverse(entry.route, args=args)
            found.append(Tab(entry.words, entry.icon, url, current == entry.key))
    return found


def chosen(request: StaffRequest, places: tuple[StaffPlace, ...]) -> StaffPlace:
    """Of `places` (at least one) the facility the viewer looks at, else the first."""
    return request.at if request.at in places and request.at else places[0]

