"""The book as tables that a query can join: where numbers lead, when prices change, what holds.

Time is cut per zone into *eras*, in which neither the clock nor any price of a place changes.
What holds for one service at one place to one class of destinations in one era is a *cell*; it
names a *kind*: a segment of the core's own timelines. Hours of the wall and of UTC lead to eras.
An hour with a border inside leads nowhere, as do hours that the clocks skip.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.rating.book import NoRuleInForce, RuleBook
from kinline.core.rating.terms import AT_HOME, TIMED, Destination, Service
from kinline.core.rating.timeline import (
    FOREVER,
    MICROSECOND,
    SECOND,
    Segment,
    Timeline,
    micros,
    moment,
    timeline,
)
from kinline.laws.numbering import EXCHANGES, NORTH_AMERICA, north_america, other_countries

HOUR = 3600 * SECOND
DAY = 24 * HOUR
# No file of usages is about more; what lies beyond is rated one by one.
LONGEST = 20 * 366 * DAY
MARGIN = 2 * DAY  # between a wall's hours and those of UTC lies less than a day
# The digits of a number by which its destination can be looked up.
WIDTH = 4
SERVICES = tuple(Service)


class Stretch(NamedTuple):
    """Whole hours, [first, past), of the wall or of UTC that lie in one era."""

    zone: int
    utc: int
    first: int
    past: int
    era: int
    offset_us: int
    until_us: int
    suffix: str


class Cell(NamedTuple):
    place: int
    lane: int
    era: int
    kind: int
    unit_seconds: int
    allowance: int


class Prefix(NamedTuple):
    """The first WIDTH digits of numbers, their class, and how many digits are right (bits)."""

    digits: int
    destination: int
    lengths: int


@dataclass(frozen=True, slots=True)
class Era:
    from_us: int
    until_us: int
    offset_us: int
    suffix: str


@dataclass(frozen=True, slots=True)
class Tables:
    """The book between two moments. `kinds` are numbered by their places in the list.

    `lanes` says where the services of a place stand: those of calls one for each class of
    destinations, and then one for each other service.
    """

    places: Sequence[Place]
    zones: Sequence[ZoneInfo]
    agencies: Sequence[str]
    lanes: Mapping[Service, int]
    first_hour: int
    hours: int
    eras: int
    prefixes: Sequence[Prefix]
    stretches: Sequence[Stretch]
    cells: Sequence[Cell]
    kinds: Sequence[Segment]

    @property
    def width(self) -> int:
        """How many lanes a place has."""
        return max(self.lanes.values()) + 1


def compiled(book: RuleBook, places: Iterable[Place], from_us: int, until_us: int) -> Tables:
    """The tables for usages that begin in [from_us, until_us), or the first years of it."""
    known = list(places)
    zones = list(dict.fromkeys(place.zone for place in known))
    prefixes, classes = _destinations(book)
    roads = {place.code: list(_roads(book, place, classes)) for place in known}
    turns = {one.from_us for road in roads.values() for line in road for one in line.segments}
    from_us = max(from_us, min(turns, default=from_us)) // HOUR * HOUR - MARGIN
    until_us = min(max(until_us, from_us), from_us + LONGEST) // HOUR * HOUR + MARGIN + DAY
    eras = {zone: _eras(zone, from_us, until_us, _borders(known, zone, roads)) for zone in zones}
    kinds = _Kinds()
    cells = [
        cell
        for number, place in enumerate(known)
        for lane, line in enumerate(roads[place.code])
        for cell in _cells(number, lane, line, eras[place.zone], kinds)
    ]
    return Tables(
        places=known,
        zones=zones,
        agencies=list(dict.fromkeys(place.agency for place in known)),
        lanes=_lanes(len(classes)),
        first_hour=from_us // HOUR,
        hours=(until_us - from_us) // HOUR,
        eras=max(map(len, eras.values()), default=0),
        prefixes=prefixes,
        stretches=[
            one for number, zone in enumerate(zones) for one in _stretches(number, eras[zone])
        ],
        cells=cells,
        kinds=kinds.known,
    )


# --- destinations -------------------------------------------------------------------------


def _destinations(book: RuleBook) -> tuple[list[Prefix], list[Destination]]:
    """Where numbers lead, by their first digits; and one destination of each class.

    Two destinations are of one class if no law and no tariff of the book tells them apart. The
    first class is that of a call whose number was not told.
    """
    classes: dict[Destination, int] = {}

    def class_of(to: Destination) -> int:
        return classes.setdefault(book.alike(to), len(classes))

    class_of(AT_HOME)
    prefixes = [
        Prefix(int(NORTH_AMERICA + code), class_of(to), 1 << 11)
        for code, to in north_america().items()
    ]
    for digits in range(2 * 10 ** (WIDTH - 1), 10**WIDTH):
        for width in (1, 2, 3):
            code = str(digits)[:width]
            if code in other_countries():
                to, lengths = other_countries()[code]
                bits = sum(1 << width + one for one in lengths)
                prefixes.append(Prefix(digits, class_of(to), bits))
                break
    return prefixes, list(classes)


# Numbers that can be looked up: of another shape, or of another length, they are odd.
NUMBER = rf"\+({NORTH_AMERICA}[2-9][0-9]{{2}}[{EXCHANGES}][0-9]{{6}}|[2-9][0-9]{{{WIDTH - 1},14}})"


def _lanes(destinations: int) -> dict[Service, int]:
    others = [service for service in SERVICES if service is not Service.CALL]
    return {Service.CALL: 0} | {one: destinations + at for at, one in enumerate(others)}


def _roads(book: RuleBook, place: Place, classes: Sequence[Destination]) -> Iterator[Timeline]:
    """The place's timelines in the order of lanes."""
    for to in classes:
        yield timeline(book, place, Service.CALL, to)
    for service in SERVICES:
        if service is not Service.CALL:
            yield timeline(book, place, service)


