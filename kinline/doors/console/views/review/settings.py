"""What a facility has looked at, and whom it keeps from writing: policies and stops."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kinline.apps.ids import as_uuid
from kinline.apps.people import queries as people
from kinline.apps.people.access import access_facility
from kinline.apps.people.rights import Right
from kinline.apps.review import about
from kinline.apps.review.about import Whom, WhomView
from kinline.apps.review.actions import policies as act
from kinline.apps.review.actions import stops as halting
from kinline.apps.review.queries import policies as read
from kinline.apps.review.queries import stops as stopped
from kinline.doors.console import say
from kinline.doors.console.forms.review import PolicyForm, StopForm, WhyEnd
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page

SET = Right.SET_REVIEW


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(SET)
def policies(request: StaffRequest, place: str) -> HttpResponse:
    """What is looked at here, for everybody and for somebody; and a form to set it."""
    here = access_facility(staff=request.staff, place=place, right=SET)
    whom = _whom(request, place)
    form = PolicyForm(request.POST or None, about=bool(whom.whom))
    if form.is_valid() and say.done(
        form,
        act.set_policy,
        staff=request.staff,
        place=place,
        wish=form.wish(here.zone),
        now=request.now,
        whom=whom.whom,
    ):
        messages.success(request, _("It holds from now on."))
        return HttpResponseRedirect(reverse("console_review_policies", args=[place]))
    found = read.policies(staff=request.staff, place=place, now=request.now)
    facts = {
        "here": here,
        "form": form,
        "about": whom,
        "holding": read.holding(staff=request.staff, place=place, now=request.now),
        "policies": found,
        "names": people.account_names(ids=[one.set_by for one in found]),
    }
    return page(request, "console/review/policies.html", facts, tab="review")


@require_POST
@staff_only(SET)
def end_policy(request: StaffRequest, place: str, policy: UUID) -> HttpResponse:
    """A policy holds no longer."""
    act.end_policy(staff=request.staff, place=place, policy_id=policy, now=request.now)
    messages.success(request, _("It holds no longer."))
    return HttpResponseRedirect(reverse("console_review_policies", args=[place]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(SET)
def stops(request: StaffRequest, place: str) -> HttpResponse:
    """Who is kept from writing here; with somebody in the address, a form to stop them."""
    here = access_facility(staff=request.staff, place=place, right=SET)
    whom = _whom(request, place)
    form = StopForm(request.POST or None)
    if form.is_valid() and say.done(
        form,
        halting.stop,
        staff=request.staff,
        place=place,
        whom=whom.whom,
        halt=form.halt(here.zone),
        now=request.now,
    ):
        messages.success(request, _("Stopped. Both sides were told why and until when."))
        return HttpResponseRedirect(reverse("console_review_stops", args=[place]))
    found = stopped.stops_here(staff=request.staff, place=place, now=request.now)
    facts = {
        "here": here,
        "form": form,
        "about": whom,
        "stops": found,
        "names": people.account_names(ids=[one.set_by for one in found]),
    }
    return page(request, "console/review/stops.html", facts, tab="review")


@require_POST
@staff_only(SET)
def end_stop(request: StaffRequest, place: str, stop: UUID) -> HttpResponse:
    """A stop ends before its time, with a reason."""
    form = WhyEnd(request.POST)
    form.is_valid()
    if say.done(
        form,
        halting.end_stop,
        staff=request.staff,
        place=place,
        stop_id=stop,
        why=form.cleaned_data.get("why", ""),
        now=request.now,
    ):
        messages.success(request, _("They may write again. Both sides were told."))
    else:
        messages.warning(request, _("Say why it ends."))
    return HttpResponseRedirect(reverse("console_review_stops", args=[place]))


def _whom(request: StaffRequest, place: str) -> WhomView:
    """Whom the address names. Raises NotFound for somebody this facility does not know."""
    asked = request.GET
    whom = Whom(as_uuid(asked.get("person", "")), as_uuid(asked.get("contact", "")))
    return about.shown(staff=request.staff, place=place, whom=whom)
