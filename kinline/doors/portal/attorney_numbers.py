"""An attorney's numbers: named, proven by a code; and whether a call there would be private."""

from collections.abc import Callable
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kinline.apps.calls.actions import own_calls
from kinline.apps.errors import Refused
from kinline.apps.people import attorney_rings as rings
from kinline.apps.people import attorneys
from kinline.apps.people.actions.statewide import proving, ringing
from kinline.core.call.rings import Kind
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.portal import attorney
from kinline.doors.words import attorneys as words


class NumberForm(forms.Form):
    """A telephone number as one writes it."""

    number = forms.CharField(
        label=gettext_lazy("Phone number"),
        max_length=40,
        help_text=gettext_lazy("Your office or your own phone, such as 617-555-0142."),
        error_messages={"required": gettext_lazy("Type a phone number.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class CodeForm(forms.Form):
    """Six digits that came by text message, or that staff read out."""

    code = forms.CharField(
        label=gettext_lazy("The six digits"),
        max_length=20,
        error_messages={"required": gettext_lazy("Type the six digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@require_POST
@contact_only
def add(request: ContactRequest) -> HttpResponse:
    """One more number."""
    form = NumberForm(request.POST)
    if form.is_valid() and _done(
        form, proving.add, contact_id=request.contact.id, **form.cleaned_data
    ):
        return redirect("portal-attorney")
    return attorney.show(request, number=form)


@require_POST
@contact_only
def text(request: ContactRequest, number: UUID) -> HttpResponse:
    """Send a code by text message."""
    try:
        proving.text_code(contact_id=request.contact.id, number_id=number, now=timezone.now())
        messages.success(request, _("A text message with a code is on its way."))
    except Refused as no:
        messages.error(request, words.why_not(no.refusals[0]))
    return redirect("portal-attorney")


@require_POST
@contact_only
def call(request: ContactRequest, number: UUID) -> HttpResponse:
    """Kinline rings the number and says a code."""
    if _rings(request, own_calls.tell_code, number):
        messages.success(request, _("Kinline calls this number now and says a code."))
    return redirect("portal-attorney")


@require_POST
@contact_only
def test_call(request: ContactRequest, number: UUID) -> HttpResponse:
    """Kinline rings the number and says whether calls to it would be private."""
    if _rings(request, own_calls.test_call, number):
        messages.success(request, _("Kinline calls this number now. Answer, and listen."))
    return redirect("portal-attorney-private")


@require_POST
@contact_only
def code(request: ContactRequest, number: UUID) -> HttpResponse:
    """The code as typed in."""
    form = CodeForm(request.POST)
    own = {"contact_id": request.contact.id, "number_id": number}
    if form.is_valid() and _done(form, proving.give_code, **own, **form.cleaned_data):
        messages.success(request, _("This number is proven."))
        return redirect("portal-attorney")
    return attorney.show(request, code_of=number, code=form)


@require_POST
@contact_only
def drop(request: ContactRequest, number: UUID) -> HttpResponse:
    """Not theirs any more."""
    proving.drop(contact_id=request.contact.id, number_id=number, now=timezone.now())
    messages.success(request, _("Removed. Calls to it are recorded from now on."))
    return redirect("portal-attorney")


@require_safe
@contact_only
def private(request: ContactRequest) -> HttpResponse:
    """For each number and facility: private, or why not. Before it matters."""
    found = attorneys.checks(contact_id=request.contact.id, now=timezone.now())
    rows = [
        {
            "facility": facility,
            "numbers": [
                {"one": one, "why": words.NOT_PRIVATE[one.why] if one.why else ""} for one in each
            ],
        }
        for facility, each in groupby(found, key=lambda one: one.facility_name)
    ]
    now, mine = timezone.now(), request.contact.id
    rung = rings.rings_of(contact_id=mine, now=now)
    facts = {
        "tab": attorney.TAB,
        "rows": rows,
        "can_ring": ringing.can_ring(contact_id=mine),
        "going_on": any(one.going_on for one in rung),
        "tests": [
            {"one": one, "rung": shown(rung, one.id, Kind.CHECK)}
            for one in attorneys.numbers_of(contact_id=mine, now=now)
        ],
    }
    return render(request, "portal/attorney/private.html", facts)


def shown(rung: list[rings.OwnRing], number: UUID, kind: Kind) -> dict[str, Any] | None:
    """The last ring of a kind to a number, with its words."""
    found = next((one for one in rung if one.number == number and one.kind is kind), None)
    return {"one": found, "words": words.rung(found.state, found.code)} if found else None


def _rings(request: ContactRequest, act: Callable[..., object], number: UUID) -> bool:
    try:
        act(contact_id=request.contact.id, number_id=number, now=timezone.now())
    except Refused as no:
        for one in no.refusals:
            messages.error(request, words.why_not(one))
        return False
    return True


def _done(form: forms.Form, act: Callable[..., object], **facts: Any) -> bool:
    try:
        act(**facts, now=timezone.now())
    except Refused as no:
        for one in no.refusals:
            field = one.facts.get("field", "")
            form.add_error(field if field in form.fields else None, words.why_not(one))
        return False
    return True
