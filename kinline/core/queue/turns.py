"""Whose turn it is at the phones of a unit.

Who has talked less today is offered a phone first, in bands as long as the longest call; within
a band, who has waited longest. Talk with an attorney and on open lines is never counted. An
offer stands for its length; who lets it pass goes to the end of their band, and who lets a
second one pass is out of line.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

OUT_AFTER = 2  # offers that somebody may let pass
BAND_SECONDS = 1800  # where a facility set no longest call


class Stand(StrEnum):
    """What became of a place in line: `out` let two offers pass, `over` is the day's closing."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LEFT = "left"
    OUT = "out"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Hold:
    """A phone that is held until a moment for `person`, who has this number in line."""

    person: str
    number: int
    until: datetime

    def keeps_off(self, person: str | None, now: datetime) -> bool:
        """Whether somebody's ordinary call has to wait for it."""
        return self.person != person and now < self.until


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in line. `since` is when they joined, or last let an offer pass.

    `until`: when the day's calls end. `phone` and `offered_until` while one is offered. `gone`:
    the person is not in this unit any more.
    """

    id: str
    person: str
    since: datetime
    until: datetime
    talked_seconds: int = 0
    passed: int = 0
    on_a_call: bool = False
    gone: bool = False
    phone: str = ""
    offered_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone of the unit. `signed_in`: the person who sits at it just now without calling.

    It can be offered all the same, or whoever stays at a tablet would keep it from the line; but
    last of all, and nobody lets pass what somebody else did not leave.
    """

    id: str
    works: bool = True
    talking: bool = False
    signed_in: str = ""

    @property
    def can_be_offered(self) -> bool:
        return self.works and not self.talking

    def is_free_for(self, person: str) -> bool:
        return self.can_be_offered and self.signed_in in ("", person)


@dataclass(frozen=True, slots=True)
class Offered:
    """A phone is offered to a place, until a moment."""

    place: str
    phone: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """A place let its offer pass; `out`: it was one too many."""

    place: str
    out: bool


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An offer could not be kept: the place waits on, where it was."""

    place: str


@dataclass(frozen=True, slots=True)
class Over:
    """A place ended with the day's calls, or because the person is gone."""

    place: str


Move = Offered | Passed | Withdrawn | Over


def begins_with(last: Stand | None, passed: int) -> int:
    """How many offers somebody who joins has let pass already, from their last place of the day.

    Whoever left by themselves takes them along: leaving and coming back gains nothing.
    """
    return passed if last is Stand.LEFT else 0


def in_order(places: Iterable[Place], band_seconds: int = BAND_SECONDS) -> tuple[Place, ...]:
    """Who is offered a phone first. `band_seconds` (above 0) is the longest call."""
    return tuple(
        sorted(places, key=lambda one: (one.talked_seconds // band_seconds, one.since, one.id))
    )


def moves(
    places: Iterable[Place],
    phones: Iterable[Phone],
    *,
    offer: timedelta,
    band_seconds: int = BAND_SECONDS,
    open_now: bool = True,
    now: datetime,
) -> tuple[Move, ...]:
    """All that has to become of a line at this moment; nothing once it has been done.

    `open_now` False: calls are closed, so that nothing is offered and nobody lets anything pass.
    """
    known = {phone.id: phone for phone in phones}
    said = list[Move]()
    standing = list[Place]()
    for place in places:
        move = _due(place, known.get(place.phone), open_now, now)
        if move is not None:
            said.append(move)
        if (left := _after(place, move, now)) is not None:
            standing.append(left)
    if open_now:
        said += _offers(standing, known, offer, band_seconds, now)
    return tuple(said)


def _due(place: Place, phone: Phone | None, open_now: bool, now: datetime) -> Move | None:
    """What becomes of a place, whoever else is in line."""
    if place.gone or place.until <= now:
        return Over(place.id)
    if place.offered_until is None:
        return None
    # Before the clock is asked: nobody lets pass what they could not have taken.
    if phone is None or not phone.can_be_offered or place.on_a_call or not open_now:
        return Withdrawn(place.id)
    if place.offered_until <= now:
        if not phone.is_free_for(place.person):
            return Withdrawn(place.id)
        return Passed(place.id, out=place.passed + 1 >= OUT_AFTER)
    return None


def _after(place: Place, move: Move | None, now: datetime) -> Place | None:
    """The place as it stands then, None when it has ended."""
    match move:
        case Over() | Passed(out=True):
            return None
        case Passed():
            waits = replace(place, since=now, passed=place.passed + 1)
            return replace(waits, phone="", offered_until=None)
        case Withdrawn():
            return replace(place, phone="", offered_until=None)
    return place


def _offers(
    places: list[Place],
    phones: dict[str, Phone],
    offer: timedelta,
    band_seconds: int,
    now: datetime,
) -> Iterator[Offered]:
    held = {place.phone for place in places if place.phone}
    left = [one for one in phones.values() if one.can_be_offered and one.id not in held]
    for place in in_order(places, band_seconds):
        if place.phone or place.on_a_call:
            continue
        if left:
            phone = min(left, key=lambda one: _nearness(one, place.person))
            left.remove(phone)
            yield Offered(place.id, phone.id, now + offer)


def _nearness(phone: Phone, person: str) -> int:
    """The one they sit at themselves, else one that nobody sits at."""
    if phone.signed_in == person:
        return 0
    return 1 if not phone.signed_in else 2
