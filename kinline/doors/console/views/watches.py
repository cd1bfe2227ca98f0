"""Watches: what they told of, those that are kept, and setting, renewing and ending one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.calls.actions import watches
from kinline.apps.calls.queries import watches as queries
from kinline.apps.people import access
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.watches import RenewWatch, SetWatch
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.shell import chosen, page

TAB = "watches"
NEWEST_SHOWS = 12


@require_safe
@staff_only(Right.WATCH_CALLS)
def everything(request: StaffRequest) -> HttpResponse:
    """What was told of lately, and the watches themselves."""
    kept = queries.watches(staff=request.staff, place=request.place, page=number_of(request))
    here = chosen(request, request.staff.places_with(Right.WATCH_CALLS))
    facts = {
        "page": kept,
        "rest": rest_of(request),
        "here": here,
        "rows": [(one, one.goes_on(request.now)) for one in kept.items],
    }
    return page(request, "console/watches.html", facts | _alerts(request), tab=TAB)


@require_safe
@staff_only(Right.WATCH_CALLS)
def part(request: StaffRequest) -> HttpResponse:
    """What was told of, asked for every few seconds."""
    return page(request, "console/watches_part.html", _alerts(request), tab=TAB)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.WATCH_CALLS)
def add(request: StaffRequest, place: str) -> HttpResponse:
    """A watch on a person or a number, through a day."""
    here = access.access_facility(staff=request.staff, place=place, right=Right.WATCH_CALLS)
    wide = access.may_for_agency(staff=request.staff, place=place, right=Right.WATCH_CALLS)
    form = SetWatch(request.POST or None, wide=wide, initial=_asked_for(request))
    if form.is_valid() and say.done(
        form,
        watches.set_watch,
        staff=request.staff,
        place=place,
        now=request.now,
        **form.cleaned_data,
    ):
        messages.success(
            request, _("The watch is set. You are told when such a call is asked for.")
        )
        return HttpResponseRedirect(reverse("console_watches"))
    return page(request, "console/watch_add.html", {"form": form, "here": here}, tab=TAB)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.WATCH_CALLS)
def one(request: StaffRequest, watch: UUID) -> HttpResponse:
    """One watch, what it told of, and renewing it."""
    seen = queries.one(staff=request.staff, watch_id=watch)
    form = RenewWatch(request.POST or None)
    if form.is_valid() and say.done(
        form,
        watches.renew,
        staff=request.staff,
        watch_id=watch,
        now=request.now,
        **form.cleaned_data,
    ):
        messages.success(request, _("The watch goes on."))
        return HttpResponseRedirect(reverse("console_watch", args=[watch]))
    found = queries.alerts(staff=request.staff, watch=watch, page=number_of(request))
    facts = {"watch": seen, "goes_on": seen.goes_on(request.now), "form": form, "page": found}
    return page(request, "console/watch.html", facts | {"rest": rest_of(request)}, tab=TAB)


@require_POST
@staff_only(Right.WATCH_CALLS)
def end(request: StaffRequest, watch: UUID) -> HttpResponse:
    """End a watch before its day."""
    watches.end(staff=request.staff, watch_id=watch, now=request.now)
    messages.success(request, _("The watch is ended."))
    return HttpResponseRedirect(reverse("console_watches"))


def _alerts(request: StaffRequest) -> dict[str, Any]:
    found = queries.alerts(staff=request.staff, place=request.place)
    return {"alerts": found.items[:NEWEST_SHOWS]}


def _asked_for(request: StaffRequest) -> dict[str, str]:
    """From a person's or a call's page one comes with what is to be watched."""
    asked = request.GET
    return {name: asked[name][:30] for name in ("person", "number") if asked.get(name)}
