"""Numbers that people inside asked for: what waits, yes or no; and a facility's rule for lists."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.errors import Refused
from kinline.apps.people import list_desk as desk
from kinline.apps.people import listing
from kinline.apps.people import queries as people
from kinline.apps.people.access import access_facility
from kinline.apps.people.actions import list_desk as actions
from kinline.apps.people.rights import Right
from kinline.core.policy.listing import State
from kinline.doors.console import say
from kinline.doors.console.forms.listing import ListRuleForm, RefuseNumber
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.paging import number_of
from kinline.doors.console.shell import page
from kinline.doors.words import listing as words

TAB = "people"


@require_safe
@staff_only(Right.CHANGE_PEOPLE)
def waiting(request: StaffRequest) -> HttpResponse:
    """What waits, the oldest first."""
    found = desk.queue(staff=request.staff, place=request.place, page=number_of(request))
    may_set = request.at is not None and Right.CHANGE_FACILITY in request.at.rights
    facts = {"page": found, "rule_at": request.at if may_set else None}
    return page(request, "console/lists/waiting.html", facts, tab=TAB)


@require_safe
@staff_only(Right.CHANGE_PEOPLE)
def one(request: StaffRequest, asked: UUID) -> HttpResponse:
    """One number: who asks, whose it is, what is known of it."""
    return _page(request, asked)


@require_POST
@staff_only(Right.CHANGE_PEOPLE)
def approve(request: StaffRequest, asked: UUID) -> HttpResponse:
    """Yes."""
    try:
        actions.approve(staff=request.staff, request_id=asked, now=request.now)
    except Refused as no:
        return _page(request, asked, against=[say.mistake(one) for one in no.refusals])
    messages.success(request, _("It is on the list now."))
    return HttpResponseRedirect(_next(request))


@require_POST
@staff_only(Right.CHANGE_PEOPLE)
def refuse(request: StaffRequest, asked: UUID) -> HttpResponse:
    """No."""
    form = RefuseNumber(request.POST)
    if form.is_valid() and say.done(
        form,
        actions.refuse,
        staff=request.staff,
        request_id=asked,
        now=request.now,
        **form.cleaned_data,
    ):
        messages.success(request, _("Refused. They read why on the tablet."))
        return HttpResponseRedirect(_next(request))
    return _page(request, asked, refuse=form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.CHANGE_FACILITY)
def rule(request: StaffRequest, place: str) -> HttpResponse:
    """How lists are kept now and were before, and a form to set it from now on."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    rules = listing.list_rules(facility_id=here.facility)
    form = ListRuleForm(request.POST or None, initial=_known(rules))
    if form.is_valid() and say.done(
        form,
        actions.set_rule,
        staff=request.staff,
        place=place,
        new=form.said(),
        now=request.now,
    ):
        messages.success(request, _("It holds from now on."))
        return HttpResponseRedirect(reverse("console_list_rule", args=[place]))
    facts = {
        "here": here,
        "form": form,
        "rules": [(one, list(words.rules(one.rules))) for one in rules],
        "names": people.account_names(ids=[one.set_by for one in rules]),
    }
    status = 400 if form.errors else 200
    return page(request, "console/lists/rule.html", facts, tab="facility", status=status)


def _page(request: StaffRequest, asked: UUID, **made: Any) -> HttpResponse:
    seen = desk.one(staff=request.staff, request_id=asked, now=request.now)
    facts = {
        "one": seen,
        "row": seen.row,
        "reason": words.REASONS[seen.reason] if seen.reason else "",
        "waits": seen.row.state is State.ASKED,
        "names": people.account_names(ids=[seen.decided_by]),
        "refuse": made.get("refuse") or RefuseNumber(),
        "against": made.get("against", []),
    }
    return page(request, "console/lists/one.html", facts, tab=TAB, status=400 if made else 200)


def _known(rules: list[listing.ListRuleView]) -> dict[str, Any]:
    """What the form begins with: what holds now, else the careful choice."""
    if not rules:
        return {"self_kept": True, "approval": True, "owner_key": True}
    now = rules[0]
    return {
        "self_kept": now.self_kept,
        "most": now.rules.most,
        "changes": now.rules.changes,
        "within_days": now.rules.within_days,
        "days": ", ".join(str(day) for day in sorted(now.rules.days)),
        "approval": now.rules.approval,
        "owner_key": now.rules.owner_key,
        "note": now.note,
    }


def _next(request: StaffRequest) -> str:
    """On to the next that waits, else to the empty queue."""
    found = desk.queue(staff=request.staff, place=request.place, page=1)
    if found.items:
        return reverse("console_list_one", args=[found.items[0].id])
    return reverse("console_lists")
