"""Times without visits: closures, holidays, ending one early, and stopping all visits at once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kinline.apps.errors import NotFound
from kinline.apps.facilities import queries as facilities
from kinline.apps.facilities.queries import UnitView
from kinline.apps.people.access import access_facility
from kinline.apps.people.rights import Right
from kinline.apps.visits.actions import closing
from kinline.apps.visits.actions.closing import Closed, ClosureKind
from kinline.apps.visits.queries import staff as room
from kinline.doors.console import say
from kinline.doors.console.forms.visits import ClosureForm, LockdownForm
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page

TAB = "visits"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.SET_VISITS)
def closures(request: StaffRequest, place: str) -> HttpResponse:
    """What is closed and will be; one more is shown with what it cancels before it is made."""
    here = access_facility(staff=request.staff, place=place, right=Right.SET_VISITS)
    units = facilities.units(facility_id=here.facility)
    form = ClosureForm(request.POST or None, units=units, zone=here.zone)
    falls: int | None = None
    if form.is_valid():
        if request.POST.get("sure") == "1":
            made: list[Closed] = []
            if _close(request, place, form, made):
                messages.success(request, _("Closed. %(said)s") % {"said": _said(made)})
                return HttpResponseRedirect(reverse("console_visits_closures", args=[place]))
        else:
            falls = closing.would_cancel(
                staff=request.staff,
                place=place,
                unit_id=form.cleaned_data["unit_id"],
                from_at=form.cleaned_data["from_at"],
                until_at=form.cleaned_data["until_at"],
                now=request.now,
            )
    setting = room.setting(staff=request.staff, place=place, now=request.now)
    facts = {"here": here, "form": form, "falls": falls, "closures": setting.closures}
    return page(request, "console/visits/closures.html", facts, tab=TAB)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(Right.SET_VISITS)
def lockdown(request: StaffRequest, place: str) -> HttpResponse:
    """Stop all visits now, in one step that says first how many it cancels."""
    here = access_facility(staff=request.staff, place=place, right=Right.SET_VISITS)
    units = facilities.units(facility_id=here.facility)
    form = LockdownForm(request.POST or None, units=units)
    if form.is_valid():
        made: list[Closed] = []
        if _lock(request, place, form, made):
            messages.success(request, _("Visits are stopped. %(said)s") % {"said": _said(made)})
            return HttpResponseRedirect(reverse("console_visits_closures", args=[place]))
    facts = {"here": here, "form": form, "fall": _fall(request, place, units)}
    return page(request, "console/visits/lockdown.html", facts, tab=TAB)


@require_POST
@staff_only(Right.SET_VISITS)
def lift(request: StaffRequest, place: str, closure: UUID) -> HttpResponse:
    """End a closure from now on."""
    access_facility(staff=request.staff, place=place, right=Right.SET_VISITS)
    setting = room.setting(staff=request.staff, place=place, now=request.now)
    if closure not in {one.id for one in setting.closures}:
        raise NotFound
    closing.lift(staff=request.staff, closure_id=closure, now=request.now)
    messages.success(request, _("Open again. What was canceled stays canceled."))
    return HttpResponseRedirect(reverse("console_visits_closures", args=[place]))


def _close(request: StaffRequest, place: str, form: ClosureForm, made: list[Closed]) -> bool:
    typed = form.cleaned_data

    def close() -> None:
        made.append(
            closing.close(
                staff=request.staff,
                place=place,
                unit_id=typed["unit_id"],
                kind=ClosureKind(typed["kind"]),
                from_at=typed["from_at"],
                until_at=typed["until_at"],
                why=typed["why"],
                now=request.now,
            )
        )

    return say.done(form, close)


def _lock(request: StaffRequest, place: str, form: LockdownForm, made: list[Closed]) -> bool:
    typed = form.cleaned_data

    def lock() -> None:
        made.append(
            closing.lockdown(
                staff=request.staff,
                place=place,
                unit_id=typed["unit_id"],
                why=typed["why"],
                now=request.now,
            )
        )

    return say.done(form, lock)


def _said(made: list[Closed]) -> str:
    n = made[0].cancelled
    words = ngettext("%(n)s visit was canceled.", "%(n)s visits were canceled.", n)
    return words % {"n": n}


def _falls(request: StaffRequest, place: str, unit: UUID | None) -> int:
    return closing.would_cancel(
        staff=request.staff,
        place=place,
        unit_id=unit,
        from_at=request.now,
        until_at=None,
        now=request.now,
    )


def _fall(request: StaffRequest, place: str, units: list[UnitView]) -> list[tuple[str, int]]:
    """How many visits fall: of the facility, and of the unit that was chosen in the form."""
    found = [("", _falls(request, place, None))]
    chosen = request.POST.get("unit_id", "")
    for unit in units:
        if str(unit.id) == chosen:
            found.append((unit.name, _falls(request, place, unit.id)))
    return found
