"""Data keys wrapped by the agency's key: destroying the wrapped key is deletion.

AES-256-GCM with a random nonce; the recording's id is authenticated, so that a wrapped key
copied to another recording does not open there.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyRefused(ValueError):
    """The wrapped key does not open: another agency's key, another recording, or damage."""


def new_key() -> bytes:
    """A fresh 32-byte key from the system's randomness."""
    return os.urandom(KEY_BYTES)


def wrap(data_key: bytes, *, under: bytes, bound_to: str) -> bytes:
    """Wrap `data_key` under the agency's key, bound to one recording's id: 60 bytes."""
    if len(data_key) != KEY_BYTES:
        raise ValueError(f"a data key has {KEY_BYTES} bytes, not {len(data_key)}")
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(under).encrypt(nonce, data_key, bound_to.encode())


def unwrap(wrapped: bytes, *, under: bytes, bound_to: str) -> bytes:
    """The data key in `wrapped`. Raises KeyRefused."""
    nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
    if len(nonce) < _NONCE_BYTES:
        raise KeyRefused("too short for a wrapped key")
    try:
        return AESGCM(under).decrypt(nonce, sealed, bound_to.encode())
    except InvalidTag:
        raise KeyRefused("the wrapped key does not open") from None


def seal_word(word: str, *, under: bytes, bound_to: str) -> str:
    """A short secret (a password we must be able to say again) sealed as text for a column."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(under).encrypt(nonce, word.encode(), bound_to.encode())
    return base64.b64encode(sealed).decode()


def open_word(sealed: str, *, under: bytes, bound_to: str) -> str:
    """The secret in `sealed`. Raises KeyRefused."""
    try:
        data = base64.b64decode(sealed, validate=True)
        nonce, rest = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
        return AESGCM(under).decrypt(nonce, rest, bound_to.encode()).decode()
    except (InvalidTag, ValueError):
        raise KeyRefused("the sealed word does not open") from None
