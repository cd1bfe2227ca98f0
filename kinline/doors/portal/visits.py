"""Visits at the portal: who asks, whose clock they live by, and how its pages look."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from kinline.apps.notices import choices
from kinline.apps.visits import access
from kinline.doors import language
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.visiting.desk import Desk
from kinline.doors.visiting.urls import addresses
from kinline.doors.words import zones

ZONE_COOKIE = "kinline_zone"
NONE = "none"  # a choice too: only the facility's clock
YEAR_SECONDS = 365 * 24 * 3600


def desk(request: ContactRequest) -> Desk:
    """A contact who books or looks at visits."""
    by = access.outside(request.contact)
    return Desk(request, by, "portal", _show, timezone.now(), own_zone(request))


def own_zone(request: ContactRequest) -> str:
    """The contact's own zone: as chosen on a page or told by the browser, else that of their
    quiet hours; "" where nobody knows."""
    told = request.COOKIES.get(ZONE_COOKIE)
    if told is not None:
        return zones.known(told)
    quiet = choices.quiet_of(owner=request.contact.id)
    return quiet.zone if quiet else ""


@require_POST
@contact_only
def zone(request: ContactRequest) -> HttpResponse:
    """Keep in this browser by which clock times are shown beside the facility's."""
    answer = HttpResponseRedirect(language.back(request))
    chosen = zones.known(request.POST.get("zone", "")) or NONE
    # Not "httponly": a script writes it first, where nobody has chosen (web/src/portal/zone.ts).
    answer.set_cookie(
        ZONE_COOKIE, chosen, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.HTTPS
    )
    return answer


def _show(request: HttpRequest, template: str, facts: dict[str, Any], status: int) -> HttpResponse:
    return render(request, template, facts, status=status)


urlpatterns = [
    path("zone", zone, name="portal-visits-zone"),
    *addresses("portal", desk, contact_only, outside=True),
]
