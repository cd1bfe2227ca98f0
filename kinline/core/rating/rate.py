"""Rating: one usage becomes lines of equal units, in exact cents, each with its rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from kinline.core.place import Place
from kinline.core.rating.book import RuleBook
from kinline.core.rating.rule import Rule
from kinline.core.rating.terms import (
    CREDIT,
    HUNDRED,
    STAMP,
    TIMED,
    Destination,
    Payer,
    Service,
)
from kinline.core.rating.timeline import SECOND, Part, Segment, micros, moment, timeline

LONGEST_SECONDS = 86_400
MOST_UNITS = 1_000_000
NOTHING_USED: Mapping[date, int] = {}
DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Usage:
    """One service rendered, at `place`, of `seconds` (calls, visits) or `units` (the rest).

    `began_at` (aware) is what decides: a call's beginning, a visit's scheduled start whenever
    it was booked, a message's sending. `to` is where a call goes, home where None.
    Raises ValueError for a naive moment, a negative length, or more than a day.
    """

    service: Service
    place: Place
    began_at: datetime
    seconds: int = 0
    units: int = 0
    to: Destination | None = None

    def __post_init__(self) -> None:
        if self.began_at.tzinfo is None:
            raise ValueError("usage begins at an aware moment")
        if not 0 <= self.seconds <= LONGEST_SECONDS:
            raise ValueError(f"usage cannot last {self.seconds} seconds: 0 to {LONGEST_SECONDS}")
        if not 0 <= self.units <= MOST_UNITS:
            raise ValueError(f"usage cannot have {self.units} units: 0 to {MOST_UNITS}")


class Line(NamedTuple):
    """Consecutive units under one rule for one payer, in [began_us, until_us)."""

    part: Part
    began_us: int
    until_us: int
    units: int
    cents: int

    @property
    def began_at(self) -> datetime:
        return moment(self.began_us)

    @property
    def until(self) -> datetime:
        return moment(self.until_us)

    @property
    def rule(self) -> Rule:
        return self.part.rule

    @property
    def payer(self) -> Payer:
        return self.part.payer

    @property
    def unit(self) -> str:
        return self.part.unit.unit

    @property
    def price_hundredths(self) -> int:
        """The price of one unit, in hundredths of a cent."""
        return self.part.unit.hundredths

    @property
    def citation(self) -> str:
        return self.part.rule.citation


class Charge(NamedTuple):
    """The price of one usage, line by line. No lines: nothing was used.

    Cents are money only; stamps and credits stand apart. `drawn` is how many minutes were taken
    from the weekly allowance, by the week's Monday.
    """

    lines: tuple[Line, ...]
    consumer_cents: int = 0
    agency_cents: int = 0
    stamps: int = 0
    credits: int = 0
    drawn: Mapping[date, int] = NOTHING_USED

    @property
    def free(self) -> bool:
        """Whether the consumer gives nothing of any kind."""
        return not (self.consumer_cents or self.stamps or self.credits)


class _Run(NamedTuple):
    parts: tuple[Part, ...]
    began_us: int
    units: int


def rate(usage: Usage, book: RuleBook, used: Mapping[date, int] = NOTHING_USED) -> Charge:
    """Price one usage. `used`: minutes gone of the person's weekly allowance, by Monday.

    Each unit begun of a call has the price in force, on the facility's own calendar, at the
    instant that unit begins; a visit is priced wholly by its start, a message by its moment.
    Amounts are exact and rounded once: the consumer's part down to the cent, the agency bears
    the rest. Raises NoRuleInForce: a gap in the book is never "free".
    Legal source: rule.citation, carried by each line.
    """
    table = timeline(book, usage.place, usage.service, usage.to)
    at = micros(usage.began_at)
    segment = table.at(at)
    if usage.service not in TIMED:
        return rate_within(segment, at, at, piece_units(segment, usage.units))
    end = at + usage.seconds * SECOND
    inside_one = end <= segment.until_us and not segment.allowance
    if inside_one or usage.service is Service.VISIT:
        return rate_within(segment, at, end, -(-(end - at) // segment.unit_us))
    runs: list[_Run] = []
    drawn: dict[date, int] = {}
    while at < end:
        segment = table.at(at)
        units = -(-(min(end, segment.until_us) - at) // segment.unit_us)
        if segment.allowance:
            runs += _from_allowance(segment, usage.place, at, units, used, drawn)
        else:
            runs.append(_Run(segment.parts, at, units))
        at += units * segment.unit_us
    return _charge(runs, end, drawn)


def one_unit(
    book: RuleBook, place: Place, service: Service, at: datetime, to: Destination | None = None
) -> Charge:
    """What one minute or one piece costs at a moment. Raises NoRuleInForce.

    Free minutes of the week count as gone: what a person still has of them only their own
    account knows, and a price must not promise them.
    """
    seconds, units = (60, 0) if service in TIMED else (0, 1)
    usage = Usage(service, place, at, seconds=seconds, units=units, to=to)
    allowance = timeline(book, place, service, to).at(micros(at)).allowance
    return rate(usage, book, {place.week(at): allowance})


def rate_within(segment: Segment, at: int, end: int, units: int, inside: int = 0) -> Charge:
    """Price `units` that all begin in one segment, the first `inside` of them free minutes.

    For whoever knows that nothing changes from `at` to `end` (microseconds): the batch engine
    prices each kind of usage once and not each usage.
    """
    return _charge(_runs(segment, at, units, inside), end)


def piece_units(segment: Segment, items: int) -> int:
    """How many units some messages, photos, cards or texts are: stamps or credits, or items."""
    return items * (segment.parts[0].unit.pieces or 1)


def allowance_weeks(usage: Usage, book: RuleBook) -> tuple[date, ...]:
    """The weeks (their Mondays) whose allowance this usage may draw on; mostly none."""
    if usage.service is not Service.CALL:
        return ()
    table = timeline(book, usage.place, usage.service, usage.to)
    end = usage.began_at + timedelta(seconds=usage.seconds)
    first, last = micros(usage.began_at), micros(end)
    touched = (one for one in table.segments if one.from_us <= last and first < one.until_us)
    if not any(one.allowance for one in touched):
        return ()
    return tuple(dict.fromkeys((usage.place.week(usage.began_at), usage.place.week(end))))


def _from_allowance(
    segment: Segment,
    place: Place,
    at: int,
    units: int,
    used: Mapping[date, int],
    drawn: dict[date, int],
) -> list[_Run]:
    """Minutes under a weekly allowance: first the free ones of each week, then the others."""
    runs: list[_Run] = []
    while units:
        week = place.week(moment(at))
        next_week = micros(place.midnight(date.fromordinal(week.toordinal() + DAYS_A_WEEK)))
        here = min(units, -(-(next_week - at) // segment.unit_us))
        gone = used.get(week, 0) + drawn.get(week, 0)
        inside = min(here, max(0, segment.allowance - gone))
        runs += _runs(segment, at, here, inside)
        drawn[week] = drawn.get(week, 0) + here
        at += here * segment.unit_us
        units -= here
    return runs


def _runs(segment: Segment, at: int, units: int, inside: int) -> list[_Run]:
    """The free minutes, then the others; no run where there is nothing of a kind."""
    runs = []
    if inside:
        runs.append(_Run(segment.inside, at, inside))
    if units > inside:
        runs.append(_Run(segment.parts, at + inside * segment.unit_us, units - inside))
    return runs


def _charge(runs: list[_Run], end: int, drawn: Mapping[date, int] = NOTHING_USED) -> Charge:
    """Lines and totals. Earlier lines are rounded down; the last of each payer takes the rest."""
    if len(runs) > 1:
        runs = _joined(runs)
    lines: list[Line] = []
    consumer = agency = stamps = credits = 0  # money in hundredths of a cent, until the end
    last_consumer = last_agency = -1
    for parts, began, units in runs:
        for part in parts:
            unit = part.unit
            cost = units * unit.hundredths
            if part.payer is Payer.AGENCY:
                agency += cost
                last_agency = len(lines)
            else:
                consumer += cost
                last_consumer = len(lines)
            until = min(end, began + units * unit.seconds * SECOND)
            lines.append(Line(part, began, until, units, cost // HUNDRED))
            if unit.pieces:
                stamps += units * (unit.unit == STAMP)
                credits += units * (unit.unit == CREDIT)
    paid = consumer // HUNDRED
    borne = -(-(agency + consumer % HUNDRED) // HUNDRED) if last_agency >= 0 else 0
    if len(runs) > 1:
        _settle(lines, last_consumer, paid)
        _settle(lines, last_agency, borne)
    elif last_agency >= 0 and lines[last_agency].cents != borne:
        # One line a payer: only the agency's can bear a rounding.
        lines[last_agency] = lines[last_agency]._replace(cents=borne)
    return Charge(tuple(lines), paid, borne, stamps, credits, drawn)


def _settle(lines: list[Line], last: int, total: int) -> None:
    """Give a payer's last line what the payer's other lines leave of the total."""
    if last < 0:
        return
    payer = lines[last].part.payer
    others = sum(line.cents for line in lines if line.part.payer is payer) - lines[last].cents
    lines[last] = lines[last]._replace(cents=total - others)


def _joined(runs: list[_Run]) -> list[_Run]:
    """Neighbours of the same price and rule as one: a line per price, not per week or border."""
    joined = [runs[0]]
    for run in runs[1:]:
        before = joined[-1]
        if run.parts == before.parts:
            joined[-1] = _Run(run.parts, before.began_us, before.units + run.units)
        else:
            joined.append(run)
    return joined
