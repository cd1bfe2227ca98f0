"""Legal holds: whose messages are kept although their time is over, since when, why, until when."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kinline.apps.errors import NotFound
from kinline.apps.messaging.actions import facility
from kinline.apps.messaging.queries import holds
from kinline.apps.people import queries as people
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.written import Hold, Lift
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.shell import page
from kinline.doors.console.views.people import person_of


@require_safe
@staff_only(Right.KEEP_MESSAGES)
def everyone(request: StaffRequest) -> HttpResponse:
    """All holds at one's facilities, those in force first."""
    found = holds.holds(staff=request.staff, place=request.place, page=number_of(request))
    facts = {"page": found, "rest": rest_of(request), "names": _names(found.items)}
    return page(request, "console/holds.html", facts, tab="people")


@require_safe
@staff_only(Right.KEEP_MESSAGES)
def one(request: StaffRequest, person: UUID) -> HttpResponse:
    """The holds about one person."""
    seen = person_of(request, person, Right.KEEP_MESSAGES)
    found = holds.holds_of(staff=request.staff, person_id=person)
    facts = {
        "person": seen.row,
        "zone": seen.zone,
        "holds": found,
        "in_force": any(one.lifted_at is None for one in found),
        "names": _names(found),
    }
    return page(request, "console/holds_of.html", facts, tab="people")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.KEEP_MESSAGES)
def add(request: StaffRequest, person: UUID) -> HttpResponse:
    """A hold from now on."""
    seen = person_of(request, person, Right.KEEP_MESSAGES)
    known = people.links_of_person(person_id=person, open_only=False)
    with_whom = {
        str(one.contact): _("Only with %(name)s") % {"name": one.contact_name} for one in known
    }
    form = Hold(request.POST or None, contacts=list(with_whom.items()))
    if form.is_valid() and say.done(
        form,
        facility.keep,
        staff=request.staff,
        person_id=person,
        now=request.now,
        **form.cleaned_data,
    ):
        messages.success(request, _("Held. Nothing of it is deleted until the hold is lifted."))
        return HttpResponseRedirect(reverse("console_holds_of", args=[person]))
    return page(request, "console/hold.html", {"form": form, "person": seen.row}, tab="people")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.KEEP_MESSAGES)
def lift(request: StaffRequest, person: UUID, hold: UUID) -> HttpResponse:
    """The end of a hold, with a reason."""
    there = holds.holds_of(staff=request.staff, person_id=person)
    held = next((one for one in there if one.id == hold), None)
    if held is None:
        raise NotFound
    form = Lift(request.POST or None)
    if form.is_valid() and say.done(
        form, facility.lift, staff=request.staff, keep_id=hold, now=request.now, **form.cleaned_data
    ):
        messages.success(request, _("Lifted. What was kept long enough is deleted from now on."))
        return HttpResponseRedirect(reverse("console_holds_of", args=[person]))
    return page(request, "console/hold_lift.html", {"form": form, "held": held}, tab="people")


def _names(found: list[holds.HoldView] | tuple[holds.HoldView, ...]) -> dict[str, str]:
    return people.account_names(ids=[by for one in found for by in (one.set_by, one.lifted_by)])
