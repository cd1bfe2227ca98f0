"""The shop and the library of a person who is signed in on a tablet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from kinline.apps.errors import NotFound
from kinline.apps.ledger import queries as books
from kinline.apps.paging import Page, paginate
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.shop.access import is_open, law_of, purchase_of
from kinline.apps.shop.actions.buying import debit
from kinline.apps.shop.models import Item, Purchase, State
from kinline.apps.shop.queries.views import Good, good, goods, hours_of, priced
from kinline.core.refusal import Refusal
from kinline.core.shop.goods import Kind, not_for_sale
from kinline.core.shop.hours import closed, seconds_left
from kinline.laws.loader import book


@dataclass(frozen=True, slots=True)
class Front:
    """What is there for a person at all: a shop to buy in, things of their own."""

    is_open: bool
    owns: bool

    @property
    def anything(self) -> bool:
        return self.is_open or self.owns


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of what is for sale. `mine` are purchases by item; `kinds` those that have goods."""

    goods: Page[Good]
    mine: dict[UUID, UUID]
    kinds: tuple[Kind, ...]
    free_cents: int


@dataclass(frozen=True, slots=True)
class Offer:
    """One item for one person. `reasons`: why nobody here can buy it now; `purchase`: theirs."""

    good: Good
    free_cents: int
    purchase: UUID | None
    reasons: tuple[Refusal, ...]

    @property
    def after_cents(self) -> int:
        """What would be left of the account."""
        return self.free_cents - (self.good.cents or 0)


@dataclass(frozen=True, slots=True)
class Owned:
    """A thing in somebody's library. `closed`: why it cannot be used now."""

    purchase: UUID
    good: Good
    bought_at: datetime
    paid_cents: int
    closed: Refusal | None
    seconds_left: int | None


def front(*, inside: Inside) -> Front:
    """Whether there is a shop here, and whether the person owns anything."""
    return Front(is_open(inside.facility), _library(inside).exists())


def shelf(*, inside: Inside, kind: Kind | None, page: int, now: datetime) -> Shelf:
    """What can be bought here now. Raises NotFound where the shop is off."""
    if not is_open(inside.facility):
        raise NotFound
    place = law_of(inside.place)
    sold = [one for one in Kind if not not_for_sale(one, place, place.day(now), book())]
    rows = Item.objects.filter(facility=inside.facility, state=State.PUBLISHED, kind__in=sold)
    there = set(rows.order_by().values_list("kind", flat=True).distinct())
    if kind is not None:
        rows = rows.filter(kind=kind)
    offered = priced(rows, now).filter(now_cents__isnull=False).order_by("title", "pk")
    found = paginate(offered, page, goods)
    return Shelf(
        goods=found,
        mine=_mine(inside, [one.id for one in found.items]),
        kinds=tuple(one for one in sold if one in there),
        free_cents=books.balance(account=debit(inside.person)).free,
    )


def offer(*, inside: Inside, item_id: UUID, now: datetime) -> Offer:
    """One item on offer, or one they own. Raises NotFound."""
    rows = Item.objects.filter(facility=inside.facility, pk=item_id).exclude(state=State.DRAFT)
    row = priced(rows, now).first()
    if row is None or not is_open(inside.facility):
        raise NotFound
    view = goods([row])[0]
    purchase = _mine(inside, [row.pk]).get(row.pk)
    if view.cents is None or (row.state != State.PUBLISHED and purchase is None):
        raise NotFound
    place = law_of(inside.place)
    return Offer(
        good=view,
        free_cents=books.balance(account=debit(inside.person)).free,
        purchase=purchase,
        reasons=not_for_sale(view.kind, place, place.day(now), book()),
    )


def library(*, inside: Inside, page: int, now: datetime) -> Page[Owned]:
    """What the person owns, the newest first; also where the shop is off by now."""

    def build(rows: list[Purchase]) -> list[Owned]:
        return [_owned(row, inside, now) for row in rows]

    rows = _library(inside).select_related("item").order_by("-bought_at", "pk")
    return paginate(rows, page, build)


def owned(*, inside: Inside, purchase_id: UUID, now: datetime) -> Owned:
    """One thing of theirs. Raises NotFound."""
    return _owned(purchase_of(inside, purchase_id), inside, now)


def _library(inside: Inside) -> QuerySet[Purchase]:
    return Purchase.objects.filter(person=inside.person, pieces=0, paid_back_at=None)


def _mine(inside: Inside, items: list[UUID]) -> dict[UUID, UUID]:
    rows = _library(inside).filter(item__in=items)
    return dict(rows.values_list("item_id", "pk"))


def _owned(row: Purchase, inside: Inside, now: datetime) -> Owned:
    zone, hours = ZoneInfo(inside.zone), hours_of(row.item)
    return Owned(
        purchase=row.pk,
        good=good(row.item, None),
        bought_at=row.bought_at,
        paid_cents=row.cents,
        closed=closed(hours, zone, now),
        seconds_left=seconds_left(hours, zone, now),
    )
