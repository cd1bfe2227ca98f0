"""Price caps by tier, and the test of a tariff or a contract against them.

Legal source: 47 CFR Part 64 Subpart FF; the tiers are those of FCC 24-75 and FCC 25-75.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from kinline.core.period import Period
from kinline.core.place import Custody, Place
from kinline.core.rating.rule import Rule
from kinline.core.rating.terms import Service, Status

PRISON_KINDS = frozenset({Custody.STATE_PRISON, Custody.UNIFIED_DOC})
JAIL_KINDS = frozenset({Custody.COUNTY_JAIL, Custody.HOUSE_OF_CORRECTION, Custody.CITY_JAIL})


@dataclass(frozen=True, slots=True)
class Tier:
    """A size of jail, or `prisons`: average daily population in [from_people, below_people)."""

    name: str
    from_people: int = 0
    below_people: int | None = None
    prisons: bool = False

    def holds(self, people: int) -> bool:
        return self.from_people <= people and (
            self.below_people is None or people < self.below_people
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap(Rule):
    """One order's caps: cents a minute by service and tier, for the days of `period`.

    A cap whose status is `postponed` is shown and refuses nothing.
    """

    jurisdiction: str
    tiers: tuple[Tier, ...]
    cents: Mapping[Service, Mapping[str, int]]

    @property
    def binds(self) -> bool:
        return self.status not in {Status.POSTPONED, Status.DRAFT}

    def tier(self, place: Place, on: date) -> Tier | None:
        """The tier of a place on a day; None where its size or its kind is not told."""
        if place.custody & PRISON_KINDS:
            return next((tier for tier in self.tiers if tier.prisons), None)
        people = place.people(on)
        if people is None or not place.custody & JAIL_KINDS:
            return None
        return next((t for t in self.tiers if not t.prisons and t.holds(people)), None)

    def limit(self, place: Place, service: Service, on: date) -> int | None:
        """The cap in cents a minute; None where this order sets none for it."""
        tier = self.tier(place, on)
        return None if tier is None else self.cents.get(service, {}).get(tier.name)


@dataclass(frozen=True, slots=True)
class AboveCap:
    """A price above a cap in force, on `on`, the first such day."""

    cap: Cap
    place: Place
    service: Service
    on: date
    asked: int
    limit: int

    def __str__(self) -> str:
        return (
            f"{self.asked} cents a minute of {self.service} at {self.place.code} is above the cap "
            f"of {self.limit} cents in force on {self.on} ({self.cap.citation})"
        )


def above(
    caps: tuple[Cap, ...], place: Place, service: Service, period: Period, asked: int
) -> Iterator[AboveCap]:
    """Every cap that `asked` cents a minute would break on a day of `period`, by its first day."""
    for cap in caps:
        if not (cap.binds and place.within(cap.jurisdiction) and cap.period.overlaps(period)):
            continue
        for day in _days_that_differ(cap, place, period):
            limit = cap.limit(place, service, day)
            if limit is not None and asked > limit:
                yield AboveCap(cap, place, service, day, asked, limit)
                break


def _days_that_differ(cap: Cap, place: Place, period: Period) -> list[date]:
    """The first common day of cap and period, and each day on which the population is new."""
    first = max(cap.period.from_on, period.from_on)
    changes = (one.from_on for one in place.populations if one.from_on > first)
    return [first, *(day for day in changes if day in cap.period and day in period)]
