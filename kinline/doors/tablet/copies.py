"""One's own messages to take along: a tablet keeps no files, so it asks staff for a copy."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kinline.apps.messaging.actions import exporting
from kinline.apps.messaging.queries.holds import own_wish
from kinline.doors.guards import InsideRequest, inside_only
from kinline.doors.tablet.show import show


@require_http_methods(["GET", "HEAD", "POST"])
@inside_only
def copy(request: InsideRequest) -> HttpResponse:
    """What a copy is and how far it is; asking for one, and taking that back."""
    if request.method == "POST":
        act = request.POST.get("act")
        if act == "ask":
            exporting.ask_for_copy(inside=request.inside, now=timezone.now())
        elif act == "back":
            exporting.take_back(inside=request.inside, now=timezone.now())
        return redirect("tablet-copy")
    return show(request, "tablet/copy.html", {"wish": own_wish(inside=request.inside)})
