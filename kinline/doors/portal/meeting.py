"""Holding a visit at the portal: the meeting page, and the pass of its socket."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from kinline.apps.errors import NotFound, Refused
from kinline.apps.visits.access import outside
from kinline.apps.visits.actions.meeting import passes
from kinline.apps.visits.queries.entry import may_enter
from kinline.apps.visits.queries.meeting import room
from kinline.core.link import By
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.meeting import show, trying
from kinline.doors.meeting.show import Addresses


@require_GET
@contact_only
def meet(request: ContactRequest, visit_id: UUID) -> HttpResponse:
    """The waiting room, the visit and its end; or why one cannot come in now."""
    found, now = room(by=outside(request.contact), visit_id=visit_id), timezone.now()
    addresses = Addresses(
        ticket=reverse("portal-visit-pass", args=[visit_id]), back=reverse("portal-visits")
    )
    try:
        entry = may_enter(visit_id=visit_id, side=By.CONTACT, who=request.contact.id, now=now)
    except Refused as no:
        facts = {**show.not_in(no, found, addresses), "tab": "visits", "now": now}
        return render(request, "portal/meet.html", facts, status=409)
    facts = show.facts(found, you=entry.seat, addresses=addresses, now=now)
    return render(request, "portal/meet.html", {**facts, "tab": "visits"})


@require_POST
@contact_only
def ticket(request: ContactRequest, visit_id: UUID) -> HttpResponse:
    """A pass to come (back) into a visit of one's own. Whoever may not come in has none."""
    try:
        given = passes.contact(
            contact_id=request.contact.id,
            language=request.contact.language,
            visit_id=visit_id,
            now=timezone.now(),
        )
    except Refused:
        raise NotFound from None
    return JsonResponse({"url": given.url, "pass": given.word})


@require_GET
@contact_only
def try_out(request: ContactRequest) -> HttpResponse:
    """Find out what works on this device and network, and what is blocked."""
    addresses = Addresses(reverse("portal-visit-test-pass"), reverse("portal-visits"))
    return render(request, "portal/try_out.html", {"addresses": addresses, "tab": "visits"})


@require_POST
@contact_only
def try_pass(request: ContactRequest) -> HttpResponse:
    """A pass for it."""
    by, now = outside(request.contact), timezone.now()
    return trying.told(passes.trial(by=by, language=request.contact.language, now=now), now)


urlpatterns = [
    path("test/", try_out, name="portal-visit-test"),
    path("test/pass", try_pass, name="portal-visit-test-pass"),
    path("<uuid:visit_id>/meet/", meet, name="portal-visit-meet"),
    path("<uuid:visit_id>/pass", ticket, name="portal-visit-pass"),
]
