"""A recording's data key, wrapped by its agency's key, bound to the thing it opens.

Whoever copies the database has wrapped keys only; whoever copies the files has none.
"""

import base64

from kinline.apps import keys
from kinline.sealed import keys as sealing


def key_name(agency_code: str) -> str:
    """The name of an agency's key file."""
    return f"agency-{agency_code}"


def wrap(data_key: bytes, *, name: str, bound_to: str) -> str:
    """`data_key` under the key file called `name`, as text for a column."""
    wrapped = sealing.wrap(data_key, under=keys.key(name), bound_to=bound_to)
    return base64.b64encode(wrapped).decode()


def unwrap(wrapped: str, *, name: str, bound_to: str) -> bytes:
    """The data key again. Raises kinline.sealed.keys.KeyRefused."""
    return sealing.unwrap(base64.b64decode(wrapped), under=keys.key(name), bound_to=bound_to)


def as_text(data_key: bytes) -> str:
    """How a data key travels in a grant."""
    return base64.b64encode(data_key).decode()
