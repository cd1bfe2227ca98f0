"""With whom somebody inside is linked, and orders that keep others away from them."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.errors import NotFound
from kinline.apps.facilities import queries as facilities
from kinline.apps.facilities.actions import finding
from kinline.apps.people import orders, queries
from kinline.apps.people.access import access_agency, access_facility, may_for_agency
from kinline.apps.people.actions import no_contact
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.contacts import KeepApart, KeepApartFrom
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.console.views.people import person_of


@require_safe
@staff_only(Right.SEE_PEOPLE)
def everyone(request: StaffRequest, person: UUID) -> HttpResponse:
    """Links asked, agreed and over; orders in force and over."""
    seen = person_of(request, person, Right.SEE_PEOPLE)
    made = orders.orders_of(staff=request.staff, person_id=person, now=request.now)
    who = [name for one in made for name in (one.made_by, one.lifted_by)]
    facts = {
        "person": seen.row,
        "zone": seen.zone,
        "links": queries.links_of_person(person_id=person, open_only=False),
        "orders": made,
        "names": queries.account_names(ids=who),
        "may_order": _may(request, seen.row.place),
    }
    return page(request, "console/contacts.html", facts, tab="people")


@require_http_methods(["GET", "POST"])
@staff_only(Right.NO_CONTACT)
def keep_apart(request: StaffRequest, person: UUID, link: UUID | None = None) -> HttpResponse:
    """An order against an e-mail or number, or against somebody who is or was linked."""
    seen = person_of(request, person, Right.NO_CONTACT)
    known = None
    if link is not None:
        there = queries.links_of_person(person_id=person, open_only=False)
        known = next((one for one in there if one.id == link), None)
        if known is None:
            raise NotFound
    form = (KeepApartFrom if known else KeepApart)(request.POST or None)
    if form.is_valid() and _make(request, person, link, seen.zone, form):
        messages.success(request, _("The order is in force. Links it forbids have ended."))
        return HttpResponseRedirect(reverse("console_contacts", args=[person]))
    facts = {"form": form, "person": seen.row, "known": known}
    return page(request, "console/order.html", facts, tab="people")


@require_POST
@staff_only(Right.NO_CONTACT)
def lift(request: StaffRequest, person: UUID, order: UUID) -> HttpResponse:
    """End an order before its time."""
    person_of(request, person, Right.NO_CONTACT)
    mine = orders.orders_of(staff=request.staff, person_id=person, now=request.now)
    if order not in {one.id for one in mine}:
        raise NotFound
    no_contact.lift(staff=request.staff, order_id=order, now=request.now)
    messages.success(request, _("Lifted. They can ask for a link again."))
    return HttpResponseRedirect(reverse("console_contacts", args=[person]))


@require_http_methods(["GET", "POST"])
@staff_only(Right.SEE_FACILITY)
def search(request: StaffRequest, place: str) -> HttpResponse:
    """Whether people of the agency can be found by name from outside."""
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_FACILITY)
    if request.method == "POST":
        access_agency(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
        on = request.POST.get("on") == "1"
        finding.set_search_by_name(
            facility_id=here.facility, on=on, by=request.staff.account, now=request.now
        )
        messages.success(request, _("Changed."))
        return HttpResponseRedirect(reverse("console_finding", args=[place]))
    facts = {
        "here": here,
        "on": facilities.searchable(facility_id=here.facility),
        "may_change": may_for_agency(staff=request.staff, place=place, right=Right.CHANGE_FACILITY),
    }
    return page(request, "console/finding.html", facts, tab="facility")


def _make(request: StaffRequest, person: UUID, link: UUID | None, zone: str, form: Any) -> bool:
    typed = form.cleaned_data
    day = typed["until"]
    until = None
    if day is not None:  # through that day, on the facility's wall
        after = datetime.combine(day + timedelta(days=1), time(0), tzinfo=ZoneInfo(zone))
        until = after
    told: dict[str, Any] = {
        "staff": request.staff,
        "person_id": person,
        "until": until,
        "now": request.now,
    }
    if link is not None:
        act = no_contact.make_against_contact
        return say.done(form, act, link_id=link, reason=typed["reason"], **told)
    return say.done(form, no_contact.make, against=typed["against"], reason=typed["reason"], **told)


def _may(request: StaffRequest, place: str) -> bool:
    return any(one.place == place for one in request.staff.places_with(Right.NO_CONTACT))
