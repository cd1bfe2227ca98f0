"""One's requests to visit: how far each is, why not, and what one can do now."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.errors import NotFound, Refused
from kinline.apps.people import visitor_desk, visitors
from kinline.apps.people.actions.visitors import asking
from kinline.core.visitor import Picture, State
from kinline.doors import ranges
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.words import visitors as words
from kinline.doors.writing.parts import BARE

TAB = "people"
OPEN = (State.PENDING, State.APPROVED)


class AppealForm(forms.Form):
    """Why one thinks the decision is wrong."""

    words = forms.CharField(
        label=gettext_lazy("Why is it wrong?"),
        max_length=asking.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Somebody who had no part in the decision reads it."),
        error_messages={"required": gettext_lazy("Write why you think it is wrong.")},
    )


@require_safe
@contact_only
def everything(request: ContactRequest) -> HttpResponse:
    """Requests that are open, and those that are over."""
    mine = visitors.requests_of(contact_id=request.contact.id)
    over = (State.WITHDRAWN, State.EXPIRED)
    facts = {
        "tab": TAB,
        "now_ones": [one for one in mine if one.state not in over],
        "over": [one for one in mine if one.state in over],
        "offered": bool(visitors.places()),
    }
    return render(request, "portal/visitor/all.html", facts)


@require_safe
@contact_only
def one(request: ContactRequest, access: UUID) -> HttpResponse:
    """One request; what is not sent goes on where it was left."""
    seen = visitors.request_of(contact_id=request.contact.id, access_id=access)
    if seen.state is State.DRAFT:
        for kind in Picture:
            if kind not in seen.pictures:
                return redirect("portal-visitor-photo", access, kind.value)
        return redirect("portal-visitor-check", access)
    return _page(request, access, AppealForm())


def _page(request: ContactRequest, access: UUID, form: AppealForm) -> HttpResponse:
    seen = visitors.request_of(contact_id=request.contact.id, access_id=access)
    told = seen.reason if seen.state in (State.REFUSED, State.WITHDRAWN) else None
    facts: dict[str, Any] = {
        "tab": TAB,
        "one": seen,
        "form": form,
        "reason": words.REASONS[told] if told else "",
        "help": words.HELPS[told] if told else "",
        "may_appeal": seen.may_appeal(timezone.now()),
        "may_renew": seen.state not in (State.DRAFT, State.PENDING),
        "may_take_back": seen.state in OPEN,
        "appeal_waits": seen.appealed_at is not None and seen.appeal_right is None,
    }
    status = 400 if form.errors else 200
    return render(request, "portal/visitor/one.html", facts, status=status)


@require_safe
@contact_only
def picture(request: ContactRequest, access: UUID, kind: str) -> HttpResponseBase:
    """One's own photo, while the request is written or waits: sealed until this moment."""
    if kind not in set(Picture):
        raise NotFound
    row = visitors.own_picture(contact_id=request.contact.id, access_id=access, kind=Picture(kind))
    return sent(request, visitor_desk.open_picture(row))


def sent(request: Any, file: visitor_desk.File) -> HttpResponseBase:
    """An opened picture as a picture and nothing else, kept by no browser."""
    answer = ranges.send_opened(
        request, file.opened, media_type="image/jpeg", etag=file.picture.hex
    )
    answer["Content-Security-Policy"] = BARE
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@contact_only
def appeal(request: ContactRequest, access: UUID) -> HttpResponse:
    """Ask for another look."""
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            asking.appeal(
                contact_id=request.contact.id,
                access_id=access,
                words=form.cleaned_data["words"],
                now=timezone.now(),
            )
            messages.success(request, _("Sent. Somebody else looks at it; you hear from us."))
            return redirect("portal-visitor-one", access)
        except Refused as no:
            for why in no.refusals:
                form.add_error(None, words.why_not(why))
    return _page(request, access, form)


@require_POST
@contact_only
def renew(request: ContactRequest, access: UUID) -> HttpResponse:
    """Begin anew, for the same people."""
    try:
        made = asking.renew(contact_id=request.contact.id, access_id=access, now=timezone.now())
    except Refused as no:
        messages.info(request, words.why_not(no.refusals[0]))
        return redirect("portal-visitor-one", access)
    return redirect("portal-visitor-one", made)


@require_http_methods(["GET", "HEAD", "POST"])
@contact_only
def take_back(request: ContactRequest, access: UUID) -> HttpResponse:
    """What taking back means, then the taking back."""
    seen = visitors.request_of(contact_id=request.contact.id, access_id=access)
    if seen.state not in (State.DRAFT, *OPEN):
        return redirect("portal-visitor")  # pressed twice
    if request.method != "POST":
        return render(request, "portal/visitor/take_back.html", {"tab": TAB, "one": seen})
    try:
        asking.take_back(contact_id=request.contact.id, access_id=access, now=timezone.now())
        messages.success(request, _("Taken back. Your photos are erased."))
    except Refused as no:
        messages.info(request, words.why_not(no.refusals[0]))
    return redirect("portal-visitor")
