"""Guessing passwords: what django-axes counts by, and what the person reads when it is enough."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def tried_email(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The email that was tried, in one spelling; "" when there is none."""
    credentials = credentials or {}
    email = credentials.get("email") or request.POST.get("login", "")
    return str(email).strip().lower()[:254]


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
