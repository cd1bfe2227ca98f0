"""How a contact can be reached: asked of the room that knows, which registers itself here.

This room lies below people and may not import it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reach:
    """A contact, as far as a letter needs to know. `email` is empty without a sign-in."""

    owner: UUID
    name: str
    language: str
    email: str
    numbers: tuple[str, ...] = ()


@dataclass(slots=True)
class _Asked:
    by_owner: Callable[[UUID], Reach | None] | None = None
    by_email: Callable[[str], UUID | None] | None = None
    by_number: Callable[[str], Reach | None] | None = None


_asked = _Asked()


def register(
    *,
    by_owner: Callable[[UUID], Reach | None],
    by_email: Callable[[str], UUID | None],
    by_number: Callable[[str], Reach | None],
) -> None:
    """Called once, when Django starts."""
    _asked.by_owner, _asked.by_email, _asked.by_number = by_owner, by_email, by_number


def of(owner: UUID) -> Reach | None:
    """A contact by id; None where there is none (any more)."""
    return _asked.by_owner(owner) if _asked.by_owner else None


def owner_of(email: str) -> UUID | None:
    """Whose sign-in this address is, in any case of letters."""
    return _asked.by_email(email) if _asked.by_email else None


def at(e164: str) -> Reach | None:
    """Whose telephone this is."""
    return _asked.by_number(e164) if _asked.by_number else None
