"""Tablets of a facility: units, adding one, its enrolment code, turning it off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities import queries
from kinline.apps.facilities.actions import stations
from kinline.apps.people.access import StaffPlace, access_facility
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.facility import ChangeStation, NewStation, NewUnit
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_STATIONS)
def everything(request: StaffRequest, place: str) -> HttpResponse:
    """The tablets of one facility, unit by unit, and a form for one more."""
    here = _here(request, place)
    units = queries.units(facility_id=here.facility)
    form = NewStation(request.POST or None, units=units)
    if form.is_valid() and (made := _add(request, here, form)):
        if form.cleaned_data["kind"] == "handset":
            messages.success(request, _("Added. Next: set it up and type its sign-in into it."))
            return HttpResponseRedirect(reverse("console_phones", args=[place]))
        messages.success(request, _("Added. Next: make a code and type it into the tablet."))
        return HttpResponseRedirect(reverse("console_station", args=[place, made]))
    return _list(request, here, form=form, unit_form=NewUnit())


@require_POST
@staff_only(Right.CHANGE_STATIONS)
def add_unit(request: StaffRequest, place: str) -> HttpResponse:
    """A unit more."""
    here = _here(request, place)
    form = NewUnit(request.POST)
    if form.is_valid() and _try(request, here, form, stations.add_unit, **form.cleaned_data):
        messages.success(request, _("The unit is added."))
        return HttpResponseRedirect(reverse("console_stations", args=[place]))
    units = queries.units(facility_id=here.facility)
    return _list(request, here, form=NewStation(units=units), unit_form=form)


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_STATIONS)
def one(request: StaffRequest, place: str, station: UUID) -> HttpResponse:
    """One tablet: its name, unit and marks."""
    here = _here(request, place)
    seen = _station(request, here, station)
    units = queries.units(facility_id=here.facility)
    form = ChangeStation(request.POST or None, units=units, initial=_known(seen))
    if form.is_valid() and _try(
        request, here, form, stations.change, station_id=station, **form.cleaned_data
    ):
        messages.success(request, _("Changed."))
        return HttpResponseRedirect(reverse("console_stations", args=[place]))
    facts = {"station": seen, "here": here, "form": form}
    return page(request, "console/station.html", facts, tab="stations")


@require_POST
@staff_only(Right.CHANGE_STATIONS)
def make_code(request: StaffRequest, place: str, station: UUID) -> HttpResponse:
    """A code for enrolling a device, shown in this answer and never again."""
    here = _here(request, place)
    seen = _station(request, here, station)
    made = stations.make_code(
        facility_id=here.facility, station_id=station, by=request.staff.account, now=request.now
    )
    facts = {"station": seen, "here": here, "made": made}
    return page(request, "console/station_code.html", facts, tab="stations")


@require_POST
@staff_only(Right.CHANGE_STATIONS)
def forget(request: StaffRequest, place: str, station: UUID) -> HttpResponse:
    """The device is this tablet no longer: lost, broken or swapped."""
    here = _here(request, place)
    stations.forget_device(
        facility_id=here.facility, station_id=station, by=request.staff.account, now=request.now
    )
    messages.success(request, _("The device is removed. It needs a new code to come back."))
    return HttpResponseRedirect(reverse("console_station", args=[place, station]))


def _here(request: StaffRequest, place: str) -> StaffPlace:
    return access_facility(staff=request.staff, place=place, right=Right.CHANGE_STATIONS)


def _station(request: StaffRequest, here: StaffPlace, station: UUID) -> queries.StationView:
    for seen in queries.stations(facility_id=here.facility, now=request.now):
        if seen.id == station:
            return seen
    raise NotFound


def _list(request: StaffRequest, here: StaffPlace, **forms: Any) -> HttpResponse:
    facts = {
        "here": here,
        "stations": queries.stations(facility_id=here.facility, now=request.now),
        "units": queries.units(facility_id=here.facility),
    }
    return page(request, "console/stations.html", facts | forms, tab="stations")


def _add(request: StaffRequest, here: StaffPlace, form: NewStation) -> UUID | None:
    try:
        return stations.add(
            facility_id=here.facility,
            by=request.staff.account,
            now=request.now,
            **form.cleaned_data,
        )
    except Refused as no:
        say.blame(form, no.refusals)
        return None


def _try(request: StaffRequest, here: StaffPlace, form: Any, action: Any, **facts: Any) -> bool:
    by = request.staff.account
    return say.done(form, action, facility_id=here.facility, by=by, now=request.now, **facts)


def _known(station: queries.StationView) -> dict[str, Any]:
    return {
        "name": station.name,
        "unit_id": str(station.unit_id),
        "active": station.active,
        "do_not_record": station.do_not_record,
        "intake": station.intake,
    }
