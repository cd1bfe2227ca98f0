"""Wall phones of a facility: what there is, how it is, and setting it up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kinline.apps.calls.queries.phones import phones, reached_today
from kinline.apps.facilities import queries
from kinline.apps.facilities.actions import telephones
from kinline.apps.people.access import StaffPlace, access_facility, may_for_agency
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.telephones import Languages, NewNetwork, NewTrunk
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page


@require_safe
@staff_only(Right.CHANGE_STATIONS)
def everything(request: StaffRequest, place: str) -> HttpResponse:
    """Every wall phone with its state, the networks, the phone companies, the languages."""
    return show(request, _here(request, place))


@require_POST
@staff_only(Right.CHANGE_STATIONS)
def add_network(request: StaffRequest, place: str) -> HttpResponse:
    here, form = _here(request, place), NewNetwork(request.POST)
    return done(request, here, "network_form", form, telephones.add_network)


@require_POST
@staff_only(Right.CHANGE_STATIONS)
def drop_network(request: StaffRequest, place: str, network: UUID) -> HttpResponse:
    here = _here(request, place)
    telephones.drop_network(
        facility_id=here.facility, network_id=network, by=request.staff.account, now=request.now
    )
    return back(request, here)


@require_POST
@staff_only(Right.CHANGE_STATIONS)
def set_languages(request: StaffRequest, place: str) -> HttpResponse:
    here, form = _here(request, place), Languages(request.POST)
    if form.is_valid():
        telephones.set_languages(
            facility_id=here.facility,
            languages=form.chosen,
            by=request.staff.account,
            now=request.now,
        )
        return back(request, here)
    return show(request, here, language_form=form)


@require_POST
@staff_only(Right.CHANGE_STATIONS)
def make(request: StaffRequest, place: str, station: UUID) -> HttpResponse:
    """A user name and a password for a wall phone, shown in this answer and never again."""
    here = _here(request, place)
    made = telephones.make_handset(
        facility_id=here.facility, station_id=station, by=request.staff.account, now=request.now
    )
    seen = next(
        one for one in phones(facility_id=here.facility, now=request.now) if one.station == station
    )
    facts = {"here": here, "made": made, "phone": seen}
    return page(request, "console/phone_made.html", facts, tab="phones")


def _here(request: StaffRequest, place: str) -> StaffPlace:
    return access_facility(staff=request.staff, place=place, right=Right.CHANGE_STATIONS)


def done(
    request: StaffRequest, here: StaffPlace, name: str, form: Any, action: Any
) -> HttpResponse:
    """Do it and go back to the list; or show the list again with what was wrong."""
    facts = {"facility_id": here.facility, "by": request.staff.account, "now": request.now}
    if form.is_valid() and say.done(form, action, **facts, **form.cleaned_data):
        return back(request, here)
    return show(request, here, **{name: form})


def back(request: StaffRequest, here: StaffPlace) -> HttpResponseRedirect:
    messages.success(request, _("Changed."))
    return HttpResponseRedirect(reverse("console_phones", args=[here.place]))


def show(request: StaffRequest, here: StaffPlace, **forms: Any) -> HttpResponse:
    facts = {
        "here": here,
        "phones": phones(facility_id=here.facility, now=request.now),
        "networks": queries.phone_networks(facility_id=here.facility),
        "trunks": queries.trunks(facility_id=here.facility),
        "reached": reached_today(agency=here.agency, zone=here.zone, now=request.now),
        "may_trunks": may_for_agency(
            staff=request.staff, place=here.place, right=Right.CHANGE_STATIONS
        ),
        "network_form": NewNetwork(auto_id="network-%s"),
        "trunk_form": NewTrunk(auto_id="trunk-%s"),
        "language_form": Languages.of(queries.phone_languages(facility_id=here.facility)),
    }
    return page(request, "console/phones.html", facts | forms, tab="phones")
