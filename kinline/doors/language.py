"""The language switch: works without a script, on every door, signed in or not."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE_SECONDS = 365 * 24 * 3600


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Show pages in the language of the pressed button, beginning with the page one was on."""
    answer = HttpResponseRedirect(back(request))
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES):
        remember(answer, code)
    return answer


def remember(answer: HttpResponse, code: str, *, seconds: int | None = COOKIE_SECONDS) -> None:
    """Keep `code` as this browser's language; `seconds` None: until the browser closes."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=seconds,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def forget(answer: HttpResponse) -> None:
    """Leave no trace of who used a shared device before."""
    answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")


def back(request: HttpRequest) -> str:
    """The page one was on, if it is one of ours."""
    asked = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if safe else "/"


urlpatterns = [path("", choose, name="language")]
