"""Usage written to the books as the rooms that carry it do, for tests of what adds it up."""

from datetime import UTC, datetime
from itertools import count

from kinline.apps.charging.actions import charge
from kinline.core.ids import PlaceCode
from kinline.core.rating.rate import Usage
from kinline.core.rating.terms import Destination, Direction, Service
from kinline.laws.loader import places

BOSTON = Destination("US", "617")
_keys = count(1)


def call(place: str, at: datetime, seconds: int = 61, person: str = "julian") -> None:
    """A call that is over, charged."""
    usage = Usage(Service.CALL, places()[PlaceCode(place)], at, seconds, to=BOSTON)
    charge(key=f"call:{next(_keys)}", usage=usage, person=person, now=at)


def visit(place: str, at: datetime, seconds: int = 1500, person: str = "julian") -> None:
    usage = Usage(Service.VISIT, places()[PlaceCode(place)], at, seconds)
    charge(key=f"visit:{next(_keys)}", usage=usage, person=person, now=at)


def message(
    place: str,
    at: datetime,
    direction: Direction,
    service: Service = Service.EMESSAGE,
    units: int = 1,
    person: str = "julian",
) -> None:
    """Something written, told from the person inside."""
    usage = Usage(service, places()[PlaceCode(place)], at, units=units)
    charge(key=f"{service}:{next(_keys)}", usage=usage, person=person, now=at, direction=direction)


def utc(text: str) -> datetime:
    """A moment in UTC: "2026-08-14 15:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
