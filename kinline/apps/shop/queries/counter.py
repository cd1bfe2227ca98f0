"""The shop as staff see it: what is offered, what it costs and will cost, who bought."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from kinline.apps.errors import NotFound
from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.shop import access
from kinline.apps.shop.models import Item, Price, Purchase
from kinline.apps.shop.queries.views import Good, good, priced
from kinline.core.refusal import Refusal
from kinline.core.shop.goods import Kind, not_for_sale
from kinline.laws.loader import book


@dataclass(frozen=True, slots=True)
class OnOffer:
    """An item with how often it was sold and not paid back."""

    good: Good
    sold: int


@dataclass(frozen=True, slots=True)
class PriceView:
    """A price; `is_now` for the one that holds, `coming` for those that do not yet."""

    cents: int
    from_at: datetime
    set_by: str
    is_now: bool
    coming: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item. `reasons`: why it may not be offered here now; `files`: how many a game has."""

    good: Good
    sold: int
    prices: tuple[PriceView, ...]
    reasons: tuple[Refusal, ...]
    media_type: str
    files: int
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Sale:
    """A purchase."""

    id: UUID
    person: UUID
    person_name: str
    person_number: str
    item: UUID
    title: str
    kind: Kind
    cents: int
    pieces: int
    bought_at: datetime
    paid_back_at: datetime | None
    paid_back_by: str
    why: str


def catalogue(*, staff: Staff, place: str, page: int, now: datetime) -> Page[OnOffer]:
    """Everything of a facility, by title. Raises NotFound."""

    def build(rows: list[Item]) -> list[OnOffer]:
        return [OnOffer(good(row, _cents(row)), getattr(row, "sold", 0)) for row in rows]

    here = access.here(staff=staff, place=place, right=Right.KEEP_SHOP, now=now)
    return paginate(_rows(here.staff.facility, now).order_by("title", "pk"), page, build)


def is_open(*, staff: Staff, place: str, now: datetime) -> bool:
    """Whether the shop is on. Raises NotFound."""
    here = access.here(staff=staff, place=place, right=Right.KEEP_SHOP, now=now)
    return access.is_open(here.staff.facility)


def kinds(*, staff: Staff, place: str, now: datetime) -> dict[Kind, tuple[Refusal, ...]]:
    """Each kind of goods, with why it cannot be sold here. Raises NotFound."""
    here = access.here(staff=staff, place=place, right=Right.KEEP_SHOP, now=now)
    return {kind: not_for_sale(kind, here.place, here.today, book()) for kind in Kind}


def item(*, staff: Staff, place: str, item_id: UUID, now: datetime) -> ItemView:
    """One item with its prices, newest first. Raises NotFound."""
    here = access.here(staff=staff, place=place, right=Right.KEEP_SHOP, now=now)
    row = _rows(here.staff.facility, now).filter(pk=item_id).first()
    if row is None:
        raise NotFound
    view = good(row, _cents(row))
    return ItemView(
        good=view,
        sold=getattr(row, "sold", 0),
        prices=tuple(_prices(row, now)),
        reasons=not_for_sale(view.kind, here.place, here.today, book()),
        media_type=row.media_type,
        files=len(row.members),
        added_by=row.added_by,
        added_at=row.added_at,
    )


def sales(*, staff: Staff, place: str, page: int, now: datetime) -> Page[Sale]:
    """What was bought at a facility, the newest first. Raises NotFound."""

    def build(rows: list[Purchase]) -> list[Sale]:
        return [_sale(row) for row in rows]

    here = access.here(staff=staff, place=place, right=Right.PAY_BACK, now=now)
    return paginate(_sales(here.staff.facility).order_by("-bought_at", "pk"), page, build)


def sale(*, staff: Staff, place: str, purchase_id: UUID, now: datetime) -> Sale:
    """One purchase. Raises NotFound."""
    here = access.here(staff=staff, place=place, right=Right.PAY_BACK, now=now)
    row = _sales(here.staff.facility).filter(pk=purchase_id).first()
    if row is None:
        raise NotFound
    return _sale(row)


def _rows(facility: UUID, now: datetime) -> QuerySet[Any]:
    sold = Count("purchases", filter=Q(purchases__paid_back_at=None))
    return priced(Item.objects.filter(facility=facility).annotate(sold=sold), now)


def _sales(facility: UUID) -> QuerySet[Purchase]:
    return Purchase.objects.filter(item__facility=facility).select_related("item", "person")


def _cents(row: Item) -> int | None:
    cents: int | None = getattr(row, "now_cents", None)
    return cents


def _prices(row: Item, now: datetime) -> list[PriceView]:
    rows = list(Price.objects.filter(item=row).order_by("-from_at", "-set_at"))
    current = next((one for one in rows if one.from_at <= now), None)
    return [
        PriceView(one.cents, one.from_at, one.set_by, one is current, one.from_at > now)
        for one in rows
    ]


def _sale(row: Purchase) -> Sale:
    return Sale(
        id=row.pk,
        person=row.person_id,
        person_name=row.person.full_name,
        person_number=row.person.number,
        item=row.item_id,
        title=row.item.title,
        kind=Kind(row.item.kind),
        cents=row.cents,
        pieces=row.pieces,
        bought_at=row.bought_at,
        paid_back_at=row.paid_back_at,
        paid_back_by=row.paid_back_by,
        why=row.why,
    )
