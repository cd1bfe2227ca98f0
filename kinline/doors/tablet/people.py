"""People outside who want to be linked, and those who are: yes, no, not again, and an end."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kinline.apps.calls.queries import tablet
from kinline.apps.errors import Refused
from kinline.apps.people.actions import links
from kinline.apps.people.links import link_of, linked_contacts
from kinline.apps.people.queries import links_of_person
from kinline.core.link import By, State
from kinline.doors.guards import InsideRequest, inside_only
from kinline.doors.tablet.show import show
from kinline.doors.words import links as words

SIDE = By.PERSON


@require_safe
@inside_only
def everyone(request: InsideRequest) -> HttpResponse:
    """Who asks, who is linked, and who of one's list could be asked."""
    return _page(request)


@require_POST
@inside_only
def ask(request: InsideRequest, allowed_id: UUID) -> HttpResponse:
    """Ask somebody of one's own list."""
    try:
        links.ask_from_inside(
            person_id=request.inside.person, allowed_id=allowed_id, now=timezone.now()
        )
    except Refused as no:
        return _page(request, words.why_not(no.refusals[0], request.inside.zone), status=409)
    return redirect("tablet-people")


@require_http_methods(["GET", "HEAD", "POST"])
@inside_only
def one(request: InsideRequest, link_id: UUID) -> HttpResponse:
    """One who asks: who it is, and what each answer means."""
    link = link_of(side=SIDE, owner=request.inside.person, link_id=link_id)
    if not link.waits_for(SIDE):
        return redirect("tablet-people")
    if request.method != "POST":
        return show(request, "tablet/people_one.html", {"link": link})
    mine, now = request.inside.person, timezone.now()
    answer = request.POST.get("answer")
    try:
        if answer == "yes":
            links.accept(side=SIDE, owner=mine, link_id=link_id, now=now)
        elif answer in ("no", "never"):
            never = answer == "never"
            links.decline(side=SIDE, owner=mine, link_id=link_id, now=now, unwanted=never)
    except Refused as no:
        return _page(request, words.why_not(no.refusals[0], request.inside.zone), status=409)
    return redirect("tablet-people")


@require_http_methods(["GET", "HEAD", "POST"])
@inside_only
def end(request: InsideRequest, link_id: UUID) -> HttpResponse:
    """What ending means, then the end."""
    link = link_of(side=SIDE, owner=request.inside.person, link_id=link_id)
    if link.state not in (State.ASKED, State.LINKED):
        return redirect("tablet-people")  # pressed twice
    if request.method != "POST":
        return show(request, "tablet/people_end.html", {"link": link})
    never = request.POST.get("answer") == "never"
    mine = request.inside.person
    links.end(side=SIDE, owner=mine, link_id=link_id, now=timezone.now(), unwanted=never)
    return redirect("tablet-people")


def _page(request: InsideRequest, said: str = "", status: int = 200) -> HttpResponse:
    mine = links_of_person(person_id=request.inside.person)
    listed = tablet.allowed(inside=request.inside, now=timezone.now())
    open_ones = linked_contacts(
        person_id=request.inside.person, among=[one.contact for one in listed]
    )
    facts = {
        "said": said,
        "asked": [one for one in mine if one.waits_for(SIDE)],
        "asking": [one for one in mine if one.waits_for(By.CONTACT)],
        "linked": [one for one in mine if one.state is State.LINKED],
        "may_ask": [one for one in listed if one.proven and one.contact not in open_ones],
    }
    return show(request, "tablet/people.html", facts, status=status)
