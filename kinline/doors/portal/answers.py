"""Help: the published questions, answered for a facility from which one can be called.

The same answers as on the public pages, in the portal's own shell: here it rings.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kinline.doors.guards import ContactRequest, contact_only
from kinline.doors.help import show, where


@require_GET
@contact_only
def everything(request: ContactRequest) -> HttpResponse:
    """Every question with its answer."""
    chosen = where.chosen(request.GET, contact=request.contact, now=timezone.now())
    facts = {"tab": "help", "chosen": chosen, "groups": list(show.everything(chosen.asked))}
    return render(request, "portal/answers.html", facts)


@require_GET
@contact_only
def one(request: ContactRequest, slug: str) -> HttpResponse:
    """One question with its answer."""
    chosen = where.chosen(request.GET, contact=request.contact, now=timezone.now())
    answered = show.one(slug, chosen.asked)
    facts = {"tab": "help", "chosen": chosen, "answered": answered}
    return render(request, "portal/answer.html", facts)
