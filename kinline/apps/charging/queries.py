"""What was charged and why, and what a minute costs. Scope: the caller names its own keys."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.db.models import Sum

from kinline.apps.charging.models import (
    OPEN_LINE,
    OPEN_LINE_CITATION,
    AllowanceDraw,
    Charge,
    ChargeLine,
)
from kinline.core.ids import PlaceCode
from kinline.core.rating.book import Law, NoRuleInForce
from kinline.core.rating.rate import NOTHING_USED
from kinline.core.rating.rule import Rule
from kinline.core.rating.terms import HUNDRED, Payer, Service, Status
from kinline.core.rating.timeline import Segment, micros, timeline
from kinline.laws.loader import book, places
from kinline.laws.numbering import leads_to


@dataclass(frozen=True, slots=True)
class LineView:
    """A charge line with its reason; `since` is the day its rule came into force.

    `whose` is "law", "facility" or, for an open line, "line". `since` is None when the book no
    longer has the rule: the line keeps its own citation. `price_hundredths` are of a cent.
    """

    position: int
    began_at: datetime
    units: int
    unit: str
    price_hundredths: int
    cents: int
    payer: str
    rule: str
    citation: str
    source: str
    status: str
    since: date | None
    whose: str


@dataclass(frozen=True, slots=True)
class ChargeView:
    """A charge. `consumer_cents` is due from the people, `agency_cents` from the agency."""

    id: UUID
    place: str
    service: str
    consumer_cents: int
    agency_cents: int
    stamps: int
    credits: int
    lines: tuple[LineView, ...]

    @property
    def free(self) -> bool:
        return not (self.consumer_cents or self.stamps or self.credits)


@dataclass(frozen=True, slots=True)
class PriceView:
    """What one unit costs the people, and the rule that says so.

    `unit` is "minute", "session", "stamp", "credit" or the service itself; `pieces` are the
    stamps or credits of one item. `allowance` is minutes a week that cost nothing. `verify`: what
    is not yet sure of it. `payer` is who the rule makes pay: the agency where a law frees it.
    """

    place: str
    service: str
    unit: str
    hundredths: int
    pieces: int
    allowance: int
    share: int
    payer: str
    rule: str
    citation: str
    source: str
    since: date
    verify: tuple[str, ...]
    status: str
    whose: str

    @property
    def free(self) -> bool:
        return not (self.hundredths or self.pieces)

    @property
    def cents(self) -> int:
        """The price in cents; where a law shares it to a fraction, the next whole cent."""
        return -(-self.hundredths // HUNDRED)

    @property
    def invented(self) -> bool:
        return self.status == Status.EXAMPLE


def price(*, place: str, at: datetime, service: str = "call", number: str = "") -> PriceView | None:
    """The price of a unit at the moment `at`; None when the book has no rule for it.

    `number` (E.164) is where a call goes; without it, or where it leads nowhere, home.
    """
    found = places().get(PlaceCode(place))
    if found is None:
        return None
    kind = Service(service)
    table = timeline(book(), found, kind, leads_to(number) if kind is Service.CALL else None)
    try:
        return _price(place, kind, table.at(micros(at)))
    except NoRuleInForce:
        return None


def never_priced(*, place: str, since: date) -> PriceView:
    """The price of a call to an open line: none, wherever and whenever."""
    return PriceView(
        place=place,
        service=Service.CALL,
        unit="minute",
        hundredths=0,
        pieces=0,
        allowance=0,
        share=0,
        payer=Payer.CONSUMER,
        rule=OPEN_LINE,
        citation=OPEN_LINE_CITATION,
        source="",
        since=since,
        verify=(),
        status="",
        whose="line",
    )


def _price(place: str, service: Service, segment: Segment) -> PriceView:
    part, rule = segment.parts[0], segment.decides
    return PriceView(
        place=place,
        service=service,
        unit=part.unit.unit,
        hundredths=segment.consumer_hundredths,
        pieces=part.unit.pieces,
        allowance=segment.allowance,
        share=segment.rules.share,
        payer=part.payer,
        rule=rule.id,
        citation=rule.citation,
        source=rule.source,
        since=rule.period.from_on,
        verify=rule.verify,
        status=rule.status,
        whose=_whose(rule),
    )


def charges(*, ids: Collection[UUID]) -> Mapping[UUID, ChargeView]:
    """These charges with their lines, in two queries. Ids come from records already gated."""
    rows = Charge.objects.filter(pk__in=ids).prefetch_related("lines")
    return {row.pk: _charge(row) for row in rows}


def made(*, keys: Collection[str]) -> frozenset[str]:
    """Which of these keys have a charge."""
    return frozenset(Charge.objects.filter(key__in=keys).values_list("key", flat=True))


def minutes_used(*, agency: str, person: str, weeks: Collection[date]) -> Mapping[date, int]:
    """Minutes gone of a person's weekly allowance, by Monday. No query where none is asked for."""
    if not weeks or not person:
        return NOTHING_USED
    rows = AllowanceDraw.objects.filter(agency=agency, person=person, week_on__in=weeks)
    return dict(rows.values_list("week_on").annotate(Sum("minutes")))


def _charge(row: Charge) -> ChargeView:
    return ChargeView(
        id=row.pk,
        place=row.place,
        service=row.service,
        consumer_cents=row.consumer_cents,
        agency_cents=row.agency_cents,
        stamps=row.stamps,
        credits=row.credits,
        lines=tuple(_line(line) for line in row.lines.all()),
    )


def _line(row: ChargeLine) -> LineView:
    rule = _rules().get(row.rule)
    return LineView(
        position=row.position,
        began_at=row.began_at,
        units=row.units,
        unit=row.unit,
        price_hundredths=row.price_hundredths,
        cents=row.cents,
        payer=row.payer,
        rule=row.rule,
        citation=row.citation,
        source=row.source,
        status=row.status,
        since=rule.period.from_on if rule else None,
        whose=_whose(rule) if rule else "line" if row.rule == OPEN_LINE else "law",
    )


def _whose(rule: Rule) -> str:
    return "law" if isinstance(rule, Law) else "facility"


@cache
def _rules() -> Mapping[str, Rule]:
    return {rule.id: rule for rule in book().rules}
