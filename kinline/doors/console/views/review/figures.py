"""Figures: what was decided in some days, for which reasons, and what appeals came to."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from kinline.apps.days import day_at
from kinline.apps.people.access import access_facility
from kinline.apps.people.rights import Right
from kinline.apps.review.queries import figures
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page

DAYS = 30
LONGEST_DAYS = 366


@require_safe
@staff_only(Right.SEE_REVIEW)
def everything(request: StaffRequest, place: str) -> HttpResponse:
    """The figures of a facility, of the last thirty days unless others are asked for."""
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_REVIEW)
    today = day_at(here.zone, request.now)
    to_on = _day(request, "to") or today
    from_on = _day(request, "from") or to_on - timedelta(days=DAYS - 1)
    from_on = max(from_on, to_on - timedelta(days=LONGEST_DAYS))
    found = figures.figures(
        staff=request.staff, place=place, from_on=min(from_on, to_on), to_on=to_on
    )
    places = request.staff.places_with(Right.SEE_REVIEW)
    facts = {"here": here, "figures": found, "places": places}
    return page(request, "console/review/figures.html", facts, tab="review")


def _day(request: StaffRequest, name: str) -> date | None:
    try:
        found = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2199 else None
