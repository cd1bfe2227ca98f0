"""Keys that live outside the database, read once."""

from functools import cache

from django.conf import settings


@cache
def key(name: str) -> bytes:
    """The 32 bytes of the key file called `name`, made at first use."""
    return bytes.fromhex(settings.KEYRING(name))
