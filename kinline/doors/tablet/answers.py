"""Help: the published questions, answered for the facility one is held at."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from kinline.doors.guards import InsideRequest, inside_only
from kinline.doors.help import show as answers
from kinline.doors.help import where
from kinline.doors.help.asked import Asked, known_place
from kinline.doors.tablet.show import show


@require_GET
@inside_only
def everything(request: InsideRequest) -> HttpResponse:
    """Every question, each a link to its answer."""
    asked = _here(request)
    facts = {"asked": asked, "groups": list(answers.everything(asked))}
    return show(request, "tablet/answers.html", facts)


@require_GET
@inside_only
def one(request: InsideRequest, slug: str) -> HttpResponse:
    """One question with its answer."""
    asked = _here(request)
    facts = {"asked": asked, "answered": answers.one(slug, asked)}
    return show(request, "tablet/answer.html", facts)


def _here(request: InsideRequest) -> Asked:
    return where.asked(known_place(request.device.place), timezone.now())
