"""Playing a recorded visit: the purpose first, then all seats side by side on one clock."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.people.rights import Right
from kinline.apps.recordings import visit_queries
from kinline.apps.recordings.actions import watch
from kinline.apps.visits.queries import meeting
from kinline.doors import ranges
from kinline.doors.console.forms.meeting import WatchRecording
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.playing import Opened, seconds_told
from kinline.doors.console.shell import page
from kinline.doors.meeting import show
from kinline.doors.words import meeting as words

OPENED = Opened("console_playings")
SPEEDS = ("1", "1.5", "2")


@require_http_methods(["GET", "POST"])
@staff_only(Right.LISTEN)
def player(request: StaffRequest, recording: UUID) -> HttpResponse:
    """Ask why; once that is said, show the players."""
    seen = visit_queries.of(staff=request.staff, recording_id=recording)
    form = WatchRecording(request.POST or None)
    if form.is_valid() and OPENED.begin(request, recording, form, watch.watch):
        return HttpResponseRedirect(reverse("console_visit_recording", args=[recording]))
    mine = OPENED.of(request, recording)
    held = meeting.for_staff(staff=request.staff, visit_id=seen.visit)
    names = {seat.seat: show.joined(seat.names) for seat in held.room.seats}
    facts = {
        "recording": seen,
        "room": held.room,
        "who": show.joined(name for seat in held.room.outside for name in seat.names),
        "parts": [
            (part, [(one, names.get(one.seat, ""), words.SEATS[one.seat]) for one in part.seats])
            for part in seen.parts
        ],
        "form": form,
        "playing": next((one for one in seen.playings if str(one.id) == mine), None),
        "speeds": SPEEDS,
    }
    return page(request, "console/visit_recording.html", facts, tab="visits_live")


@require_safe
@staff_only(Right.LISTEN)
def film(request: StaffRequest, recording: UUID, part: int, seat: str) -> HttpResponseBase:
    """One seat's sound and picture: only with a playing that this session opened."""
    playing = OPENED.mine(request, recording)
    opened = watch.film(
        staff=request.staff, playing_id=playing, seat=seat, part=part, now=request.now
    )
    etag = f"{recording.hex}-{part}-{seat}"
    return ranges.send_opened(request, opened, media_type=opened.media_type, etag=etag)


@require_POST
@staff_only(Right.LISTEN)
def heard(request: StaffRequest, recording: UUID) -> HttpResponse:
    """Seconds that were played since the page last told."""
    playing = OPENED.mine(request, recording)
    tell = partial(watch.played, staff=request.staff, playing_id=playing, now=request.now)
    return seconds_told(
        request, watch.LONGEST_REPORT_SECONDS, lambda seconds: tell(seconds=seconds)
    )


@require_POST
@staff_only(Right.LISTEN)
def close(request: StaffRequest, recording: UUID) -> HttpResponse:
    """Done: the next time the purpose is asked again."""
    OPENED.close(request, recording)
    visit_queries.of(staff=request.staff, recording_id=recording)
    messages.success(request, _("You are done watching."))
    return HttpResponseRedirect(reverse("console_visit_recording", args=[recording]))
