"""Telephones' passwords, sealed under a key outside the database: digest needs them in clear.

Each is bound to the row it belongs to, so that one copied to another row does not open there.
"""

import secrets
from uuid import UUID

from kinline.apps import keys
from kinline.sealed import keys as sealing

KEY = "telephones"
_SECRET_BYTES = 18


def new_secret() -> str:
    """A password no one has to remember, of letters and digits that telephones can be told."""
    return secrets.token_urlsafe(_SECRET_BYTES).replace("-", "x").replace("_", "y")


def seal(secret: str, *, row: UUID) -> str:
    return sealing.seal_word(secret, under=keys.key(KEY), bound_to=str(row))


def unseal(sealed: str, *, row: UUID) -> str:
    """Raises kinline.sealed.keys.KeyRefused."""
    return sealing.open_word(sealed, under=keys.key(KEY), bound_to=str(row))
