"""Words of privileged mail, sealed: each text under a data key of its own, bound to its row.

The data key is wrapped by the key file `privileged-<agency>`, which is not the one of recordings
and of ordinary files. Whoever has the database has neither.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kinline.apps import keys
from kinline.apps.stored import key_name
from kinline.sealed import keys as sealing

_NONCE_BYTES = 12


class Unreadable(Exception):
    """The words do not open: destroyed, changed, or sealed under another key."""


def seal(text: str, *, agency: str, bound_to: str) -> tuple[bytes, str]:
    """The sealed words and their wrapped key, for two columns. `bound_to` names the row."""
    data_key, nonce = sealing.new_key(), os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(data_key).encrypt(nonce, text.encode(), bound_to.encode())
    under = keys.key(key_name(agency, privileged=True))
    wrapped = sealing.wrap(data_key, under=under, bound_to=bound_to)
    return sealed, base64.b64encode(wrapped).decode()


def open_(sealed: bytes, wrapped: str, *, agency: str, bound_to: str) -> str:
    """The words again. Raises Unreadable."""
    under = keys.key(key_name(agency, privileged=True))
    try:
        data_key = sealing.unwrap(base64.b64decode(wrapped), under=under, bound_to=bound_to)
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return AESGCM(data_key).decrypt(nonce, rest, bound_to.encode()).decode()
    except (InvalidTag, ValueError) as no:
        raise Unreadable(bound_to) from no
