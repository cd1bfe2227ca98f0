"""Which signs of a third person end a call at a facility, now and before."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kinline.apps.facilities import signs as reads
from kinline.apps.facilities.actions import signs as actions
from kinline.apps.people import queries as people
from kinline.apps.people.access import StaffPlace, access_facility
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.signs import SignForm
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page


@require_safe
@staff_only(Right.SEE_FACILITY)
def rule(request: StaffRequest, place: str) -> HttpResponse:
    """What holds now, what held before, and the boxes to change it."""
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_FACILITY)
    rules = reads.rules(facility_id=here.facility)
    ticked = {kind.value: True for kind in rules[0].cuts} if rules else {}
    return _page(request, here, SignForm(initial=ticked))


@require_POST
@staff_only(Right.CHANGE_FACILITY)
def set_rule(request: StaffRequest, place: str) -> HttpResponse:
    """A new rule, for calls that begin from now on."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    form = SignForm(request.POST)
    if form.is_valid() and _set(request, here, form):
        messages.success(request, _("The rule is set."))
        return HttpResponseRedirect(reverse("console_signs", args=[place]))
    return _page(request, here, form)


def _set(request: StaffRequest, here: StaffPlace, form: SignForm) -> bool:
    return say.done(
        form,
        actions.set_rule,
        facility_id=here.facility,
        cuts=form.cuts(),
        note=form.cleaned_data["note"],
        by=request.staff.account,
        now=request.now,
    )


def _page(request: StaffRequest, here: StaffPlace, form: SignForm) -> HttpResponse:
    rules = reads.rules(facility_id=here.facility)
    facts = {
        "here": here,
        "rules": rules,
        "form": form,
        "names": people.account_names(ids=[one.set_by for one in rules]),
        "may_change": request.staff.may(Right.CHANGE_FACILITY, here.facility),
    }
    return page(request, "console/signs.html", facts, tab="facility")