# --- time ---------------------------------------------------------------------------------


def _borders(
    places: Iterable[Place], zone: ZoneInfo, roads: Mapping[PlaceCode, Sequence[Timeline]]
) -> set[int]:
    """The instants at which something changes at a place of the zone."""
    found: set[int] = set()
    for place in places:
        if place.zone != zone:
            continue
        for line in roads[place.code]:
            found.update(line.starts)
            found.update(one.until_us for one in line.segments if one.until_us != FOREVER)
        if place.open is not None:
            days = [place.open.from_on, place.open.until_on]
            found.update(micros(place.midnight(day)) for day in days if day is not None)
    return found


def _eras(zone: ZoneInfo, from_us: int, until_us: int, borders: set[int]) -> list[Era]:
    inner = {us for us in borders if from_us < us < until_us}
    turns = sorted({from_us, until_us, *inner, *_clock_changes(zone, from_us, until_us)})
    return [
        Era(one, other, _offset(zone, one), _suffix(zone, one)) for one, other in pairwise(turns)
    ]


def _clock_changes(zone: ZoneInfo, from_us: int, until_us: int) -> Iterator[int]:
    """Every instant at which the zone's offset changes, to the second."""
    before = _offset(zone, from_us)
    for start in range(from_us, until_us, DAY):
        end = min(start + DAY, until_us)
        after = _offset(zone, end)
        if after != before:
            low, high = start // SECOND, end // SECOND
            while high - low > 1:
                middle = (low + high) // 2
                if _offset(zone, middle * SECOND) == before:
                    low = middle
                else:
                    high = middle
            yield high * SECOND
        before = after


def _offset(zone: ZoneInfo, us: int) -> int:
    ahead = moment(us).astimezone(zone).utcoffset() or timedelta()
    return ahead // MICROSECOND


def _suffix(zone: ZoneInfo, us: int) -> str:
    """The offset as it stands behind a moment: -05:00."""
    return moment(us).astimezone(zone).isoformat()[len("2023-11-30T23:55:00") :]


def _stretches(zone: int, eras: Iterable[Era]) -> Iterator[Stretch]:
    """Hours of UTC, and of the wall: of an hour that occurs twice there, the first."""
    told_until = -FOREVER
    for number, era in enumerate(eras):
        known = (number, era.offset_us, era.until_us, era.suffix)
        yield Stretch(zone, 1, -(-era.from_us // HOUR), era.until_us // HOUR, *known)
        begins = max(era.from_us + era.offset_us, told_until)
        told_until = max(era.until_us + era.offset_us, told_until)
        yield Stretch(zone, 0, -(-begins // HOUR), told_until // HOUR, *known)


# --- what holds ---------------------------------------------------------------------------


@dataclass(slots=True)
class _Kinds:
    """Segments that price alike, numbered as they are met."""

    known: list[Segment] = field(default_factory=list)
    _numbers: dict[object, int] = field(default_factory=dict)

    def number(self, service: Service, segment: Segment) -> int:
        parts = tuple((part.payer, part.rule.id, part.unit) for part in segment.parts)
        mark = (service in TIMED, parts, segment.unit_us, segment.allowance)
        if mark not in self._numbers:
            self._numbers[mark] = len(self.known)
            self.known.append(segment)
        return self._numbers[mark]


def _cells(
    place: int, lane: int, line: Timeline, eras: Iterable[Era], kinds: _Kinds
) -> Iterator[Cell]:
    """The eras in which the place is open and the book has a price."""
    for number, era in enumerate(eras):
        opened = line.place.open
        if opened is not None and line.place.day(moment(era.from_us)) not in opened:
            continue
        try:
            segment = line.at(era.from_us)
        except NoRuleInForce:
            continue
        kind = kinds.number(line.service, segment)
        seconds = segment.unit_us // SECOND
        yield Cell(place, lane, number, kind, seconds, segment.allowance)
