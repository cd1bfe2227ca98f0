"""Which provider and which numbers, from the settings."""

from django.conf import settings

from kinline.apps.notices.sms.port import Provider
from kinline.apps.notices.sms.telnyx import Telnyx

HOOK = "/api/sms/"


def is_set() -> bool:
    """Whether SMS can be sent from here: a key and at least one number."""
    return bool(settings.SMS_KEY and settings.SMS_NUMBERS)


def provider() -> Provider:
    """The one set up."""
    return Telnyx(
        api=settings.SMS_API,
        api_key=settings.SMS_KEY,
        public_key=settings.SMS_PUBLIC_KEY,
        webhook=f"{settings.WEB_URL.rstrip('/')}{HOOK}",
    )


def numbers() -> tuple[str, ...]:
    """Ours. The first one is notices' and codes', the others carry texts."""
    return tuple(settings.SMS_NUMBERS)


def for_notices() -> str:
    """From where notices and codes come."""
    return numbers()[0]


def for_texts() -> tuple[str, ...]:
    """From where texts of people inside come; with a single number it has to do both."""
    return numbers()[1:] or numbers()
