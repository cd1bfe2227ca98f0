"""Guessing passwords: what django-axes counts by, and what the person reads when it is enough."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kinline.apps.people import numbers


def tried_email(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The email or number that was tried, in one spelling; "" when there is none."""
    credentials = credentials or {}
    tried = credentials.get("email") or credentials.get("phone") or request.POST.get("login", "")
    word = str(tried).strip().lower()[:254]
    return word if "@" in word else numbers.e164(word) or word


def locked(
    request: HttpRequest,
    response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """Too many wrong passwords for this email from here: say so, and until when to wait."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "account/locked.html", {"minutes": minutes}, status=429)


def nobody(*who: Any) -> str:
    """What django-axes may log of whoever tried: nothing."""
    return "(not logged)"
