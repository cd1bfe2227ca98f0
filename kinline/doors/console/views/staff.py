"""Staff of one facility: who holds what, giving a role, ending a right, a lost phone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kinline.apps.errors import NotFound, Refused
from kinline.apps.people import queries
from kinline.apps.people.access import StaffPlace, access_facility
from kinline.apps.people.actions import second_step, staff_rights
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.staff import GiveRole, ResetSecondStep
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_STAFF)
def everyone(request: StaffRequest, place: str) -> HttpResponse:
    """Staff of one facility with their rights, and a form to give a role."""
    here = _here(request, place)
    form = GiveRole(request.POST or None)
    if form.is_valid() and _give(request, here, form):
        messages.success(request, _("The role is given."))
        return HttpResponseRedirect(reverse("console_staff", args=[place]))
    facts = {"here": here, "form": form, "people": _people(request, here)}
    return page(request, "console/staff.html", facts, tab="staff")


@require_POST
@staff_only(Right.CHANGE_STAFF)
def end(request: StaffRequest, place: str, grant: UUID) -> HttpResponse:
    """End one right of one member of staff, from now on."""
    here = _here(request, place)
    if not any(one.id == grant for person in _people(request, here) for one in person.grants):
        raise NotFound
    try:
        staff_rights.end_grant(staff=request.staff, grant_id=grant, now=request.now)
        messages.success(request, _("The right has ended."))
    except Refused as no:
        messages.error(request, say.mistake(no.refusals[0]))
    return HttpResponseRedirect(reverse("console_staff", args=[place]))


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_STAFF)
def reset_second_step(request: StaffRequest, place: str, account: UUID) -> HttpResponse:
    """Take away code app and recovery codes of a colleague whose phone is lost."""
    here = _here(request, place)
    colleague = next((one for one in _people(request, here) if one.account == account), None)
    if colleague is None:
        raise NotFound
    form = ResetSecondStep(request.POST or None)
    if form.is_valid() and _reset(request, here, account, form):
        messages.success(
            request, _("Done. They are signed out, and set a new second step up at sign-in.")
        )
        return HttpResponseRedirect(reverse("console_staff", args=[place]))
    facts = {"here": here, "form": form, "colleague": colleague}
    return page(request, "console/second_step.html", facts, tab="staff")


def _here(request: StaffRequest, place: str) -> StaffPlace:
    return access_facility(staff=request.staff, place=place, right=Right.CHANGE_STAFF)


def _people(request: StaffRequest, here: StaffPlace) -> list[queries.StaffRow]:
    return queries.staff_list(staff=request.staff, place=here.place, now=request.now)


def _reset(request: StaffRequest, here: StaffPlace, account: UUID, form: Any) -> bool:
    return say.done(
        form,
        second_step.reset,
        staff=request.staff,
        account_id=account,
        place=here.place,
        now=request.now,
        **form.cleaned_data,
    )


def _give(request: StaffRequest, here: StaffPlace, form: Any) -> bool:
    return say.done(
        form,
        staff_rights.give_role,
        staff=request.staff,
        place=here.place,
        now=request.now,
        **form.cleaned_data,
    )
