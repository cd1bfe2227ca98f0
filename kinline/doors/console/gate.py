"""Who may come in at the console: staff with a right in force, a code given, and not idle.

The order matters: a stranger is sent to sign in before anything is looked up, so that every
address answers a stranger alike; a contact finds nothing here at all.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff, StaffPlace
from kinline.apps.people.access import staff as staff_of
from kinline.apps.people.rights import Right
from kinline.doors import idle, second_factor
from kinline.doors.guards import not_there, wants_json

AT = "console_at"

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of staff; `at` is the facility they chose to look at, None for all of theirs.

    `place` is the chosen facility's code, "" for all: the form the queries ask for.
    """

    staff: Staff
    now: datetime
    at: StaffPlace | None
    place: str


def staff_only(
    right: Right | None = None,
) -> Callable[
    [Callable[Concatenate[StaffRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Let staff in who hold `right` at some facility; what of it is theirs, the gates decide."""

    def wrap(
        view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _go(request, f"{settings.LOGIN_URL}?{urlencode({'next': _back(request)})}")
            try:
                known = _recognise(request)
                if (first := _second_step(known)) is not None:
                    return _go(request, first)
                if right is not None and not known.staff.has(right):
                    raise NotFound
                return _unkept(view(known, *args, **kwargs))
            except NotFound:
                return not_there(request)

        return guarded

    return wrap


def zone_of(request: StaffRequest) -> str:
    """The zone days are meant in: the chosen facility's, else the first one's."""
    return request.at.zone if request.at else request.staff.places[0].zone


def _recognise(request: HttpRequest) -> StaffRequest:
    known = cast(StaffRequest, request)
    known.now = timezone.now()
    known.staff = staff_of(account_id=cast(UUID, request.user.pk), now=known.now)
    chosen = request.session.get(AT, "")
    known.at = next((one for one in known.staff.places if one.place == chosen), None)
    if len(known.staff.places) == 1:
        known.at = known.staff.places[0]
    known.place = known.at.place if known.at else ""
    if idle.SEEN not in request.session:
        idle.begin(request)
    return known


def _second_step(request: StaffRequest) -> str | None:
    """Where to go first: to set the second step up, or to give a code; None if it is done."""
    if second_factor.shown(request):
        return None
    if not second_factor.exists(request):
        return reverse("mfa_activate_totp")
    return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': _back(request)})}"


def _back(request: HttpRequest) -> str:
    """Where to come back to: the page itself, but never into the middle of an act."""
    whole = request.method == "GET" and not _is_part(request)
    return request.get_full_path() if whole else "/console/"


def _is_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """To another page. A script is told where to go: it must not show that page in a table."""
    if _is_part(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    if wants_json(request):
        return JsonResponse({"code": "signed_out", "go": address}, status=401)
    return HttpResponseRedirect(address)


def _unkept(answer: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(answer, no_store=True, private=True)
    return answer
