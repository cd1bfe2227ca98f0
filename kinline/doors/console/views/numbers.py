"""A person's allowed list: numbers, what marks them private, and taking them off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kinline.apps.errors import NotFound
from kinline.apps.facilities import queries as facilities
from kinline.apps.people import queries
from kinline.apps.people.actions import attorneys, contacts, lists
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.people import (
    Attorney,
    ChangeNumber,
    NewNumber,
    NewPassword,
    SignIn,
)
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.console.views.people import person_of


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_PEOPLE)
def add(request: StaffRequest, person: UUID) -> HttpResponse:
    """A number this person may call from now on."""
    seen = _person(request, person)
    form = NewNumber(request.POST or None)
    facts = {"form": form, "person": seen.row}
    if form.is_valid() and say.done(
        form,
        lambda: lists.allow(
            staff=request.staff, person_id=person, now=request.now, **form.cleaned_data
        ),
    ):
        return _back(request, person, _("Added. They may call it from now on."))
    return page(request, "console/number_add.html", facts, tab="people")


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_PEOPLE)
def one(request: StaffRequest, person: UUID, allowed: UUID) -> HttpResponse:
    """One number of the list: its label and limit, and the marks that make it private."""
    seen, entry = _entry(request, person, allowed)
    form = ChangeNumber(request.POST or None, initial=_known(entry))
    if form.is_valid() and say.done(
        form,
        lambda: lists.change(
            staff=request.staff, allowed_id=allowed, now=request.now, **form.cleaned_data
        ),
    ):
        return _back(request, person, _("Changed."))
    return _show(request, seen, entry, form=form)


@sensitive_post_parameters("password")
@require_POST
@staff_only(Right.CHANGE_PEOPLE)
def sign_in(request: StaffRequest, person: UUID, allowed: UUID) -> HttpResponse:
    """Give the contact a sign-in, so that their browser can be rung."""
    seen, entry = _entry(request, person, allowed)
    form = SignIn(request.POST)
    if form.is_valid() and say.done(
        form,
        lambda: contacts.open_account(
            staff=request.staff, allowed_id=allowed, now=request.now, **form.cleaned_data
        ),
    ):
        return _back(request, person, _("They can sign in now."))
    return _show(request, seen, entry, sign_in=form)


@sensitive_post_parameters("password")
@require_POST
@staff_only(Right.CHANGE_PEOPLE)
def password(request: StaffRequest, person: UUID, allowed: UUID) -> HttpResponse:
    """Give a contact who forgot their password a new one, and sign them out everywhere."""
    seen, entry = _entry(request, person, allowed)
    form = NewPassword(request.POST)
    if form.is_valid() and say.done(
        form,
        lambda: contacts.set_password(
            staff=request.staff, allowed_id=allowed, now=request.now, **form.cleaned_data
        ),
    ):
        return _back(request, person, _("The new password works now. The old one does not."))
    return _show(request, seen, entry, new_password=form)


@require_POST
@staff_only(Right.CHANGE_PEOPLE)
def remove(request: StaffRequest, person: UUID, allowed: UUID) -> HttpResponse:
    """Take a number off the list."""
    _entry(request, person, allowed)
    lists.remove(staff=request.staff, allowed_id=allowed, now=request.now)
    return _back(request, person, _("Taken off the list."))


@require_POST
@staff_only(Right.CHANGE_PEOPLE)
def recording(request: StaffRequest, person: UUID, allowed: UUID) -> HttpResponse:
    """Mark a number "do not record", or take the mark back."""
    _entry(request, person, allowed)
    on = request.POST.get("on") == "1"
    lists.mark_do_not_record(staff=request.staff, allowed_id=allowed, on=on, now=request.now)
    words = _("Calls with it are private from now on.") if on else _("The mark is taken back.")
    return _back(request, person, words)


@require_POST
@staff_only(Right.CHANGE_PEOPLE)
def attorney(request: StaffRequest, person: UUID, allowed: UUID) -> HttpResponse:
    """Verify that the number is an attorney's: calls with it are private."""
    seen, entry = _entry(request, person, allowed)
    form = Attorney(request.POST)
    if form.is_valid() and say.done(
        form,
        lambda: attorneys.verify(
            staff=request.staff, allowed_id=allowed, now=request.now, **form.cleaned_data
        ),
    ):
        return _back(request, person, _("Verified. Calls with this attorney are private."))
    return _show(request, seen, entry, attorney=form)


@require_POST
@staff_only(Right.CHANGE_PEOPLE)
def end_attorney(request: StaffRequest, person: UUID, allowed: UUID) -> HttpResponse:
    """End a verification: later calls are recorded again, unless another mark is left."""
    _seen, entry = _entry(request, person, allowed)
    if entry.attorney is None:
        raise NotFound
    attorneys.end(staff=request.staff, verification_id=entry.attorney.id, now=request.now)
    return _back(request, person, _("The verification has ended."))


def _person(request: StaffRequest, person: UUID) -> queries.PersonView:
    return person_of(request, person, Right.CHANGE_PEOPLE)


def _entry(
    request: StaffRequest, person: UUID, allowed: UUID
) -> tuple[queries.PersonView, queries.AllowedView]:
    """The entry, if it is on this person's list. Raises NotFound."""
    seen = _person(request, person)
    for entry in seen.allowed:
        if entry.id == allowed:
            return seen, entry
    raise NotFound


def _show(
    request: StaffRequest, seen: queries.PersonView, entry: queries.AllowedView, **forms: Any
) -> HttpResponse:
    """The page of one number: its forms, of which one may come back with its mistakes."""
    facts: dict[str, Any] = {
        "person": seen.row,
        "entry": entry,
        "form": ChangeNumber(initial=_known(entry)),
        "attorney": Attorney(
            initial={"from_on": facilities.today(zone=seen.zone, now=request.now)}
        ),
        "sign_in": SignIn(),
        "new_password": NewPassword(),
    }
    return page(request, "console/number.html", facts | forms, tab="people")


def _known(entry: queries.AllowedView) -> dict[str, Any]:
    seconds = entry.max_call_seconds
    return {"label": entry.label, "max_call_seconds": seconds // 60 if seconds else None}


def _back(request: StaffRequest, person: UUID, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("console_person", args=[person]))
