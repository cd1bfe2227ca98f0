"""Somebody's own messages handed out to them, and the list of private mail that took place."""

from functools import partial
from typing import IO
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from kinline.apps.errors import Refused
from kinline.apps.messaging.actions.exporting import export_for_person
from kinline.apps.messaging.queries import holds
from kinline.apps.messaging.queries.reading import took_place
from kinline.apps.people import queries as people
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.written import HandOut
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.shell import page
from kinline.doors.console.views.people import person_of
from kinline.doors.handed import zipped


@require_safe
@staff_only(Right.HAND_OUT)
def waiting(request: StaffRequest) -> HttpResponse:
    """Who asked for a copy on their tablet and has none yet."""
    found = holds.wishes(staff=request.staff, place=request.place, page=number_of(request))
    facts = {"page": found, "rest": rest_of(request)}
    return page(request, "console/copies.html", facts, tab="people")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.HAND_OUT)
def hand_out(request: StaffRequest, person: UUID) -> HttpResponseBase:
    """What is in the file; then, with a purpose, the file."""
    asked = holds.wishes_of(staff=request.staff, person_id=person)
    seen = person_of(request, person, Right.HAND_OUT)
    form = HandOut(request.POST or None)
    if form.is_valid():
        give = partial(_give, request, person, form.cleaned_data["why"])
        try:
            return zipped(give, f"messages-{seen.row.number}-{request.now:%Y-%m-%d}.zip")
        except Refused as no:
            say.blame(form, no.refusals)
    facts = {
        "form": form,
        "person": seen.row,
        "zone": seen.zone,
        "asked": asked,
        "names": people.account_names(ids=[one.given_by for one in asked]),
    }
    return page(request, "console/hand_out.html", facts, tab="people")


@require_safe
@staff_only(Right.SEE_PRIVATE_MAIL)
def private_mail(request: StaffRequest, person: UUID) -> HttpResponse:
    """When, with whom and how large; of what it says nothing can be shown."""
    found = took_place(person_id=person, viewer=request.staff, page=number_of(request))
    seen = person_of(request, person, Right.SEE_PRIVATE_MAIL)
    facts = {
        "person": seen.row,
        "zone": seen.zone,
        "page": found,
        "rest": rest_of(request),
    }
    return page(request, "console/private_mail.html", facts, tab="people")


def _give(request: StaffRequest, person: UUID, why: str, to: IO[bytes]) -> int:
    return export_for_person(staff=request.staff, person_id=person, why=why, to=to, now=request.now)
