"""The rule book: dated values of law, tariff and contract, and which of them are in force.

A *law* says whose share of the price the agency bears, for a jurisdiction and kinds of custody.
A *tariff* says what a service costs at certain places, a *contract* what the agency pays there
once a law makes the service free. A *cap* bounds what tariffs and contracts may ask.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import combinations
from typing import TypeVar

from kinline.core.ids import PlaceCode
from kinline.core.period import Period
from kinline.core.place import Custody, Place, is_within
from kinline.core.rating.caps import Cap
from kinline.core.rating.prices import Allowance, CallPrice, ServicePrice
from kinline.core.rating.rule import Rule
from kinline.core.rating.terms import Destination, GiveBack, Service
from kinline.core.transition.words import AccountKind

BEGINNING = date(1900, 1, 1)  # before any usage a book can be asked about


@dataclass(frozen=True, slots=True)
class Access:
    """What a law says of access beside the price: a floor, a baseline day, an allotment."""

    kind: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Law(Rule):
    """Who bears how much: `share` is the agency's, in percent of the tariff's price.

    At 100 the consumer pays nothing and the agency pays its contract's price. `domestic_only`:
    calls to other countries stay with the consumer.
    """

    jurisdiction: str
    custody: frozenset[Custody]
    share: int
    domestic_only: bool = False
    authority: str = "statute"
    access: Access | None = None

    def covers(self, place: Place) -> bool:
        """Whether this law is about `place` at all, leaving dates and services aside."""
        return place.within(self.jurisdiction) and bool(self.custody & place.custody)

    def reaches(self, to: Destination | None) -> bool:
        """Whether it is about calls to `to`; None is home."""
        return not self.domestic_only or to is None or to.domestic


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced(Rule):
    """What names its places one by one: a tariff or a contract."""

    places: frozenset[PlaceCode]

    def covers(self, place: Place) -> bool:
        return place.code in self.places


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff(Priced):
    """What the services of some places cost the consumer, before any law.

    `stamp_cents` and `credit_cents` are what a stamp or a text credit is bought for, where told.
    `paid_from` are the kinds of account that may pay for a service, the first of them first; what
    holds where a tariff says nothing stands in core.policy.paying. `gives_back` is what a message
    that was rejected before anybody read it gives back of its price.
    """

    prices: Mapping[Service, ServicePrice]
    allowance: Allowance | None = None
    stamp_cents: int | None = None
    credit_cents: int | None = None
    paid_from: Mapping[Service, tuple[AccountKind, ...]] = field(default_factory=dict)
    gives_back: GiveBack = GiveBack.EACH_PART


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract(Priced):
    """What the agency pays for a service that a law makes free, in cents a minute or a piece."""

    prices: Mapping[Service, int]


class NoRuleInForce(Exception):
    """The book has a gap: our fault, and never a reason to call something free."""

    def __init__(self, place: Place, service: Service, at: datetime, what: str = "") -> None:
        day = place.day(at)
        super().__init__(what or f"no rule for {service} at {place.code} on {day}")
        self.place, self.service, self.on = place, service, day


class RulesOverlap(Exception):
    """Two rules of one kind claim the same service, place and day."""

    def __init__(self, first: Rule, second: Rule) -> None:
        super().__init__(f"{first.origin or first.id} overlaps {second.origin or second.id}")


@dataclass(frozen=True, slots=True)
class InForce:
    """What the book says of one service, place, destination and day. Any part may be absent."""

    law: Law | None
    tariff: Tariff | None
    contract: Contract | None

    @property
    def free(self) -> bool:
        return self.share == 100

    @property
    def share(self) -> int:
        """The agency's part of the price, in percent: 0 without a law."""
        return self.law.share if self.law else 0

    @property
    def decides(self) -> Rule | None:
        """The rule that the consumer's price hangs on: the law, else the tariff."""
        return self.law or self.tariff


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules, checked for overlaps once. Raises RulesOverlap.

    `tables` keeps compiled timelines, `known` what destinations are priced like; both are
    filled on demand (see timeline.py).
    """

    laws: tuple[Law, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    contracts: tuple[Contract, ...] = ()
    caps: tuple[Cap, ...] = ()
    tables: dict[tuple[PlaceCode, Service, Destination | None], object] = field(
        default_factory=dict, compare=False, repr=False
    )
    known: dict[Destination, Destination] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for one, other in combinations(self.laws, 2):
            if _share_a_day(one, other) and _share_a_place(one, other):
                raise RulesOverlap(one, other)
        self._one_at_a_time(self.tariffs)
        self._one_at_a_time(self.contracts)

    def _one_at_a_time(self, rules: Iterable[Priced]) -> None:
        for one, other in combinations(rules, 2):
            if _share_a_day(one, other) and one.places & other.places:
                raise RulesOverlap(one, other)

    @property
    def priced(self) -> tuple[Tariff | Contract, ...]:
        """Tariffs and contracts."""
        return (*self.tariffs, *self.contracts)

    @property
    def rules(self) -> Iterator[Law | Tariff | Contract]:
        """Laws, tariffs and contracts, in that order. Caps price nothing."""
        yield from self.laws
        yield from self.priced

    def as_of(self, day: date) -> "RuleBook":
        """The book in which what is in force on `day` always was, and nothing else."""
        return RuleBook(
            laws=_always(self.laws, day),
            tariffs=_always(self.tariffs, day),
            contracts=_always(self.contracts, day),
            caps=_always(self.caps, day),
        )

    def alike(self, to: Destination) -> Destination:
        """One destination for all that no law and no tariff of the book tells apart from `to`."""
        found = self.known.get(to)
        if found is None:
            mark, met = self._mark(to), set(self.known.values())
            found = next((one for one in met if self._mark(one) == mark), to)
            self.known[to] = found
        return found

    def _mark(self, to: Destination) -> tuple[bool, tuple[int, ...]]:
        """All that the book can tell of a destination."""
        prices = [tariff.prices.get(Service.CALL) for tariff in self.tariffs]
        calls = tuple(price.cents(to) for price in prices if isinstance(price, CallPrice))
        return to.domestic, calls

    def at(self, place: Place) -> Iterator[Law | Tariff | Contract]:
        """Every rule that ever speaks of this place."""
        return (rule for rule in self.rules if rule.covers(place))

    def about(self, place: Place, service: Service) -> Iterator[Law | Tariff | Contract]:
        """Every rule that ever speaks of this service at this place."""
        return (rule for rule in self.at(place) if service in rule.services)

    def caps_at(self, place: Place, on: date) -> list[Cap]:
        """Every cap dated for a place and day: also those that were put off and bind nobody."""
        return [cap for cap in self.caps if on in cap.period and place.within(cap.jurisdiction)]

    def in_force(
        self, place: Place, service: Service, on: date, to: Destination | None = None
    ) -> InForce:
        """What holds on the facility's own day `on`, for a call to `to` (home where None)."""
        law: Law | None = None
        tariff: Tariff | None = None
        contract: Contract | None = None
        for rule in self.about(place, service):
            if on not in rule.period:
                continue
            if isinstance(rule, Tariff):
                tariff = rule
            elif isinstance(rule, Contract):
                contract = rule
            elif rule.reaches(to):
                law = rule
        return InForce(law, tariff, contract)


Dated = TypeVar("Dated", Law, Tariff, Contract, Cap)


def _always(rules: Iterable[Dated], day: date) -> tuple[Dated, ...]:
    return tuple(replace(one, period=Period(BEGINNING)) for one in rules if day in one.period)


def _share_a_day(one: Rule, other: Rule) -> bool:
    return bool(one.services & other.services) and one.period.overlaps(other.period)


def _share_a_place(one: Law, other: Law) -> bool:
    nested = is_within(one.jurisdiction, other.jurisdiction)
    nested = nested or is_within(other.jurisdiction, one.jurisdiction)
    return nested and bool(one.custody & other.custody)
