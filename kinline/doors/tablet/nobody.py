"""Calls without a person: to a line that is always open, and from an intake station."""

import re
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kinline.apps.calls.actions import passes
from kinline.apps.calls.queries import tablet
from kinline.apps.calls.queries.tablet import InsideCall
from kinline.apps.charging.queries import price
from kinline.apps.errors import NotFound
from kinline.core.call.states import State
from kinline.doors.guards import DeviceRequest, device_only
from kinline.doors.tablet import open_lines, pages
from kinline.doors.tablet.passes import told
from kinline.doors.tablet.show import show
from kinline.doors.words.price import words_of

NUMBER = re.compile(r"[0-9+()\-. ]{2,32}")


@require_GET
@device_only
def lines(request: DeviceRequest) -> HttpResponse:
    """Every line that is open here, also while somebody is signed in."""
    found = open_lines.here(request.device, timezone.now())
    return show(request, "tablet/lines.html", {"lines": found})


@require_POST
@device_only
def line(request: DeviceRequest, line_id: UUID) -> HttpResponse:
    """The page that calls a line without PIN. One that asks for a sign-in leads to it."""
    found = open_lines.here(request.device, timezone.now())
    chosen = open_lines.chosen(found, str(line_id))
    if chosen is None:
        raise NotFound
    if chosen.with_pin:
        return redirect("tablet-dialler")
    return open_lines.dialled(request, chosen)


@require_POST
@device_only
def line_pass(request: DeviceRequest, line_id: UUID) -> HttpResponse:
    """A pass to call the line, for nobody in particular."""
    ticket = passes.dial_nobody(
        device=request.device, line_id=line_id, language=_language(), now=timezone.now()
    )
    return told(ticket)


@require_http_methods(["GET", "POST"])
@device_only
def intake(request: DeviceRequest) -> HttpResponse:
    """Type a number and call it without sign-in, where the facility lets this tablet do so."""
    facts = open_lines.first_page(request.device)
    rule = facts["intake"]
    if rule is None:
        raise NotFound
    now, device = timezone.now(), request.device
    today = price(place=device.place, at=now)
    facts["price"] = words_of(today) if today else None
    if request.method == "GET":
        return show(request, "tablet/intake.html", facts)
    number = request.POST.get("number", "").strip()
    if not NUMBER.fullmatch(number):
        wrong = _("Type the number with its area code.")
        typed = {"wrong": wrong, "typed": number[:32]}
        return show(request, "tablet/intake.html", facts | typed, status=400)
    called = open_lines.at_number(facts["lines"], number)
    if called is not None and not called.with_pin:
        return open_lines.dialled(request, called)
    plan = pages.intake_plan(device, rule, today, number)
    return open_lines.nobodys(request, pages.dialled_at(plan, "tablet-intake-pass"))


@require_POST
@device_only
def intake_pass(request: DeviceRequest) -> HttpResponse:
    """A pass to call a number without sign-in."""
    ticket = passes.dial_nobody(
        device=request.device, line_id=None, language=_language(), now=timezone.now()
    )
    return told(ticket)


@require_GET
@device_only
def one(request: DeviceRequest, call_id: UUID) -> HttpResponse:
    """One call without a person by its state, for the page that made it."""
    call = _own(request, call_id)
    facts = open_lines.facts(pages.call_screen(call, ""))
    facts["reasons"] = pages.reasons(call, timezone.now())
    if call.state == State.REFUSED:
        return show(request, "tablet/refused.html", facts)
    return show(request, "tablet/call.html" if call.live else "tablet/ended.html", facts)


@require_GET
@device_only
def screen(request: DeviceRequest, call_id: UUID) -> HttpResponse:
    """The call page's sections alone, as decided for this very call."""
    facts = open_lines.facts(pages.call_screen(_own(request, call_id), ""))
    return show(request, "tablet/screen.html", facts)


@require_POST
@device_only
def join(request: DeviceRequest, call_id: UUID) -> HttpResponse:
    """A pass to come back to the call this page made."""
    ticket = passes.join_nobody(
        device=request.device,
        key=request.COOKIES.get(open_lines.KEY_COOKIE, ""),
        call_id=call_id,
        language=_language(),
        now=timezone.now(),
    )
    return told(ticket)


def _own(request: DeviceRequest, call_id: UUID) -> InsideCall:
    key = request.COOKIES.get(open_lines.KEY_COOKIE, "")
    return tablet.nobodys(facility_id=request.device.facility, key=key, call_id=call_id)


def _language() -> str:
    return get_language() or "en"
