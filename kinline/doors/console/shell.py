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


def _entry(key: str, words: Promise, icon: str, right: Right, *, of_place: bool = False) -> Entry:
    return Entry(key, words, icon, f"console_{key}", right, of_place)


RAIL = (
    _entry("live", _("Live calls"), "phone", Right.SEE_CALLS),
    _entry("calls", _("Finished calls"), "history", Right.SEE_CALLS),
    _entry("watches", _("Watches"), "notifications_active", Right.WATCH_CALLS),
    _entry("hot", _("Hot numbers"), "trending_up", Right.SEE_CALLS),
    _entry("visits_live", _("Live visits"), "visibility", Right.WATCH_VISITS),
    _entry("review", _("Review"), "mail_outline", Right.READ_MESSAGES),
    _entry("visits", _("Visits"), "video", Right.SEE_VISITS, of_place=True),
    _entry("people", _("People"), "people", Right.SEE_PEOPLE),
    _entry("visitors", _("Visitors"), "visibility", Right.SEE_VISITORS),
    _entry("attorneys", _("Attorneys"), "lock", Right.VERIFY_ATTORNEYS),
    _entry("stations", _("Tablets"), "dialpad", Right.CHANGE_STATIONS, of_place=True),
    _entry("phones", _("Wall phones"), "phone", Right.CHANGE_STATIONS, of_place=True),
    _entry("facility", _("Facility controls"), "settings", Right.SEE_FACILITY, of_place=True),
    _entry("shop", _("Shop"), "shopping_basket", Right.KEEP_SHOP, of_place=True),
    _entry("staff", _("Staff"), "security", Right.CHANGE_STAFF, of_place=True),
    _entry("money", _("Money"), "attach_money", Right.SEE_MONEY),
    _entry("reports", _("Reports"), "assessment", Right.SEE_REPORTS),
    _entry("audit", _("Audit log"), "link", Right.SEE_AUDIT),
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
