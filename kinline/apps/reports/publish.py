"""The statement as anybody may read it: small counts hidden, and nothing that gives them away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from kinline.apps.days import day_at
from kinline.apps.reports.access import Here, Scope, everywhere
from kinline.apps.reports.figures import Figures, Use, total
from kinline.apps.reports.queries import Row, Statement, statements
from kinline.core.disclosure import Sum, hidden
from kinline.core.quarter import Quarter

# A quarter is told once its late reports are in: two readings that differ by a call tell of it.
SETTLED = timedelta(days=14)
COLUMNS = tuple(field.name for field in fields(Figures))
ALL = ""  # stands for all facilities in a key
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """One figure as it is told; None is hidden, with its minutes and its cost."""

    count: int | None = None
    minutes: int | None = None
    agency_cents: int | None = None
    consumer_cents: int | None = None


HIDDEN = Told()


@dataclass(frozen=True, slots=True)
class PublicRow:
    here: Here
    told: Mapping[str, Told]


@dataclass(frozen=True, slots=True)
class Published:
    """A quarter for the public. `columns` are the services that anybody used in it.

    Money of all facilities is told only where nothing in it is hidden: prices differ from place
    to place, and minutes and money together would give a place away.
    """

    quarter: Quarter
    columns: tuple[str, ...]
    rows: tuple[PublicRow, ...]
    total: Mapping[str, Told]

    @property
    def hides(self) -> bool:
        """Whether anything is hidden at all."""
        return any(told == HIDDEN for row in self.rows for told in row.told.values())


def published(*, quarters: Sequence[Quarter], now: datetime) -> list[Published]:
    """These quarters, of all facilities: those that are over and settled, in the order given.

    What is hidden is decided over all facilities together, so that no two pages differ in it.
    """
    scope = everywhere()
    settled = [quarter for quarter in quarters if is_settled(quarter, scope, now)]
    return [conceal(one) for one in statements(scope=scope, quarters=settled)]


def is_settled(quarter: Quarter, scope: Scope, now: datetime) -> bool:
    """Whether the quarter ended two weeks ago on every facility's wall."""
    zones = {here.zone for here in scope} or {"UTC"}
    return all(quarter.ended(day_at(zone, now - SETTLED)) for zone in zones)


def conceal(statement: Statement) -> Published:
    """What of a statement may be told."""
    whole = total(row.figures for row in statement.rows)
    columns = tuple(name for name in COLUMNS if whole.uses[name].count)
    rows = sorted(statement.rows, key=lambda row: row.here.place)
    counts: dict[Key, int] = {}
    sums = []
    for name in columns:
        parts = {(row.here.place, name): row.figures.uses[name].count for row in rows}
        counts |= parts | {(ALL, name): whole.uses[name].count}
        sums.append(Sum((ALL, name), tuple(parts)))
    gone = hidden(counts, sums)
    return Published(
        quarter=statement.quarter,
        columns=columns,
        rows=tuple(
            PublicRow(row.here, {name: _told(row, name, gone) for name in columns})
            for row in statement.rows
        ),
        total={
            name: HIDDEN
            if (ALL, name) in gone
            else _sum(whole.uses[name], any((row.here.place, name) in gone for row in rows))
            for name in columns
        },
    )


def _told(row: Row, name: str, gone: frozenset[Key]) -> Told:
    if (row.here.place, name) in gone:
        return HIDDEN
    return _sum(row.figures.uses[name], hides=False)


def _sum(use: Use, hides: bool) -> Told:
    if hides:
        return Told(use.count, use.minutes)
    return Told(use.count, use.minutes, use.agency_cents, use.consumer_cents)
