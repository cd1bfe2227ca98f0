"""Playing a recording: the purpose first, then the sound, and the seconds played on record."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.calls.queries import console as calls
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.rights import Right
from kinline.apps.recordings import queries
from kinline.apps.recordings.actions import listen
from kinline.doors.console import say
from kinline.doors.console.forms.calls import Purpose
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page

OPEN = "console_listenings"
SPEEDS = ("0.75", "1", "1.5", "2")


@require_http_methods(["GET", "POST"])
@staff_only(Right.LISTEN)
def player(request: StaffRequest, recording: UUID) -> HttpResponse:
    """Ask why; once that is said, show the player."""
    seen = queries.of(staff=request.staff, recording_id=recording)
    form = Purpose(request.POST or None)
    if form.is_valid() and _begin(request, recording, form):
        return HttpResponseRedirect(reverse("console_recording", args=[recording]))
    mine = _open(request).get(str(recording))
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
        staff=request.staff, listening_id=_listening(request, recording), now=request.now
    )
    return StreamingHttpResponse(sound, content_type=sound.media_type)


@require_POST
@staff_only(Right.LISTEN)
def heard(request: StaffRequest, recording: UUID) -> HttpResponse:
    """Seconds that were played since the page last told."""
    word = request.POST.get("seconds", "")
    if not word.isdecimal() or not 0 < int(word[:6]) <= 3600:
        return JsonResponse({"code": "heard.seconds"}, status=400)
    listening = _listening(request, recording)
    listen.heard(staff=request.staff, listening_id=listening, seconds=int(word), now=request.now)
    return JsonResponse({})


@require_POST
@staff_only(Right.LISTEN)
def close(request: StaffRequest, recording: UUID) -> HttpResponse:
    """Done listening: the next time the purpose is asked again."""
    request.session[OPEN] = {k: v for k, v in _open(request).items() if k != str(recording)}
    seen = queries.of(staff=request.staff, recording_id=recording)
    messages.success(request, _("You are done listening."))
    return HttpResponseRedirect(reverse("console_call", args=[seen.call]))


def _begin(request: StaffRequest, recording: UUID, form: Purpose) -> bool:
    try:
        opened = listen.listen(
            staff=request.staff,
            recording_id=recording,
            purpose=form.cleaned_data["purpose"],
            now=request.now,
        )
    except Refused as no:
        say.blame(form, no.refusals)
        return False
    request.session[OPEN] = _open(request) | {str(recording): str(opened)}
    return True


def _open(request: StaffRequest) -> dict[str, str]:
    return dict(request.session.get(OPEN, {}))


def _listening(request: StaffRequest, recording: UUID) -> UUID:
    """The listening this session opened for this recording. Raises NotFound."""
    opened = _open(request).get(str(recording))
    if opened is None:
        raise NotFound
    return UUID(opened)
