"""Recording one's own name, which the called side hears in the announcement."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from kinline.doors.guards import InsideRequest, inside_only
from kinline.doors.tablet.show import show


@require_GET
@inside_only
def name(request: InsideRequest) -> HttpResponse:
    """Speak it, listen to it, do it again or keep it."""
    return show(request, "tablet/name.html")
