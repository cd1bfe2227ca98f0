"""May somebody enter a visit now, and where do they sit?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.core.link import By


@dataclass(frozen=True, slots=True)
class Entry:
    """Where somebody sits in a visit ("inside", "home-1" ...), and its times."""

    visit: UUID
    seat: str
    starts_at: datetime
    ends_at: datetime
    private: bool


def may_enter(*, visit_id: UUID, side: By, who: UUID, now: datetime) -> Entry:
    """The seat of a person inside or a contact, from 15 minutes before until the end.

    Raises NotFound where they are not of it, and Refused with every reason: visit.too_early
    (`until` is when the lobby opens), visit.over, visit.cancelled, visit.not_agreed_yet, and what
    policy says now (no-contact orders, stops, lockdown).
    """
    raise NotImplementedError
