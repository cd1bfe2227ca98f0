"""Usages as people and other programs tell them, read into what the core rates.

The field names are those of the commands `quote` and `rate` (docs/laws.md). Whatever cannot be
right is refused with one clear sentence: a price for something else would be a wrong price.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.rating.book import RuleBook
from kinline.core.rating.rate import (
    LONGEST_SECONDS,
    MOST_UNITS,
    NOTHING_USED,
    Charge,
    Usage,
    rate,
)
from kinline.core.rating.terms import AT_HOME, TIMED, Destination, Service
from kinline.laws.numbering import NoSuchNumber, destination

CALENDAR = range(1900, 2201)  # years of usages; outside of them somebody mistyped


class BadUsage(ValueError):
    """The usage cannot be rated as told; the message says what is wrong."""


class Told(NamedTuple):
    """A usage with whose it is. `number_told` is False for a call that did not say where to."""

    usage: Usage
    person: str
    number_told: bool


def read(fields: Mapping[str, Any], places: Mapping[PlaceCode, Place]) -> Told:
    """A usage from its fields: facility, service, began_at, seconds or units, to, scheduled_for.

    Moments without an offset are the facility's. Raises BadUsage.
    """
    place = _place(fields, places)
    service = _service(fields)
    person = fields.get("person")
    if person is not None and not isinstance(person, str | int):
        raise BadUsage("person must be text or a number")
    seconds, units = _amount(fields, service)
    number = fields.get("to")
    usage = Usage(
        service=service,
        place=place,
        began_at=_decisive_moment(fields, service, place.zone),
        seconds=seconds,
        units=units,
        to=_destination(number, service),
    )
    _must_be_open(place, usage.began_at)
    told = number is not None or service is not Service.CALL
    return Told(usage, "" if person is None else str(person), told)


def identity(fields: Mapping[str, Any]) -> str | int | None:
    """The usage's own id, given back as it came. Raises BadUsage."""
    found = fields.get("id")
    if found is None or isinstance(found, str) or (type(found) is int and abs(found) < 2**63):
        return found
    raise BadUsage("id must be text or a whole number of at most 63 bits")


class Weeks:
    """Minutes gone of weekly allowances, by agency and person, as usages come in their order."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], dict[date, int]] = {}

    def rate(self, told: Told, book: RuleBook) -> Charge:
        """Rate one usage and remember what it drew. Raises NoRuleInForce, BadUsage."""
        key = (told.usage.place.agency, told.person)
        charge = rate(told.usage, book, self._used.get(key, NOTHING_USED))
        if charge.drawn:
            if not told.person:
                raise BadUsage("person is missing: free minutes of a week are counted by person")
            weeks = self._used.setdefault(key, {})
            for week, minutes in charge.drawn.items():
                weeks[week] = weeks.get(week, 0) + minutes
        return charge


def moment(text: Any, zone: ZoneInfo, name: str) -> datetime:
    """A moment in UTC, from ISO 8601; without an offset it is on the wall of `zone`.

    A time that occurs twice there is the first. Raises BadUsage, for one that does not exist too.
    """
    if not isinstance(text, str):
        raise BadUsage(f"{name} must be a moment like 2023-11-30T23:55:00")
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError as wrong:
        raise BadUsage(f"{name} must be a moment like 2023-11-30T23:55:00, not {text!r}") from wrong
    if ":" not in text and len(text.strip()) <= len("2023-11-30"):
        raise BadUsage(f"{name} needs a time of day, like 2023-11-30T23:55:00")
    if told.year not in CALENDAR:
        raise BadUsage(f"{name}: {text} is outside the calendar, {CALENDAR[0]} to {CALENDAR[-1]}")
    if told.tzinfo is not None:
        return told.astimezone(UTC)
    found = told.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != told:
        raise BadUsage(f"{name}: {text} does not exist in {zone.key}: the clocks skip it")
    return found


def _place(fields: Mapping[str, Any], places: Mapping[PlaceCode, Place]) -> Place:
    code = fields.get("facility")
    if not isinstance(code, str) or not code:
        raise BadUsage("facility is missing")
    place = places.get(PlaceCode(code))
    if place is None:
        raise BadUsage(f"no facility is called {code!r}")
    return place


def _service(fields: Mapping[str, Any]) -> Service:
    name = fields.get("service")
    if name is None:
        raise BadUsage("service is missing")
    try:
        return Service(name)
    except ValueError as wrong:
        known = " ".join(Service)
        raise BadUsage(f"no service is called {name!r}; there are: {known}") from wrong


def _amount(fields: Mapping[str, Any], service: Service) -> tuple[int, int]:
    timed = service in TIMED
    wanted, other = ("seconds", "units") if timed else ("units", "seconds")
    if fields.get(other) is not None:
        raise BadUsage(f"a {service} is told in {wanted}, not in {other}")
    value = fields.get(wanted)
    if value is None:
        raise BadUsage(f"{wanted} is missing")
    most = LONGEST_SECONDS if timed else MOST_UNITS
    if type(value) is not int or not 0 <= value <= most:
        raise BadUsage(f"{wanted} must be a whole number from 0 to {most}")
    return (value, 0) if timed else (0, value)


def _decisive_moment(fields: Mapping[str, Any], service: Service, zone: ZoneInfo) -> datetime:
    """A visit's scheduled start; of all else the beginning."""
    began, scheduled = fields.get("began_at"), fields.get("scheduled_for")
    if service is Service.VISIT:
        if scheduled is None:
            raise BadUsage("scheduled_for is missing: a visit is priced by its scheduled start")
        if began is not None:
            moment(began, zone, "began_at")
        return moment(scheduled, zone, "scheduled_for")
    if scheduled is not None:
        raise BadUsage(f"scheduled_for is for visits; a {service} counts from began_at")
    if began is None:
        raise BadUsage("began_at is missing")
    return moment(began, zone, "began_at")


def _destination(number: Any, service: Service) -> Destination | None:
    if service is not Service.CALL:
        return None
    if number is None:
        return AT_HOME
    if not isinstance(number, str):
        raise BadUsage("to must be a number like +16175550100")
    try:
        return destination(number)
    except NoSuchNumber as wrong:
        raise BadUsage(f"to: {number!r} cannot be a telephone number: {wrong}") from wrong


def _must_be_open(place: Place, at: datetime) -> None:
    if place.open is not None and place.day(at) not in place.open:
        raise BadUsage(f"{place.code} was not open on {place.day(at)}")
