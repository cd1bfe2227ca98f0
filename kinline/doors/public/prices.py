"""What each service costs at a place, by date, straight from the law book."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kinline.core.ids import PlaceCode
from kinline.core.period import Period
from kinline.core.place import Place
from kinline.core.rating.terms import CREDIT, STAMP, Destination, Service
from kinline.core.rating.timeline import FOREVER, Segment, moment, timeline
from kinline.doors.words import marks, price
from kinline.laws.loader import book, places


@dataclass(frozen=True, slots=True)
class Row:
    """One stretch of the price table. `until_on` is the first day it no longer holds.

    `free_minutes` are those of a week that cost nothing; `mark` says how sure the value is.
    """

    from_on: date
    until_on: date | None
    price: str
    citation: str
    source: str
    mark: str
    verify: tuple[str, ...]
    free_minutes: int
    in_force: bool


def by_date(
    place: str, today: date, service: Service = Service.CALL, to: Destination | None = None
) -> list[Row]:
    """Every price of one service, newest first; none for a place not in the book.

    `to` is where a call goes, home where None.
    """
    found = places().get(PlaceCode(place))
    if found is None:
        return []
    segments = timeline(book(), found, service, to).segments
    return [_row(one, found, today) for one in reversed(segments) if one.parts]


def _row(segment: Segment, place: Place, today: date) -> Row:
    rule = segment.decides
    until_on = None if segment.until_us == FOREVER else place.day(moment(segment.until_us))
    return Row(
        from_on=segment.on,
        until_on=until_on,
        price=_amount(segment),
        citation=rule.citation,
        source=rule.source,
        mark=marks.mark(rule.status, rule.verify),
        verify=rule.verify,
        free_minutes=segment.allowance,
        in_force=today in Period(segment.on, until_on),
    )


def _amount(segment: Segment) -> str:
    """$0.12, 2 stamps, or $0.00 where a law frees it."""
    if segment.parts[0].unit.unit in {STAMP, CREDIT}:
        return _pieces(segment)
    said, share = price.exact(segment.consumer_hundredths), segment.rules.share
    if not share or segment.rules.free:
        return said
    return _("%(price)s (a law pays %(share)s percent)") % {"price": said, "share": share}


def _pieces(segment: Segment) -> str:
    """2 stamps, or 2 stamps ($0.80) where the tariff tells what a stamp is sold for."""
    unit = segment.parts[0].unit
    said = price.units_of(unit.pieces, unit.unit)
    tariff = segment.rules.tariff
    if tariff is None:
        return said
    cents = tariff.stamp_cents if unit.unit == STAMP else tariff.credit_cents
    return said if cents is None else f"{said} ({price.dollars(cents * unit.pieces)})"
