"""Hot numbers: those that more than a few people called in a period, as a list and as a file."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kinline.apps.calls.actions import taking_out
from kinline.apps.calls.queries import hot
from kinline.apps.days import day_at
from kinline.apps.people.rights import Right
from kinline.doors import table
from kinline.doors.console.forms.watches import FindHot
from kinline.doors.console.gate import StaffRequest, staff_only, zone_of
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.shell import page


@require_safe
@staff_only(Right.SEE_CALLS)
def numbers(request: StaffRequest) -> HttpResponse:
    """The list, most people first."""
    form = _form(request)
    found = None
    if form.is_valid():
        found = hot.hot(staff=request.staff, filter=_wanted(request, form), page=number_of(request))
    facts = {"form": form, "page": found, "rest": rest_of(request), "zone": zone_of(request)}
    return page(request, "console/hot.html", facts, tab="hot")


@require_safe
@staff_only(Right.SEE_CALLS)
def file(request: StaffRequest) -> HttpResponse:
    """The same list for a spreadsheet; who took it out is in the audit log."""
    form = _form(request)
    if not form.is_valid():
        return page(request, "console/hot.html", {"form": form}, tab="hot", status=400)
    wanted = _wanted(request, form)
    found = taking_out.hot_numbers(staff=request.staff, filter=wanted, now=request.now)
    head = (_("Number"), _("Contact"), _("People"), _("Calls"), _("Seconds talked"), _("Last call"))
    rows = (
        (
            one.number,
            one.contact_name,
            one.people,
            one.calls,
            one.talk_seconds,
            day_at(wanted.zone, one.last_at).isoformat(),
        )
        for one in found
    )
    return table.as_csv(f"kinline-hot-numbers-{wanted.since}-{wanted.until}.csv", head, rows)


def _form(request: StaffRequest) -> FindHot:
    return FindHot.asked(request.GET, day_at(zone_of(request), request.now))


def _wanted(request: StaffRequest, form: FindHot) -> hot.HotFilter:
    return hot.HotFilter(place=request.place, zone=zone_of(request), **form.cleaned_data)
