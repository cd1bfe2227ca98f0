"""Controls: what holds, who set it, and setting, confirming and ending them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.calls.actions import lockdown
from kinline.apps.errors import NotFound
from kinline.apps.facilities import queries as facilities
from kinline.apps.people import controls as reads
from kinline.apps.people import queries as people
from kinline.apps.people.access import StaffPlace, access_facility, may_for_agency
from kinline.apps.people.actions import controls as actions
from kinline.apps.people.rights import Right
from kinline.apps.visits.actions import closing
from kinline.core.policy.controls import Kind, Level, Talk, mistakes, senseless_on
from kinline.doors.console import say
from kinline.doors.console.forms.controls import (
    BaselineForm,
    ConfirmControl,
    ControlForm,
    WhichControl,
)
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page


@require_safe
@staff_only(Right.SEE_FACILITY)
def everything(request: StaffRequest, place: str) -> HttpResponse:
    """Every control here, and what the law keeps."""
    return _everything(request, place, WhichControl())


def _everything(request: StaffRequest, place: str, form: WhichControl) -> HttpResponse:
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_FACILITY)
    found = reads.controls_of(facility_id=here.facility, agency_id=here.agency, now=request.now)
    kept = _kept(request, here)
    ids = {one.set_by for one in found} | {one.confirmed_by for one in found}
    ids |= {one.ended_by for one in found} | ({kept.set_by} if kept else set())
    facts = {
        "here": here,
        "live": [one for one in found if one.state != "over"],
        "over": [one for one in found if one.state == "over"],
        "names": people.account_names(ids=sorted(ids - {""})),
        "kept": kept,
        "form": form,
        "may_set": request.staff.may(Right.SET_CONTROLS, here.facility),
        "mine": str(request.staff.account),
    }
    return page(request, "console/controls.html", facts, tab="facility")


@require_safe
@staff_only(Right.SET_CONTROLS)
def which(request: StaffRequest, place: str) -> HttpResponse:
    """From what was chosen to the page that asks for the rest, or back with what makes no sense."""
    access_facility(staff=request.staff, place=place, right=Right.SET_CONTROLS)
    form = WhichControl(request.GET)
    if not form.is_valid():
        return _everything(request, place, form)
    args = [place, *(form.cleaned_data[name] for name in ("talk", "level", "kind"))]
    return HttpResponseRedirect(reverse("console_control_add", args=args))


@require_http_methods(["GET", "POST"])
@staff_only(Right.SET_CONTROLS)
def add(request: StaffRequest, place: str, talk: str, level: str, kind: str) -> HttpResponse:
    """Set one control."""
    here = access_facility(staff=request.staff, place=place, right=Right.SET_CONTROLS)
    about, on, what = _talk(talk), _level(request, here, level), _kind(kind)
    if senseless_on(about, what, on):
        raise NotFound
    form = ControlForm(
        request.POST or None,
        talk=about,
        level=on,
        kind=what,
        choices=_choices(here, on, request.now),
        zone=here.zone,
        may_end=request.staff.may(Right.END_CALLS, here.facility),
    )
    if form.is_valid() and _put(request, here, form):
        return HttpResponseRedirect(reverse("console_controls", args=[place]))
    facts = {
        "here": here,
        "form": form,
        "talk": about,
        "level": on,
        "kind": what,
        "kept": _kept(request, here) if about is Talk.CALLS else None,
        "of_a_person": "control.quota_is_a_persons" in mistakes(what, on, None, (), False, about),
    }
    return page(request, "console/control_add.html", facts, tab="facility")


@require_http_methods(["GET", "POST"])
@staff_only(Right.SET_CONTROLS)
def confirm(request: StaffRequest, place: str, control: UUID) -> HttpResponse:
    """A second person's word on a control that gives less than the law keeps."""
    here = access_facility(staff=request.staff, place=place, right=Right.SET_CONTROLS)
    found = reads.controls_of(facility_id=here.facility, agency_id=here.agency, now=request.now)
    one = next((row for row in found if row.id == control and row.state == "waits"), None)
    if one is None:
        raise NotFound
    form = ConfirmControl(request.POST or None)
    if form.is_valid() and say.done(
        form,
        actions.confirm,
        staff=request.staff,
        place=place,
        control_id=control,
        why=form.cleaned_data["why"],
        now=request.now,
    ):
        messages.success(request, _("Confirmed. The control holds now."))
        return HttpResponseRedirect(reverse("console_controls", args=[place]))
    names = people.account_names(ids=[one.set_by])
    facts = {"here": here, "form": form, "one": one, "names": names, "kept": _kept(request, here)}
    return page(request, "console/control_confirm.html", facts, tab="facility")


