"""Where calls of a facility may go: countries to close and open, and toll-free numbers."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.errors import NotFound
from kinline.apps.facilities import destinations as reads
from kinline.apps.facilities.actions import destinations as actions
from kinline.apps.people import queries as people
from kinline.apps.people.access import StaffPlace, access_facility
from kinline.apps.people.rights import Right
from kinline.doors.console import say
from kinline.doors.console.forms.facility import CloseCountry, FindCountry
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.shell import page
from kinline.doors.words import countries


@require_safe
@staff_only(Right.SEE_FACILITY)
def everything(request: StaffRequest, place: str) -> HttpResponse:
    """What is closed, why and by whom; and a search among all countries."""
    here = access_facility(staff=request.staff, place=place, right=Right.SEE_FACILITY)
    closed = reads.closed_countries(facility_id=here.facility)
    form = FindCountry(request.GET)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    facts = {
        "here": here,
        "closed": closed,
        "form": form,
        "text": text,
        "found": _found(text, {one.country for one in closed}),
        "toll_free": reads.toll_free_open(facility_id=here.facility),
        "names": people.account_names(ids=[one.closed_by for one in closed]),
        "may_change": request.staff.may(Right.CHANGE_FACILITY, here.facility),
    }
    return page(request, "console/countries.html", facts, tab="facility")


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_FACILITY)
def close(request: StaffRequest, place: str, country: str) -> HttpResponse:
    """Close one country, with the reason that whoever is refused reads."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    if country not in reads.closable():
        raise NotFound
    form = CloseCountry(request.POST or None)
    if form.is_valid() and say.done(
        form,
        actions.close,
        facility_id=here.facility,
        country=country,
        by=request.staff.account,
        now=request.now,
        **form.cleaned_data,
    ):
        name = countries.name(country)
        return _back(request, here, _("Closed: %(country)s.") % {"country": name})
    facts = {"here": here, "form": form, "country": country}
    return page(request, "console/country_close.html", facts, tab="facility")


@require_POST
@staff_only(Right.CHANGE_FACILITY)
def open_again(request: StaffRequest, place: str, country: str) -> HttpResponse:
    """Calls to this country go out again."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    actions.open_again(
        facility_id=here.facility, country=country, by=request.staff.account, now=request.now
    )
    name = countries.name(country)
    return _back(request, here, _("Open again: %(country)s.") % {"country": name})


@require_POST
@staff_only(Right.CHANGE_FACILITY)
def toll_free(request: StaffRequest, place: str) -> HttpResponse:
    """Toll-free numbers, open or closed, as the button said."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    actions.set_toll_free(
        facility_id=here.facility,
        on=request.POST.get("on") == "1",
        by=request.staff.account,
        now=request.now,
    )
    return _back(request, here, _("Changed."))


def _found(text: str, closed: set[str]) -> list[tuple[str, str]]:
    """The countries that are open and whose name holds what was typed; none for nothing typed."""
    wanted = countries.plain(text.strip())
    if not wanted:
        return []
    still_open = reads.closable() - closed
    return [one for one in countries.by_name(still_open) if wanted in countries.plain(one[1])]


def _back(request: StaffRequest, here: StaffPlace, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(reverse("console_countries", args=[here.place]))
