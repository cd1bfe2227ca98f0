"""Being an attorney here: asking once for a state, how far it is, appealing, taking it back."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.errors import Refused, wrong
from kinline.apps.notices import sign_in as letters
from kinline.apps.people import attorney_rings, attorneys
from kinline.apps.people.actions.statewide import asking, documents, ringing
from kinline.core.call.rings import Kind
from kinline.core.visitor import State
from kinline.darkroom.photo import LIMITS
from kinline.darkroom.terms import Code
from kinline.doors import uploads
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.portal.visitor import AppealForm, sent
from kinline.doors.words import attorneys as words
from kinline.doors.words import places, visitors

TAB = "account"


class AskForm(forms.Form):
    """In which state one is admitted, and under which number."""

    state = forms.ChoiceField(label=gettext_lazy("State"))
    bar_number = forms.CharField(
        label=gettext_lazy("Bar number"),
        max_length=40,
        help_text=gettext_lazy("As the bar writes it. In Massachusetts: the BBO number."),
        error_messages={"required": gettext_lazy("Type your bar number.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one, places.jurisdiction(one)) for one in attorneys.states()]
        listed = [("", _("Choose a state")), *sorted(known, key=lambda one: one[1])]
        self.fields["state"].choices = listed  # type: ignore[attr-defined]


@require_safe
@contact_only
def everything(request: ContactRequest) -> HttpResponse:
    """How far it is in each state, and the numbers."""
    return show(request)


def show(
    request: ContactRequest,
    *,
    appeal_of: UUID | None = None,
    form: forms.Form | None = None,
    number: forms.Form | None = None,
    code_of: UUID | None = None,
    code: forms.Form | None = None,
) -> HttpResponse:
    """The page, with whatever form has something to put right."""
    from kinline.doors.portal.attorney_numbers import CodeForm, NumberForm, shown

    now, mine = timezone.now(), request.contact.id
    found = attorneys.requests_of(contact_id=mine)
    forms_ = (form, number, code)
    rung = attorney_rings.rings_of(contact_id=mine, now=now)
    facts = {
        "tab": TAB,
        "asked": [_shown(one, now, form if one.id == appeal_of else None) for one in found],
        "numbers": [
            {
                "one": one,
                "form": code if one.id == code_of and code else CodeForm(),
                "rung": shown(rung, one.id, Kind.CODE),
            }
            for one in attorneys.numbers_of(contact_id=mine, now=now)
        ],
        "known": attorneys.known_somewhere(contact_id=mine),
        "number": number or NumberForm(),
        "texts": letters.sms_is_set(),
        "calls": ringing.can_ring(contact_id=mine),
    }
    status = 400 if any(one is not None and one.errors for one in forms_) else 200
    return render(request, "portal/attorney/all.html", facts, status=status)


def _shown(one: attorneys.OwnRequest, now: Any, form: forms.Form | None) -> dict[str, Any]:
    against = one.reason if one.state in (State.REFUSED, State.WITHDRAWN) else None
    return {
        "one": one,
        "where": places.jurisdiction(one.jurisdiction),
        "state": words.STATES[one.state],
        "tone": visitors.TONES[one.state],
        "reason": words.REASONS[against] if against else "",
        "help": words.HELPS[against] if against else "",
        "may_appeal": one.may_appeal(now),
        "appeal": form or AppealForm(),
        "appeal_waits": one.appealed_at is not None and one.appeal_right is None,
        "may_take_back": one.state in (State.PENDING, State.APPROVED),
    }


@csrf_exempt  # looked at inside, once the form may be read
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponseBase:
    """State, bar number and a photo, sent together: how much may come is set before it is read."""
    limited = uploads.limit(request, most=LIMITS.most_bytes)
    answer: HttpResponseBase = _ask(request, limited)
    return answer


@contact_only
@csrf_protect
def _ask(request: ContactRequest, limited: uploads.Limited) -> HttpResponse:
    form, trouble = AskForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST":
        trouble = _taken(request, form, limited)
        if not trouble and not form.errors:
            messages.success(request, _("Sent. Staff look at it; you hear from us."))
            return redirect("portal-attorney")
    facts = {
        "tab": TAB,
        "form": form,
        "trouble": trouble,
        "most": LIMITS.most_bytes // 1_000_000,
        "keep_days": words.KEEP_DAYS,
    }
    status = 400 if trouble or form.errors else 200
    return render(request, "portal/attorney/ask.html", facts, status=status)


def _taken(request: ContactRequest, form: AskForm, limited: uploads.Limited) -> str:
    """Send what came; what is wrong with the photo, or nothing."""
    file = request.FILES.get("photo")
    if limited.too_large:
        most = {"most": str(limited.most // 1_000_000)}
        return words.why_not(wrong(Code.TOO_LARGE, "photo", most))
    if not isinstance(file, TemporaryUploadedFile):
        form.is_valid()
        return _("Choose a photo, or take one.")
    with file:
        if not form.is_valid():
            return ""
        try:
            asking.ask(
                contact_id=request.contact.id,
                source=Path(file.temporary_file_path()),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except Refused as no:
            return _blame(form, no)
    return ""


def _blame(form: forms.Form, no: Refused) -> str:
    """Put each reason where it belongs; what is about the photo is given back."""
    about_photo = ""
    for one in no.refusals:
        field = one.facts.get("field", "")
        if field in form.fields or one.code.startswith("attorney."):
            form.add_error(field if field in form.fields else None, words.why_not(one))
        else:
            about_photo = words.why_not(one)
    return about_photo


@require_safe
@contact_only
def card(request: ContactRequest, asked: UUID) -> HttpResponseBase:
    """One's own photo while the request waits: sealed until this moment."""
    row = attorneys.own_document(contact_id=request.contact.id, request_id=asked)
    return sent(request, documents.opened(row))


@require_POST
@contact_only
def appeal(request: ContactRequest, asked: UUID) -> HttpResponse:
    """Ask for another look."""
    attorneys.request_of(contact_id=request.contact.id, request_id=asked)
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            asking.appeal(
                contact_id=request.contact.id,
                request_id=asked,
                words=form.cleaned_data["words"],
                now=timezone.now(),
            )
            messages.success(request, _("Sent. Somebody else looks at it; you hear from us."))
            return redirect("portal-attorney")
        except Refused as no:
            for why in no.refusals:
                form.add_error(None, words.why_not(why))
    return show(request, appeal_of=asked, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@contact_only
def take_back(request: ContactRequest, asked: UUID) -> HttpResponse:
    """What taking back means, then the taking back."""
    seen = attorneys.request_of(contact_id=request.contact.id, request_id=asked)
    if seen.state not in (State.PENDING, State.APPROVED):
        return redirect("portal-attorney")  # pressed twice
    if request.method != "POST":
        where = places.jurisdiction(seen.jurisdiction)
        facts = {"tab": TAB, "one": seen, "where": where}
        return render(request, "portal/attorney/take_back.html", facts)
    try:
        asking.take_back(contact_id=request.contact.id, request_id=asked, now=timezone.now())
        messages.success(request, _("Taken back. Calls are recorded from today on."))
    except Refused as no:
        messages.info(request, words.why_not(no.refusals[0]))
    return redirect("portal-attorney")
