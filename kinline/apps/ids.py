"""Identifiers as they come in from outside, where anything may stand."""

from uuid import UUID


def as_uuid(text: str) -> UUID | None:
    """The identifier in `text`, None when it is none: such a row cannot exist."""
    try:
        return UUID(text)
    except ValueError:
        return None
