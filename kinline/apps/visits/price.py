"""What a visit costs: by its scheduled start, whenever it was booked. Set aside, then taken.

What is set aside is still the payer's: it is taken when the visit was held, and let go where the
rules give it back or a law has made it free in the meantime.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kinline.apps.charging.actions import charge as write_charge
from kinline.apps.facilities.models import Facility
from kinline.apps.ledger import queries as ledger
from kinline.apps.ledger.actions import paying
from kinline.apps.ledger.actions.holds import set_aside
from kinline.apps.ledger.actions.post import post
from kinline.apps.visits.access import Asker
from kinline.apps.visits.models import Visit
from kinline.core.ids import PlaceCode
from kinline.core.ledger import chart
from kinline.core.ledger.entry import Entry, Posting
from kinline.core.link import By
from kinline.core.place import Place
from kinline.core.policy.paying import order_of
from kinline.core.rating.rate import Charge, Usage
from kinline.core.rating.terms import Service
from kinline.core.refusal import Refusal, Whose
from kinline.core.transition.words import AccountKind
from kinline.core.visit import price as core
from kinline.core.visit.price import Because, Fate, Returned
from kinline.core.visit.states import State
from kinline.laws.loader import book, places

OWN_MONEY = {By.PERSON: AccountKind.DEBIT, By.CONTACT: AccountKind.PREPAID_COLLECT}
KEPT = "visit_kept"  # the kind of its entry in the books
# So long after its end a visit's money stays set aside, if nobody ever tells how it ended.
LET_GO_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Purse:
    """One of the payer's accounts that may pay, and the cents it has free."""

    kind: AccountKind
    holder: str
    free: int

    @property
    def account(self) -> chart.Account:
        return chart.held_by(self.kind, self.holder)


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one visit, and what its payer has to pay it with. No purse: free."""

    charge: Charge
    purses: tuple[Purse, ...] = ()

    @property
    def cents(self) -> int:
        return self.charge.consumer_cents

    @property
    def citation(self) -> str:
        """By which rules."""
        found = dict.fromkeys(line.citation for line in self.charge.lines)
        return "; ".join(found)[:300]

    @property
    def reasons(self) -> tuple[Refusal, ...]:
        """Why it cannot be paid, if it cannot."""
        free = sum(one.free for one in self.purses)
        if free >= self.cents:
            return ()
        facts = {"cents": str(self.cents), "free": str(free)}
        return (Refusal("visit.no_money", Whose.FACILITY, facts=facts),)


def place_of(facility: Facility) -> Place:
    """The place as the law book knows it; every facility is copied from there."""
    return places()[PlaceCode(facility.place)]


def price_of(*, by: Asker, facility: Facility, starts_at: datetime, minutes: int) -> Price:
    """The price, and what its payer has free now. Where it is free no account is read.

    Raises NoRuleInForce: a gap in the book is never "free".
    """
    charge = core.price(place_of(facility), starts_at, minutes, book())
    if charge.free:
        return Price(charge)
    kinds = _kinds(by.side, place_of(facility), starts_at)
    accounts = [chart.held_by(kind, str(by.id)) for kind in kinds]
    has = ledger.balances(accounts=accounts)
    purses = [
        Purse(kind, str(by.id), has[account.code].free)
        for kind, account in zip(kinds, accounts, strict=True)
    ]
    return Price(charge, tuple(purses))


def take(
    *, price: Price, visit: UUID, sequence: int, ends_at: datetime, now: datetime
) -> list[list[str | int]]:
    """Set it aside, in the transaction that books. Returns what stands in `Visit.paid`: the key of
    each hold, and its cents. Raises NotEnough where somebody else took from it since the look."""
    paid: list[list[str | int]] = []
    for purse, cents in _shares(price):
        key = f"visit:{visit.hex}:{sequence}:{purse.kind}"
        set_aside(
            key=key, account=purse.account, amount=cents, now=now, until=ends_at + LET_GO_AFTER
        )
        paid.append([key, cents])
    return paid


def keys_of(visit: Visit) -> list[str]:
    """The keys of what is set aside for it."""
    return [key for key, _ in visit.paid]


def settle(*, visit: Visit, fate: Fate, held_seconds: int = 0, now: datetime) -> Returned:
    """Take what is due of what was set aside, and let the rest go: once, in the transaction in
    which it is over. `visit` was read with its facility and agency.

    A visit that was held is charged, also where it costs the people nothing: its agency may owe
    for it. What is kept of one that was not held (cancelled late, nobody came) is an entry alone.
    """
    facility, minutes = visit.facility, (visit.ends_at - visit.starts_at) // timedelta(minutes=1)
    owed = core.price(place_of(facility), visit.starts_at, minutes, book())
    back = core.returned(visit.price_cents, owed, fate)
    kept = visit.price_cents - back.cents
    if fate.state is State.ENDED and (kept or not owed.consumer_cents):
        short = back.because is Because.CUT_SHORT
        seconds = held_seconds if short and not owed.consumer_cents else minutes * 60
        write_charge(
            key=f"visit:{visit.pk}",
            usage=Usage(Service.VISIT, place_of(facility), visit.starts_at, seconds),
            person=str(visit.person_id),
            now=now,
            holds=keys_of(visit),
        )
    elif visit.paid:
        _keep(visit, kept, now)
    return back


def let_go(visit: Visit, now: datetime) -> None:
    """Free all that is set aside for it: its price is worked out anew."""
    if visit.paid:
        paying.take(keys=keys_of(visit), amount=0, now=now)


def _keep(visit: Visit, cents: int, now: datetime) -> None:
    given = paying.take(keys=keys_of(visit), amount=cents, now=now)
    earned = chart.of_house(chart.House.REVENUE, agency=visit.facility.agency.code)
    postings = tuple(Posting(account, earned, part) for account, part in given)
    if postings:
        post(entry=Entry(f"visit:{visit.pk}", now, KEPT, postings, str(visit.pk)), now=now)


def _kinds(side: By, place: Place, at: datetime) -> list[AccountKind]:
    """The payer's own accounts, in the order of the tariff; never the other side's."""
    tariff = book().in_force(place, Service.VISIT, place.day(at)).tariff
    own = OWN_MONEY[side]
    return [kind for kind in order_of(tariff, Service.VISIT) if kind == own] or [own]


def _shares(price: Price) -> Iterator[tuple[Purse, int]]:
    left = price.cents
    for purse in price.purses:
        cents = min(left, purse.free)
        if cents:
            yield purse, cents
        left -= cents
