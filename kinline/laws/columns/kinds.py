"""Answers of kinds: each combination of kind, units and free minutes is priced once, by the core.

Thousands of usages cost the same for the same reason. What differs between them is only when.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from kinline.core.rating.book import RuleBook
from kinline.core.rating.rate import Charge, piece_units, rate_within
from kinline.core.rating.terms import MINUTE, Payer, Service, Status
from kinline.core.rating.timeline import Segment
from kinline.laws import answers
from kinline.laws.columns.tables import Tables
from kinline.laws.singly import Say

# A dictionary of sentences is written with each group of rows: beyond this it costs more.
MOST_SENTENCES = 10_000
MONEY = {
    "consumer_cents": "BIGINT",
    "agency_cents": "BIGINT",
    "stamps": "BIGINT",
    "credits": "BIGINT",
    "free": "BOOLEAN",
}
TIMELESS = {
    "units": "BIGINT",
    "unit": "word",
    "price_cents": "DOUBLE",
    "payer": "word",
    "cents": "BIGINT",
    "rule": "word",
    "citation": "word",
    "status": "word",
}
LINE = {"from": "VARCHAR", "to": "VARCHAR", **TIMELESS}


class Combination(NamedTuple):
    """What usages must have in common to have the same answer."""

    kind: int
    amount: int
    inside: int
    number_told: bool


def priced(segment: Segment, one: Combination, say: Say) -> dict[str, Any]:
    """The answer to one combination. Moments of lines are microseconds after the beginning,
    or none for the usage's own end."""
    units = one.amount if segment.unit_us else piece_units(segment, one.amount)
    end = units * segment.unit_us
    charge = rate_within(segment, 0, end, units, one.inside)
    return {
        **one._asdict(),
        "consumer_cents": charge.consumer_cents,
        "agency_cents": charge.agency_cents,
        "stamps": charge.stamps,
        "credits": charge.credits,
        "free": charge.free,
        "lines": list(_lines(charge, end)),
        "sentence": say(charge, one.number_told),
        "citations": answers.citations(charge),
    }


def _lines(charge: Charge, end: int) -> Iterator[dict[str, Any]]:
    for line in charge.lines:
        until = None if line.until_us == end else line.until_us
        yield {"from_us": line.began_us, "until_us": until, **answers.timeless(line)}


def words(book: RuleBook, tables: Tables) -> list[str]:
    """Every word that answers repeat: codes, units, citations. In Parquet they are numbers."""
    found = dict.fromkeys([MINUTE, *Service, *Payer, *Status])
    found |= dict.fromkeys(str(place.code) for place in tables.places)
    found |= dict.fromkeys(one.suffix for one in tables.stretches)
    for tariff in book.tariffs:
        found |= dict.fromkeys(price.unit(None).unit for price in tariff.prices.values())
    for rule in book.rules:
        found |= dict.fromkeys([rule.id, rule.citation])
    return [str(word) for word in found]
