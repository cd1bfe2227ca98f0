"""Rating: one finished call becomes lines of equal minutes, in exact cents."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from kinline.core.money import ZERO, Money
from kinline.core.place import Place
from kinline.core.rating.book import Payer, Rule, RuleBook, Service

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Usage:
    """One service rendered: where, when it began (aware) and for how many whole seconds.

    Raises ValueError for a naive moment or a negative length.
    """

    service: Service
    place: Place
    began_at: datetime
    seconds: int

    def __post_init__(self) -> None:
        if self.began_at.tzinfo is None:
            raise ValueError("usage begins at an aware moment")
        if self.seconds < 0:
            raise ValueError(f"usage cannot last {self.seconds} seconds")


@dataclass(frozen=True, slots=True)
class Line:
    """Consecutive minutes under one rule; `began_at` is the first minute's beginning."""

    rule: Rule
    began_at: datetime
    units: int

    @property
    def unit_price(self) -> Money:
        return self.rule.price_per_minute

    @property
    def cents(self) -> int:
        return (self.unit_price * self.units).cents

    @property
    def citation(self) -> str:
        return self.rule.citation

    @property
    def payer(self) -> Payer:
        return self.rule.payer


@dataclass(frozen=True, slots=True)
class Charge:
    """The price of one usage, line by line. No lines: nothing was used."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> Money:
        return sum((Money(line.cents) for line in self.lines), ZERO)


def rate(usage: Usage, book: RuleBook) -> Charge:
    """Price one usage by the minute; each started minute counts whole.

    Each minute has the price of the rule in force, on the facility's own calendar, at the
    instant that minute begins. Raises NoRuleInForce: a gap in the book is never "free".
    Legal source: rule.citation, carried by each line.
    """

    # By minute, not by call: one that crosses midnight may stand under two rules.
    def rule_of(at: datetime) -> Rule:
        return book.in_force(usage.place, usage.service, at)

    runs = groupby(_started_minutes(usage), key=rule_of)
    return Charge(tuple(_line(rule, list(minutes)) for rule, minutes in runs))


def _started_minutes(usage: Usage) -> Iterator[datetime]:
    for minute in range(-(-usage.seconds // 60)):
        yield usage.began_at + minute * MINUTE


def _line(rule: Rule, minutes: list[datetime]) -> Line:
    return Line(rule=rule, began_at=minutes[0], units=len(minutes))
