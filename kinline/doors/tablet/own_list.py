"""One's own list: what stands on it and how it is, adding a number, and taking one off."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.days import day_at
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people import listing
from kinline.apps.people.actions import own_list
from kinline.apps.people.listing import OwnList, OwnNumber
from kinline.core.refusal import Refusal
from kinline.doors.guards import InsideRequest, inside_only
from kinline.doors.tablet.show import show
from kinline.doors.words import listing as words

LONGEST = {"number": 32, "name": 60}
OF_PLACES = {"list.full", "list.too_many_waiting"}


@dataclass(frozen=True, slots=True)
class Line:
    """One number as the page shows it."""

    number: OwnNumber
    relation: str
    state: str
    tone: str
    icon: str
    means: str
    why: tuple[str, ...]


@require_safe
@inside_only
def everything(request: InsideRequest) -> HttpResponse:
    """The list, its rules, and when it can be changed."""
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@inside_only
def add(request: InsideRequest) -> HttpResponse:
    """A number, whose it is, and who they are; or why it can't be added, with every reason."""
    if request.method != "POST":
        return _form(request, {})
    typed = {name: request.POST.get(name, "") for name in ("number", "name", "relation")}
    try:
        own_list.ask(person_id=request.inside.person, now=timezone.now(), **typed)
    except Refused as no:
        return _form(request, typed, no.refusals)
    return redirect("tablet-list")


@require_http_methods(["GET", "HEAD", "POST"])
@inside_only
def take_off(request: InsideRequest, entry: UUID) -> HttpResponse:
    """What taking a number off means, then it is off."""
    now = timezone.now()
    mine = listing.own_list(person_id=request.inside.person, now=now)
    one = next((number for number in mine.numbers if number.entry == entry), None)
    if one is None:
        raise NotFound
    if request.method != "POST":
        return show(request, "tablet/list_off.html", {"one": one, "rules": mine.rules})
    try:
        own_list.take_off(person_id=request.inside.person, allowed_id=entry, now=now)
    except Refused as no:
        return _page(request, no.refusals)
    return redirect("tablet-list")


@require_POST
@inside_only
def take_back(request: InsideRequest, asked: UUID) -> HttpResponse:
    """Take back what waits for staff."""
    mine, now = request.inside.person, timezone.now()
    try:
        own_list.take_back(person_id=mine, request_id=asked, now=now)
    except Refused as no:
        return _page(request, no.refusals)
    return redirect("tablet-list")


def _page(request: InsideRequest, against: tuple[Refusal, ...] = ()) -> HttpResponse:
    now, zone = timezone.now(), request.inside.zone
    mine = listing.own_list(person_id=request.inside.person, now=now)
    facts = {
        "own": mine,
        "lines": [_line(number, zone) for number in mine.numbers],
        "rules": list(words.rules(mine.rules)) if mine.rules else [],
        "when": _when(mine, day_at(zone, now)),
        "not_now": [words.short(one) for one in mine.refusals] if mine.rules else [],
        "against": _rows(request, against, _("Your list"), now),
    }
    return show(request, "tablet/list.html", facts, status=409 if against else 200)


def _when(mine: OwnList, today: date) -> str:
    """When a number can be added; not said where a day alone does not help."""
    if mine.next_on is None or OF_PLACES & {one.code for one in mine.refusals}:
        return ""
    return words.when(mine.next_on, today)


def _form(
    request: InsideRequest, typed: dict[str, str], refusals: tuple[Refusal, ...] = ()
) -> HttpResponse:
    """The form: mistakes beside their fields, other reasons above it in five rows."""
    now = timezone.now()
    wrong = {one.facts.get("field", ""): words.FIELDS[one.code] for one in refusals if _small(one)}
    against = tuple(one for one in refusals if not _small(one))
    name = typed.get("name", "").strip() or typed.get("number", "")
    what = _("Put %(name)s on your list") % {"name": name}
    facts: dict[str, Any] = {
        "typed": {key: value[: LONGEST.get(key, 20)] for key, value in typed.items()},
        "wrong": wrong,
        "relations": list(words.RELATIONS.items()),
        "against": _rows(request, against, what, now),
    }
    status = 200 if not refusals else 409 if against else 400
    return show(request, "tablet/list_add.html", facts, status=status)


def _small(refusal: Refusal) -> bool:
    """Whether it is a mistake in what was typed."""
    return refusal.code in words.FIELDS


def _rows(
    request: InsideRequest, refusals: tuple[Refusal, ...], what: str, now: datetime
) -> list[Any]:
    return [words.rows(one, what=what, zone=request.inside.zone, now=now) for one in refusals]


def _line(number: OwnNumber, zone: str) -> Line:
    tone, icon = words.TONES[number.shown]
    why: list[str] = []
    if number.reason is not None:
        why = [str(words.REASONS[number.reason]), number.note, words.again(number.at, zone)]
    return Line(
        number=number,
        relation=str(words.RELATIONS[number.relation]) if number.relation else "",
        state=str(words.SHOWN[number.shown]),
        tone=tone,
        icon=icon,
        means=words.means(number.shown, number.at, zone),
        why=tuple(said for said in why if said),
    )
