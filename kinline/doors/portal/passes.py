"""Passes with which a contact's page opens its socket to an engine."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from kinline.apps.calls.access import access_contact_call
from kinline.apps.calls.actions import passes
from kinline.apps.tickets import Ticket
from kinline.doors.guards import ContactRequest, contact_only


@require_POST
@contact_only
def wait(request: ContactRequest) -> HttpResponse:
    """A pass to wait for calls."""
    return _told(passes.wait(contact_id=request.contact.id, now=timezone.now()))


@require_POST
@contact_only
def join(request: ContactRequest, call_id: UUID) -> HttpResponse:
    """A pass to come (back) to a call of one's own."""
    access_contact_call(contact_id=request.contact.id, call_id=call_id)
    return _told(
        passes.join_contact(contact_id=request.contact.id, call_id=call_id, now=timezone.now())
    )


def _told(ticket: Ticket) -> HttpResponse:
    return JsonResponse({"url": ticket.url, "pass": ticket.word})
