"""One visit: who, when, how it stands, all that happened to it; saying yes, no, or canceling."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.days import day_at
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.rights import Right
from kinline.apps.visits.actions import cancelling, deciding
from kinline.apps.visits.actions.deciding import RefusedFor
from kinline.apps.visits.queries import staff as room
from kinline.apps.visits.queries.terms import terms
from kinline.apps.visits.queries.visits import VisitView
from kinline.core.visit.states import State
from kinline.doors.console import say
from kinline.doors.console.forms.visits import CancelForm, RefuseForm
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.console.views.visits.days import row
from kinline.doors.visiting.times import price_of
from kinline.doors.words import visit_rules, visit_steps, visits


def seen(request: StaffRequest, visit_id: UUID, right: Right) -> VisitView:
    """The visit, if the right is held at its facility. Raises NotFound."""
    found = room.visit(staff=request.staff, visit_id=visit_id)
    if not request.staff.may(right, found.facility):
        raise NotFound
    return found


@require_safe
@staff_only(Right.SEE_VISITS)
def one(request: StaffRequest, visit: UUID) -> HttpResponse:
    """All that is known of it, and the rules it goes by."""
    found = seen(request, visit, Right.SEE_VISITS)
    when = visits.when(found.starts_at, found.ends_at, found.zone)
    on = day_at(found.zone, found.starts_at)
    rules = terms(person_id=found.person, on=on)
    steps = room.history(staff=request.staff, visit_id=visit)
    facts = {
        "visit": found,
        "row": row(found, request),
        "when": when,
        "sentence": visits.sentence(found, request.now, inside=False),
        "why": visits.why(found) if found.reason or found.note else "",
        "price": price_of(found.place, found.starts_at),
        "money": visits.money(found),
        "steps": [visit_steps.line(step, found.zone, request.now) for step in steps],
        "rules": visit_rules.lines(rules) if rules is not None else (),
        **_acts(request, found),
    }
    return page(request, "console/visits/one.html", facts, tab="visits")


@require_POST
@staff_only(Right.DECIDE_VISITS)
def approve(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Say yes."""
    found = seen(request, visit, Right.DECIDE_VISITS)
    try:
        deciding.approve(staff=request.staff, visit_id=visit, now=request.now)
        messages.success(request, _("Approved. Both sides are told."))
    except Refused as no:
        messages.info(request, say.mistake(no.refusals[0]))
    return HttpResponseRedirect(reverse("console_visits_requests", args=[found.place]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.DECIDE_VISITS)
def refuse(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Say no, with a reason of the list."""
    found = seen(request, visit, Right.DECIDE_VISITS)
    form = RefuseForm(request.POST or None)
    if form.is_valid() and say.done(
        form,
        deciding.refuse,
        staff=request.staff,
        visit_id=visit,
        reason=RefusedFor(form.cleaned_data["reason"]),
        note=form.cleaned_data["note"],
        now=request.now,
    ):
        messages.success(request, _("Not approved. Both sides read why."))
        return HttpResponseRedirect(reverse("console_visits_requests", args=[found.place]))
    facts = {"form": form, "visit": found, "row": row(found, request)}
    return page(request, "console/visits/refuse.html", facts, tab="visits")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.DECIDE_VISITS)
def cancel(request: StaffRequest, visit: UUID) -> HttpResponse:
    """Cancel it with a reason that both sides read."""
    found = seen(request, visit, Right.DECIDE_VISITS)
    form = CancelForm(request.POST or None)
    if form.is_valid() and say.done(
        form,
        cancelling.cancel_by_staff,
        staff=request.staff,
        visit_id=visit,
        why=form.cleaned_data["why"],
        now=request.now,
    ):
        messages.success(request, _("Canceled. Both sides are told why."))
        return HttpResponseRedirect(reverse("console_visit", args=[visit]))
    facts = {"form": form, "visit": found, "row": row(found, request)}
    return page(request, "console/visits/cancel.html", facts, tab="visits")


def _acts(request: StaffRequest, found: VisitView) -> dict[str, bool]:
    may = request.staff.may(Right.DECIDE_VISITS, found.facility)
    before = found.state in {State.REQUESTED, State.BOOKED} and request.now < found.starts_at
    return {
        "may_decide": may and found.state == State.REQUESTED and before,
        "may_cancel": may and before,
        "may_set": request.staff.may(Right.SET_VISITS, found.facility),
        "may_see_person": request.staff.may(Right.SEE_PEOPLE, found.facility),
    }
