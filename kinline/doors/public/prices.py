"""What a minute of a call costs at a place, by date, straight from the law book."""

from dataclasses import dataclass
from datetime import date

from kinline.core.ids import PlaceCode
from kinline.core.period import Period
from kinline.core.place import Place
from kinline.core.rating.terms import Payer, Service
from kinline.core.rating.timeline import FOREVER, Segment, moment, timeline
from kinline.doors.words import price
from kinline.laws.loader import book, places


@dataclass(frozen=True, slots=True)
class Row:
    """One stretch of the price table. `until_on` is the first day it no longer holds."""

    from_on: date
    until_on: date | None
    price: str
    citation: str
    verify: tuple[str, ...]
    in_force: bool


def by_date(place: str, today: date) -> list[Row]:
    """Every price of this place's calls at home, newest first; none for a place not in the book."""
    found = places().get(PlaceCode(place))
    if found is None:
        return []
    segments = timeline(book(), found, Service.CALL).segments
    return [_row(one, found, today) for one in reversed(segments) if one.parts]


def _row(segment: Segment, place: Place, today: date) -> Row:
    part = segment.parts[0]
    rule = segment.rules.decides or part.rule
    until_on = None if segment.until_us == FOREVER else place.day(moment(segment.until_us))
    return Row(
        from_on=segment.on,
        until_on=until_on,
        price=price.exact(0 if part.payer is Payer.AGENCY else part.unit.hundredths),
        citation=rule.citation,
        verify=rule.verify,
        in_force=today in Period(segment.on, until_on),
    )
