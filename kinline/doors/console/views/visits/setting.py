"""What is set for visits at a facility: rules by date and unit, stations, people kept apart."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.errors import NotFound
from kinline.apps.facilities import queries as facilities
from kinline.apps.facilities.queries import UnitView
from kinline.apps.people import queries as people
from kinline.apps.people.access import StaffPlace, access_facility
from kinline.apps.people.rights import Right
from kinline.apps.visits.actions import keeping
from kinline.apps.visits.queries import staff as room
from kinline.apps.visits.queries.staff import RulesView, Setting
from kinline.core.visit.terms import StationKind
from kinline.doors.console import say
from kinline.doors.console.forms.visits import (
    ApartForm,
    DayForm,
    RulesForm,
    StationForm,
    beginning_with,
)
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.console.views.visits.days import rights
from kinline.doors.words import visit_rules, visits
from kinline.doors.words.visit_rules import Line

TAB = "visits"


@dataclass(frozen=True, slots=True)
class Dated:
    """Rules with their words. `kind`: "coming", "current" or "past"."""

    view: RulesView
    lines: tuple[Line, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Holds:
    """Which rules hold for a unit on a day; None: no visits are offered to it."""

    unit: str
    view: RulesView | None
    because: str


@require_safe
@staff_only(Right.SET_VISITS)
def rules(request: StaffRequest, place: str) -> HttpResponse:
    """Rules by date, which of them holds for each unit on a day, and who set them."""
    here, found = _setting(request, place, Right.SET_VISITS)
    today = facilities.today(zone=here.zone, now=request.now)
    form = DayForm(request.GET if "on" in request.GET else None, initial={"on": today})
    on: date = form.cleaned_data["on"] if form.is_valid() else today
    units = facilities.units(facility_id=here.facility)
    facts = {
        "here": here,
        "rules": [_dated(one, today) for one in found.rules],
        "holds": [_holds(unit, found.rules, on) for unit in units],
        "on_words": visits.day_words(on),
        "form": form,
        **rights(request, here),
    }
    return page(request, "console/visits/rules.html", facts, tab=TAB)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.SET_VISITS)
def plan(request: StaffRequest, place: str) -> HttpResponse:
    """New rules from a day on, beginning with what holds now."""
    here, found = _setting(request, place, Right.SET_VISITS)
    today = facilities.today(zone=here.zone, now=request.now)
    now = next((one for one in found.rules if one.in_force and one.unit is None), None)
    units = facilities.units(facility_id=here.facility)
    form = RulesForm(request.POST or None, units=units, initial=beginning_with(now, today))
    if form.is_valid() and say.done(
        form,
        keeping.set_rules,
        staff=request.staff,
        place=place,
        unit_id=form.cleaned_data["unit_id"],
        wanted=form.wanted(),
        now=request.now,
    ):
        messages.success(request, _("The rules are set. Visits that were booked stay."))
        return HttpResponseRedirect(reverse("console_visits_rules", args=[place]))
    return page(request, "console/visits/plan.html", {"here": here, "form": form}, tab=TAB)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.SET_VISITS)
def stations(request: StaffRequest, place: str) -> HttpResponse:
    """Where people inside sit, and one more."""
    here, found = _setting(request, place, Right.SET_VISITS)
    units = facilities.units(facility_id=here.facility)
    form = StationForm(request.POST or None, units=units)
    if form.is_valid() and say.done(
        form,
        keeping.add_station,
        staff=request.staff,
        place=place,
        unit_id=form.cleaned_data["unit_id"],
        kind=StationKind(form.cleaned_data["kind"]),
        name=form.cleaned_data["name"],
        now=request.now,
    ):
        messages.success(request, _("Added. Visits can be booked there now."))
        return HttpResponseRedirect(reverse("console_visits_stations", args=[place]))
    facts = {"here": here, "form": form, "stations": found.stations}
    return page(request, "console/visits/stations.html", facts, tab=TAB)


@require_POST
@staff_only(Right.SET_VISITS)
def close_station(request: StaffRequest, place: str, station: UUID) -> HttpResponse:
    """It takes no more visits."""
    _here, found = _setting(request, place, Right.SET_VISITS)
    if station not in {one.id for one in found.stations}:
        raise NotFound
    keeping.close_station(staff=request.staff, station_id=station, now=request.now)
    messages.success(request, _("Closed. Visits booked there stay as they are."))
    return HttpResponseRedirect(reverse("console_visits_stations", args=[place]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.SET_VISITS)
def apart(request: StaffRequest, place: str) -> HttpResponse:
    """People inside who must not meet, and two more."""
    here, found = _setting(request, place, Right.SET_VISITS)
    form = ApartForm(request.POST or None)
    if form.is_valid() and _separate(request, here, form):
        messages.success(request, _("They are kept apart from now on."))
        return HttpResponseRedirect(reverse("console_visits_apart", args=[place]))
    facts = {"here": here, "form": form, "separations": found.separations}
    return page(request, "console/visits/apart.html", facts, tab=TAB)


@require_POST
@staff_only(Right.SET_VISITS)
def lift_apart(request: StaffRequest, place: str, separation: UUID) -> HttpResponse:
    """They may meet again."""
    _here, found = _setting(request, place, Right.SET_VISITS)
    if separation not in {one.id for one in found.separations}:
        raise NotFound
    keeping.lift_separation(staff=request.staff, separation_id=separation, now=request.now)
    messages.success(request, _("Lifted. They may meet again."))
    return HttpResponseRedirect(reverse("console_visits_apart", args=[place]))


def _setting(request: StaffRequest, place: str, right: Right) -> tuple[StaffPlace, Setting]:
    here = access_facility(staff=request.staff, place=place, right=right)
    return here, room.setting(staff=request.staff, place=place, now=request.now)


def _dated(view: RulesView, today: date) -> Dated:
    kind = "current" if view.in_force else "past"
    if view.rules.period.from_on > today:
        kind = "coming"
    return Dated(view, visit_rules.lines(view.rules), kind)


def _holds(unit: UnitView, found: tuple[RulesView, ...], on: date) -> Holds:
    """The unit's own rules go before the facility's; of each, the newest that has begun."""
    fits = [one for one in found if on in one.rules.period]
    own = next((one for one in fits if one.unit == unit.id), None)
    if own is not None:
        return Holds(unit.name, own, _("The unit’s own rules go before the facility’s."))
    whole = next((one for one in fits if one.unit is None), None)
    if whole is not None:
        return Holds(unit.name, whole, _("The facility’s: the unit has none of its own."))
    return Holds(unit.name, None, _("No rules hold on this day, so no visits are offered."))


def _separate(request: StaffRequest, here: StaffPlace, form: ApartForm) -> bool:
    typed: dict[str, Any] = form.cleaned_data
    pair = []
    for name in ("person", "other"):
        number = typed[name].strip()
        rows = people.people(staff=request.staff, place=here.place, text=number).items
        found = next((one for one in rows if one.number == number), None)
        if found is None:
            form.add_error(name, _("Nobody here has this ID number."))
        else:
            pair.append(found.id)
    if len(pair) < 2:
        return False
    return say.done(
        form,
        keeping.separate,
        staff=request.staff,
        person_id=pair[0],
        other_id=pair[1],
        why=typed["why"],
        now=request.now,
    )
