"""Every page of the tablet knows the device it is on and who is signed in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show(
    request: HttpRequest, template: str, facts: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page with `facts`, the bar above it filled from what the guard found out."""
    bar = {
        "inside": getattr(request, "inside", None),
        "device": getattr(request, "device", None),
    }
    return render(request, template, bar | (facts or {}), status=status)
