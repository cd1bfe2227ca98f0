"""One address space for every door; an engine's messages never come this far (doors/control)."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def healthy(request: HttpRequest) -> HttpResponse:
    """Web is up; says nothing else to a stranger."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("healthz", healthy),
    path("language/", include("kinline.doors.language")),
    path("api/", include("kinline.doors.api.urls")),
    path("portal/", include("kinline.doors.portal.urls")),
    path("tablet/", include("kinline.doors.tablet.urls")),
    path("play/", include("kinline.doors.tablet.play_urls")),
    path("console/", include("kinline.doors.console.urls")),
    path("", include("kinline.doors.public.urls")),
]

handler404 = "kinline.doors.guards.not_there"
handler500 = "kinline.doors.faults.our_fault"
