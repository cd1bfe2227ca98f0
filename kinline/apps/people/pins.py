"""PINs: HMAC with a key outside the database, then Argon2id.

A PIN has few digits, so a copied database alone must not be enough to try them all: without
the key file nothing can be tried. Argon2id with 19 MiB and two passes (OWASP's minimum) takes
some 20 ms on one core, which bounds guessing even where both are stolen.
"""

import hashlib
import hmac
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kinline.apps import keys

SHORTEST = 6
LONGEST = 12
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(pin: str) -> str:
    """What is stored of a PIN."""
    return _HASHER.hash(_keyed(pin))


def fits(pin: str, stored: str) -> bool:
    """Whether `pin` is the one `stored` was made of; as slow when nothing is stored."""
    try:
        return _HASHER.verify(stored or _nobody(), _keyed(pin)) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _HASHER.hash(_keyed("nobody's pin"))


def _keyed(pin: str) -> str:
    return hmac.new(keys.key("pin"), pin.encode(), hashlib.sha256).hexdigest()
