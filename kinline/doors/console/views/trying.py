"""Trying a visit or a message before anybody is refused: every reason and limit, and who set it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kinline.apps.messaging.queries.trying import try_message
from kinline.apps.people.access import StaffPlace, access_facility
from kinline.apps.people.known_here import contact_here
from kinline.apps.people.queries import PersonRow
from kinline.apps.people.rights import Right
from kinline.apps.visits.queries.trying import try_visit
from kinline.core.message.terms import Direction
from kinline.core.policy.limit import Left, Limit
from kinline.core.refusal import Refusal
from kinline.core.review.terms import Side
from kinline.doors.console import tried
from kinline.doors.console.forms.trying import TryMessage, TryVisit
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.words import controls, unbooked, unsent
from kinline.doors.words.refusals import Rows

_USUAL_MINUTES = 20


@dataclass(frozen=True, slots=True)
class _Two:
    """Who is meant, and when."""

    person: PersonRow
    contact: Any
    at: datetime


@require_safe
@staff_only(Right.SEE_PEOPLE)
def visit(request: StaffRequest, place: str) -> HttpResponse:
    """A visit, as if it were booked now."""
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_PEOPLE)
    initial = {"at": _wall(request, here), "minutes": _USUAL_MINUTES}
    form = TryVisit(request.GET if "try" in request.GET else None, initial=initial)
    facts: dict[str, Any] = {"what": "visit"}
    two = _two(request, here, form)
    if two is not None:
        trial = try_visit(
            staff=request.staff,
            person_id=two.person.id,
            contact_id=two.contact.pk,
            starts_at=two.at,
            minutes=form.cleaned_data["minutes"],
            now=request.now,
        )
        what = _("A visit of %(contact)s with %(person)s")
        rows = [
            unbooked.rows(
                _for_staff(one),
                what=what % {"contact": two.contact.name, "person": two.person.name},
                other=two.person.name,
                zone=here.zone,
                now=request.now,
            )
            for one in trial.refusals
        ]
        facts |= _answer(trial.refusals, rows, trial.quotas, trial.limits)
        facts["verdict"] = trial.verdict
    return page(request, "console/try.html", {"here": here, "form": form, **facts}, tab="facility")


@require_safe
@staff_only(Right.SEE_PEOPLE)
def message(request: StaffRequest, place: str) -> HttpResponse:
    """A message, whatever it says, sent at a moment."""
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_PEOPLE)
    initial = {"at": _wall(request, here)}
    form = TryMessage(request.GET if "try" in request.GET else None, initial=initial)
    facts: dict[str, Any] = {"what": "message"}
    two = _two(request, here, form)
    if two is not None:
        direction = Direction(form.cleaned_data["writer"])
        trial = try_message(
            staff=request.staff,
            person_id=two.person.id,
            contact_id=two.contact.pk,
            direction=direction,
            at=two.at,
        )
        names = [two.person.name, two.contact.name]
        writer, reader = names if direction is Direction.OUT else names[::-1]
        rows = [
            unsent.rows(
                _for_staff(one),
                side=Side.PERSON if direction is Direction.OUT else Side.CONTACT,
                other=reader,
                what=_("A message of %(writer)s to %(reader)s")
                % {"writer": writer, "reader": reader},
                zone=here.zone,
                now=request.now,
            )
            for one in trial.refusals
        ]
        facts |= _answer(trial.refusals, rows, trial.quotas)
        facts |= {"mode": trial.mode, "most": trial.limits}
    return page(request, "console/try.html", {"here": here, "form": form, **facts}, tab="facility")


def _two(request: StaffRequest, here: StaffPlace, form: forms.Form) -> _Two | None:
    """Who is meant; None where the form is not filled in, or says beside a field who is not."""
    if not form.is_valid():
        return None
    person = tried.whom(request, here, form.cleaned_data["person"])
    if person is None:
        form.add_error("person", _("Not exactly one person here fits. Type the ID number."))
    contact = contact_here(facility_id=here.facility, text=form.cleaned_data["contact"])
    if contact is None:
        form.add_error("contact", _("Nobody known here has this number or e-mail."))
    if person is None or contact is None:
        return None
    return _Two(person, contact, tried.moment(request, here, form.cleaned_data["at"]))


def _answer(
    refusals: Iterable[Refusal],
    rows: list[Rows],
    quotas: tuple[Left, ...],
    limits: tuple[Limit, ...] = (),
) -> dict[str, Any]:
    """What the page shows of a trial: each reason, limit and quota with who set it."""
    refusals = tuple(refusals)
    setters = tried.setters(
        [
            *(one.facts for one in refusals),
            *(one.facts for one in quotas),
            *(one.facts for one in limits),
        ]
    )
    by = [setters.get(one.facts.get("control", ""), "") for one in refusals]
    named = [
        replace(row, whose=f"{row.whose} {_('Set by %(name)s.') % {'name': name}}") if name else row
        for row, name in zip(rows, by, strict=True)
    ]
    return {"tried": True, "rows": named, "limits": limits, "quotas": quotas, "setters": setters}


def _for_staff(refusal: Refusal) -> Refusal:
    return replace(refusal, facts=controls.read_as(refusal.facts, controls.FOR_ANYONE))


def _wall(request: StaffRequest, here: StaffPlace) -> datetime:
    return request.now.astimezone(ZoneInfo(here.zone)).replace(tzinfo=None)
