"""Written messages on the tablet: who writes, and how its pages look."""

from django.utils import timezone

from kinline.apps.messaging import access
from kinline.doors import resumable
from kinline.doors.guards import InsideRequest, inside_only, inside_polled
from kinline.doors.tablet.show import show
from kinline.doors.writing.desk import Desk
from kinline.doors.writing.urls import addresses


def desk(request: InsideRequest) -> Desk:
    """A person inside who writes."""
    by, owner = access.inside(request.inside), resumable.of_inside(request)
    return Desk(request, by, "tablet", show, timezone.now(), owner)


urlpatterns = addresses("tablet", desk, inside_only, inside_polled)
