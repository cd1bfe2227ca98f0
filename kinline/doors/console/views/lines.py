"""Lines that are always open at a facility, and calls without sign-in at intake."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.calls.queries import console as calls
from kinline.apps.errors import NotFound
from kinline.apps.facilities import lines as reads
from kinline.apps.facilities import queries
from kinline.apps.facilities.actions import intake as intake_actions
from kinline.apps.facilities.actions import lines as actions
from kinline.apps.people import numbers
from kinline.apps.people import queries as people
from kinline.apps.people.access import StaffPlace, access_facility
from kinline.apps.people.rights import Right
from kinline.core.policy.lines import LineKind
from kinline.doors.console import say
from kinline.doors.console.forms.lines import EndLine, IntakeForm, NewLine
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page

COUNTED = timedelta(days=30)
FIELDS = ("from_on", "with_pin", "private", "anonymous", "direct", "digits", "note")


@require_safe
@staff_only(Right.SEE_FACILITY)
def everything(request: StaffRequest, place: str) -> HttpResponse:
    """The lines there are, will be and were, how much they are used, and the rule for intake."""
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_FACILITY)
    return _page(request, here, IntakeForm(initial=_now_in_force(here)))


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_FACILITY)
def add(request: StaffRequest, place: str) -> HttpResponse:
    """A line more, from a day on."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    today = queries.today(zone=here.zone, now=request.now)
    form = NewLine(request.POST or None, initial={"from_on": today, "private": True})
    if form.is_valid() and _set(request, here, form):
        messages.success(request, _("The line is set."))
        return HttpResponseRedirect(reverse("console_lines", args=[place]))
    return page(request, "console/line_add.html", {"here": here, "form": form}, tab="facility")


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_FACILITY)
def end(request: StaffRequest, place: str, line: UUID) -> HttpResponse:
    """Set the day from which a line is there no more."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    today = queries.today(zone=here.zone, now=request.now)
    book = reads.line_book(facility_id=here.facility, today=today)
    seen = next((one for one in [*book.open, *book.coming, *book.past] if one.id == line), None)
    if seen is None:
        raise NotFound
    form = EndLine(request.POST or None, initial={"until_on": max(today, seen.from_on)})
    if form.is_valid() and _end(request, here, line, form):
        messages.success(request, _("The end is set."))
        return HttpResponseRedirect(reverse("console_lines", args=[place]))
    facts = {"here": here, "form": form, "line": seen}
    return page(request, "console/line_end.html", facts, tab="facility")


@require_POST
@staff_only(Right.CHANGE_FACILITY)
def intake(request: StaffRequest, place: str) -> HttpResponse:
    """How many calls without sign-in, and how long, from now on."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    form = IntakeForm(request.POST)
    if form.is_valid() and _set_intake(request, here, form):
        messages.success(request, _("The rule is set."))
        return HttpResponseRedirect(reverse("console_lines", args=[place]))
    return _page(request, here, form)


def _page(request: StaffRequest, here: StaffPlace, form: IntakeForm) -> HttpResponse:
    today = queries.today(zone=here.zone, now=request.now)
    book = reads.line_book(facility_id=here.facility, today=today)
    rule = reads.intake(facility_id=here.facility)
    setters = [one.set_by for one in (*book.open, *book.coming, *book.past)]
    facts = {
        "here": here,
        "book": book,
        "rule": rule,
        "form": form,
        "use": calls.line_use(staff=request.staff, place=here.place, since=request.now - COUNTED),
        "names": people.account_names(ids=[*setters, *([rule.set_by] if rule else [])]),
        "stations": [
            one
            for one in queries.stations(facility_id=here.facility, now=request.now)
            if one.intake
        ],
        "may_change": request.staff.may(Right.CHANGE_FACILITY, here.facility),
    }
    return page(request, "console/lines.html", facts, tab="facility")


def _set(request: StaffRequest, here: StaffPlace, form: NewLine) -> bool:
    told: dict[str, Any] = {name: form.cleaned_data[name] for name in FIELDS}
    e164 = numbers.e164(form.cleaned_data["number"]) or ""
    line = actions.NewLine(
        kind=LineKind(form.cleaned_data["kind"]), names=form.names(), e164=e164, **told
    )
    by = request.staff.account
    return say.done(
        form, actions.set_line, facility_id=here.facility, line=line, by=by, now=request.now
    )


def _end(request: StaffRequest, here: StaffPlace, line: UUID, form: EndLine) -> bool:
    return say.done(
        form,
        actions.end_line,
        facility_id=here.facility,
        line_id=line,
        by=request.staff.account,
        now=request.now,
        **form.cleaned_data,
    )


def _set_intake(request: StaffRequest, here: StaffPlace, form: IntakeForm) -> bool:
    return say.done(
        form,
        intake_actions.set_rule,
        facility_id=here.facility,
        by=request.staff.account,
        now=request.now,
        **form.cleaned_data,
    )


def _now_in_force(here: StaffPlace) -> dict[str, Any]:
    rule = reads.intake(facility_id=here.facility)
    if rule is None:
        return {"calls_an_hour": 0}
    return {
        "calls_an_hour": rule.calls_an_hour,
        "max_call_seconds": rule.max_call_seconds // 60,
    }
