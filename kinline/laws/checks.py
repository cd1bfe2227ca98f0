"""What a whole book must keep: a price for every service on every day, and none above a cap."""

from collections.abc import Iterator, Mapping

from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.rating.book import Contract, Priced, RuleBook, Tariff
from kinline.core.rating.caps import above
from kinline.core.rating.prices import CallPrice, VisitPrice
from kinline.core.rating.terms import ABROAD, AT_HOME, TIMED, Destination, Service
from kinline.core.rating.timeline import Segment, timeline
from kinline.laws.reading import LawError

# Laws and tariffs tell home from abroad, and tariffs single countries out; a price there is
# never missing where the one for other countries is there.
TRIED = (AT_HOME, ABROAD)


def check(book: RuleBook, places: Mapping[PlaceCode, Place]) -> None:
    """Raises LawError for the first gap, or the first price above a cap."""
    for place in places.values():
        for service in Service:
            for to in TRIED if service is Service.CALL else (None,):
                _no_gap(book, place, service, to)
    for rule in book.priced:
        for code in sorted(rule.places):
            _no_cap_broken(book, rule, places[code])
    # What was compiled for destinations nobody has called yet is no use to keep.
    book.tables.clear()


def _no_gap(book: RuleBook, place: Place, service: Service, to: Destination | None) -> None:
    try:
        segments = timeline(book, place, service, to).segments
    except ValueError as wrong:
        raise LawError(f"{_origin(book, place, service)}: {wrong}") from wrong
    if not segments:
        raise LawError(f"places: no price for {service} at {place.code} on any day")
    for segment in segments:
        if not segment.parts and not _closed(place, segment):
            where = _origin_of_gap(book, place, service, segment)
            raise LawError(f"{where}: {segment.gap}")


def _closed(place: Place, segment: Segment) -> bool:
    ended = place.open.until_on if place.open else None
    return ended is not None and segment.on >= ended


def _origin_of_gap(book: RuleBook, place: Place, service: Service, segment: Segment) -> str:
    """The value that ended as the gap began, else one that begins there, else any."""
    about = list(book.about(place, service))
    for rule in about:
        if rule.period.until_on == segment.on:
            return rule.origin
    for rule in about:
        if rule.period.from_on == segment.on:
            return rule.origin
    return _origin(book, place, service)


def _origin(book: RuleBook, place: Place, service: Service) -> str:
    return next(iter(book.about(place, service))).origin


def _no_cap_broken(book: RuleBook, rule: Priced, place: Place) -> None:
    for service, cents in _capped(rule):
        for broken in above(book.caps, place, service, rule.period, cents):
            raise LawError(f"{rule.origin}: {broken}")


def _capped(rule: Priced) -> Iterator[tuple[Service, int]]:
    """Cents a minute that a cap may bound: the home price of calls, and visits."""
    if isinstance(rule, Contract):
        yield from ((service, rule.prices[service]) for service in TIMED & rule.services)
    if isinstance(rule, Tariff):
        for service, price in rule.prices.items():
            if isinstance(price, CallPrice | VisitPrice):
                yield service, price.capped_cents()
