"""Finished calls, and one call from its first ring to its charge lines."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kinline.apps.calls.actions import quarantine
from kinline.apps.calls.queries import console as calls
from kinline.apps.calls.queries import search
from kinline.apps.calls.queries.attorney import locked_of
from kinline.apps.errors import Refused
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.calls import FindCalls, LockAway
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
    return show(request, call)


@require_POST
@staff_only(Right.QUARANTINE)
def lock(request: StaffRequest, call: UUID) -> HttpResponse:
    """Lock the recording away from everybody: the number was private."""
    form = LockAway(request.POST)
    if form.is_valid() and say.done(
        form,
        quarantine.lock,
        staff=request.staff,
        call_id=call,
        now=request.now,
        **form.cleaned_data,
    ):
        messages.success(request, _("Locked away. Nobody can play it. The attorney is told."))
        return HttpResponseRedirect(reverse("console_call", args=[call]))
    return show(request, call, form)


@require_POST
@staff_only(Right.QUARANTINE)
def destroy(request: StaffRequest, call: UUID) -> HttpResponse:
    """Destroy what was locked away, with proof."""
    try:
        quarantine.destroy(staff=request.staff, call_id=call, now=request.now)
        messages.success(request, _("Destroyed. The proof stands here and on the attorney’s page."))
    except Refused as no:
        messages.error(request, say.mistake(no.refusals[0]))
    return HttpResponseRedirect(reverse("console_call", args=[call]))


def show(request: StaffRequest, call: UUID, form: LockAway | None = None) -> HttpResponse:
    """The page of a call, with what is to be put right."""
    seen = calls.one(staff=request.staff, call_id=call)
    locked = locked_of(call_id=call, account=request.staff.account)
    place = seen.call.place
    may = any(one.place == place for one in request.staff.places_with(Right.QUARANTINE))
    held = seen.kept is not None and seen.kept.deleted_at is None and not seen.live
    facts = {
        "call": seen.call,
        "view": seen,
        "bill": bill(seen.charge, for_staff=True),
        "locked": locked,
        "may_lock": may and held and locked is None,
        "may_destroy": may and locked is not None and not locked.destroyed_at and not locked.own,
        "lock": form or LockAway(),
    }
    status = 400 if form is not None and form.errors else 200
    return page(request, "console/call.html", facts, tab="calls", status=status)


def _wanted(form: FindCalls) -> dict[str, Any]:
    """What was filled in rightly; a filter that makes no sense is shown, and looks for nothing."""
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}
