"""People inside: the list, adding one, and one person with their allowed list."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from kinline.apps.errors import Refused
from kinline.apps.facilities import queries as facilities
from kinline.apps.people import access, courtesies, list_desk, queries
from kinline.apps.people.actions import people_inside
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.people import ChangePerson, FindPeople, NewPerson, NewPin
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.shell import chosen, page


@require_safe
@staff_only(Right.SEE_PEOPLE)
def everyone(request: StaffRequest) -> HttpResponse:
    """People of one's facilities, by name."""
    form = FindPeople(request.GET)
    form.is_valid()
    found = queries.people(
        staff=request.staff,
        place=request.place,
        text=form.cleaned_data.get("text", ""),
        active=None if form.cleaned_data.get("which") == "all" else True,
        page=number_of(request),
    )
    facts = {
        "form": form,
        "page": found,
        "rest": rest_of(request),
        "may_add": _may_add(request),
        "numbers_wait": list_desk.waiting(staff=request.staff, place=request.place),
        "may_keep": request.staff.has(Right.KEEP_MESSAGES),
        "may_hand_out": request.staff.has(Right.HAND_OUT),
    }
    return page(request, "console/people.html", facts, tab="people")


@require_safe
@staff_only(Right.SEE_PEOPLE)
def one(request: StaffRequest, person: UUID) -> HttpResponse:
    """One person and whom they may call."""
    seen = person_of(request, person, Right.SEE_PEOPLE)
    granted = courtesies.courtesies(person_id=person, now=request.now)
    facts = {
        "person": seen.row,
        "view": seen,
        "may_change": _may_change(request, seen.row.place),
        "may_pay_out": not seen.row.active and request.staff.has(Right.CHANGE_MONEY),
        "courtesies": granted,
        "written": _written(request, seen.row.place),
        "names": queries.account_names(ids=[one.granted_by for one in granted]),
    }
    return page(request, "console/person.html", facts, tab="people")


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_PEOPLE)
def add(request: StaffRequest) -> HttpResponse:
    """Someone new at the facility one looks at."""
    place = chosen(request, request.staff.places_with(Right.CHANGE_PEOPLE))
    units = facilities.units(facility_id=place.facility)
    form = NewPerson(request.POST or None, units=units, initial={"language": "en"})
    if form.is_valid() and (made := _add(request, place.place, form)):
        messages.success(request, _("Added. Next: the numbers they may call."))
        return HttpResponseRedirect(reverse("console_person", args=[made]))
    return page(request, "console/person_add.html", {"form": form, "place": place}, tab="people")


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_PEOPLE)
def change(request: StaffRequest, person: UUID) -> HttpResponse:
    """Change what is known of a person, and whether they may call."""
    seen = person_of(request, person, Right.CHANGE_PEOPLE)
    place = access.access_facility(
        staff=request.staff, place=seen.row.place, right=Right.CHANGE_PEOPLE
    )
    units = facilities.units(facility_id=place.facility)
    form = ChangePerson(request.POST or None, units=units, initial=_known(seen))
    if form.is_valid() and _try(
        form, people_inside.change, request, person_id=person, **form.cleaned_data
    ):
        messages.success(request, _("Changed."))
        return HttpResponseRedirect(reverse("console_person", args=[person]))
    return page(
        request, "console/person_change.html", {"form": form, "person": seen.row}, tab="people"
    )


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_PEOPLE)
def pin(request: StaffRequest, person: UUID) -> HttpResponse:
    """A new PIN. It is read from the form, hashed, and never shown or logged."""
    seen = person_of(request, person, Right.CHANGE_PEOPLE)
    form = NewPin(request.POST or None)
    if form.is_valid() and _try(
        form, people_inside.reset_pin, request, person_id=person, **form.cleaned_data
    ):
        messages.success(request, _("The new PIN works from now on."))
        return HttpResponseRedirect(reverse("console_person", args=[person]))
    return page(
        request, "console/person_pin.html", {"form": form, "person": seen.row}, tab="people"
    )


def person_of(request: StaffRequest, person: UUID, right: Right) -> queries.PersonView:
    """One person, if the viewer holds `right` where they are. Raises NotFound."""
    access.access_person(staff=request.staff, person_id=person, right=right)
    return queries.person(staff=request.staff, person_id=person, now=request.now)


def _add(request: StaffRequest, place: str, form: NewPerson) -> UUID | None:
    try:
        return people_inside.add(
            staff=request.staff, place=place, now=request.now, **form.cleaned_data
        )
    except Refused as no:
        say.blame(form, no.refusals)
        return None


def _try(form: Any, action: Any, request: StaffRequest, **facts: Any) -> bool:
    """Run an action of staff; a refusal goes back into the form."""
    return say.done(form, action, staff=request.staff, now=request.now, **facts)


def _known(person: queries.PersonView) -> dict[str, Any]:
    seconds = person.max_call_seconds
    return {
        "given_name": person.row.given_name,
        "family_name": person.row.family_name,
        "unit_id": str(person.unit_id or ""),
        "language": person.row.language,
        "max_call_seconds": seconds // 60 if seconds else None,
        "do_not_record": person.row.do_not_record,
        "active": person.row.active,
    }


def _may_add(request: StaffRequest) -> bool:
    return request.staff.has(Right.CHANGE_PEOPLE)


def _written(request: StaffRequest, place: str) -> dict[str, bool]:
    """Which pages about what the person writes are the viewer's."""
    here = next((one.rights for one in request.staff.places if one.place == place), frozenset())
    return {
        "holds": Right.KEEP_MESSAGES in here,
        "hand_out": {Right.HAND_OUT, Right.READ_MESSAGES} <= here,
        "private": Right.SEE_PRIVATE_MAIL in here,
    }


def _may_change(request: StaffRequest, place: str) -> bool:
    places = request.staff.places_with(Right.CHANGE_PEOPLE)
    return any(one.place == place for one in places)
