"""Listening to a call under way: the purpose first, then sound, and the seconds on record."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kinline.apps.calls.actions import listening
from kinline.apps.calls.queries import console as calls
from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.doors.console.forms.calls import EndCall, Purpose
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.playing import Opened, seconds_told
from kinline.doors.console.shell import page

OPENED = Opened("console_live_listenings")


def _open(*, staff: Staff, recording_id: UUID, purpose: str, now: datetime) -> UUID:
    return listening.listen(staff=staff, call_id=recording_id, purpose=purpose, now=now)


@require_http_methods(["GET", "POST"])
@staff_only(Right.LISTEN_LIVE)
def one(request: StaffRequest, call: UUID) -> HttpResponse:
    """Ask why; once that is said, let them hear. A call that ended meanwhile shows its own page."""
    seen = calls.one(staff=request.staff, call_id=call)
    mine = OPENED.of(request, call)
    if not seen.may_listen_live:
        if mine is None or seen.live:
            raise NotFound
        return HttpResponseRedirect(reverse("console_call", args=[call]))
    form = Purpose(request.POST or None)
    if form.is_valid() and OPENED.begin(request, call, form, _open):
        return HttpResponseRedirect(reverse("console_listen", args=[call]))
    now_for = next((row for row in seen.listenings if str(row.id) == mine), None)
    facts = {
        "call": seen.call,
        "view": seen,
        "form": form,
        "listening": now_for,
        "end": EndCall() if seen.may_end else None,
    }
    return page(request, "console/listen.html", facts, tab="live")


@require_POST
@staff_only(Right.LISTEN_LIVE)
def ticket(request: StaffRequest, call: UUID) -> HttpResponse:
    """A pass to the engine, only with a listening that this session opened."""
    opened = OPENED.mine(request, call)
    given = listening.ticket(staff=request.staff, listening_id=opened, now=request.now)
    return JsonResponse({"url": given.url, "pass": given.word})


@require_POST
@staff_only(Right.LISTEN_LIVE)
def heard(request: StaffRequest, call: UUID) -> HttpResponse:
    """Seconds that were heard since the page last told."""
    opened = OPENED.mine(request, call)
    tell = partial(listening.heard, staff=request.staff, listening_id=opened, now=request.now)
    return seconds_told(
        request, listening.LONGEST_REPORT_SECONDS, lambda seconds: tell(seconds=seconds)
    )


@require_POST
@staff_only(Right.LISTEN_LIVE)
def done(request: StaffRequest, call: UUID) -> HttpResponse:
    """Done listening: the next time the purpose is asked again."""
    OPENED.mine(request, call)
    OPENED.close(request, call)
    messages.success(request, _("You are done listening."))
    return HttpResponseRedirect(reverse("console_call", args=[call]))
