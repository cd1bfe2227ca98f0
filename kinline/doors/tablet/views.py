"""The tablet itself: which device it is, who is signed in on it, and leaving no trace."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from kinline.apps.calls.queries import queue, tablet
from kinline.apps.charging.answers import of_person
from kinline.apps.errors import Refused
from kinline.apps.facilities.actions import stations
from kinline.apps.facilities.queries import Device
from kinline.apps.notices import queries as notices
from kinline.apps.notices.actions import mark_read
from kinline.apps.people.actions import sign_in
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.links import waiting
from kinline.apps.shop.queries import shelf
from kinline.core.link import By
from kinline.core.refusal import Refusal
from kinline.doors import language, notes
from kinline.doors.guards import (
    DEVICE_COOKIE,
    INSIDE_COOKIE,
    DeviceRequest,
    InsideRequest,
    device_of,
    device_only,
    inside_of,
    inside_only,
)
from kinline.doors.tablet import open_lines, pages, phones, visits
from kinline.doors.tablet.show import show
from kinline.doors.visiting.show import next_one
from kinline.doors.words.refusals import rows

DEVICE_SECONDS = 365 * 24 * 3600


@require_GET
def first(request: HttpRequest) -> HttpResponse:
    """What a tablet shows first: enrolment, sign-in, or the home of who is signed in."""
    device = device_of(request)
    inside = inside_of(request, device)
    if device is None:
        answer = show(request, "tablet/enrol.html")
    elif inside is None:
        answer = show(request, "tablet/sign_in.html", _beside(device, timezone.now()))
    else:
        now = timezone.now()
        today = tablet.today(inside=inside, now=now)
        facts = {
            "inside": inside,
            "home": pages.home(inside, today, now),
            "shop": shelf.front(inside=inside),
            "told": _told(inside, now),
            "waiting": waiting(side=By.PERSON, owner=inside.person),
            "in_line": queue.glance(inside=inside),
            "next_visit": next_one(visits.desk_of(request, inside)),
        }
        answer = show(request, "tablet/home.html", facts)
    open_lines.forget(answer)
    patch_cache_control(answer, no_store=True, private=True)
    return answer


def _beside(device: Device, now: datetime) -> dict[str, Any]:
    """What stands beside the sign-in: open lines, and whose turn it is at the phones."""
    return open_lines.first_page(device) | phones.on_board(device, now)


def _told(inside: Inside, now: datetime) -> list[notes.Told]:
    """What the person is to be told, with the answers for their own money."""
    found = notices.notes(owner_kind="person", owner=inside.person, kinds=notes.KINDS, limit=2)
    has = of_person(person_id=inside.person, now=now) if found else ()
    return [notes.told(note, has, now, zone=inside.zone) for note in found]


@require_POST
@inside_only
def read_note(request: InsideRequest, note_id: UUID) -> HttpResponse:
    """Put a note away."""
    mark_read(owner_kind="person", owner=request.inside.person, note_id=note_id, now=timezone.now())
    return redirect("tablet")


@require_POST
@sensitive_post_parameters("code")
def enrol(request: HttpRequest) -> HttpResponse:
    """Make this browser the device that staff made the code for."""
    now = timezone.now()
    try:
        enrolled = stations.enrol(code=request.POST.get("code", "")[:20], now=now)
    except Refused as no:
        facts = {"refusals": _said(no, settings.TIME_ZONE)}
        return show(request, "tablet/enrol.html", facts, status=403)
    answer = redirect("tablet")
    _keep(answer, DEVICE_COOKIE, enrolled.secret, seconds=DEVICE_SECONDS)
    return answer


@require_POST
@sensitive_post_parameters("number", "pin")
@device_only
def enter(request: DeviceRequest) -> HttpResponse:
    """Sign in with ID and PIN. The PIN goes no further than the room that checks it."""
    number, pin = request.POST.get("number", "")[:20], request.POST.get("pin", "")[:20]
    try:
        signed = sign_in.sign_in(
            station_id=request.device.station, number=number, pin=pin, now=timezone.now()
        )
    except Refused as no:
        said = _said(no, request.device.zone)
        beside = _beside(request.device, timezone.now())
        facts = {"refusals": said, "number": number} | beside
        return show(request, "tablet/sign_in.html", facts, status=403)
    rotate_token(request)
    answer = redirect("tablet")
    _keep(answer, INSIDE_COOKIE, signed.token, seconds=None)
    language.remember(answer, signed.inside.language, seconds=None)
    return answer


@require_POST
@device_only
def leave(request: DeviceRequest) -> HttpResponse:
    """Sign out and leave nothing in the browser but the device itself."""
    token = request.COOKIES.get(INSIDE_COOKIE)
    if token:
        sign_in.sign_out(token=token, now=timezone.now())
    answer = redirect("tablet")
    answer.delete_cookie(INSIDE_COOKIE, path="/tablet/", samesite="Strict")
    language.forget(answer)
    # Not "cookies": that would take the device's own cookie with it.
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@require_POST
@inside_only
def stay(request: InsideRequest) -> HttpResponse:
    """Someone is still here: the guard has just said so to the room."""
    return JsonResponse({"signed_in": True})


@require_POST
@device_only
def speak(request: DeviceRequest) -> HttpResponse:
    """Show pages, and say announcements, in the language of the pressed button.

    The device forgets it when the person leaves; the person's own record keeps it.
    """
    chosen = request.POST.get("language", "")
    answer = redirect(language.back(request))
    if chosen not in dict(settings.LANGUAGES):
        return answer
    inside = inside_of(request, request.device)
    if inside is not None:
        sign_in.set_language(session_id=inside.session, language=chosen, now=timezone.now())
    language.remember(answer, chosen, seconds=None)
    return answer


@require_GET
@inside_only
def help_page(request: InsideRequest) -> HttpResponse:
    """How calls work, in short."""
    return show(request, "tablet/help.html")


def _said(no: Refused, zone: str) -> list[object]:
    def said(refusal: Refusal) -> object:
        return rows(refusal, what="", outside="", zone=zone, now=timezone.now())

    return [said(refusal) for refusal in no.refusals]


def _keep(answer: HttpResponse, name: str, value: str, *, seconds: int | None) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/tablet/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )
