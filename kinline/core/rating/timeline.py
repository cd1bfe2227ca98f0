"""Timelines: what the book says of one service at one place to one destination, for all time.

Rules change at midnights on the facility's wall. A timeline knows these as instants, so that
rating one usage is a look-up and not a walk over rules and minutes. Instants are whole
microseconds since 1970 in UTC: exact, and quick to compare.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from kinline.core.place import Place
from kinline.core.rating.book import InForce, Law, NoRuleInForce, RuleBook, Tariff
from kinline.core.rating.prices import UnitPrice, contract_unit
from kinline.core.rating.rule import Rule
from kinline.core.rating.terms import MINUTE, Destination, Payer, Service

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
FOREVER = 2**62
SHARED_STAMPS = "what takes stamps or credits can be freed wholly or not at all"


def micros(at: datetime) -> int:
    """Microseconds since 1970 of an aware moment."""
    return (at - EPOCH) // MICROSECOND


def moment(us: int) -> datetime:
    """The moment in UTC, microseconds after 1970."""
    return EPOCH + timedelta(microseconds=us)


class Part(NamedTuple):
    """One payer's part of a unit's price, and the rule it rests on."""

    payer: Payer
    rule: Rule
    unit: UnitPrice


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time in which nothing about the price changes: [from_us, until_us).

    `parts` is empty where the book has no price; `gap` then says what is missing.
    `allowance` is the minutes a week that cost nobody anything, `inside` the part for them.
    """

    from_us: int
    until_us: int
    on: date
    parts: tuple[Part, ...]
    rules: InForce
    unit_us: int = 0
    allowance: int = 0
    inside: tuple[Part, ...] = ()
    gap: str = ""

    @property
    def decides(self) -> Rule:
        """The rule that the consumer's price hangs on. Only where there is a price."""
        return self.rules.decides or self.parts[0].rule

    @property
    def consumer_hundredths(self) -> int:
        """What the people pay for a unit, in hundredths of a cent; 0 where the agency pays it."""
        part = self.parts[0]
        return 0 if part.payer is Payer.AGENCY else part.unit.hundredths


@dataclass(frozen=True, slots=True)
class Timeline:
    place: Place
    service: Service
    starts: list[int]
    segments: list[Segment]

    def at(self, us: int) -> Segment:
        """The segment of an instant. Raises NoRuleInForce where the book has a gap."""
        index = bisect_right(self.starts, us) - 1
        if index >= 0:
            segment = self.segments[index]
            if segment.parts:
                return segment
            raise NoRuleInForce(self.place, self.service, moment(us), segment.gap)
        raise NoRuleInForce(self.place, self.service, moment(us))


def timeline(
    book: RuleBook, place: Place, service: Service, to: Destination | None = None
) -> Timeline:
    """The compiled timeline, made once a book and kept in it. Raises ValueError for a share of
    something that cannot be shared."""
    if to is not None:
        to = book.alike(to)  # or a book would keep a timeline for every area code there is
    key = (place.code, service, to)
    found = book.tables.get(key)
    if found is None:
        segments = list(_merged(_segments(book, place, service, to)))
        found = Timeline(place, service, [one.from_us for one in segments], segments)
        book.tables[key] = found
    assert isinstance(found, Timeline)
    return found


def _segments(
    book: RuleBook, place: Place, service: Service, to: Destination | None
) -> Iterator[Segment]:
    days = {day for rule in book.about(place, service) for day in _turns(rule)}
    ordered = sorted(days)
    for day, following in zip(ordered, [*ordered[1:], None], strict=False):
        until = FOREVER if following is None else micros(place.midnight(following))
        rules = book.in_force(place, service, day, to)
        yield _segment(micros(place.midnight(day)), until, day, rules, service, to, place)


def _turns(rule: Rule) -> Iterator[date]:
    yield rule.period.from_on
    if rule.period.until_on is not None:
        yield rule.period.until_on


def _segment(
    from_us: int,
    until_us: int,
    on: date,
    rules: InForce,
    service: Service,
    to: Destination | None,
    place: Place,
) -> Segment:
    parts, gap = _parts(rules, service, to)
    if not parts:
        where = f"{service} at {place.code} on {on}"
        return Segment(from_us, until_us, on, (), rules, gap=f"no {gap} for {where}")
    segment = Segment(from_us, until_us, on, parts, rules, parts[0].unit.seconds * SECOND)
    tariff = rules.tariff
    if service is not Service.CALL or tariff is None or tariff.allowance is None:
        return segment
    nothing = Part(Payer.CONSUMER, tariff, UnitPrice(MINUTE, seconds=60))
    return replace(segment, allowance=tariff.allowance.minutes, inside=(nothing,))


def _parts(
    rules: InForce, service: Service, to: Destination | None
) -> tuple[tuple[Part, ...], str]:
    """Who pays what of a unit; or nothing, and the name of what is missing."""
    law, tariff, contract = rules.law, rules.tariff, rules.contract
    if law is not None and rules.free:
        if contract is None:
            return (), "contract price"
        return (Part(Payer.AGENCY, law, contract_unit(service, contract.prices[service])),), ""
    if tariff is None:
        return (), "rule"
    whole = tariff.prices[service].unit(to)
    if law is None or law.share == 0:
        return (Part(Payer.CONSUMER, tariff, whole),), ""
    return _shared(law, tariff, whole), ""


def _shared(law: Law, tariff: Tariff, whole: UnitPrice) -> tuple[Part, ...]:
    """The law's two parts: both rest on the law, which decides what is left of the tariff."""
    if whole.pieces:
        raise ValueError(f"{tariff.id} under {law.id}: {SHARED_STAMPS}")
    agency, rest = divmod(whole.hundredths * law.share, 100)
    if rest:
        raise ValueError(f"{law.share} % of {tariff.id} is no whole hundredth of a cent")
    return (
        Part(Payer.CONSUMER, law, UnitPrice(whole.unit, whole.hundredths - agency, whole.seconds)),
        Part(Payer.AGENCY, law, UnitPrice(whole.unit, agency, whole.seconds)),
    )


def _merged(segments: Iterator[Segment]) -> Iterator[Segment]:
    """Without the borders at which nothing changes for this destination."""
    last: Segment | None = None
    for segment in segments:
        if last is not None and segment.parts == last.parts and segment.rules == last.rules:
            last = replace(last, until_us=segment.until_us)
            continue
        if last is not None:
            yield last
        last = segment
    if last is not None:
        yield last
