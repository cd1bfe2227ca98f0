"""Written messages at the portal: who writes, and how its pages look."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from kinline.apps.messaging import access
from kinline.doors import resumable
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.writing.desk import Desk
from kinline.doors.writing.urls import addresses


def desk(request: ContactRequest) -> Desk:
    """A contact who writes."""
    by, owner = access.outside(request.contact), resumable.of_contact(request)
    return Desk(request, by, "portal", _show, timezone.now(), owner)


def _show(request: HttpRequest, template: str, facts: dict[str, Any], status: int) -> HttpResponse:
    return render(request, template, facts, status=status)


urlpatterns = addresses("portal", desk, contact_only, contact_only)
