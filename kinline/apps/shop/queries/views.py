"""Items as every reader sees them, with their price at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from kinline.apps.shop.models import Item, Price
from kinline.core.shop.goods import Kind, Rating
from kinline.core.shop.hours import Hours


@dataclass(frozen=True, slots=True)
class Good:
    """One item. `cents` is its price now, None before its first price begins; `seconds` how long
    it plays. `hours` are on the facility's wall, None for always."""

    id: UUID
    kind: Kind
    state: str
    title: str
    maker: str
    about: str
    language: str
    rating: Rating
    hours: Hours | None
    pieces: int
    seconds: int | None
    size_bytes: int
    cents: int | None


def priced(rows: QuerySet[Item], now: datetime) -> QuerySet[Any]:
    """The rows with their price at `now` as `now_cents`."""
    begun = Price.objects.filter(item=OuterRef("pk"), from_at__lte=now)
    newest = begun.order_by("-from_at", "-set_at").values("cents")[:1]
    return rows.annotate(now_cents=Subquery(newest))


def goods(rows: Iterable[Item]) -> list[Good]:
    """Rows of `priced` as views."""
    return [good(row, getattr(row, "now_cents", None)) for row in rows]


def good(row: Item, cents: int | None) -> Good:
    return Good(
        id=row.pk,
        kind=Kind(row.kind),
        state=row.state,
        title=row.title,
        maker=row.maker,
        about=row.about,
        language=row.language,
        rating=Rating(row.rating),
        hours=hours_of(row),
        pieces=row.pieces,
        seconds=row.seconds,
        size_bytes=row.size_bytes,
        cents=cents,
    )


def hours_of(row: Item) -> Hours | None:
    """When it may be used."""
    if row.opens_at is None or row.closes_at is None:
        return None
    return Hours(row.opens_at, row.closes_at)
