"""The visits of a day, on a page and on paper, and the requests that wait for a decision."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kinline.apps.facilities.queries import today as day_there
from kinline.apps.people.access import StaffPlace, access_facility
from kinline.apps.people.rights import Right
from kinline.apps.visits.queries import staff as room
from kinline.apps.visits.queries.visits import VisitView
from kinline.core.visit.states import LIVE, State
from kinline.doors.console.forms.visits import DayForm
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.words import visits


@dataclass(frozen=True, slots=True)
class Row:
    """One visit in a list of staff."""

    visit: VisitView
    hours: str
    day: str
    state: str
    tone: str
    visitors: str
    is_live: bool


def row(visit: VisitView, request: StaffRequest) -> Row:
    """A visit as a line."""
    return Row(
        visit=visit,
        hours=visits.hours_words(visit.starts_at, visit.ends_at, visit.zone),
        day=visits.when(visit.starts_at, visit.ends_at, visit.zone).day,
        state=visits.state(visit, request.now),
        tone=visits.tone(visit),
        visitors=", ".join(one.name for one in visit.visitors),
        is_live=visit.state in LIVE,
    )


@require_safe
@staff_only(Right.SEE_VISITS)
def day(request: StaffRequest, place: str) -> HttpResponse:
    """The visits of one day, in order of their beginning."""
    return page(request, "console/visits/day.html", _day(request, place), tab="visits")


@require_safe
@staff_only(Right.SEE_VISITS)
def on_paper(request: StaffRequest, place: str) -> HttpResponse:
    """The same list, for whoever walks people to their visits."""
    facts = _day(request, place) | {"staff": request.staff, "now": request.now}
    facts["rows"] = [one for one in facts["rows"] if one.is_live]
    return render(request, "console/visits/day_print.html", facts)


@require_safe
@staff_only(Right.DECIDE_VISITS)
def requests(request: StaffRequest, place: str) -> HttpResponse:
    """What waits for somebody's yes or no, the soonest first."""
    here = access_facility(staff=request.staff, place=place, right=Right.DECIDE_VISITS)
    found = room.requests(staff=request.staff, place=place, now=request.now)
    facts = {"here": here, "rows": [row(one, request) for one in found]}
    return page(request, "console/visits/requests.html", facts, tab="visits")


def _day(request: StaffRequest, place: str) -> dict[str, Any]:
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_VISITS)
    form = DayForm(request.GET if "on" in request.GET else None)
    today = day_there(zone=here.zone, now=request.now)
    on: date = form.cleaned_data["on"] if form.is_valid() else today
    on = min(max(on, date(1900, 1, 1)), date(2200, 1, 1))
    found = room.day(staff=request.staff, place=place, on=on)
    return {
        "here": here,
        "on": on,
        "words": visits.day_words(on),
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "is_today": on == today,
        "form": DayForm(initial={"on": on}),
        "rows": [row(one, request) for one in found],
        "asked": sum(one.state == State.REQUESTED for one in found),
        "live": sum(one.state in LIVE for one in found),
        **rights(request, here),
    }


def rights(request: StaffRequest, here: StaffPlace) -> dict[str, bool]:
    """What the viewer may do with visits here."""
    return {
        "may_decide": request.staff.may(Right.DECIDE_VISITS, here.facility),
        "may_set": request.staff.may(Right.SET_VISITS, here.facility),
    }
