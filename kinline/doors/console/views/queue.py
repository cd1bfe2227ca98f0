"""The lines for the phones of a facility's units: now, their rules, how long people waited."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kinline.apps.calls.actions import queue_rules as actions
from kinline.apps.calls.queries import queue_figures as reads
from kinline.apps.people import queries as people
from kinline.apps.people.access import StaffPlace, access_facility
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.queue import QueueForm, WithinForm
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page


@require_safe
@staff_only(Right.SEE_FACILITY)
def units(request: StaffRequest, place: str) -> HttpResponse:
    """Every unit, whether people wait in line there, and how many do."""
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_FACILITY)
    facts = {"here": here, "units": reads.units(facility_id=here.facility)}
    return page(request, "console/queues.html", facts, tab="facility")


@require_safe
@staff_only(Right.SEE_FACILITY)
def unit(request: StaffRequest, place: str, unit: UUID) -> HttpResponse:
    """One unit's line now, its waits of four weeks, and how many phones it needs."""
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_FACILITY)
    found = reads.unit_now(facility_id=here.facility, unit_id=unit, now=request.now)
    form = QueueForm.of(found.rules[0] if found.rules else None)
    return _page(request, here, found, form)


@require_safe
@staff_only(Right.SEE_FACILITY)
def part(request: StaffRequest, place: str, unit: UUID) -> HttpResponse:
    """Who is in line now, asked for every five seconds."""
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_FACILITY)
    found = reads.unit_now(facility_id=here.facility, unit_id=unit, now=request.now)
    return page(request, "console/queue_part.html", _line(request, here, found), tab="facility")


@require_POST
@staff_only(Right.CHANGE_FACILITY)
def set_rule(request: StaffRequest, place: str, unit: UUID) -> HttpResponse:
    """A new rule for a unit, from now on."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    found = reads.unit_now(facility_id=here.facility, unit_id=unit, now=request.now)
    form = QueueForm(request.POST)
    if form.is_valid() and _set(request, here, unit, form):
        messages.success(request, _("The rule is set."))
        return HttpResponseRedirect(reverse("console_queue", args=[place, unit]))
    return _page(request, here, found, form)


def _set(request: StaffRequest, here: StaffPlace, unit: UUID, form: QueueForm) -> bool:
    return say.done(
        form,
        actions.set_rule,
        facility_id=here.facility,
        unit_id=unit,
        on=form.cleaned_data["on"],
        devices=form.devices(),
        offer_seconds=form.cleaned_data["offer_seconds"],
        note=form.cleaned_data["note"],
        by=request.staff.account,
        now=request.now,
    )


def _page(
    request: StaffRequest, here: StaffPlace, found: reads.UnitNow, form: QueueForm
) -> HttpResponse:
    within = WithinForm.asked(request.GET)
    facts = _line(request, here, found) | {
        "form": form,
        "within": within,
        "measured": reads.measured(unit_id=found.unit, zone=here.zone, now=request.now),
        "forecast": reads.needed(
            facility_id=here.facility,
            found=found,
            zone=here.zone,
            within_minutes=within.minutes(),
            now=request.now,
        ),
        "weeks": reads.WEEKS,
        "names": people.account_names(ids=[one.set_by for one in found.rules]),
        "may_change": request.staff.may(Right.CHANGE_FACILITY, here.facility),
    }
    return page(request, "console/queue.html", facts, tab="facility")


def _line(request: StaffRequest, here: StaffPlace, found: reads.UnitNow) -> dict[str, Any]:
    return {
        "here": here,
        "found": found,
        # Whoever may not see people sees numbers, as the unit does.
        "may_see_names": request.staff.may(Right.SEE_PEOPLE, here.facility),
    }
