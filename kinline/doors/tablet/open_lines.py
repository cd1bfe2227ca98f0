"""Open lines on a tablet: which there are, and the page that calls one for nobody in particular.

Who is signed in on the tablet is not looked at here, not even to keep them signed in: nothing of
a person goes into a call that must not know them.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from kinline.apps.facilities import lines
from kinline.apps.facilities.lines import LineView
from kinline.apps.facilities.queries import Device, today
from kinline.doors.guards import DeviceRequest
from kinline.doors.tablet import pages
from kinline.doors.tablet.show import show

# What the page dials with is also what opens its call to it, and to nobody else.
KEY_COOKIE = "kinline_call"


def here(device: Device, now: datetime) -> list[LineView]:
    """The lines open at this tablet's facility today."""
    day = today(zone=device.zone, now=now)
    return lines.open_lines(facility_id=device.facility, today=day)


def chosen(found: list[LineView], line_id: str) -> LineView | None:
    """The line with this id."""
    return next((line for line in found if str(line.id) == line_id), None)


def at_number(found: list[LineView], typed: str) -> LineView | None:
    """The line whose number somebody typed."""
    digits = "".join(filter(str.isdigit, typed))
    wanted = {f"+{digits}", f"+1{digits}"}
    return next((line for line in found if line.e164 in wanted), None)


def first_page(device: Device) -> dict[str, Any]:
    """What stands beside the sign-in: the lines, and calls without sign-in where they are made."""
    rule = lines.intake(facility_id=device.facility) if device.intake else None
    return {
        "device": device,
        "lines": here(device, timezone.now()),
        "intake": rule if rule and rule.calls_an_hour and device.active else None,
    }


def dialled(request: DeviceRequest, line: LineView) -> HttpResponse:
    """The page that calls a line without PIN."""
    device = request.device
    plan = pages.line_plan(device.zone, device.facility_name, line)
    return nobodys(request, replace(plan, dial=reverse("tablet-line-pass", args=[line.id])))


def nobodys(request: DeviceRequest, plan: pages.Screen) -> HttpResponse:
    """The page of a call without a person, about to be dialled; the browser keeps its key."""
    answer = show(request, "tablet/call.html", facts(plan))
    answer.set_cookie(
        KEY_COOKIE,
        plan.key,
        path="/tablet/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )
    return answer


def facts(screen: pages.Screen) -> dict[str, Any]:
    """The screen with the addresses of calls without a person, and nobody's name above it."""
    there = replace(screen, calls=reverse("tablet-lines") + "calls/", back=reverse("tablet"))
    return {"screen": there, "inside": None}


def forget(answer: HttpResponse) -> None:
    """Back at the first page nothing tells the next person which call was made from here."""
    answer.delete_cookie(KEY_COOKIE, path="/tablet/", samesite="Strict")
