"""Who may come in at which door, and the one answer for "not yours" and "not there".

A guard finds out who stands there before a view looks at anything else, so that a stranger
learns nothing from the difference between two addresses.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from kinline.apps.errors import NotFound
from kinline.apps.facilities.queries import Device, station_by_secret
from kinline.apps.people.actions import sign_in
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.queries import ContactView, contact_of

DEVICE_COOKIE = "kinline_device"
INSIDE_COOKIE = "kinline_inside"

P = ParamSpec("P")
Answer = TypeVar("Answer", bound=HttpResponseBase)


class ContactRequest(HttpRequest):
    """A request of someone outside who is signed in."""

    contact: ContactView


class PublicRequest(HttpRequest):
    """A request of anybody. `contact` is who is signed in, if it is someone outside."""

    contact: ContactView | None


class DeviceRequest(HttpRequest):
    """A request of an enrolled device; nobody need be signed in on it."""

    device: Device


class InsideRequest(DeviceRequest):
    """A request of an incarcerated person signed in on an enrolled device."""

    inside: Inside


def contact_only(
    view: Callable[Concatenate[ContactRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let contacts in; send strangers to sign in; others find nothing here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _go(request, f"{settings.LOGIN_URL}?{urlencode({'next': request.path})}")
        contact = contact_of(account_id=request.user.pk)
        if contact is None:
            return not_there(request)
        known = cast(ContactRequest, request)
        known.contact = contact
        _in_their_language(request, contact)
        return _unkept(view(known, *args, **kwargs))

    return guarded


def anyone(
    view: Callable[Concatenate[PublicRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let everybody in, and find out whether a contact is signed in: the page may be theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        known = cast(PublicRequest, request)
        known.contact = None
        if request.user.is_authenticated:
            known.contact = contact_of(account_id=request.user.pk)
        if known.contact is None:
            return view(known, *args, **kwargs)
        _in_their_language(request, known.contact)
        return _unkept(view(known, *args, **kwargs))

    return guarded


def device_only(
    view: Callable[Concatenate[DeviceRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let enrolled devices in; send every other browser to the enrolment page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        device = device_of(request)
        if device is None:
            return _go(request, "/tablet/")
        known = cast(DeviceRequest, request)
        known.device = device
        return _unkept(view(known, *args, **kwargs))

    return guarded


def inside_only(
    view: Callable[Concatenate[InsideRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let people signed in on an enrolled device in; send others to its first page."""
    return _inside_guard(view, touch=True)


def inside_polled(
    view: Callable[Concatenate[InsideRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """The same for what a page asks by itself: that is no sign of somebody who is still there."""
    return _inside_guard(view, touch=False)


def _inside_guard(
    view: Callable[Concatenate[InsideRequest, P], HttpResponseBase], *, touch: bool
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        device = device_of(request)
        inside = inside_of(request, device, touch=touch)
        if device is None or inside is None:
            return _go(request, "/tablet/")
        known = cast(InsideRequest, request)
        known.device, known.inside = device, inside
        return _unkept(view(known, *args, **kwargs))

    return guarded


def device_of(request: HttpRequest) -> Device | None:
    """The enrolled device this browser is, None for any other browser."""
    secret = request.COOKIES.get(DEVICE_COOKIE)
    return station_by_secret(secret=secret) if secret else None


def inside_of(request: HttpRequest, device: Device | None, *, touch: bool = True) -> Inside | None:
    """Who is signed in on this device, None when nobody is or their time is up."""
    token = request.COOKIES.get(INSIDE_COOKIE)
    if device is None or not token:
        return None
    now = timezone.now()
    return sign_in.resume(token=token, station_id=device.station, now=now, touch=touch)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks: it gets a code instead of a page it could not show."""
    return request.headers.get("Accept") == "application/json"


def not_there(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """The one answer for what is not yours and what is not there."""
    if wants_json(request):
        return JsonResponse({"code": "not_there"}, status=404)
    return render(request, "404.html", status=404)


class NotThere:
    """Middleware: a gate's NotFound becomes the same page as an unknown address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        return not_there(request) if isinstance(problem, NotFound) else None


def _in_their_language(request: HttpRequest, contact: ContactView) -> None:
    """A contact's own language, where this browser has not been told another."""
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    # English is what an account begins with: it says nothing against the browser's own wish.
    if not chosen and contact.language != settings.LANGUAGE_CODE:
        translation.activate(contact.language)


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """To another page; a script is told that nobody is signed in and goes by itself."""
    if wants_json(request):
        return JsonResponse({"code": "signed_out", "go": address}, status=401)
    return HttpResponseRedirect(address)


def _unkept(answer: Answer) -> Answer:
    """What is about one person is not kept by a browser that others use too."""
    patch_cache_control(answer, no_store=True, private=True)
    return answer
