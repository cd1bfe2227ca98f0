"""Help: the published questions, answered for whoever asks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kinline.doors.guards import PublicRequest, anyone
from kinline.doors.help import show, where


@require_safe
@anyone
def everything(request: PublicRequest) -> HttpResponse:
    """Every question with its answer, for the facility chosen or the reader's own."""
    chosen = where.chosen(request.GET, contact=request.contact, now=timezone.now())
    facts = {"chosen": chosen, "groups": list(show.everything(chosen.asked))}
    return render(request, "public/help.html", facts)


@require_safe
@anyone
def one(request: PublicRequest, slug: str) -> HttpResponse:
    """One question on a page of its own, to be sent to someone."""
    chosen = where.chosen(request.GET, contact=request.contact, now=timezone.now())
    answered = show.one(slug, chosen.asked)
    return render(request, "public/question.html", {"chosen": chosen, "answered": answered})
