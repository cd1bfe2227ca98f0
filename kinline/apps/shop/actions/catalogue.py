"""What a facility offers: added as a draft, priced by date, published, withdrawn."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from functools import partial
from uuid import UUID

from django.db import transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.shop.access import Here, here, item_of
from kinline.apps.shop.models import Item, Price, State
from kinline.apps.shop.taking import Taken, take
from kinline.core.refusal import Refusal
from kinline.core.shop.goods import KEPT, Kind, Rating, not_for_sale
from kinline.core.shop.price import MOST_CENTS
from kinline.laws.loader import book

LONGEST = {"title": 80, "maker": 80, "about": 600}
MOST_PIECES = 500


@dataclass(frozen=True, slots=True)
class Details:
    """What people read of an item, and when they may use it: [opens_at, closes_at) or always."""

    title: str
    maker: str = ""
    about: str = ""
    language: str = ""
    rating: Rating = Rating.EVERYONE
    opens_at: time | None = None
    closes_at: time | None = None


def add(
    *,
    staff: Staff,
    place: str,
    kind: Kind,
    details: Details,
    cents: int,
    now: datetime,
    chunks: Iterable[bytes] = (),
    pieces: int = 0,
) -> UUID:
    """A new draft, with its file or its number of pieces. Its price holds from now on.

    The file is taken in before the transaction: it may be large. Raises NotFound, and Refused
    with every mistake; then no file is kept.
    """
    found = here(staff=staff, place=place, right=Right.KEEP_SHOP, now=now)
    mistakes = [
        *not_for_sale(kind, found.place, found.today, book()),
        *_mistakes(details),
        *_price_mistakes(cents),
        *_piece_mistakes(kind, pieces),
    ]
    if mistakes:
        raise Refused(*mistakes)
    known = partial(_known, kind)
    file = take(kind=kind, chunks=chunks, known=known) if kind in KEPT else None
    return _added(staff, found, kind, details, cents, pieces, file, now)


@transaction.atomic
def change(*, staff: Staff, place: str, item_id: UUID, details: Details, now: datetime) -> None:
    """Other words, another rating or hours; the file stays what it is. Raises Refused, NotFound."""
    found = here(staff=staff, place=place, right=Right.KEEP_SHOP, now=now)
    item = item_of(found.staff.facility, item_id)
    if mistakes := list(_mistakes(details)):
        raise Refused(*mistakes)
    Item.objects.filter(pk=item.pk).update(**asdict(details))
    tell(staff, "shop.item_changed", _named(item), place, now)


@transaction.atomic
def price(
    *,
    staff: Staff,
    place: str,
    item_id: UUID,
    cents: int,
    now: datetime,
    from_on: date | None = None,
) -> None:
    """Another price, from now or from the beginning of a later day. Raises Refused, NotFound.

    What was bought before keeps its price, on its purchase and in the books.
    """
    found = here(staff=staff, place=place, right=Right.KEEP_SHOP, now=now)
    item = item_of(found.staff.facility, item_id)
    mistakes = list(_price_mistakes(cents))
    if from_on is not None and from_on < found.today:
        mistakes.append(wrong("shop.price_in_the_past", "from_on"))
    if mistakes:
        raise Refused(*mistakes)
    later = from_on is not None and from_on > found.today
    from_at = found.place.midnight(from_on) if later and from_on else now
    Price.objects.create(
        item=item, cents=cents, from_at=from_at, set_at=now, set_by=str(staff.account)
    )
    tell(staff, "shop.price_set", _named(item), place, now, {"cents": cents})


@transaction.atomic
def publish(*, staff: Staff, place: str, item_id: UUID, now: datetime) -> None:
    """Offer it, also again after it was withdrawn. Raises NotFound, and Refused where what it
    would pay for is free by law by now."""
    found = here(staff=staff, place=place, right=Right.KEEP_SHOP, now=now)
    item = item_of(found.staff.facility, item_id)
    if reasons := not_for_sale(Kind(item.kind), found.place, found.today, book()):
        raise Refused(*reasons)
    Item.objects.filter(pk=item.pk).update(state=State.PUBLISHED)
    tell(staff, "shop.item_published", _named(item), place, now)


@transaction.atomic
def withdraw(*, staff: Staff, place: str, item_id: UUID, now: datetime) -> None:
    """Sell it no more; whoever bought it keeps it. Raises NotFound."""
    found = here(staff=staff, place=place, right=Right.KEEP_SHOP, now=now)
    item = item_of(found.staff.facility, item_id)
    Item.objects.filter(pk=item.pk).update(state=State.WITHDRAWN)
    tell(staff, "shop.item_withdrawn", _named(item), place, now)


def _known(kind: Kind, sha256: str) -> Taken | None:
    """What this very file was found to be when it came for another item of its kind."""
    rows = Item.objects.filter(kind=kind, sha256=sha256)
    names = ("sha256", "media_type", "size_bytes", "seconds", "members")
    row = rows.values_list(*names).first()
    return Taken(*row) if row else None


@transaction.atomic
def _added(
    staff: Staff,
    found: Here,
    kind: Kind,
    details: Details,
    cents: int,
    pieces: int,
    file: Taken | None,
    now: datetime,
) -> UUID:
    by = str(staff.account)
    item = Item.objects.create(
        facility_id=found.staff.facility,
        kind=kind,
        pieces=pieces,
        added_by=by,
        added_at=now,
        **asdict(details),
        **(asdict(file) if file else {}),
    )
    Price.objects.create(item=item, cents=cents, from_at=now, set_at=now, set_by=by)
    facts = {"kind": kind.value, "cents": cents}
    tell(staff, "shop.item_added", _named(item), found.staff.place, now, facts)
    return item.pk


def _mistakes(details: Details) -> Iterator[Refusal]:
    if not details.title.strip():
        yield wrong("name.missing", "title")
    for name, most in LONGEST.items():
        if len(getattr(details, name)) > most:
            yield wrong("shop.too_long", name, {"most": str(most)})
    opens, closes = details.opens_at, details.closes_at
    if (opens is None) != (closes is None):
        yield wrong("shop.half_of_the_hours", "opens_at" if opens is None else "closes_at")
    elif opens is not None and closes is not None and opens >= closes:
        yield wrong("shop.opens_after_closing", "closes_at")


def _price_mistakes(cents: int) -> Iterator[Refusal]:
    if not 0 <= cents <= MOST_CENTS:
        yield wrong("shop.price_wrong", "cents", {"most": str(MOST_CENTS // 100)})


def _piece_mistakes(kind: Kind, pieces: int) -> Iterator[Refusal]:
    if kind in KEPT and pieces:
        raise ValueError(f"{kind} is not handed out in pieces")
    if kind not in KEPT and not 0 < pieces <= MOST_PIECES:
        yield wrong("shop.pieces_wrong", "pieces", {"most": str(MOST_PIECES)})


def _named(item: Item) -> Named:
    return Named("item", str(item.pk))
