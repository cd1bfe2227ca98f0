"""The wallboard: calls in progress, soonest end first, and ending one with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kinline.apps.calls.actions import staff as calls_staff
from kinline.apps.calls.queries import console as calls
from kinline.apps.calls.queries import watches
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.rights import Right
from kinline.core.call.states import State
from kinline.doors.console import say
from kinline.doors.console.forms.calls import EndCall
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page, tabs

ENDS_SOON_SECONDS = 60
JUST_ENDED_SHOWS = 6
LATE_SHOWS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A live call as a line of the wallboard; times are seconds, `used` percent of its time."""

    call: calls.LiveCall
    ringing: bool
    ends_soon: bool
    since: datetime
    seconds: float
    left: float | None
    used: int | None


@require_safe
@staff_only()
def board(request: StaffRequest) -> HttpResponse:
    """The page around the table. Staff who see no calls begin at the first page of theirs."""
    if not request.staff.has(Right.SEE_CALLS):
        first = next(iter(tabs(request, "")), None)
        if first is None:
            raise NotFound
        return HttpResponseRedirect(first.url)
    return page(request, "console/live.html", _facts(request), tab="live")


@require_safe
@staff_only(Right.SEE_CALLS)
def part(request: StaffRequest) -> HttpResponse:
    """The table alone, asked for every two seconds."""
    return page(request, "console/live_part.html", _facts(request), tab="live")


@require_http_methods(["GET", "POST"])
@staff_only(Right.END_CALLS)
def end(request: StaffRequest, call: UUID) -> HttpResponse:
    """End a call, with a reason of the list and one's own words."""
    seen = calls.one(staff=request.staff, call_id=call)
    if not seen.may_end and request.method == "GET":
        return HttpResponseRedirect(reverse("console_call", args=[call]))
    form = EndCall(request.POST or None)
    if form.is_valid():
        return _end(request, call, form.said())
    return page(request, "console/end.html", {"call": seen.call, "form": form}, tab="live")


def _end(request: StaffRequest, call: UUID, said: str) -> HttpResponse:
    try:
        calls_staff.end(staff=request.staff, call_id=call, reason=said, now=request.now)
        messages.success(request, _("The call is being ended."))
    except Refused as no:
        messages.warning(request, say.mistake(no.refusals[0]))
    return HttpResponseRedirect(reverse("console_call", args=[call]))


def _facts(request: StaffRequest) -> dict[str, Any]:
    live = calls.live(staff=request.staff, place=request.place)
    rows = [_row(call, request.now) for call in live]
    late = calls.late_reports(staff=request.staff)
    wanted = calls.CallFilter(place=request.place, anonymous_too=False)
    ended = calls.finished(staff=request.staff, filter=wanted).items
    return {
        "rows": rows,
        "stats": _stats(rows, len(late)),
        "late": late[:LATE_SHOWS],
        "ended": ended[:JUST_ENDED_SHOWS],
        "watched": watches.live_alerts(staff=request.staff, place=request.place),
    }


def _stats(rows: Sequence[Row], late: int) -> dict[str, int]:
    return {
        "calls": len(rows),
        "ringing": sum(row.ringing for row in rows),
        "ends_soon": sum(row.ends_soon for row in rows),
        "private": sum(row.call.private for row in rows),
        "late": late,
    }


def _row(call: calls.LiveCall, now: datetime) -> Row:
    since = call.accepted_at or call.asked_at
    left = _left(call, now)
    used = None
    if left is not None and call.limit_seconds:
        used = round(100 * (1 - min(max(left, 0), call.limit_seconds) / call.limit_seconds))
    return Row(
        call=call,
        ringing=call.state != State.TALKING,
        ends_soon=call.ends_at is not None and (left or 0) <= ENDS_SOON_SECONDS,
        since=since,
        seconds=(now - since).total_seconds(),
        left=left,
        used=used,
    )


def _left(call: calls.LiveCall, now: datetime) -> float | None:
    """Seconds left; the whole limit while it rings, None for a call that nothing limits."""
    if call.ends_at is not None:
        return (call.ends_at - now).total_seconds()
    return call.limit_seconds
