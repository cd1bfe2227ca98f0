"""Secrets handed out once and kept only as hashes."""

import hashlib
import secrets

# No 0 O 1 I L 5 S 8 B: read aloud and typed by hand without mistakes.
UNAMBIGUOUS = "ACDEFGHJKMNPQRTUVWXYZ234679"
CODE_LENGTH = 8


def new_token() -> str:
    """43 URL-safe characters: 256 random bits."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Eight characters to read and type: 27**8, some 38 random bits."""
    return "".join(secrets.choice(UNAMBIGUOUS) for _ in range(CODE_LENGTH))


def tidy_code(typed: str) -> str:
    """A code as typed by hand: case, spaces and dashes do not matter."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def hashed(secret: str) -> str:
    """SHA-256: enough for secrets with this much chance in them."""
    return hashlib.sha256(secret.encode()).hexdigest()
