"""Reading open lines and the intake rule. Facility ids come from a gate or a device's session."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps.days import day_at
from kinline.apps.facilities.models import IntakeRule, OpenLine
from kinline.core.policy.lines import LineKind

# The order in which they are said and shown: what cannot wait comes first.
ORDER = {kind: position for position, kind in enumerate(LineKind)}


@dataclass(frozen=True, slots=True)
class LineView:
    """An open line. `can_end`: no end is set yet."""

    id: UUID
    kind: str
    names: dict[str, str]
    e164: str
    digits: str
    with_pin: bool
    private: bool
    anonymous: bool
    direct: bool
    from_on: date
    until_on: date | None
    set_by: str
    set_at: datetime
    note: str

    def name(self, language: str) -> str:
        """The name in a language, in English if the line has none in it."""
        return name_in(self.names, language)

    @property
    def can_end(self) -> bool:
        return self.until_on is None


@dataclass(frozen=True, slots=True)
class LineBook:
    """A facility's lines around a day."""

    open: list[LineView] = field(default_factory=list)
    coming: list[LineView] = field(default_factory=list)
    past: list[LineView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """A line that rings at a number, for whoever has that number."""

    names: dict[str, str]
    facility_name: str
    e164: str
    private: bool


@dataclass(frozen=True, slots=True)
class IntakeView:
    """The intake rule that holds; `calls_an_hour` 0: none are offered."""

    calls_an_hour: int
    max_call_seconds: int
    set_by: str
    set_at: datetime
    note: str


def in_force(day: date) -> Q:
    """A condition on OpenLine rows: there on `day`."""
    return Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day))


def open_lines(*, facility_id: UUID, today: date) -> list[LineView]:
    """The lines open today, the gravest first."""
    rows = OpenLine.objects.filter(in_force(today), facility=facility_id)
    return _sorted([_view(row) for row in rows])


def line(*, facility_id: UUID, line_id: UUID, today: date) -> LineView | None:
    """One line that is open today at this facility, None for every other."""
    rows = OpenLine.objects.filter(in_force(today), facility=facility_id, pk=line_id)
    row = rows.first()
    return _view(row) if row else None


def line_book(*, facility_id: UUID, today: date) -> LineBook:
    """All lines of a facility: those open, those to come, those that ended."""
    book = LineBook()
    for row in OpenLine.objects.filter(facility=facility_id).order_by("from_on"):
        ended = row.until_on is not None and row.until_on <= today
        kept = book.past if ended else book.coming if row.from_on > today else book.open
        kept.append(_view(row))
    return LineBook(_sorted(book.open), _sorted(book.coming), book.past)


def lines_at(*, numbers: Collection[str], now: datetime) -> list[AnsweredLine]:
    """The lines that ring at these numbers, over all facilities: for whoever answers them."""
    rows = OpenLine.objects.filter(e164__in=list(numbers)).select_related("facility")
    return [
        AnsweredLine(row.names, row.facility.name, row.e164, row.private)
        for row in rows.order_by("facility__name")
        if _is_open(row, day_at(row.facility.zone, now))
    ]


def intake(*, facility_id: UUID) -> IntakeView | None:
    """The newest intake rule, None where none was ever set."""
    row = newest_intake(facility_id).first()
    if row is None:
        return None
    return IntakeView(row.calls_an_hour, row.max_call_seconds, row.set_by, row.set_at, row.note)


def newest_intake(facility_id: UUID) -> QuerySet[IntakeRule, Any]:
    return IntakeRule.objects.filter(facility=facility_id).order_by("-set_at")[:1]


def name_in(names: dict[str, str], language: str) -> str:
    """The name in a language, else in English."""
    return names.get(language) or names.get(language.split("-")[0]) or names["en"]


def _is_open(row: OpenLine, day: date) -> bool:
    return row.from_on <= day and (row.until_on is None or day < row.until_on)


def _sorted(found: list[LineView]) -> list[LineView]:
    return sorted(found, key=lambda line: (ORDER[LineKind(line.kind)], line.names["en"]))


def _view(row: OpenLine) -> LineView:
    return LineView(
        id=row.pk,
        kind=row.kind,
        names=row.names,
        e164=row.e164,
        digits=row.digits,
        with_pin=row.with_pin,
        private=row.private,
        anonymous=row.anonymous,
        direct=row.direct,
        from_on=row.from_on,
        until_on=row.until_on,
        set_by=row.set_by,
        set_at=row.set_at,
        note=row.note,
    )
