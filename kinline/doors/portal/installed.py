"""The portal on a telephone's home screen: what it is called, what it shows without a network.

The service worker keeps one page, the one that says that there is no network, and what that page
is drawn with. Nothing of anybody is ever kept.
"""

import hashlib
import json
from functools import cache

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

SCRIPT = "kinline/worker.js"
# What the page without a network is drawn with.
DRAWN_WITH = (
    "kinline/img/kinline-mark.svg",
    "uswds/css/uswds.min.css",
    "kinline/kinline.css",
)
ICONS = [("kinline/img/icon-192.png", "192x192"), ("kinline/img/icon-512.png", "512x512")]
MASKED = "kinline/img/icon-mask-512.png"
GROUND, INK = "#fbf7f1", "#221a3a"


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Name, start, icons (W3C Web Application Manifest)."""
    home = reverse("portal")
    told = {
        "id": home,
        "name": "Kinline",
        "short_name": "Kinline",
        "description": _("Calls and messages with people in jails and prisons."),
        "lang": translation.get_language(),
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": INK,
        "icons": [
            *({"src": static(name), "sizes": size, "type": "image/png"} for name, size in ICONS),
            {"src": static(MASKED), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
    }
    return _asked_anew(JsonResponse(told, content_type="application/manifest+json"))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: ours as built, told what to keep and where the portal is.

    Each version of what it keeps has a name, so that a new one takes the old one's place.
    """
    keep = [reverse("portal-offline"), *(static(name) for name in DRAWN_WITH)]
    body = _built()
    version = hashlib.sha256((body + json.dumps(keep)).encode()).hexdigest()[:12]
    told = {
        "version": version,
        "keep": keep,
        "offline": reverse("portal-offline"),
        "home": reverse("portal"),
        "icon": static(ICONS[0][0]),
        "badge": static("kinline/img/badge-96.png"),
    }
    script = f"self.KINLINE = {json.dumps(told)};\n{body}"
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = reverse("portal")
    return _asked_anew(answer)


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """No network: the same page for everybody, in both languages, without a word about anyone."""
    return _asked_anew(render(request, "portal/offline.html"))


def _built() -> str:
    """The built script, wherever static files lie. Raises Http404 where it is not built."""
    name = finders.find(SCRIPT)
    if isinstance(name, str):
        return _read(name)
    if not staticfiles_storage.exists(SCRIPT):
        raise Http404
    with staticfiles_storage.open(SCRIPT) as file:
        found: bytes = file.read()
    return _without_map(found.decode())


@cache
def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return _without_map(file.read())


def _without_map(script: str) -> str:
    return script.split("//# sourceMappingURL", 1)[0]


def _asked_anew(answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, no_cache=True, max_age=0)
    return answer
