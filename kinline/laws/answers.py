"""Answers of the law book as plain data: what a charge is, which rules hold, what changed.

The field names are a stable interface, described in docs/laws.md.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from kinline.core.place import Place
from kinline.core.rating.book import Contract, Law, NoRuleInForce, RuleBook, Tariff
from kinline.core.rating.caps import Cap
from kinline.core.rating.prices import CallPrice, PiecePrice, ServicePrice, VisitPrice
from kinline.core.rating.rate import Charge, Line, Usage, one_unit
from kinline.core.rating.rule import Rule
from kinline.core.rating.terms import (
    ABROAD,
    AT_HOME,
    HUNDRED,
    STAMP,
    Destination,
    Payer,
    Service,
)
from kinline.core.rating.timeline import micros, timeline


def quote(usage: Usage, charge: Charge, sentence: str) -> dict[str, Any]:
    """The answer of `quote` and `rate` for one charge. Moments are on the facility's wall."""
    return {
        "facility": usage.place.code,
        "service": usage.service.value,
        "consumer_cents": charge.consumer_cents,
        "agency_cents": charge.agency_cents,
        "stamps": charge.stamps,
        "credits": charge.credits,
        "free": charge.free,
        "lines": [_line(line, usage.place) for line in charge.lines],
        "sentence": sentence,
        "citations": citations(charge),
    }


def citations(charge: Charge) -> list[str]:
    """Every citation the charge rests on, each once, in the order of the lines."""
    return list(dict.fromkeys(line.citation for line in charge.lines))


def cents(hundredths: int) -> int | float:
    """A price in cents: a whole number wherever it is one."""
    whole, rest = divmod(hundredths, HUNDRED)
    return hundredths / HUNDRED if rest else whole


def _line(line: Line, place: Place) -> dict[str, Any]:
    return {
        "from": line.began_at.astimezone(place.zone).isoformat(),
        "to": line.until.astimezone(place.zone).isoformat(),
        **timeless(line),
    }


def timeless(line: Line) -> dict[str, Any]:
    """What a line says beside its moments."""
    return {
        "units": line.units,
        "unit": line.unit,
        "price_cents": cents(line.price_hundredths),
        "payer": line.payer.value,
        "cents": line.cents,
        "rule": line.rule.id,
        "citation": line.citation,
        "status": line.rule.status.value,
    }


# --- the rules of a place -----------------------------------------------------------------


def law(book: RuleBook, place: Place, on: date) -> dict[str, Any]:
    """Every rule in force at a place on a day, with the price each service has then."""
    rules = list(_in_force(book, place, on))
    caps = book.caps_at(place, on)
    return {
        "facility": place.code,
        "name": place.name,
        "kind": place.kind,
        "fictional": place.fictional,
        "agency": place.agency,
        "jurisdiction": place.jurisdiction,
        "custody": sorted(place.custody),
        "zone": place.zone.key,
        "on": on.isoformat(),
        "average_daily_population": place.people(on),
        "rules": [_rule(rule) for rule in rules],
        "caps": [_cap(cap, place, on) for cap in caps],
        "caps_note": _caps_note(caps, place, on),
        "prices": prices(book, place, on),
        "citations": list(dict.fromkeys(one.citation for one in [*rules, *caps])),
    }


def difference(book: RuleBook, place: Place, before: date, after: date) -> dict[str, Any]:
    """What ended, what began and which prices changed at a place between two days."""
    old = {rule.id: rule for rule in _in_force(book, place, before)}
    new = {rule.id: rule for rule in _in_force(book, place, after)}
    then, now = prices(book, place, before), prices(book, place, after)
    return {
        "facility": place.code,
        "from": before.isoformat(),
        "to": after.isoformat(),
        "ended": [_rule(old[name]) for name in old if name not in new],
        "began": [_rule(new[name]) for name in new if name not in old],
        "kept": [name for name in old if name in new],
        "prices": {
            name: {"before": then.get(name), "after": now.get(name)}
            for name in {**then, **now}
            if then.get(name) != now.get(name)
        },
        "citations": list(dict.fromkeys(rule.citation for rule in [*old.values(), *new.values()])),
    }


def prices(book: RuleBook, place: Place, on: date) -> dict[str, Any]:
    """What one unit of each service costs on a day, and under which rule; calls abroad apart."""
    found = {}
    for service in Service:
        for name, to in _ways(service):
            at = place.midnight(on)
            try:
                segment = timeline(book, place, service, to).at(micros(at))
            except NoRuleInForce:
                continue
            found[name] = _price(one_unit(book, place, service, at, to), segment.allowance)
    return found


