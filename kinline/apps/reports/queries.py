"""Reports, straight from the charges. The scope comes from access: nothing here asks who looks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import (
    CharField,
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    QuerySet,
    Sum,
    Value,
)

from kinline.apps.charging.models import Charge
from kinline.apps.days import moments_of
from kinline.apps.reports.access import Here, Scope
from kinline.apps.reports.figures import Figures, Use, column, gathered, total
from kinline.core.ids import PlaceCode
from kinline.core.period import Period
from kinline.core.quarter import MONTHS, Month, Quarter
from kinline.core.rating.terms import TIMED, Payer, Service
from kinline.core.rating.timeline import micros, timeline
from kinline.laws.loader import book, places


@dataclass(frozen=True, slots=True)
class Row:
    """One facility of a statement."""

    here: Here
    figures: Figures


@dataclass(frozen=True, slots=True)
class Statement:
    """What was used and what it cost in a quarter, facility by facility.

    Legal source: G.L. c. 29, § 2XXXXX (quarterly documentation for the Communications Access
    Trust Fund): voice calls and minutes, video calls and minutes, electronic messages sent and
    received. Whether its list of fields was enacted as bills have it is not confirmed.
    """

    quarter: Quarter
    rows: tuple[Row, ...]

    @property
    def total(self) -> Figures:
        return total(row.figures for row in self.rows)


class Sums(NamedTuple):
    """One line of the database's answer; `period` counts the periods asked for from 0."""

    period: int
    place: str
    service: str
    direction: str
    charges: int
    minutes: int
    units: int
    consumer_cents: int
    agency_cents: int

    @property
    def use(self) -> Use:
        count = self.charges if self.service in TIMED else self.units
        return Use(count, self.minutes, self.agency_cents, self.consumer_cents)


def statement(*, scope: Scope, quarter: Quarter) -> Statement:
    """The statement of a quarter, with a row for each facility of the scope, in its order."""
    (found,) = statements(scope=scope, quarters=[quarter])
    return found


def statements(*, scope: Scope, quarters: Sequence[Quarter]) -> list[Statement]:
    """The statements of several quarters, in one query."""
    uses = _by_place(sums(scope=scope, periods=[one.days for one in quarters]))
    return [
        Statement(quarter, tuple(Row(here, gathered(uses[number, here.place])) for here in scope))
        for number, quarter in enumerate(quarters)
    ]


@dataclass(frozen=True, slots=True)
class Report:
    """What the page of a quarter shows; `calls` are all facilities' voice calls by month."""

    statement: Statement
    before: Statement
    calls: Mapping[Month, int]


def report(*, scope: Scope, quarter: Quarter, months: Sequence[Month]) -> Report:
    """A quarter, the one before it, and the voice calls of `months`, each charge read once.

    The two quarters are counted month by month, which tells their months' calls as well.
    """
    both = (quarter.later(-1), quarter)
    near = [month for one in both for month in one.months]
    far = [month for month in months if month not in near]
    lines = list(sums(scope=scope, periods=[month.days for month in near]))
    calls: dict[Month, int] = defaultdict(int)
    for line in lines:
        calls[near[line.period]] += line.charges if line.service == Service.CALL else 0
    for line in sums(scope=scope, periods=[month.days for month in far], services=[Service.CALL]):
        calls[far[line.period]] += line.charges
    uses = _by_place(line._replace(period=line.period // MONTHS) for line in lines)
    before, this = (
        Statement(one, tuple(Row(here, gathered(uses[n, here.place])) for here in scope))
        for n, one in enumerate(both)
    )
    return Report(this, before, {month: calls[month] for month in months})


def sums(
    *, scope: Scope, periods: Sequence[Period], services: Collection[Service] = tuple(Service)
) -> Iterable[Sums]:
    """Counts and sums by period, place, service and direction.

    One statement with a part for each period, zone and service. A midnight is another instant in
    each zone; and a part of one service finds its rows in the index `charge_report` as they are
    to be grouped, place by place, which halves the work of millions.
    """
    zones: dict[str, list[str]] = defaultdict(list)
    for here in scope:
        zones[here.zone].append(here.place)
    parts = [
        _part(number, period, zone, codes, service)
        for number, period in enumerate(periods)
        for zone, codes in zones.items()
        for service in services
    ]
    if not parts:
        return []
    first, *others = parts
    return [Sums(*line) for line in (first.union(*others, all=True) if others else first)]


def _part(
    number: int, period: Period, zone: str, codes: list[str], service: Service
) -> QuerySet[Any, Any]:
    if period.until_on is None:
        raise ValueError("a report has an end")
    begin, until = moments_of(period.from_on, zone)[0], moments_of(period.until_on, zone)[0]
    rows = Charge.objects.filter(
        place__in=codes, service=service, began_at__gte=begin, began_at__lt=until
    )
    # What is spoken has no direction: grouping by it would cost as much as all the rest.
    way = Value("") if service in TIMED else F("direction")
    return (
        rows.annotate(
            period=Value(number, output_field=IntegerField()),
            kind=Value(service.value, output_field=CharField()),
            way=ExpressionWrapper(way, output_field=CharField()),
        )
        .values("period", "place", "kind", "way")
        .annotate(
            charges=Count("*"),
            all_minutes=Sum("minutes"),
            all_units=Sum("units"),
            paid=Sum("consumer_cents"),
            borne=Sum("agency_cents"),
        )
        .values_list(
            *("period", "place", "kind", "way"),
            *("charges", "all_minutes", "all_units", "paid", "borne"),
        )
    )


def _by_place(lines: Iterable[Sums]) -> Mapping[tuple[int, str], list[tuple[str, Use]]]:
    found: dict[tuple[int, str], list[tuple[str, Use]]] = defaultdict(list)
    for line in lines:
        found[line.period, line.place].append((column(line.service, line.direction), line.use))
    return found


def contract_prices(*, place: str, service: Service, period: Period) -> tuple[int, ...]:
    """What the agency paid a unit in the period, in hundredths of a cent, the oldest first.

    By the law book; none where no law made the service free. More than one where it changed.
    """
    known = places().get(PlaceCode(place))
    if known is None or period.until_on is None:
        return ()
    begin, until = (micros(known.midnight(day)) for day in (period.from_on, period.until_on))
    found = dict.fromkeys(
        part.unit.hundredths
        for segment in timeline(book(), known, service).segments
        if segment.from_us < until and begin < segment.until_us
        for part in segment.parts
        if part.payer is Payer.AGENCY
    )
    return tuple(found)
