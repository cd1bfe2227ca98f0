"""Courtesy calls: one call that staff grant a person, and take back while it is unused."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kinline.apps.errors import NotFound, Refused
from kinline.apps.people import courtesies as reads
from kinline.apps.people.actions import courtesies
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.people import CourtesyForm
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.console.views.people import person_of


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_PEOPLE)
def grant(request: StaffRequest, person: UUID) -> HttpResponse:
    """Grant one call, until a moment on the facility's clock."""
    seen = person_of(request, person, Right.CHANGE_PEOPLE)
    form = CourtesyForm(request.POST or None, initial={"max_call_seconds": 10})
    if form.is_valid() and _grant(request, person, seen.zone, form):
        messages.success(request, _("Granted. It is used once someone accepts the call."))
        return HttpResponseRedirect(reverse("console_person", args=[person]))
    facts = {"form": form, "person": seen.row}
    return page(request, "console/courtesy.html", facts, tab="people")


@require_POST
@staff_only(Right.CHANGE_PEOPLE)
def take_back(request: StaffRequest, person: UUID, grant: UUID) -> HttpResponse:
    """Take a grant back that nobody has used."""
    person_of(request, person, Right.CHANGE_PEOPLE)
    if grant not in {one.id for one in reads.courtesies(person_id=person, now=request.now)}:
        raise NotFound
    try:
        courtesies.take_back(staff=request.staff, grant_id=grant, now=request.now)
        messages.success(request, _("Taken back."))
    except Refused as no:
        messages.info(request, say.mistake(no.refusals[0]))
    return HttpResponseRedirect(reverse("console_person", args=[person]))


def _grant(request: StaffRequest, person: UUID, zone: str, form: CourtesyForm) -> bool:
    wall: datetime = form.cleaned_data["until"]
    return say.done(
        form,
        courtesies.grant,
        staff=request.staff,
        person_id=person,
        until=wall.replace(tzinfo=ZoneInfo(zone)),
        max_call_seconds=form.cleaned_data["max_call_seconds"],
        reason=form.cleaned_data["reason"],
        now=request.now,
    )
