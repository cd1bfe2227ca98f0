"""The queue: what waits, filters, several clean ones at once, and on to the next."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kinline.apps.errors import NotFound
from kinline.apps.ids import as_uuid
from kinline.apps.people.rights import Right
from kinline.apps.review.actions import decide
from kinline.apps.review.queries import item as items
from kinline.apps.review.queries import queue as waiting
from kinline.apps.review.queries.queue import QueueFilter
from kinline.core.message.terms import WRITTEN, Direction, Service
from kinline.core.review.terms import UNDO
from kinline.doors.console.gate import StaffRequest, staff_only, zone_of
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.shell import chosen, page
from kinline.doors.words import reviewing


@require_safe
@staff_only(Right.READ_MESSAGES)
def everything(request: StaffRequest) -> HttpResponse:
    """What waits, the most overdue first."""
    wanted = _filter(request)
    found = waiting.queue(
        staff=request.staff, filter=wanted, page=number_of(request), now=request.now
    )
    facts = {
        "page": found.page,
        "counts": found.counts,
        "wanted": wanted,
        "shows": list(reviewing.SHOWS.items()),
        "services": [(one.value, reviewing.word("service", one)) for one in WRITTEN],
        "directions": list(reviewing.DIRECTIONS.items()),
        "rest": rest_of(request),
        "may_decide": request.staff.has(Right.DECIDE_MESSAGES),
        **undoable(request),
        **links(request),
    }
    return page(request, "console/review/queue.html", facts, tab="review")


@require_safe
@staff_only(Right.DECIDE_MESSAGES)
def on(request: StaffRequest) -> HttpResponse:
    """To the item to look at next, or to the queue when there is none."""
    return HttpResponseRedirect(next_url(request, but=as_uuid(request.GET.get("but", ""))))


@require_POST
@staff_only(Right.DECIDE_MESSAGES)
def in_bulk(request: StaffRequest) -> HttpResponse:
    """Deliver the clean ones that were ticked."""
    asked = (as_uuid(word) for word in request.POST.getlist("item")[: decide.MOST_AT_ONCE])
    ticked = [one for one in asked if one is not None]
    made = decide.approve_clean(staff=request.staff, items=ticked, now=request.now)
    words = ngettext("%(n)s message will be delivered.", "%(n)s messages will be delivered.",
                     len(made)) % {"n": len(made)}  # fmt: skip
    messages.success(request, words)
    if left := len(ticked) - len(made):
        words = ngettext(
            "%(n)s was left out: somebody else has it, or it is decided.",
            "%(n)s were left out: somebody else has them, or they are decided.",
            left,
        )
        messages.warning(request, words % {"n": left})
    return HttpResponseRedirect(reverse("console_review"))


def next_url(request: StaffRequest, *, but: UUID | None = None, undo: UUID | None = None) -> str:
    """Where the reviewer goes on. `undo` is a decision that page offers to take back."""
    found = waiting.next_of(
        staff=request.staff, place=request.place, now=request.now, but=[but] if but else []
    )
    args = [] if found is None else [found]
    url = reverse("console_review_item" if args else "console_review", args=args)
    return f"{url}?undo={undo}" if undo else url


def undoable(request: StaffRequest) -> dict[str, object]:
    """What the page needs to offer the decision its address names to be taken back; nothing once
    that is over. The share is what is left of the thirty seconds, in percent."""
    asked = as_uuid(request.GET.get("undo", ""))
    if asked is None:
        return {}
    try:
        found = items.decision(staff=request.staff, decision_id=asked)
    except NotFound:
        return {}
    left = (found.effective_at - request.now).total_seconds()
    if not found.may_undo(request.now):
        return {}
    return {
        "undo": found,
        "undo_seconds": round(left),
        "undo_share": round(100 * left / UNDO.total_seconds()),
        "undo_zone": zone_of(request),
    }


def links(request: StaffRequest) -> dict[str, str]:
    """Where else the viewer's rights lead from here: by facility, the one they look at."""
    found = {}
    for right, name in (
        (Right.SET_REVIEW, "console_review_policies"),
        (Right.SEE_REVIEW, "console_review_figures"),
    ):
        if places := request.staff.places_with(right):
            found[name] = reverse(name, args=[chosen(request, places).place])
    if request.staff.has(Right.DECIDE_APPEALS):
        found["console_review_appeals"] = reverse("console_review_appeals")
    return found


def _filter(request: StaffRequest) -> QueueFilter:
    """What the address asks for; what makes no sense there is not asked."""
    asked = request.GET
    service, way, show = (asked.get(name, "") for name in ("service", "direction", "show"))
    return QueueFilter(
        place=request.place,
        service=Service(service) if service in WRITTEN else None,
        direction=Direction(way) if way in set(Direction) else None,
        show=show if show in reviewing.SHOWS else "",
    )
