"""The figures of a report. There is no commission in them: no field, so no line (G.L. c. 29,
§ 2XXXXX: nothing is paid for any financial incentive, including a commission)."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields

from kinline.core.rating.terms import Direction, Service


@dataclass(frozen=True, slots=True)
class Use:
    """How often a service was used. `minutes` are those begun; cents are what each side bears."""

    count: int = 0
    minutes: int = 0
    agency_cents: int = 0
    consumer_cents: int = 0

    def plus(self, other: "Use") -> "Use":
        return Use(*map(sum, zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Figures:
    """One facility or several over a stretch of time.

    `calls` are those that were accepted, `visits` those that took place. `sent` and `received`
    are eMessages and texts, told from the people inside. `extras` are photos, eCards and
    VideoGrams, which go with a message and count as no message of their own.
    """

    calls: Use = Use()
    visits: Use = Use()
    sent: Use = Use()
    received: Use = Use()
    extras: Use = Use()

    def plus(self, other: "Figures") -> "Figures":
        names = [field.name for field in fields(self)]
        return Figures(*(getattr(self, name).plus(getattr(other, name)) for name in names))

    @property
    def uses(self) -> Mapping[str, Use]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def agency_cents(self) -> int:
        """What the agency pays: the contract's price where a law makes the service free."""
        return sum(use.agency_cents for use in self.uses.values())

    @property
    def consumer_cents(self) -> int:
        """What the people who talk and write have paid."""
        return sum(use.consumer_cents for use in self.uses.values())

    @property
    def messages(self) -> Use:
        return self.sent.plus(self.received)


MESSAGES = frozenset({Service.EMESSAGE, Service.TEXT})


def column(service: str, direction: str) -> str:
    """Which of the figures a charge counts in."""
    if service == Service.CALL:
        return "calls"
    if service == Service.VISIT:
        return "visits"
    if service in MESSAGES:
        return "sent" if direction == Direction.SENT else "received"
    return "extras"


def gathered(uses: Iterable[tuple[str, Use]]) -> Figures:
    """Figures from uses by column."""
    found: dict[str, Use] = {}
    for name, use in uses:
        found[name] = found.get(name, Use()).plus(use)
    return Figures(**found)


def total(all_of: Iterable[Figures]) -> Figures:
    found = Figures()
    for one in all_of:
        found = found.plus(one)
    return found
