"""The staff session itself: which facility one looks at, staying signed in, searching."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from kinline.apps.calls.queries import console as calls
from kinline.apps.people import queries as people
from kinline.apps.people.rights import Right
from kinline.doors import idle
from kinline.doors.console.gate import AT, StaffRequest, staff_only
from kinline.doors.console.shell import page

SEARCH_SHOWS = 8


@require_POST
@staff_only()
def look_at(request: StaffRequest) -> HttpResponse:
    """Choose one of one's facilities, or all of them."""
    wanted = request.POST.get("place", "")
    if wanted in {one.place for one in request.staff.places} | {""}:
        request.session[AT] = wanted
    back = request.POST.get("next", "")
    # An address of one facility would show that one still: begin again at the wallboard.
    named = any(f"/{one.place}/" in back for one in request.staff.places)
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(back if safe and not named else "/console/")


@require_POST
@staff_only()
def stay(request: StaffRequest) -> HttpResponse:
    """Seconds left before this session ends. Asked by a person, it starts anew."""
    seen = float(request.session[idle.SEEN])
    left = settings.STAFF_IDLE_SECONDS - (timezone.now().timestamp() - seen)
    return JsonResponse({"left": round(left)})


@require_safe
@staff_only()
def find(request: StaffRequest) -> HttpResponse:
    """People and calls that fit a few letters or digits."""
    sought = request.GET.get("q", "").strip()[:60]
    facts: dict[str, Any] = {"sought": sought}
    if sought and request.staff.has(Right.SEE_PEOPLE):
        found = people.people(staff=request.staff, place=request.place, text=sought, active=None)
        facts["people"] = found.items[:SEARCH_SHOWS]
    if sought and request.staff.has(Right.SEE_CALLS):
        wanted = calls.CallFilter(place=request.place, person=sought)
        facts["calls"] = calls.finished(staff=request.staff, filter=wanted).items[:SEARCH_SHOWS]
    return page(request, "console/find.html", facts)
