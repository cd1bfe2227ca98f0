"""Holding a visit at the tablet: the meeting page, and the pass of its socket."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from kinline.apps.errors import NotFound, Refused
from kinline.apps.visits.access import inside
from kinline.apps.visits.actions.meeting import passes
from kinline.apps.visits.queries.entry import may_enter
from kinline.apps.visits.queries.meeting import room
from kinline.core.link import By
from kinline.doors.guards import InsideRequest, inside_only
from kinline.doors.meeting import show, trying
from kinline.doors.meeting.show import Addresses
from kinline.doors.tablet.passes import told
from kinline.doors.tablet.show import show as show_page


@require_GET
@inside_only
def meet(request: InsideRequest, visit_id: UUID) -> HttpResponse:
    """The waiting room, the visit and its end; or why one cannot come in now."""
    found, now = room(by=inside(request.inside), visit_id=visit_id), timezone.now()
    addresses = Addresses(
        ticket=reverse("tablet-visit-pass", args=[visit_id]), back=reverse("tablet-visits")
    )
    try:
        entry = may_enter(visit_id=visit_id, side=By.PERSON, who=request.inside.person, now=now)
    except Refused as no:
        facts = {**show.not_in(no, found, addresses), "now": now}
        return show_page(request, "tablet/meet.html", facts, status=409)
    facts = show.facts(found, you=entry.seat, addresses=addresses, now=now)
    return show_page(request, "tablet/meet.html", facts)


@require_POST
@inside_only
def ticket(request: InsideRequest, visit_id: UUID) -> HttpResponse:
    """A pass to come (back) into a visit of one's own. Whoever may not come in has none."""
    try:
        given = passes.inside(inside=request.inside, visit_id=visit_id, now=timezone.now())
    except Refused:
        raise NotFound from None
    return told(given)


@require_GET
@inside_only
def try_out(request: InsideRequest) -> HttpResponse:
    """Find out what works on this device and network, and what is blocked."""
    addresses = Addresses(reverse("tablet-visit-test-pass"), reverse("tablet-visits"))
    return show_page(request, "tablet/try_out.html", {"addresses": addresses})


@require_POST
@inside_only
def try_pass(request: InsideRequest) -> HttpResponse:
    """A pass for it."""
    now, here = timezone.now(), request.inside
    ticket = passes.trial(
        by=inside(here), language=here.language, station=str(here.station), now=now
    )
    return trying.told(ticket, now)


urlpatterns = [
    path("test/", try_out, name="tablet-visit-test"),
    path("test/pass", try_pass, name="tablet-visit-test-pass"),
    path("<uuid:visit_id>/meet/", meet, name="tablet-visit-meet"),
    path("<uuid:visit_id>/pass", ticket, name="tablet-visit-pass"),
]
