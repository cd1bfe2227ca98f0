"""What was charged and why, and what a minute costs. Scope: the caller names its own keys."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from kinline.apps.charging.models import Charge, ChargeLine
from kinline.core.ids import PlaceCode
from kinline.core.rating.book import NoRuleInForce, Payer, Rule, Service
from kinline.laws.loader import book, places


@dataclass(frozen=True, slots=True)
class LineView:
    """A charge line with its reason; `since` is the day its rule came into force.

    `whose` is "law" or "facility". `since` is None when the book no longer has the rule: the
    line keeps its own citation.
    """

    position: int
    began_at: datetime
    units: int
    unit: str
    unit_price_cents: int
    cents: int
    payer: str
    rule: str
    citation: str
    source: str
    since: date | None
    whose: str


@dataclass(frozen=True, slots=True)
class ChargeView:
    id: UUID
    place: str
    service: str
    total_cents: int
    due_cents: int
    lines: tuple[LineView, ...]

    @property
    def free(self) -> bool:
        return self.total_cents == 0


@dataclass(frozen=True, slots=True)
class PriceView:
    """What a minute costs, and the rule that says so. `verify`: what is not yet sure of it."""

    place: str
    service: str
    cents_per_minute: int
    payer: str
    rule: str
    citation: str
    source: str
    since: date
    verify: tuple[str, ...]
    whose: str
    fictional: bool

    @property
    def free(self) -> bool:
        return self.cents_per_minute == 0 or self.payer == Payer.AGENCY


def price(*, place: str, at: datetime, service: str = "call") -> PriceView | None:
    """The price of a minute at the moment `at`; None when the book has no rule for it."""
    found = places().get(PlaceCode(place))
    if found is None:
        return None
    try:
        rule = book().in_force(found, Service(service), at)
    except NoRuleInForce:
        return None
    return PriceView(
        place=place,
        service=service,
        cents_per_minute=rule.price_per_minute.cents,
        payer=rule.payer,
        rule=rule.id,
        citation=rule.citation,
        source=rule.source,
        since=rule.period.from_on,
        verify=rule.verify,
        whose=_whose(rule),
        fictional=rule.fictional,
    )


def charges(*, ids: Collection[UUID]) -> Mapping[UUID, ChargeView]:
    """These charges with their lines, in two queries. Ids come from records already gated."""
    rows = Charge.objects.filter(pk__in=ids).prefetch_related("lines")
    return {row.pk: _charge(row) for row in rows}


def _charge(row: Charge) -> ChargeView:
    return ChargeView(
        id=row.pk,
        place=row.place,
        service=row.service,
        total_cents=row.total_cents,
        due_cents=row.due_cents,
        lines=tuple(_line(line) for line in row.lines.all()),
    )


def _line(row: ChargeLine) -> LineView:
    rule = _rules().get(row.rule)
    return LineView(
        position=row.position,
        began_at=row.began_at,
        units=row.units,
        unit=row.unit,
        unit_price_cents=row.unit_price_cents,
        cents=row.cents,
        payer=row.payer,
        rule=row.rule,
        citation=row.citation,
        source=row.source,
        since=rule.period.from_on if rule else None,
        whose=_whose(rule) if rule else "law",
    )


def _whose(rule: Rule) -> str:
    return "law" if rule.is_law else "facility"


@cache
def _rules() -> Mapping[str, Rule]:
    return {rule.id: rule for rule in book().rules}