@require_POST
@staff_only(Right.SET_CONTROLS)
def end(request: StaffRequest, place: str, control: UUID) -> HttpResponse:
    """Not in force any more."""
    actions.end(staff=request.staff, place=place, control_id=control, now=request.now)
    messages.success(request, _("Ended. It stops nobody any more."))
    return HttpResponseRedirect(reverse("console_controls", args=[place]))


@require_http_methods(["GET", "POST"])
@staff_only(Right.SET_CONTROLS)
def baseline(request: StaffRequest, place: str) -> HttpResponse:
    """Write down what was offered on the day that the law keeps."""
    here = access_facility(staff=request.staff, place=place, right=Right.SET_CONTROLS)
    kept = _kept(request, here)
    if kept is None or kept.baseline.floor_only:
        raise NotFound
    before = kept.baseline
    initial = {
        "longest_seconds": _minutes(before.amounts.get(Kind.LONGEST)),
        "calls_day": before.amounts.get(Kind.CALLS_DAY),
        "minutes_day": _minutes(before.amounts.get(Kind.MINUTES_DAY)),
    }
    form = BaselineForm(request.POST or None, initial=initial, hours=before.hours or ())
    if form.is_valid() and say.done(
        form,
        actions.set_baseline,
        staff=request.staff,
        place=place,
        new=form.wanted(),
        now=request.now,
    ):
        messages.success(request, _("Written down."))
        return HttpResponseRedirect(reverse("console_controls", args=[place]))
    facts = {"here": here, "form": form, "kept": kept}
    return page(request, "console/baseline.html", facts, tab="facility")


def _put(request: StaffRequest, here: StaffPlace, form: ControlForm) -> bool:
    made: list[UUID] = []

    def put(**facts: Any) -> None:
        made.append(actions.put(**facts))

    wanted = form.wanted()
    if not say.done(form, put, staff=request.staff, place=here.place, new=wanted, now=request.now):
        return False
    if form.cleaned_data.get("end_now"):
        ended = lockdown.end_under(
            staff=request.staff, control_id=made[0], note=wanted.why, now=request.now
        )
        told = ngettext("The control is set. %(n)s call is ended.",
                        "The control is set. %(n)s calls are ended.", ended)  # fmt: skip
        messages.success(request, told % {"n": ended})
    elif cancelled := closing.enforce_control(control_id=made[0], now=request.now):
        told = ngettext("The control is set. %(n)s visit is canceled.",
                        "The control is set. %(n)s visits are canceled.", cancelled)  # fmt: skip
        messages.success(request, told % {"n": cancelled})
    elif reads.waits(control_id=made[0]):
        messages.info(request, _("It waits until a second person confirms it."))
    else:
        messages.success(request, _("The control is set."))
    return True


def _kept(request: StaffRequest, here: StaffPlace) -> reads.BaselineView | None:
    return reads.baseline_of(
        facility_id=here.facility, place=here.place, zone=here.zone, now=request.now
    )


def _talk(word: str) -> Talk:
    if word not in set(Talk):
        raise NotFound
    return Talk(word)


def _level(request: StaffRequest, here: StaffPlace, word: str) -> Level:
    if word not in set(Level):
        raise NotFound
    level = Level(word)
    if level is Level.AGENCY and not may_for_agency(
        staff=request.staff, place=here.place, right=Right.SET_CONTROLS
    ):
        raise NotFound
    return level


def _kind(word: str) -> Kind:
    if word not in set(Kind):
        raise NotFound
    return Kind(word)


def _choices(here: StaffPlace, level: Level, now: datetime) -> list[tuple[str, str]]:
    if level is Level.UNIT:
        return [(str(one.id), one.name) for one in facilities.units(facility_id=here.facility)]
    if level is Level.STATION:
        stations = facilities.stations(facility_id=here.facility, now=now)
        return [(str(one.id), f"{one.unit}: {one.name}") for one in stations]
    return []


def _minutes(seconds: int | None) -> int | None:
    return None if seconds is None else seconds // 60
