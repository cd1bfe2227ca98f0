"""Notes as their owner sees them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count as Count_

from kinline.apps.notices.models import Note
from kinline.apps.paging import Page, paginate


@dataclass(frozen=True, slots=True)
class NoteView:
    id: UUID
    kind: str
    at: datetime
    read_at: datetime | None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Count:
    """How many were told on one occasion, and how many of them have read or heard it."""

    told: int
    read: int
    said: int


@dataclass(frozen=True, slots=True)
class Reader:
    """One who was told. `said_at`: when a wall phone said it."""

    owner_kind: str
    owner: UUID
    told_at: datetime
    read_at: datetime | None
    said_at: datetime | None


def counts(*, about: Collection[str]) -> dict[tuple[str, str], Count]:
    """By occasion and kind of owner; one query. The caller has looked whose occasions they are."""
    rows = Note.objects.filter(about__in=about).values_list("about", "owner_kind")
    asked = rows.annotate(Count_("pk"), Count_("read_at"), Count_("said_at")).order_by()
    return {(one, kind): Count(told, read, said) for one, kind, told, read, said in asked}


def readers(*, about: str, owner_kind: str, page: int = 1) -> Page[Reader]:
    """Who was told on one occasion, and when they read it."""
    rows = Note.objects.filter(about=about, owner_kind=owner_kind).order_by("pk")

    def build(found: list[Note]) -> list[Reader]:
        return [
            Reader(one.owner_kind, UUID(one.owner), one.at, one.read_at, one.said_at)
            for one in found
        ]

    return paginate(rows, page, build)


def to_say(*, person: UUID, kind: str) -> NoteView | None:
    """The oldest note of a kind that nobody has read to this person, nor they themselves."""
    rows = Note.objects.filter(owner_kind="person", owner=str(person), kind=kind)
    row = rows.filter(read_at=None, said_at=None).order_by("at").first()
    return NoteView(row.pk, row.kind, row.at, row.read_at, row.facts) if row else None


def notes(
    *,
    owner_kind: str,
    owner: UUID,
    unread_only: bool = True,
    kinds: Collection[str] = (),
    limit: int = 20,
) -> list[NoteView]:
    """The owner's notes, newest first; of these kinds, if any are named."""
    rows = Note.objects.filter(owner_kind=owner_kind, owner=str(owner)).order_by("-at")
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if unread_only:
        rows = rows.filter(read_at=None)
    return [NoteView(row.pk, row.kind, row.at, row.read_at, row.facts) for row in rows[:limit]]