def _ways(service: Service) -> Iterator[tuple[str, Destination | None]]:
    if service is Service.CALL:
        yield "call", AT_HOME
        yield "call_abroad", ABROAD
    else:
        yield service.value, None


def _price(charge: Charge, allowance: int) -> dict[str, Any]:
    paid = dict.fromkeys(Payer, 0) | {line.payer: line.price_hundredths for line in charge.lines}
    return {
        "unit": charge.lines[0].unit,
        "consumer_cents": cents(paid[Payer.CONSUMER]),
        "agency_cents": cents(paid[Payer.AGENCY]),
        "stamps": charge.stamps,
        "credits": charge.credits,
        "free": charge.free,
        "free_minutes_a_week": allowance,
        "rule": charge.lines[0].rule.id,
        "citation": charge.lines[0].citation,
    }


def _in_force(book: RuleBook, place: Place, on: date) -> Iterator[Law | Tariff | Contract]:
    return (rule for rule in book.at(place) if on in rule.period)


def _rule(rule: Rule) -> dict[str, Any]:
    until = rule.period.until_on
    return {
        "id": rule.id,
        "kind": type(rule).__name__.lower(),
        "from": rule.period.from_on.isoformat(),
        "to": until.isoformat() if until else None,
        "last_day": (until - timedelta(days=1)).isoformat() if until else None,
        "services": [service.value for service in Service if service in rule.services],
        **_details(rule),
        "citation": rule.citation,
        "source": rule.source,
        "status": rule.status.value,
        "verify": list(rule.verify),
        "note": rule.note,
    }


def _details(rule: Rule) -> dict[str, Any]:
    if isinstance(rule, Law):
        access = {"kind": rule.access.kind, **rule.access.facts} if rule.access else None
        return {
            "jurisdiction": rule.jurisdiction,
            "custody": sorted(rule.custody),
            "share_percent": rule.share,
            "payer": "agency",
            "destinations": "domestic" if rule.domestic_only else "all",
            "authority": rule.authority,
            "access": access,
        }
    if isinstance(rule, Contract):
        return {"cents": {service.value: price for service, price in sorted(rule.prices.items())}}
    assert isinstance(rule, Tariff)
    return {
        "prices": {service.value: _stated(price) for service, price in sorted(rule.prices.items())},
        "free_minutes_a_week": rule.allowance.minutes if rule.allowance else 0,
        "stamp_cents": rule.stamp_cents,
        "credit_cents": rule.credit_cents,
        "gives_back": rule.gives_back.value,
    }


def _stated(price: ServicePrice) -> dict[str, Any]:
    """A price as its tariff states it, with what another country adds apart."""
    if isinstance(price, CallPrice):
        return {
            "minute_cents": price.minute,
            "long_distance_minute_cents": price.minute
            if price.long_distance is None
            else price.long_distance,
            "other_countries_minute_cents": price.minute + price.termination,
            "termination_cents": price.termination,
            "countries": {code: price.minute + add for code, add in price.by_country.items()},
            "billed_by_seconds": price.every_seconds,
        }
    if isinstance(price, VisitPrice):
        return {"cents": price.cents, "minutes": price.minutes}
    assert isinstance(price, PiecePrice)
    unit = f"{price.unit_name}s" if price.unit_name in {STAMP, "credit"} else "cents"
    return {unit: price.amount}


def _cap(cap: Cap, place: Place, on: date) -> dict[str, Any]:
    tier = cap.tier(place, on)
    return {
        "id": cap.id,
        "tier": tier.name if tier else None,
        "call_cents": cap.limit(place, Service.CALL, on),
        "visit_cents": cap.limit(place, Service.VISIT, on),
        "binds": cap.binds,
        "from": cap.period.from_on.isoformat(),
        "to": cap.period.until_on.isoformat() if cap.period.until_on else None,
        "citation": cap.citation,
        "source": cap.source,
        "status": cap.status.value,
        "verify": list(cap.verify),
        "note": cap.note,
    }


def _caps_note(caps: Iterable[Cap], place: Place, on: date) -> str:
    binding = [cap for cap in caps if cap.binds]
    if not binding:
        return "No cap of the book was in force on this day."
    if any(cap.tier(place, on) is None for cap in binding):
        return (
            "The average daily population of this place is not known to the book, so its tier is "
            "not known and no cap was tested."
        )
    return "Prices and contract prices a minute were tested against the caps in force."
