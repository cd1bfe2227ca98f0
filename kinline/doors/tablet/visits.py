"""Visits at the tablet: the person who is signed in, and how its pages look."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.visits import access
from kinline.doors.guards import InsideRequest, inside_only
from kinline.doors.tablet.show import show
from kinline.doors.visiting.desk import Desk
from kinline.doors.visiting.urls import addresses


def desk(request: InsideRequest) -> Desk:
    """A person inside who asks for visits or looks at them."""
    return desk_of(request, request.inside)


def desk_of(request: HttpRequest, inside: Inside) -> Desk:
    """The same for a page that found out by itself who is signed in."""
    return Desk(request, access.inside(inside), "tablet", _show, timezone.now())


def _show(request: HttpRequest, template: str, facts: dict[str, Any], status: int) -> HttpResponse:
    return show(request, template, facts, status=status)


urlpatterns = addresses("tablet", desk, inside_only, outside=False)
