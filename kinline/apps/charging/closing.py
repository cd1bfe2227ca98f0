"""An account somebody may add to or close: what it has, where it is used, and who decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kinline.apps.charging.cards import merchants
from kinline.apps.charging.models import OwnLimit, Payment
from kinline.apps.errors import NotFound
from kinline.apps.ids import as_uuid
from kinline.apps.ledger import queries as ledger
from kinline.apps.people import money_places, uses
from kinline.core.funding.decide import Wishes
from kinline.core.ids import PlaceCode
from kinline.core.ledger.chart import Account, held_by
from kinline.core.ledger.hold import Balance
from kinline.core.place import Place
from kinline.core.refund.states import PaymentState
from kinline.core.transition.decide import Decision, Facts, decide
from kinline.core.transition.words import AccountKind
from kinline.laws.loader import book, places
from kinline.laws.transition import old_money

MONEY = frozenset({AccountKind.PREPAID_COLLECT, AccountKind.DEBIT})
INSIDE = frozenset({AccountKind.DEBIT})
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Whole:
    """One account on one day. `handled_by` is the place whose agency decides; None: nobody yet.

    `chargers` are the places that still charge, those whose agency takes cards first.
    """

    kind: AccountKind
    holder: UUID
    balance: Balance
    decision: Decision
    chargers: tuple[Place, ...]
    cards_at: frozenset[str]
    handled_by: Place | None
    released: bool
    wishes: Wishes

    @property
    def books(self) -> Account:
        return held_by(self.kind, str(self.holder))

    @property
    def zone(self) -> ZoneInfo:
        return self.handled_by.zone if self.handled_by else UTC


def whole(*, kind: AccountKind, holder: UUID, now: datetime) -> Whole:
    """Everything that decides about an account. The caller has let its viewer in.

    Raises NotFound for pieces, which are never money, and NoRuleInForce for a gap in the book.
    """
    if kind not in MONEY:
        raise NotFound
    inside = kind in INSIDE
    used = _places(_codes(kind, holder))
    has = ledger.balance(account=held_by(kind, str(holder)))
    day = min((place.day(now) for place in used), default=now.astimezone(UTC).date())
    facts = Facts(kind=kind, amount=has.posted, places=used, as_of=day, pending_cents=has.held)
    decision = decide(facts, book(), old_money())
    cards = merchants.takes_cards(agencies=frozenset(one.agency for one in used))
    chargers = sorted(decision.needed_at, key=lambda one: (one.agency not in cards, one.code))
    return Whole(
        kind=kind,
        holder=holder,
        balance=has,
        decision=decision,
        chargers=tuple(chargers),
        cards_at=cards,
        handled_by=_handled_by(kind, holder, (*chargers, *used)),
        released=inside and not money_places.is_inside(holder),
        wishes=wishes(kind=kind, holder=holder),
    )


def wishes(*, kind: AccountKind, holder: UUID) -> Wishes:
    """What the holder chose for adding money."""
    row = OwnLimit.objects.filter(kind=kind, holder=str(holder)).first()
    return Wishes(paused=row.paused, monthly_cents=row.monthly_cents) if row else Wishes()


def _codes(kind: AccountKind, holder: UUID) -> tuple[str, ...]:
    if kind not in INSIDE:
        return uses.places_calling([holder]).get(holder, ())
    home = uses.homes([holder]).get(holder)
    return (home,) if home else ()


def _handled_by(kind: AccountKind, holder: UUID, used: Iterable[Place]) -> Place | None:
    """Whoever took the last payment; else where it is used, or was used at any time."""
    paid = Payment.objects.filter(
        kind=kind, holder=str(holder), state=PaymentState.SUCCEEDED
    ).order_by("-made_at")
    codes = list(paid.values_list("place", flat=True)[:1])
    found = next(iter((*_places(codes), *used)), None)
    if found is None and kind not in INSIDE:
        found = next(iter(_places(money_places.ever_called(holder))), None)
    return found


def _places(codes: Iterable[str]) -> tuple[Place, ...]:
    known = (places().get(PlaceCode(code)) for code in codes)
    return tuple(place for place in known if place)


def holder_of(word: str) -> UUID:
    """A holder's id as the books have it. Raises NotFound for anything else."""
    found = as_uuid(word)
    if found is None:
        raise NotFound
    return found
