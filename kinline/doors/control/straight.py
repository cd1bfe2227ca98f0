"""/control/<verb>, before all else: an engine's messages go straight to their view.

What other middleware does is for browsers: sessions, languages, what a page may load. It was a
quarter of what a message costs web, and a busy hour has a hundred messages a second.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from kinline.doors.control import views

PREFIX = "/control/"


class Straight:
    """The first middleware of all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.path_info
        if address.startswith(PREFIX):
            translation.deactivate()  # a page served by this thread before has left its language
            return views.verb(request, address.removeprefix(PREFIX))
        return self.get_response(request)
