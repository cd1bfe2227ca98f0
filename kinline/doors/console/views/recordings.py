"""Playing a recording: the purpose first, then the sound, and the seconds played on record."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.calls.queries import console as calls
from kinline.apps.people.rights import Right
from kinline.apps.recordings import queries
from kinline.apps.recordings.actions import listen
from kinline.doors.console.forms.calls import Purpose
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.playing import Opened, seconds_told
from kinline.doors.console.shell import page

OPENED = Opened("console_listenings")
SPEEDS = ("0.75", "1", "1.5", "2")


@require_http_methods(["GET", "POST"])
@staff_only(Right.LISTEN)
def player(request: StaffRequest, recording: UUID) -> HttpResponse:
    """Ask why; once that is said, show the player."""
    seen = queries.of(staff=request.staff, recording_id=recording)
    form = Purpose(request.POST or None)
    if form.is_valid() and OPENED.begin(request, recording, form, listen.listen):
        return HttpResponseRedirect(reverse("console_recording", args=[recording]))
    mine = OPENED.of(request, recording)
    now_for = next((one for one in seen.listenings if str(one.id) == mine), None)
    call = calls.one(staff=request.staff, call_id=seen.call)
    facts = {
        "recording": seen,
        "call": call.call,
        "form": form,
        "listening": now_for,
        "speeds": SPEEDS,
    }
    return page(request, "console/recording.html", facts, tab="calls")


@require_safe
@staff_only(Right.LISTEN)
def audio(request: StaffRequest, recording: UUID) -> StreamingHttpResponse:
    """The sound, two channels: only with a listening that this session opened."""
    sound = listen.audio(
        staff=request.staff, listening_id=OPENED.mine(request, recording), now=request.now
    )
    return StreamingHttpResponse(sound, content_type=sound.media_type)


@require_POST
@staff_only(Right.LISTEN)
def heard(request: StaffRequest, recording: UUID) -> HttpResponse:
    """Seconds that were played since the page last told."""
    listening = OPENED.mine(request, recording)
    tell = partial(listen.heard, staff=request.staff, listening_id=listening, now=request.now)
    return seconds_told(
        request, listen.LONGEST_REPORT_SECONDS, lambda seconds: tell(seconds=seconds)
    )


@require_POST
@staff_only(Right.LISTEN)
def close(request: StaffRequest, recording: UUID) -> HttpResponse:
    """Done listening: the next time the purpose is asked again."""
    OPENED.close(request, recording)
    seen = queries.of(staff=request.staff, recording_id=recording)
    messages.success(request, _("You are done listening."))
    return HttpResponseRedirect(reverse("console_call", args=[seen.call]))
