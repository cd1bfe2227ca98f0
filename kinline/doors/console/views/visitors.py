"""Lists of visitors: who may visit, who asks, who appeals; and how a facility takes them."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kinline.apps.people import visitor_desk as desk
from kinline.apps.people import visitors as queries
from kinline.apps.people.access import access_facility
from kinline.apps.people.actions.visitors import deciding
from kinline.apps.people.rights import Right
from kinline.core.visitor import State
from kinline.doors.console import say
from kinline.doors.console.forms.visitors import VisitorRuleForm
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.paging import number_of, rest_of
from kinline.doors.console.shell import page
from kinline.doors.console.vetting import STATES

TAB = "visitors"


class Filter(forms.Form):
    """By name or ID, and by how far it is."""

    text = forms.CharField(label=gettext_lazy("Name or ID number"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[(key, words) for key, words in STATES.items() if key != State.PENDING],
    )


@require_safe
@staff_only(Right.SEE_VISITORS)
def everyone(request: StaffRequest) -> HttpResponse:
    """Who may visit, by name."""
    form = Filter(request.GET or None, initial={"state": State.APPROVED.value})
    asked = form.cleaned_data if form.is_valid() else {}
    state = State(asked["state"]) if asked.get("state") else State.APPROVED
    found = desk.visitors(
        staff=request.staff,
        place=request.place,
        text=asked.get("text", ""),
        state=state,
        page=number_of(request),
    )
    facts = {"page": found, "form": form, "state": state, "rest": rest_of(request)}
    return page(request, "console/visitors/all.html", facts | _around(request), tab=TAB)


@require_safe
@staff_only(Right.DECIDE_VISITORS)
def waiting(request: StaffRequest) -> HttpResponse:
    """Requests that wait, the oldest first."""
    found = desk.queue(staff=request.staff, place=request.place, page=number_of(request))
    facts = {"page": found, "appeals": False}
    return page(request, "console/visitors/waiting.html", facts | _around(request), tab=TAB)


@require_safe
@staff_only(Right.VISITOR_APPEALS)
def appeals(request: StaffRequest) -> HttpResponse:
    """Appeals that wait, the oldest first."""
    found = desk.appeals(staff=request.staff, place=request.place, page=number_of(request))
    facts = {"page": found, "appeals": True}
    return page(request, "console/visitors/waiting.html", facts | _around(request), tab=TAB)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.CHANGE_FACILITY)
def rule(request: StaffRequest, place: str) -> HttpResponse:
    """How the facility takes visitors now, and a form to set it from now on."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    now = queries.rule_for(place=place)
    initial = {
        "offered": now.offered,
        "keep_days": now.keep_days,
        "good_days": now.good_days,
        "note": now.note,
    }
    form = VisitorRuleForm(request.POST or None, initial=initial)
    if form.is_valid() and say.done(
        form,
        deciding.set_rule,
        staff=request.staff,
        place=place,
        now=request.now,
        **form.cleaned_data,
    ):
        messages.success(request, _("It holds from now on."))
        return HttpResponseRedirect(reverse("console_visitors_rule", args=[place]))
    facts = {"here": here, "form": form, "set": now}
    return page(request, "console/visitors/rule.html", facts, tab="facility")


def _around(request: StaffRequest) -> dict[str, object]:
    """What waits, and the doors to it that the viewer's rights open."""
    staff = request.staff
    return {
        "counts": desk.counts(staff=staff, place=request.place, now=request.now),
        "may_decide": staff.has(Right.DECIDE_VISITORS),
        "may_answer": staff.has(Right.VISITOR_APPEALS),
        "rule_at": request.at if request.at and _may_set(request) else None,
    }


def _may_set(request: StaffRequest) -> bool:
    return request.at is not None and Right.CHANGE_FACILITY in request.at.rights
