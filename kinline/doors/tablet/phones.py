"""The line for the phones of a unit: one's own place on it, and its numbers for everybody."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from kinline.apps.calls.actions import queue as actions
from kinline.apps.calls.queries import queue as reads
from kinline.apps.calls.queries.queue import OfferView, QueueView
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities.queries import Device
from kinline.doors.guards import (
    DeviceRequest,
    InsideRequest,
    device_only,
    inside_only,
    inside_polled,
)
from kinline.doors.tablet.show import show
from kinline.doors.words import clock, phones
from kinline.doors.words.refusals import rows


@dataclass(frozen=True, slots=True)
class Held:
    """A phone held for a number, and for how much longer."""

    number: int
    phone: str
    left: str


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own place in words. `here`: the phone that is offered is this tablet."""

    number: int
    ahead: int
    wait: str
    passed: int
    offer: Held | None
    here: bool


@dataclass(frozen=True, slots=True)
class Line:
    """The line of one's unit in words."""

    unit: str
    phones: int
    free: int
    waiting: int
    open_now: bool
    opens: str
    wait: str
    call_now: bool
    mine: Mine | None
    put_out: bool
    offer: str
    band: str


@require_GET
@inside_only
def line(request: InsideRequest) -> HttpResponse:
    """How many phones are free, how many wait, and one's own place."""
    return _page(request)


@require_GET
@inside_polled
def part(request: InsideRequest) -> HttpResponse:
    """The same without what is around it; nothing where it is as the page has it already."""
    return _fresh(request, "tablet/phones_part.html", _facts(request))


@require_POST
@inside_only
def join(request: InsideRequest) -> HttpResponse:
    """Get in line."""
    now = timezone.now()
    try:
        actions.join(inside=request.inside, now=now)
    except Refused as no:
        zone = request.inside.zone
        said = [rows(one, what="", outside="", zone=zone, now=now) for one in no.refusals]
        return _page(request, refusals=said, status=409)
    return redirect("tablet-phones")


@require_POST
@inside_only
def leave(request: InsideRequest) -> HttpResponse:
    """Out of line; whoever is in none stays so."""
    if reads.glance(inside=request.inside) is None:
        raise NotFound
    actions.leave(inside=request.inside, now=timezone.now())
    return redirect("tablet-phones")


@require_GET
@device_only
def board(request: DeviceRequest) -> HttpResponse:
    """Whose turn it is, by numbers alone, for the page that everybody sees."""
    found = on_board(request.device, timezone.now())
    if not found:
        raise NotFound
    return _fresh(request, "tablet/phones_board.html", found)


def on_board(device: Device, now: datetime) -> dict[str, Any]:
    """What the board shows; nothing where nobody waits in line."""
    found = reads.board(station_id=device.station, now=now)
    if found is None:
        return {}
    return _stamped({"board": found, "held": [_held(offer, now) for offer in found.offers]})


def _page(request: InsideRequest, *, status: int = 200, **facts: Any) -> HttpResponse:
    return show(request, "tablet/phones.html", _facts(request) | facts, status=status)


def _facts(request: InsideRequest) -> dict[str, Any]:
    return _stamped({"shown": _line(request, timezone.now())})


def _fresh(request: DeviceRequest, template: str, facts: dict[str, Any]) -> HttpResponse:
    """A piece of a page for its own refresh, nothing where the page has it already."""
    if request.GET.get("as") == facts["stamp"]:
        return HttpResponse(status=204)
    return render(request, template, facts)


def _stamped(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with a stamp that changes with them, so that what is the same is not read out
    again."""
    return facts | {"stamp": sha256(repr(facts).encode()).hexdigest()[:16]}


def _line(request: InsideRequest, now: datetime) -> Line:
    inside = request.inside
    found = reads.queue(inside=inside, now=now)
    if found is None:
        raise NotFound
    opens = found.next_opens_at
    return Line(
        unit=found.unit,
        phones=found.phones,
        free=found.free,
        waiting=found.waiting,
        open_now=found.open_now,
        opens=clock.when(opens, found.zone, now) if opens else "",
        wait=phones.likely(found.wait_seconds),
        call_now=found.free > found.waiting,
        mine=_mine(found, inside.unit, inside.station_name, now),
        put_out=found.put_out,
        offer=clock.span(found.offer_seconds),
        band=clock.span(found.band_seconds),
    )


def _mine(found: QueueView, unit: str, station: str, now: datetime) -> Mine | None:
    mine = found.mine
    if mine is None:
        return None
    return Mine(
        number=mine.number,
        ahead=mine.ahead,
        wait=phones.likely(mine.wait_seconds),
        passed=mine.passed,
        offer=_held(mine.offer, now) if mine.offer else None,
        here=mine.offer is not None and (unit, station) == (found.unit, mine.offer.phone),
    )


def _held(offer: OfferView, now: datetime) -> Held:
    return Held(offer.number, offer.phone, phones.left(offer.until, now))
