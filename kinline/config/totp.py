"""The six digits of an authenticator app (RFC 6238, HMAC-SHA-1, 30 seconds): for the demo, where
the secrets of invented staff are public."""

import base64
import hmac
from datetime import datetime

STEP_SECONDS = 30
DIGITS = 6


def code(secret: str, at: datetime) -> str:
    """The code for a base32 `secret` at the moment `at`."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    step = int(at.timestamp()) // STEP_SECONDS
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    # RFC 4226, 5.3: the last four bits say where the number stands.
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)
