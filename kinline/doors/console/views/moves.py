"""A person leaves: for another facility, or released. Each page says what it does."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kinline.apps.calls.actions import leaving
from kinline.apps.charging import answers
from kinline.apps.facilities import queries as facilities
from kinline.apps.people.rights import Right
from kinline.doors import accounts
from kinline.doors.console import say
from kinline.doors.console.forms.people import Release, Transfer
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.console.views.people import person_of


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_PEOPLE)
def transfer(request: StaffRequest, person: UUID) -> HttpResponse:
    """Move somebody to another facility, of this agency or of another one."""
    seen = person_of(request, person, Right.CHANGE_PEOPLE)
    others = [one for one in facilities.names() if one.place != seen.row.place]
    form = Transfer(
        request.POST or None,
        places=others,
        initial={"number": seen.row.number, "key": uuid4().hex},
    )
    if form.is_valid() and say.done(
        form,
        leaving.transfer,
        staff=request.staff,
        person_id=person,
        now=request.now,
        **form.cleaned_data,
    ):
        facts = {"name": seen.row.name}
        messages.success(request, _("%(name)s was moved. They and their list are told.") % facts)
        return HttpResponseRedirect(reverse("console_people"))
    return page(request, "console/transfer.html", {"form": form, "person": seen.row}, tab="people")


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_PEOPLE)
def release(request: StaffRequest, person: UUID) -> HttpResponse:
    """Release somebody: what they have here stays theirs, and stands on the page."""
    seen = person_of(request, person, Right.CHANGE_PEOPLE)
    form = Release(request.POST or None, initial={"key": uuid4().hex})
    if form.is_valid() and say.done(
        form,
        leaving.release,
        staff=request.staff,
        person_id=person,
        now=request.now,
        key=form.cleaned_data["key"],
    ):
        messages.success(request, _("%(name)s was released.") % {"name": seen.row.name})
        return HttpResponseRedirect(reverse("console_person", args=[person]))
    has = answers.of_person(person_id=person, now=request.now)
    facts = {"form": form, "person": seen.row, "cards": list(accounts.cards(has))}
    return page(request, "console/release.html", facts, tab="people")
