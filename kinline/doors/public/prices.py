"""What a minute of a call costs at a place, by date, straight from the law book."""

from dataclasses import dataclass
from datetime import date

from kinline.core.ids import PlaceCode
from kinline.core.rating.book import Rule, Service
from kinline.laws.loader import book, places


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of the price table. `until_on` is the first day it no longer holds."""

    from_on: date
    until_on: date | None
    cents: int
    citation: str
    verify: tuple[str, ...]
    in_force: bool


def by_date(place: str, today: date) -> list[Row]:
    """Every rule of this place's calls, newest first; none for a place not in the book."""
    found = places().get(PlaceCode(place))
    if found is None:
        return []
    rules = [r for r in book().rules if Service.CALL in r.services and r.speaks_of(found)]
    return [_row(rule, today) for rule in sorted(rules, key=_newest_first, reverse=True)]


def _newest_first(rule: Rule) -> tuple[date, bool]:
    return rule.period.from_on, rule.is_law


def _row(rule: Rule, today: date) -> Row:
    return Row(
        from_on=rule.period.from_on,
        until_on=rule.period.until_on,
        cents=rule.price_per_minute.cents,
        citation=rule.citation,
        verify=rule.verify,
        in_force=today in rule.period,
    )
