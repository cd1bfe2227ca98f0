"""Buying: the purchase and its entry in the books, together or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused
from kinline.apps.facilities.models import Facility
from kinline.apps.ledger import queries as books
from kinline.apps.ledger.actions.post import post
from kinline.apps.ledger.errors import NotEnough
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.shop.access import is_open, item_of, law_of
from kinline.apps.shop.models import Item, Price, Purchase, State
from kinline.core.ledger.chart import Account, House, held_by, of_house
from kinline.core.ledger.entry import Entry, Posting
from kinline.core.refusal import Refusal, Whose
from kinline.core.shop import price as prices
from kinline.core.shop.goods import PIECES, Kind, not_for_sale
from kinline.core.transition.words import AccountKind
from kinline.laws.loader import book

BOUGHT = "shop"


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase. `fresh` False: it was there already, and nothing was taken now."""

    purchase: UUID
    kept: bool
    fresh: bool


@transaction.atomic
def buy(*, inside: Inside, item_id: UUID, cents: int, key: UUID, now: datetime) -> Bought:
    """Buy an item from the signed-in person's debit account, at the price they have seen.

    `key` is the form's: sent twice it is one purchase, and so is a kept thing that is bought in
    two tabs. Raises NotFound where there is no such item or no shop, and Refused with every
    reason: shop.withdrawn, shop.free_by_law, shop.no_price_known, shop.price_changed,
    shop.not_enough.
    """
    if not is_open(inside.facility):
        raise NotFound
    item = item_of(inside.facility, item_id)
    if item.state == State.DRAFT:
        raise NotFound
    if found := _bought_before(inside, item, key):
        return found
    if reasons := list(_reasons(inside, item, cents, now)):
        raise Refused(*reasons)
    row = Purchase(
        key=_own(key, inside, item),
        item=item,
        person_id=inside.person,
        cents=cents,
        pieces=item.pieces,
        bought_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Another tab was quicker: what it bought is what was wanted here too.
        if found := _bought_before(inside, item, key):
            return found
        raise
    _enter(row, inside, now)
    audit.write(
        now=now,
        actor=audit.Named("person", str(inside.person)),
        act="shop.bought",
        subject=audit.Named("item", str(item.pk)),
        facility=inside.place,
        facts={"cents": cents},
    )
    return Bought(row.pk, kept=not row.pieces, fresh=True)


def entry_key(purchase: UUID) -> str:
    """Under which a purchase stands in the books."""
    return f"shop:{purchase}"


def debit(person: UUID) -> Account:
    """The account that a person's purchases are paid from."""
    return held_by(AccountKind.DEBIT, str(person))


def not_enough(free: int, wanted: int) -> Refusal:
    """An account has `free` cents where `wanted` are asked for."""
    facts = {"free": str(free), "cents": str(wanted)}
    return Refusal("shop.not_enough", Whose.KINLINE, facts=facts)


def _own(key: UUID, inside: Inside, item: Item) -> str:
    """A form's key, which may come from anybody, as one of this person and item alone."""
    return f"{inside.person.hex}:{item.pk.hex}:{key.hex}"


def _bought_before(inside: Inside, item: Item, key: UUID) -> Bought | None:
    rows = Purchase.objects.filter(person=inside.person, item=item)
    row = rows.filter(key=_own(key, inside, item)).first()
    if row is None and not item.pieces:
        row = rows.filter(paid_back_at=None).first()
    return Bought(row.pk, kept=not row.pieces, fresh=False) if row else None


def _reasons(inside: Inside, item: Item, cents: int, now: datetime) -> Iterator[Refusal]:
    """Every reason why it cannot be bought now."""
    if item.state != State.PUBLISHED:
        yield Refusal("shop.withdrawn", Whose.FACILITY)
    place = law_of(inside.place)
    yield from not_for_sale(Kind(item.kind), place, place.day(now), book())
    costs = prices.price_at(_prices(item), now)
    if costs is None:
        raise NotFound
    if costs != cents:
        facts = {"cents": str(costs), "seen": str(cents)}
        yield Refusal("shop.price_changed", Whose.FACILITY, facts=facts)
    free = books.balance(account=debit(inside.person)).free
    if free < costs:
        yield not_enough(free, costs)


def _prices(item: Item) -> list[prices.Price]:
    rows = Price.objects.filter(item=item).values_list("cents", "from_at", "set_at")
    return [prices.Price(*row) for row in rows]


def _enter(row: Purchase, inside: Inside, now: datetime) -> None:
    """Post it: dollars from the person to the agency, pieces to the person."""
    agency = Facility.objects.values_list("agency__code", flat=True).get(pk=inside.facility)
    postings = []
    if row.cents:
        earned = of_house(House.REVENUE, agency=agency)
        postings.append(Posting(debit(inside.person), earned, row.cents))
    if row.pieces:
        theirs = held_by(PIECES[Kind(row.item.kind)], str(inside.person), agency=agency)
        sold = of_house(House.SOLD, agency=agency, commodity=theirs.commodity)
        postings.append(Posting(sold, theirs, row.pieces))
    if not postings:
        return  # a present: nothing moves
    entry = Entry(entry_key(row.pk), now, BOUGHT, tuple(postings), str(row.pk))
    try:
        post(entry=entry, now=now, by=str(inside.person))
    except NotEnough as no:
        # Between the look at the balance and now somebody else took from it, say a call.
        raise Refused(not_enough(no.free, no.wanted)) from None
