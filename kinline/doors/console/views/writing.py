"""What can be written at a facility, how much, and how long it is kept."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kinline.apps.messaging.actions import facility
from kinline.apps.messaging.queries.offer import offer_of
from kinline.apps.people import queries as people
from kinline.apps.people.access import access_facility
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.writing import OfferForm
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.CHANGE_FACILITY)
def offer(request: StaffRequest, place: str) -> HttpResponse:
    """What holds now, and a form to set it from now on."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    now = offer_of(facility_id=here.facility)
    form = OfferForm.beginning_with(now.offer, request.POST or None)
    if form.is_valid() and say.done(
        form,
        facility.set_rule,
        staff=request.staff,
        place=place,
        offer=form.offer(),
        now=request.now,
    ):
        messages.success(request, _("It holds from now on."))
        return HttpResponseRedirect(reverse("console_writing", args=[place]))
    facts = {
        "here": here,
        "form": form,
        "set": now,
        "names": people.account_names(ids=[now.set_by]),
        "may_review": request.staff.may(Right.SET_REVIEW, here.facility),
    }
    return page(request, "console/writing.html", facts, tab="facility")
