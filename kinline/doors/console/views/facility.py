"""Facility controls: calling rules by date, and trying a call before someone is refused."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.calls.queries import console as calls
from kinline.apps.charging import queries as charging
from kinline.apps.errors import Refused
from kinline.apps.facilities import queries
from kinline.apps.facilities.actions import calling
from kinline.apps.facilities.actions import contact as actions
from kinline.apps.facilities.topics import Topic
from kinline.apps.people import queries as people
from kinline.apps.people.access import StaffPlace, access_facility
from kinline.apps.people.actions.calling import plan as plan_rule
from kinline.apps.people.rights import Right
from kinline.doors.console import hours, say, tried
from kinline.doors.console.forms.calls import TryCall
from kinline.doors.console.forms.facility import ContactForm, RuleForm
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.words import price as price_words


@require_safe
@staff_only(Right.SEE_FACILITY)
def controls(request: StaffRequest, place: str) -> HttpResponse:
    """What holds now, what will, what did, and who set it; and a call to try."""
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_FACILITY)
    today = queries.today(zone=here.zone, now=request.now)
    book = queries.rules(facility_id=here.facility, today=today)
    price = charging.price(place=place, at=request.now)
    facts = {
        "here": here,
        "book": book,
        "names": people.account_names(ids=[rule.set_by for rule in _all(book)]),
        "hours": hours.of(book.current),
        "price": price_words.words_of(price) if price else None,
        "may_change": request.staff.may(Right.CHANGE_FACILITY, here.facility),
        "may_see_visits": request.staff.may(Right.SET_VISITS, here.facility),
        **_trial(request, here),
    }
    return page(request, "console/facility.html", facts, tab="facility")


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_FACILITY)
def plan(request: StaffRequest, place: str) -> HttpResponse:
    """A new rule from a day on, beginning with what holds now."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    today = queries.today(zone=here.zone, now=request.now)
    book = queries.rules(facility_id=here.facility, today=today)
    form = RuleForm(request.POST or None, initial=_now_in_force(book))
    if form.is_valid() and _set(request, here, form):
        messages.success(request, _("The rule is set."))
        return HttpResponseRedirect(reverse("console_facility", args=[place]))
    price = charging.price(place=place, at=request.now)
    law = price.citation if price and price.whose == "law" else ""
    facts = {"here": here, "form": form, "law": law}
    return page(request, "console/plan.html", facts, tab="facility")


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_FACILITY)
def contact(request: StaffRequest, place: str) -> HttpResponse:
    """How people outside reach the facility, as the public pages show it."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    told = {one.topic.value: one.words for one in queries.contact(facility_id=here.facility)}
    form = ContactForm(request.POST or None, initial=told)
    if form.is_valid():
        lines = {topic: form.cleaned_data[topic.value] for topic in Topic}
        actions.tell(
            facility_id=here.facility, lines=lines, by=request.staff.account, now=request.now
        )
        messages.success(request, _("The public pages show this now."))
        return HttpResponseRedirect(reverse("console_facility", args=[place]))
    return page(request, "console/contact.html", {"here": here, "form": form}, tab="facility")


@require_POST
@staff_only(Right.CHANGE_FACILITY)
def drop(request: StaffRequest, place: str, rule: UUID) -> HttpResponse:
    """Take back a rule that has not begun."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    try:
        calling.drop_rule(
            facility_id=here.facility, rule_id=rule, by=request.staff.account, now=request.now
        )
        messages.success(request, _("The rule is taken back."))
    except Refused:
        messages.info(request, _("This rule has begun. Set a new one instead."))
    return HttpResponseRedirect(reverse("console_facility", args=[place]))


def _all(book: queries.RuleBook) -> list[queries.RuleView]:
    return [*book.past, *([book.current] if book.current else []), *book.coming]


def _set(request: StaffRequest, here: StaffPlace, form: RuleForm) -> bool:
    return say.done(
        form,
        plan_rule,
        staff=request.staff,
        place=here.place,
        rule=calling.NewRule(**form.cleaned_data),
        now=request.now,
    )


def _now_in_force(book: queries.RuleBook) -> dict[str, Any]:
    rule = book.current
    if rule is None:
        return {"offered": True}
    seconds = rule.max_call_seconds
    return {
        "offered": rule.offered,
        "opens_at": rule.opens_at,
        "closes_at": rule.closes_at,
        "max_call_seconds": seconds // 60 if seconds else None,
    }


def _trial(request: StaffRequest, here: StaffPlace) -> dict[str, Any]:
    """The form of "Try a call" and, once it is filled in, what every rule says of it."""
    if not request.staff.may(Right.SEE_PEOPLE, here.facility):
        return {}
    local = request.now.astimezone(ZoneInfo(here.zone)).replace(tzinfo=None)
    form = TryCall(request.GET if "try" in request.GET else None, initial={"at": local})
    if not form.is_valid():
        return {"try_form": form}
    return {"try_form": form, **_answer(request, here, form)}


def _answer(request: StaffRequest, here: StaffPlace, form: TryCall) -> dict[str, Any]:
    person = tried.whom(request, here, form.cleaned_data["person"])
    if person is None:
        form.add_error("person", _("Not exactly one person here fits. Type the ID number."))
        return {}
    at = tried.moment(request, here, form.cleaned_data["at"])
    number = form.cleaned_data["number"]
    trial = calls.try_call(staff=request.staff, person_id=person.id, number=number, at=at)
    met = [*(one.facts for one in trial.refusals), *(one.facts for one in trial.limits)]
    return {
        "trial": trial,
        "trial_person": person,
        "trial_price": price_words.words_of(trial.price) if trial.price else None,
        "trial_number": number,
        "trial_setters": tried.setters(met),
    }
