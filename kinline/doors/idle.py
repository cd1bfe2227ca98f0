"""Staff sessions end after quiet minutes: an open console is an open door.

A page that refreshes itself is not a person at work: such requests do not count as activity.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

SEEN = "staff_seen_at"
WRITE_EVERY = 10  # seconds: not every request of a busy person need be written down
IDLED = "staff_idled"


def begin(request: HttpRequest) -> None:
    """From here on this session is one of staff, and idle time counts."""
    request.session[SEEN] = timezone.now().timestamp()


def is_background(request: HttpRequest) -> bool:
    """Whether a page asked by itself (polling), not a person."""
    return request.headers.get("X-Kinline-Background") == "1"


class StaffIdle:
    """Middleware: signs a staff session out after STAFF_IDLE_SECONDS without a person's act."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.session.get(SEEN)
        if seen is not None:
            self._weigh(request, float(seen))
        return self.get_response(request)

    def _weigh(self, request: HttpRequest, seen: float) -> None:
        now = timezone.now().timestamp()
        if now - seen >= settings.STAFF_IDLE_SECONDS:
            logout(request)
            request.session[IDLED] = True  # the sign-in page says why, once
        elif now - seen >= WRITE_EVERY and not is_background(request):
            request.session[SEEN] = now
