"""What every page of every door may say about the house itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info


def house(request: HttpRequest) -> dict[str, Any]:
    """Whether this is a demo, the languages to choose from, and when tablets sign out."""
    codes = [code for code, _name in settings.LANGUAGES]
    return {
        "demo": settings.DEMO,
        "idle_seconds": settings.TABLET_IDLE_SECONDS,
        "tongues": [get_language_info(code) for code in codes],
        "tongue": get_language_info(get_language() or settings.LANGUAGE_CODE),
    }
