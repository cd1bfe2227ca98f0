"""The accounts of whoever is signed in: what is there, what becomes of it, and what happened."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from kinline.apps.charging import answers
from kinline.core.ids import PlaceCode
from kinline.doors import accounts
from kinline.doors.guards import InsideRequest, inside_only
from kinline.doors.paging import page_number
from kinline.doors.tablet.show import show
from kinline.laws.loader import places


@require_GET
@inside_only
def everything(request: InsideRequest) -> HttpResponse:
    """Every account with its answer; where there is none, whether one is needed."""
    now = timezone.now()
    found = answers.of_person(person_id=request.inside.person, now=now)
    here = places()[PlaceCode(request.inside.place)]
    facts = {
        "cards": list(accounts.cards(found, mine=True)),
        "needed": accounts.needed([here], now),
    }
    return show(request, "tablet/accounts.html", facts)


@require_GET
@inside_only
def one(request: InsideRequest, kind: str, agency: str = "") -> HttpResponse:
    """One account: the answer, who says so, and its statement."""
    found = answers.of_person(person_id=request.inside.person, now=timezone.now())
    answer = answers.one(found, kind=kind, agency=agency)
    facts = {
        "card": accounts.card(answer, mine=True),
        "voices": accounts.voices(answer),
        "moved": accounts.movements(answer.account, page=page_number(request)),
    }
    return show(request, "tablet/account.html", facts)
