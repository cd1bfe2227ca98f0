"""A contact's accounts: what is there, what becomes of it and who says so, and what happened."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kinline.apps.charging import answers
from kinline.apps.people import uses
from kinline.core.ids import PlaceCode
from kinline.doors import accounts
from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.paging import page_number
from kinline.laws.loader import places


@require_GET
@contact_only
def everything(request: ContactRequest) -> HttpResponse:
    """Every account with its answer; where there is none, whether one is needed."""
    now, mine = timezone.now(), request.contact.id
    found = answers.of_contact(contact_id=mine, now=now)
    facts = {"tab": "account", "cards": list(accounts.cards(found)), "needed": []}
    if not found:
        codes = uses.places_calling([mine]).get(mine, ())
        facts["needed"] = accounts.needed([places()[PlaceCode(code)] for code in codes], now)
    return render(request, "portal/accounts/all.html", facts)


@require_GET
@contact_only
def one(request: ContactRequest, kind: str, agency: str = "") -> HttpResponse:
    """One account: the answer, who says so, what can be done, and its statement."""
    found = answers.of_contact(contact_id=request.contact.id, now=timezone.now())
    answer = answers.one(found, kind=kind, agency=agency)
    facts = {
        "tab": "account",
        "account": answer.account,
        "decision": answer.decision,
        "card": accounts.card(answer),
        "places": [place.name for place in answer.places],
        "voices": accounts.voices(answer),
        "moved": accounts.movements(answer.account, page=page_number(request)),
    }
    return render(request, "portal/accounts/one.html", facts)
