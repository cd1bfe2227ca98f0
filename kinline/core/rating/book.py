"""The rule book: dated values of law and tariff, and which one is in force.

Two kinds of rule: a *law* speaks for a jurisdiction and kinds of custody; a *tariff* for one
place. A law in force decides; where no law sets the price, the place's tariff does.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kinline.core.ids import PlaceCode
from kinline.core.money import Money
from kinline.core.period import Period
from kinline.core.place import Custody, Place


class Service(StrEnum):
    CALL = "call"
    VISIT = "visit"
    MESSAGE = "message"
    TEXT = "text"


class Payer(StrEnum):
    """Who the rule makes pay. Under a free-communication law it is the agency."""

    AGENCY = "agency"
    CONTACT = "contact"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated value. `citation` and `source` are copied onto every line it prices.

    `place` empty: a law for `jurisdiction` and any of `custody`; else a tariff of that place.
    `verify` lists what is not yet sure about this value; it is shown, never hidden.
    """

    id: str
    period: Period
    services: frozenset[Service]
    price_per_minute: Money
    payer: Payer
    citation: str
    source: str
    jurisdiction: str = ""
    custody: frozenset[Custody] = frozenset()
    place: PlaceCode | None = None
    fictional: bool = False
    verify: tuple[str, ...] = ()
    origin: str = ""  # file and line, for error messages

    @property
    def is_law(self) -> bool:
        return self.place is None

    def speaks_of(self, place: Place) -> bool:
        """Whether this rule is about `place` at all, leaving dates aside."""
        if self.place is not None:
            return self.place == place.code
        return self.jurisdiction == place.jurisdiction and bool(self.custody & place.custody)


class NoRuleInForce(Exception):
    """The book has a gap: our fault, and never a reason to call something free."""

    def __init__(self, place: Place, service: Service, at: datetime) -> None:
        super().__init__(f"no rule for {service} at {place.code} on {place.day(at)}")


class RulesOverlap(Exception):
    """Two rules of one kind claim the same service, place and day."""

    def __init__(self, first: Rule, second: Rule) -> None:
        super().__init__(f"{first.origin or first.id} overlaps {second.origin or second.id}")


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules, checked for overlaps once. Raises RulesOverlap."""

    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        for position, rule in enumerate(self.rules):
            for other in self.rules[:position]:
                if _collide(rule, other):
                    raise RulesOverlap(other, rule)

    def in_force(self, place: Place, service: Service, at: datetime) -> Rule:
        """The rule that prices `service` at `place` at the moment `at` (aware).

        The day is the facility's own: a law that begins on December 1 begins at its midnight.
        Raises NoRuleInForce.
        """
        day = place.day(at)
        found = [
            rule
            for rule in self.rules
            if service in rule.services and day in rule.period and rule.speaks_of(place)
        ]
        if not found:
            raise NoRuleInForce(place, service, at)
        return min(found, key=lambda rule: not rule.is_law)


def _collide(one: Rule, other: Rule) -> bool:
    if one.is_law != other.is_law or not one.services & other.services:
        return False
    if not one.period.overlaps(other.period):
        return False
    if one.is_law:
        return one.jurisdiction == other.jurisdiction and bool(one.custody & other.custody)
    return one.place == other.place
