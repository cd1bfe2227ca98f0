"""How a service stands at a place on a day: free, free later, shared, or paid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kinline.core.place import Place
from kinline.core.rating import rate
from kinline.core.rating.book import Law, NoRuleInForce
from kinline.core.rating.rate import Charge
from kinline.core.rating.rule import Rule
from kinline.core.rating.terms import Destination, Service
from kinline.core.rating.timeline import Segment, micros, timeline
from kinline.laws import numbering
from kinline.laws.loader import book

# Somebody's number in New York and in Boston: one of them is in another state than the place.
NEW_YORK, BOSTON = "+12125550100", "+16175550100"
# Two countries people call. Numbers of the second look like numbers at home, and are not.
MEXICO, DOMINICAN_REPUBLIC = "+525555550100", "+18095550100"


class State(StrEnum):
    FREE = "free"  # a law makes it free for both sides
    SHARED = "shared"  # a law pays a part
    COMING = "coming"  # a law will make it free
    PAID = "paid"  # neither
    UNKNOWN = "unknown"  # the book has no rule for this day


@dataclass(frozen=True, slots=True)
class Standing:
    """One service at one place on one day.

    `charge` is what one unit costs then; None where the book has no rule. `law` makes it free
    now, will do so, or shares the price; `from_on` is the first day it is free, `until_on` the
    first day it no longer is, None while no end is set.
    """

    service: Service
    state: State
    charge: Charge | None = None
    rule: Rule | None = None
    law: Law | None = None
    from_on: date | None = None
    until_on: date | None = None

    @property
    def free(self) -> bool:
        return self.state is State.FREE


def standing(
    place: Place, service: Service, at: datetime, to: Destination | None = None
) -> Standing:
    """How one unit of `service`, used at the moment `at` (aware), stands."""
    table = timeline(book(), place, service, to)
    try:
        now = table.at(micros(at))
    except NoRuleInForce:
        return Standing(service, State.UNKNOWN)
    law, rule = now.rules.law, now.rules.decides
    charge = one_unit(place, service, at, to)
    if law is not None and now.rules.free:
        since, until_on = law.period.from_on, law.period.until_on
        return Standing(service, State.FREE, charge, rule, law, since, until_on)
    coming = next((one for one in table.segments if _frees_after(one, now)), None)
    if law is not None and law.share:
        later = coming.on if coming else None
        return Standing(service, State.SHARED, charge, rule, law, later)
    if coming is not None:
        return Standing(service, State.COMING, charge, rule, coming.rules.law, coming.on)
    return Standing(service, State.PAID, charge, rule)


def _frees_after(segment: Segment, now: Segment) -> bool:
    return segment.from_us > now.from_us and segment.rules.free


def one_unit(
    place: Place, service: Service, at: datetime, to: Destination | None = None
) -> Charge | None:
    """What one minute, or one piece, costs at a moment; None where the book has no rule."""
    try:
        return rate.one_unit(book(), place, service, at, to)
    except NoRuleInForce:
        return None


def standings(place: Place, at: datetime) -> tuple[Standing, ...]:
    """Every service, calls at home first."""
    return tuple(standing(place, service, at) for service in Service)


def overall(found: Iterable[Standing]) -> State | None:
    """The state of all of them where it is one; None where they differ."""
    states = {one.state for one in found}
    return states.pop() if len(states) == 1 else None


def far_number(place: Place) -> str:
    """A number in another state than the place's."""
    return BOSTON if place.within("us-ny") else NEW_YORK


def leads_to(number: str) -> Destination:
    """Where a number leads, as the tariffs see it."""
    return numbering.destination(number)


def laws_on(day: date, services: Iterable[Service]) -> list[Law]:
    """The laws in force on a day that bear a part of one of these services, by jurisdiction."""
    wanted = frozenset(services)
    found = [
        law for law in book().laws if day in law.period and law.share and law.services & wanted
    ]
    return sorted(found, key=lambda law: (law.jurisdiction, law.id))


def passing_by(place: Place, on: date) -> list[Law]:
    """Laws in force around a place that do not cover its kind of custody."""
    return [
        law
        for law in book().laws
        if on in law.period and place.within(law.jurisdiction) and not law.covers(place)
    ]
