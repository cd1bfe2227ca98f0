"""The long answer: which rules were looked at for a usage, which won, and why not the others."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kinline.core.rating.book import Contract, InForce, Law, RuleBook, Tariff
from kinline.core.rating.rate import Charge, Usage
from kinline.core.rating.rule import Rule


class Verdict(StrEnum):
    """What became of a rule that was looked at."""

    DECIDES = "decides"  # the consumer's price rests on it
    PAYS = "pays"  # the agency's price rests on it
    SHARED = "shared"  # a law leaves a part of it with the consumer
    OVERRULED = "overruled"  # in force, but a law decides
    WAITS = "waits"  # in force, but no law makes the service free
    OTHER_COUNTRY = "other_country"  # the law frees calls at home only
    NOT_YET = "not_yet"
    NO_LONGER = "no_longer"


@dataclass(frozen=True, slots=True)
class Looked:
    """One rule that was looked at, for the units beginning on the facility's day `on`."""

    rule: Rule
    verdict: Verdict
    on: date


def explain(usage: Usage, book: RuleBook, charge: Charge) -> tuple[Looked, ...]:
    """Every rule of the book that ever speaks of this service at this place, with its verdict.

    One group of verdicts for each day on which a unit of the usage began under a new rule.
    """
    place = usage.place
    days = {place.day(line.began_at) for line in charge.lines} or {place.day(usage.began_at)}
    looked: list[Looked] = []
    for day in sorted(days):
        found = book.in_force(place, usage.service, day, usage.to)
        for rule in book.about(place, usage.service):
            looked.append(Looked(rule, _verdict(rule, found, usage, day), day))
    return tuple(looked)


def _verdict(rule: Rule, found: InForce, usage: Usage, on: date) -> Verdict:
    if on not in rule.period:
        return Verdict.NOT_YET if on < rule.period.from_on else Verdict.NO_LONGER
    if isinstance(rule, Law):
        return Verdict.DECIDES if rule.reaches(usage.to) else Verdict.OTHER_COUNTRY
    if isinstance(rule, Contract):
        return Verdict.PAYS if found.free else Verdict.WAITS
    assert isinstance(rule, Tariff)
    if found.law is None:
        return Verdict.DECIDES
    return Verdict.OVERRULED if found.free else Verdict.SHARED
