"""Pages of visits that are there: the list, one visit, moving and cancelling it, offers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kinline.apps.errors import Refused
from kinline.apps.visits.actions import waiting
from kinline.apps.visits.actions.booking import SlotTaken
from kinline.apps.visits.actions.cancelling import cancel as cancel_visit
from kinline.apps.visits.actions.changing import change as change_visit
from kinline.apps.visits.queries import files, visits
from kinline.core.visit.states import State
from kinline.doors.visiting import booking, calendar, show, times
from kinline.doors.visiting.desk import Desk
from kinline.doors.visiting.times import Wanted
from kinline.doors.words import visits as words


def everything(desk: Desk) -> HttpResponse:
    """What is to come, offers, places on the waiting list, and what was."""
    if desk.is_inside:
        mine = visits.visits_of_person(person_id=desk.by.id, now=desk.now)
    else:
        mine = visits.visits_of_contact(contact_id=desk.by.id, now=desk.now)
    places = [show.waiting(desk, one) for one in mine.waiting]
    facts = {
        "coming": [show.row(desk, one) for one in mine.coming],
        "past": [show.row(desk, one) for one in mine.past],
        "offers": [one for one in places if one.when is not None],
        "waiting": [one for one in places if one.when is None],
        "test": reverse(f"{desk.door}-visit-test"),
        "may_book": any(one.offered for one in desk.pairs()),
    }
    return desk.page("all", facts)


def one(desk: Desk, visit_id: UUID) -> HttpResponse:
    """One visit: when, with whom, how it stands, and what one can do."""
    visit = visits.visit(by=desk.by, visit_id=visit_id)
    return desk.page("one", {"one": show.one(desk, visit)})


def cancel(desk: Desk, visit_id: UUID) -> HttpResponse:
    """What cancelling means now, then the end of it."""
    visit = visits.visit(by=desk.by, visit_id=visit_id)
    shown = show.one(desk, visit)
    if desk.request.method != "POST":
        if not shown.may_cancel:
            return desk.go("one", visit_id)
        means = words.cancel_means(visit, desk.now, inside=desk.is_inside)
        return desk.page("cancel", {"one": shown, "means": means})
    try:
        done = cancel_visit(by=desk.by, visit_id=visit_id, now=desk.now)
    except Refused as no:
        refused = desk.why_not(no.refusals, other=shown.other, zone=visit.zone)
        return desk.page("refused", {"one": shown, "refused": refused}, status=409)
    return desk.go("one", visit_id, done="canceled-late" if done.late else "canceled")


def change(desk: Desk, visit_id: UUID) -> HttpResponse:
    """Another time for a visit: the calendar again, then the move."""
    visit = visits.visit(by=desk.by, visit_id=visit_id)
    shown = show.one(desk, visit)
    if not shown.may_change:
        return desk.go("one", visit_id)
    wanted = Wanted.of_visit(desk, visit)
    start = calendar.moment_of(desk.request.POST.get("starts", ""))
    if desk.request.method != "POST" or start is None:
        missing = desk.request.method == "POST"
        facts = {"moved": shown, "missing": missing}
        return times.page(desk, wanted, facts, status=400 if missing else 200)
    return _moved(desk, visit, shown, wanted, start)


def _moved(
    desk: Desk, visit: visits.VisitView, shown: show.Shown, wanted: Wanted, start: datetime
) -> HttpResponse:
    try:
        moved = change_visit(
            by=desk.by,
            visit_id=visit.id,
            starts_at=start,
            length_minutes=visit.minutes,
            now=desk.now,
        )
    except Refused as no:
        facts: dict[str, Any] = {
            "moved": shown,
            "refused": desk.why_not(no.refusals, other=shown.other, zone=visit.zone),
            "near": times.near(desk, no, visit.zone) if isinstance(no, SlotTaken) else [],
        }
        return times.page(desk, wanted, facts, status=409)
    done = "asked" if moved.state == State.REQUESTED else "moved"
    return desk.go("one", visit.id, done=done)


def calendar_file(desk: Desk, visit_id: UUID) -> HttpResponse:
    """The visit for one's own calendar; taken again after a change, it moves the entry."""
    found = files.calendar_file(by=desk.by, visit_id=visit_id)
    answer = HttpResponse(found, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return answer


def offer(desk: Desk, waiting_id: UUID) -> HttpResponse:
    """Take the time that is kept, or let it go."""
    if desk.request.POST.get("answer") != "yes":
        waiting.decline(by=desk.by, waiting_id=waiting_id, now=desk.now)
        return desk.go("", done="let-go")
    try:
        booked = waiting.take(by=desk.by, waiting_id=waiting_id, now=desk.now)
    except Refused as no:
        refused = desk.why_not(no.refusals, other=_("them"), zone="UTC")
        return desk.page("refused", {"refused": refused}, status=409)
    return desk.go("one", booked.id, done=booking.done(booked))


def leave(desk: Desk, waiting_id: UUID) -> HttpResponse:
    """Wait no longer."""
    waiting.leave(by=desk.by, waiting_id=waiting_id, now=desk.now)
    return desk.go("", done="left")
