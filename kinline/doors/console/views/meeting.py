"""Visits under way: who is in one now, watching with a purpose, a message to all, an end."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.rights import Right
from kinline.apps.visits.actions.meeting import passes
from kinline.apps.visits.actions.meeting import staff as acting
from kinline.apps.visits.queries import meeting
from kinline.doors.console import say
from kinline.doors.console.forms.meeting import EndVisit, SayToVisit, WatchVisit
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.meeting import show
from kinline.doors.meeting.show import Addresses
from kinline.doors.words import meeting as words

TAB = "visits_live"
WATCHED = "console_watched"  # by visit, the purpose this session gave for it


@require_safe
@staff_only(Right.WATCH_VISITS)
def live(request: StaffRequest) -> HttpResponse:
    """Visits that are being held now, soonest end first."""
    return page(request, "console/visits_live.html", _rows(request), tab=TAB)


@require_safe
@staff_only(Right.WATCH_VISITS)
def part(request: StaffRequest) -> HttpResponse:
    """The table alone, asked for every few seconds."""
    return page(request, "console/visits_live_part.html", _rows(request), tab=TAB)


@require_http_methods(["GET", "POST"])
@staff_only(Right.WATCH_VISITS)
def one(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Ask why; once that is said, show the visit. One that is over shows what happened."""
    seen = meeting.for_staff(staff=request.staff, visit_id=visit)
    form = WatchVisit(request.POST or None)
    if form.is_valid() and seen.live:
        purposes = _purposes(request) | {str(visit): form.cleaned_data["purpose"]}
        request.session[WATCHED] = purposes
        return HttpResponseRedirect(reverse("console_visit_live", args=[visit]))
    addresses = Addresses(
        ticket=reverse("console_visit_pass", args=[visit]), back=reverse("console_visits_live")
    )
    facts = show.facts(seen.room, you="", addresses=addresses, now=request.now)
    ended = words.ENDS.get(seen.room.ended.reason) if seen.room.ended else None
    more = {
        "seen": seen,
        "form": form,
        "say": SayToVisit(),
        "purpose": _purposes(request).get(str(visit)),
        "ended": ended,
        "steps": [(step, words.STEPS[step.kind], _seat(step.seat)) for step in seen.steps],
    }
    return page(request, "console/visit_live.html", facts | more, tab=TAB)


@require_POST
@staff_only(Right.WATCH_VISITS)
def ticket(request: StaffRequest, visit: UUID) -> HttpResponse:
    """A pass to watch, for the purpose this session gave; each one is audited."""
    purpose = _purposes(request).get(str(visit))
    if purpose is None:
        raise NotFound
    given = passes.watch(staff=request.staff, visit_id=visit, purpose=purpose, now=request.now)
    return JsonResponse({"url": given.url, "pass": given.word})


@require_POST
@staff_only(Right.WATCH_VISITS)
def say_to(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Show a sentence to everybody in the visit."""
    meeting.for_staff(staff=request.staff, visit_id=visit)
    form = SayToVisit(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else request.POST.get("text", "")
    try:
        acting.say(staff=request.staff, visit_id=visit, text=text, now=request.now)
        messages.success(request, _("Your message is being shown to everybody."))
    except Refused as no:
        messages.warning(request, say.mistake(no.refusals[0]))
    return HttpResponseRedirect(reverse("console_visit_live", args=[visit]))


@require_http_methods(["GET", "POST"])
@staff_only(Right.WATCH_VISITS)
def end(request: StaffRequest, visit: UUID) -> HttpResponse:
    """End a visit, with a reason of the list and one's own words. A private one too: nobody looks
    in, and it ends all the same."""
    seen = meeting.to_end(staff=request.staff, visit_id=visit)
    back = reverse("console_visits_live")
    if not seen.private:
        back = reverse("console_visit_live", args=[visit])
    form = EndVisit(request.POST or None)
    if form.is_valid():
        try:
            acting.end(staff=request.staff, visit_id=visit, reason=form.said(), now=request.now)
            messages.success(request, _("The visit is being ended."))
        except Refused as no:
            messages.warning(request, say.mistake(no.refusals[0]))
        return HttpResponseRedirect(back)
    facts = {"seen": seen, "form": form, "who": show.joined(seen.who), "back": back}
    return page(request, "console/visit_end.html", facts, tab=TAB)


@require_POST
@staff_only(Right.WATCH_VISITS)
def done(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Done watching: the next time the purpose is asked again."""
    request.session[WATCHED] = {k: v for k, v in _purposes(request).items() if k != str(visit)}
    return HttpResponseRedirect(reverse("console_visits_live"))


def _rows(request: StaffRequest) -> dict[str, Any]:
    found = meeting.live(staff=request.staff)
    here = [one for one in found if not request.place or one.room.place == request.place]
    private = meeting.live_private(staff=request.staff)
    return {
        "rows": [(one, _names(one.room)) for one in here],
        "private": [one for one in private if not request.place or one.place == request.place],
    }


def _names(room: meeting.Room) -> str:
    return show.joined(name for seat in room.outside for name in seat.names)


def _seat(seat: str) -> object:
    return words.SEATS.get(seat, "")


def _purposes(request: StaffRequest) -> dict[str, str]:
    return dict(request.session.get(WATCHED, {}))
