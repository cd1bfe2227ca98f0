"""Telling everyone of a facility what a law makes free, and seeing who has read it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from kinline.apps.charging import telling
from kinline.apps.errors import NotFound, Refused
from kinline.apps.notices import queries as notices
from kinline.apps.notices.queries import Count
from kinline.apps.people.access import access_facility
from kinline.apps.people.holders import names_of
from kinline.apps.people.rights import Right
from kinline.core.ids import PlaceCode
from kinline.core.rating.book import Law
from kinline.doors import notes
from kinline.doors.console import say
from kinline.doors.console.gate import StaffRequest, staff_only
from kinline.doors.console.paging import number_of
from kinline.doors.console.shell import page
from kinline.laws.loader import places

NOBODY = Count(0, 0, 0)
KINDS = ("person", "contact")


@dataclass(frozen=True, slots=True)
class Telling:
    """One law, what everybody is told of it, and how many have read it."""

    law: Law
    title: str
    sentences: tuple[str, ...]
    coming: bool
    people: Count
    contacts: Count


@require_http_methods(["GET", "POST"])
@staff_only(Right.CHANGE_FACILITY)
def laws(request: StaffRequest, place: str) -> HttpResponse:
    """What can be told here, in the words people read; and telling it."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    if request.method == "POST":
        return _tell(request, place)
    known = places()[PlaceCode(place)]
    on = known.day(request.now)
    found = telling.laws_at(known, on)
    counts = notices.counts(about=[telling.about(law.id, place) for law in found])
    tellings = [
        Telling(
            law=law,
            title=notes.law_title(law, known, on),
            sentences=notes.law_sentences(law, known, on),
            coming=on < law.period.from_on,
            people=counts.get((telling.about(law.id, place), "person"), NOBODY),
            contacts=counts.get((telling.about(law.id, place), "contact"), NOBODY),
        )
        for law in found
    ]
    facts = {"here": here, "tellings": tellings}
    return page(request, "console/tell.html", facts, tab="facility")


@require_safe
@staff_only(Right.CHANGE_FACILITY)
def readers(request: StaffRequest, place: str, law: str) -> HttpResponse:
    """Who was told, and who has read it; a page at a time."""
    here = access_facility(staff=request.staff, place=place, right=Right.CHANGE_FACILITY)
    known = places()[PlaceCode(place)]
    found = notes.law_of({"law": law})
    kind = request.GET.get("who", "person")
    if found is None or kind not in KINDS:
        raise NotFound
    told = notices.readers(
        about=telling.about(law, place), owner_kind=kind, page=number_of(request)
    )
    names = names_of([str(one.owner) for one in told.items])
    facts = {
        "here": here,
        "title": notes.law_title(found, known, known.day(request.now)),
        "kind": kind,
        "page": told,
        "rows": [(names.get(str(one.owner), ""), one) for one in told.items],
        "rest": f"who={kind}",
    }
    return page(request, "console/told.html", facts, tab="facility")


def _tell(request: StaffRequest, place: str) -> HttpResponse:
    law = request.POST.get("law", "")
    try:
        heard = telling.tell(staff=request.staff, place=place, law=law, now=request.now)
    except Refused as no:
        messages.error(request, say.mistake(no.refusals[0]))
        return HttpResponseRedirect(reverse("console_tell", args=[place]))
    inside = ngettext("%(n)s person inside", "%(n)s people inside", heard.people)
    outside = ngettext("%(n)s contact", "%(n)s contacts", heard.contacts)
    facts = {
        "inside": inside % {"n": heard.people},
        "outside": outside % {"n": heard.contacts},
    }
    messages.success(request, _("Told: %(inside)s and %(outside)s.") % facts)
    return HttpResponseRedirect(reverse("console_tell", args=[place]))
