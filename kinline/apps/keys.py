"""Keys that live outside the database, and the wrapping of data keys with them.

Whoever copies the database has wrapped keys only; whoever copies the recordings has neither.
"""

import base64
import secrets
from functools import cache

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from django.conf import settings


@cache
def key(name: str) -> bytes:
    """The 32 bytes of the key file called `name`, made at first use."""
    return bytes.fromhex(settings.KEYRING(name))


def agency_key_name(agency: str) -> str:
    return f"agency-{agency}"


def new_data_key() -> bytes:
    """32 fresh bytes for AES-256-GCM."""
    return secrets.token_bytes(32)


def wrap(data_key: bytes, key_name: str) -> str:
    """`data_key` under the key called `key_name` (AES key wrap, RFC 3394), in base64."""
    return base64.b64encode(aes_key_wrap(key(key_name), data_key)).decode()


def unwrap(wrapped: str, key_name: str) -> bytes:
    """The data key again. Raises cryptography's InvalidUnwrap under another key."""
    return aes_key_unwrap(key(key_name), base64.b64decode(wrapped))
