"""Passes with which a tablet's page opens its socket to an engine."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from kinline.apps.calls.access import access_inside_call
from kinline.apps.calls.actions import passes
from kinline.apps.tickets import Ticket
from kinline.doors.guards import InsideRequest, inside_only


@require_POST
@inside_only
def dial(request: InsideRequest) -> HttpResponse:
    """A pass to start one call."""
    return told(passes.dial(inside=request.inside, now=timezone.now()))


@require_POST
@inside_only
def name(request: InsideRequest) -> HttpResponse:
    """A pass to record one's own name."""
    return told(passes.name(inside=request.inside, now=timezone.now()))


@require_POST
@inside_only
def join(request: InsideRequest, call_id: UUID) -> HttpResponse:
    """A pass to come back to a call of one's own."""
    access_inside_call(inside=request.inside, call_id=call_id)
    return told(passes.join_inside(inside=request.inside, call_id=call_id, now=timezone.now()))


def told(ticket: Ticket) -> HttpResponse:
    """A ticket as the page's script reads it."""
    return JsonResponse({"url": ticket.url, "pass": ticket.word})
