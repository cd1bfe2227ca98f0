"""Finished calls, and one call from its first ring to its charge lines."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from kinline.apps.calls.queries import console as calls
from kinline.apps.calls.queries import search
from kinline.apps.people.rights import Right
from kinline.doors.console.forms.calls import FindCalls
from kinline.doors.console.gate import StaffRequest, staff_only, zone_of
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.shell import page
from kinline.doors.screen import bill


@require_safe
@staff_only(Right.SEE_CALLS)
def finished(request: StaffRequest) -> HttpResponse:
    """Calls that are over, newest first, by person, number, days, unit and how they ended."""
    units = search.units(staff=request.staff, place=request.place)
    form = FindCalls(request.GET, units=units)
    wanted = calls.CallFilter(place=request.place, zone=zone_of(request), **_wanted(form))
    found = calls.finished(staff=request.staff, filter=wanted, page=number_of(request))
    facts = {"form": form, "page": found, "rest": rest_of(request)}
    return page(request, "console/calls.html", facts, tab="calls")


@require_safe
@staff_only(Right.SEE_CALLS)
def one(request: StaffRequest, call: UUID) -> HttpResponse:
    """One call: its steps, what limited it, what it cost and why."""
    seen = calls.one(staff=request.staff, call_id=call)
    facts = {"call": seen.call, "view": seen, "bill": bill(seen.charge, for_staff=True)}
    return page(request, "console/call.html", facts, tab="calls")


def _wanted(form: FindCalls) -> dict[str, Any]:
    """What was filled in rightly; a filter that makes no sense is shown, and looks for nothing."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}
