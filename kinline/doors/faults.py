"""What a page says when something of ours broke: whose fault it is, and what to do now."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kinline.doors.guards import wants_json

log = logging.getLogger(__name__)


def our_fault(request: HttpRequest) -> HttpResponse:
    """The answer to our own surprise. Where even its page cannot be drawn, plain words do."""
    if wants_json(request):
        return JsonResponse({"code": "our_fault"}, status=500)
    try:
        return render(request, "500.html", status=500)
    except Exception:
        log.exception("the page for faults failed, too")
        words = _("Something broke on our side. It is not your fault. Try again in a minute.")
        return HttpResponse(words, content_type="text/plain; charset=utf-8", status=500)
