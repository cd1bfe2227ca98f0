"""Reading courtesy calls: what staff granted a person, and what of it is still open."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from kinline.apps.people.models import CourtesyGrant
from kinline.core.policy.call import Courtesy


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant that is still open."""

    id: UUID
    courtesy: Courtesy


@dataclass(frozen=True, slots=True)
class CourtesyView:
    """A grant as staff see it. `open`: it may still be used, or taken back."""

    id: UUID
    until: datetime
    max_call_seconds: int
    reason: str
    granted_by: str
    granted_at: datetime
    taken_back_at: datetime | None
    used_at: datetime | None
    open: bool


def open_grant(*, person_id: UUID, now: datetime) -> Granted | None:
    """The grant that runs out first of those that may still be used."""
    row = still_open(now).filter(person=person_id).order_by("until").first()
    if row is None:
        return None
    return Granted(row.pk, Courtesy(until=row.until, max_call_seconds=row.max_call_seconds))


def still_open(now: datetime) -> QuerySet[CourtesyGrant]:
    """Grants nobody has used, taken back or let run out."""
    return CourtesyGrant.objects.filter(used_at=None, taken_back_at=None, until__gt=now)


def courtesies(*, person_id: UUID, now: datetime, limit: int = 20) -> list[CourtesyView]:
    """A person's grants, newest first; one query."""
    rows = CourtesyGrant.objects.filter(person=person_id).order_by("-granted_at")
    return [
        CourtesyView(
            id=row.pk,
            until=row.until,
            max_call_seconds=row.max_call_seconds,
            reason=row.reason,
            granted_by=row.granted_by,
            granted_at=row.granted_at,
            taken_back_at=row.taken_back_at,
            used_at=row.used_at,
            open=row.used_at is None and row.taken_back_at is None and row.until > now,
        )
        for row in rows[:limit]
    ]
