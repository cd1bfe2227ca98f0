"""Invented usage of past quarters, so that a demo's reports have something to report.

Only charges, as the rooms write them and with the prices of their day; no calls, no people.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import transaction

from kinline.apps.charging.actions import charge
from kinline.apps.charging.queries import made
from kinline.apps.reports.access import Here, everywhere
from kinline.core.ids import PlaceCode
from kinline.core.quarter import Month
from kinline.core.rating.rate import Usage
from kinline.core.rating.terms import AT_HOME, TIMED, Direction, Service
from kinline.laws.loader import places

MONTHS = 30
PEOPLE = 12
# How much of each in a month at the busiest place; at some places it is a few, so that the
# public page has something to hide.
MONTHLY = {
    (Service.CALL, None): 30,
    (Service.VISIT, None): 5,
    (Service.EMESSAGE, Direction.SENT): 9,
    (Service.EMESSAGE, Direction.RECEIVED): 11,
    (Service.PHOTO, Direction.RECEIVED): 4,
    (Service.TEXT, Direction.SENT): 3,
}
Invented = tuple[Usage, Direction | None, str]
SIZES = (1.0, 0.7, 0.4, 0.08, 0.5)


def load(*, now: datetime) -> int:
    """Write what is missing, up to the month before `now`; how many charges there are of it."""
    last = Month.of(now.astimezone(UTC).date())
    written = 0
    for here, size in zip(everywhere(), SIZES, strict=False):
        for back in range(MONTHS, 0, -1):
            with transaction.atomic():
                written += _month(here, last.later(-back), size)
    return written


def _month(here: Here, month: Month, size: float) -> int:
    """Charge what is missing of a month; how many charges it has of ours."""
    invented = dict(_usages(here, month, size))
    there = made(keys=invented.keys())
    for key, (usage, direction, person) in invented.items():
        if key not in there:
            charge(key=key, usage=usage, person=person, now=usage.began_at, direction=direction)
    return len(invented)


def _usages(here: Here, month: Month, size: float) -> Iterator[tuple[str, Invented]]:
    """The same invention each time, each with the key of its charge."""
    place = places()[PlaceCode(here.place)]
    begin = place.midnight(month.days.from_on)
    for (service, direction), most in MONTHLY.items():
        chance = random.Random(f"{here.place} {month} {service} {direction}")
        for n in range(round(most * size * chance.uniform(0.6, 1.1))):
            at = begin + timedelta(minutes=chance.randrange(28 * 24 * 60))
            timed = service in TIMED
            usage = Usage(
                service,
                place,
                at,
                seconds=chance.randrange(20, 1200) if timed else 0,
                units=0 if timed else 1,
                to=AT_HOME if service is Service.CALL else None,
            )
            key = f"demo:{here.place}:{month}:{service}:{direction or ''}:{n}"
            yield key, (usage, direction, f"invented-{chance.randrange(PEOPLE)}")
