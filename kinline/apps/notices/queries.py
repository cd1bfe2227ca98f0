"""Notes as their owner sees them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from kinline.apps.notices.models import Note


@dataclass(frozen=True, slots=True)
class NoteView:
    id: UUID
    kind: str
    at: datetime
    read_at: datetime | None
    facts: Mapping[str, str] = field(default_factory=dict)


def notes(
    *, owner_kind: str, owner: UUID, unread_only: bool = True, limit: int = 20
) -> list[NoteView]:
    """The owner's notes, newest first."""
    rows = Note.objects.filter(owner_kind=owner_kind, owner=str(owner)).order_by("-at")
    if unread_only:
        rows = rows.filter(read_at=None)
    return [NoteView(row.pk, row.kind, row.at, row.read_at, row.facts) for row in rows[:limit]]
