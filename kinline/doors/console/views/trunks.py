"""Phone companies: they are the whole agency's, so the right must reach all of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.calls.queries.phones import reached_today
from kinline.apps.errors import NotFound
from kinline.apps.facilities import queries
from kinline.apps.facilities.actions import telephones, trials
from kinline.apps.people import numbers
from kinline.apps.people import queries as people
from kinline.apps.people.access import StaffPlace, access_agency
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.telephones import Limits, NewTrunk, TestCall
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.console.views import phones


@require_POST
@staff_only(Right.CHANGE_STATIONS)
def add(request: StaffRequest, place: str) -> HttpResponse:
    here, form = _here(request, place), NewTrunk(request.POST)
    return phones.done(request, here, "trunk_form", form, telephones.add_trunk)


@require_POST
@staff_only(Right.CHANGE_STATIONS)
def turn(request: StaffRequest, place: str, trunk: UUID) -> HttpResponse:
    """On or off, as the button said."""
    here = _here(request, place)
    telephones.turn_trunk(
        facility_id=here.facility,
        trunk_id=trunk,
        on=request.POST.get("on") == "1",
        by=request.staff.account,
        now=request.now,
    )
    return phones.back(request, here)


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_STATIONS)
def one(request: StaffRequest, place: str, trunk: UUID) -> HttpResponse:
    """One phone company: how it is, what it may carry, and which limit was reached today."""
    here = _here(request, place)
    seen = _seen(here, trunk)
    form = Limits(request.POST or None, initial=_now(seen))
    if form.is_valid() and say.done(
        form,
        lambda: telephones.limit_trunk(
            facility_id=here.facility,
            trunk_id=trunk,
            limits=form.limits,
            by=request.staff.account,
            now=request.now,
        ),
    ):
        messages.success(request, _("Changed."))
        return HttpResponseRedirect(reverse("console_trunk", args=[place, trunk]))
    return _show(request, here, seen, form=form)


@require_POST
@staff_only(Right.CHANGE_STATIONS)
def test(request: StaffRequest, place: str, trunk: UUID) -> HttpResponse:
    """Ring a number through this phone company; what happened is shown on its page."""
    here = _here(request, place)
    seen, form = _seen(here, trunk), TestCall(request.POST)
    if form.is_valid() and say.done(
        form,
        lambda: trials.ask(
            facility_id=here.facility,
            trunk_id=trunk,
            e164=numbers.e164(form.cleaned_data["number"]) or "",
            by=request.staff.account,
            now=request.now,
        ),
    ):
        return HttpResponseRedirect(reverse("console_trunk", args=[place, trunk]))
    return _show(request, here, seen, form=Limits(initial=_now(seen)), test_form=form)


@require_safe
@staff_only(Right.CHANGE_STATIONS)
def tests(request: StaffRequest, place: str, trunk: UUID) -> HttpResponse:
    """The last test calls alone, for a page that waits for the end of one."""
    here = _here(request, place)
    facts = _tested(request, here, _seen(here, trunk))
    return render(request, "console/parts/trunk_tests.html", facts)


def _tested(request: StaffRequest, here: StaffPlace, seen: queries.TrunkView) -> dict[str, Any]:
    found = queries.trials(trunk_id=seen.id, now=request.now)
    return {
        "here": here,
        "trunk": seen,
        "tests": found,
        "waits": any(one.state in ("waiting", "ringing") for one in found),
        "names": people.account_names(ids=[one.asked_by for one in found]),
    }


def _here(request: StaffRequest, place: str) -> StaffPlace:
    return access_agency(staff=request.staff, place=place, right=Right.CHANGE_STATIONS)


def _seen(here: StaffPlace, trunk: UUID) -> queries.TrunkView:
    found = queries.trunks(facility_id=here.facility)
    for one_of_them in found:
        if one_of_them.id == trunk:
            return one_of_them
    raise NotFound


def _now(seen: queries.TrunkView) -> dict[str, Any]:
    limits = seen.limits
    return {
        "at_once": limits.at_once,
        "a_minute": limits.a_minute,
        "abroad_minutes": limits.abroad_minutes,
    }


def _show(
    request: StaffRequest, here: StaffPlace, seen: queries.TrunkView, **forms: Any
) -> HttpResponse:
    reached = reached_today(agency=here.agency, zone=here.zone, now=request.now)
    facts = _tested(request, here, seen) | {
        "reached": reached.get(seen.id, []),
        "test_form": TestCall(auto_id="test-%s"),
    }
    return page(request, "console/trunk.html", facts | forms, tab="phones")
