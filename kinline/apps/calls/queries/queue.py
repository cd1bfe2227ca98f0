"""The line for a unit's phones, as people in it, the tablets of the unit and staff see it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Avg

from kinline.apps.calls import queuing
from kinline.apps.calls.models import IN_LINE, Call, QueuePlace, QueueRule
from kinline.apps.calls.queuing import Standing
from kinline.apps.days import day_at
from kinline.apps.people.actions.sign_in import Inside
from kinline.core.queue.figures import USUAL_CALL_SECONDS, likely_wait
from kinline.core.queue.turns import Phone, Place, Stand

LATELY = timedelta(hours=2)
NEXT_SHOWN = 5


@dataclass(frozen=True, slots=True)
class OfferView:
    """A phone that is held for a number in line."""

    number: int
    phone: str
    until: datetime


@dataclass(frozen=True, slots=True)
class MyPlace:
    """One's own place. `ahead` come before; `wait_seconds` None where nobody can say."""

    number: int
    ahead: int
    passed: int
    offer: OfferView | None
    wait_seconds: int | None


@dataclass(frozen=True, slots=True)
class QueueView:
    """The line of somebody's unit. `wait_seconds` is for whoever joins now, 0 with a phone free.

    `put_out`: they let two offers pass, and have not joined since. `next_opens_at` only while
    calls are closed.
    """

    unit: str
    zone: str
    phones: int
    free: int
    waiting: int
    open_now: bool
    next_opens_at: datetime | None
    wait_seconds: int | None
    mine: MyPlace | None
    put_out: bool
    offer_seconds: int
    band_seconds: int


@dataclass(frozen=True, slots=True)
class Glance:
    """One's place in line at a glance. `number` None: one is in none."""

    number: int | None
    offered: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What everybody in a unit may see of its line: numbers, and nobody's name."""

    zone: str
    phones: int
    free: int
    waiting: int
    open_now: bool
    offers: tuple[OfferView, ...]
    next: tuple[int, ...]


def queue(*, inside: Inside, now: datetime) -> QueueView | None:
    """The line of one's unit; None where nobody waits in line. Nine queries at most."""
    rule = _rule_of(inside)
    if rule is None:
        return None
    line = queuing.standing(rule, now)
    phones, free = _phones(line, person=str(inside.person))
    seconds = _call_seconds(rule, now)
    mine = _mine(line, str(inside.person), phones, seconds)
    waits = sum(not one.phone for one in line.places)
    joins = likely_wait(ahead=waits, phones=phones, call_seconds=seconds)
    return QueueView(
        unit=rule.unit.name,
        zone=rule.unit.facility.zone,
        phones=phones,
        free=free,
        waiting=waits,
        open_now=line.open_now,
        next_opens_at=line.hours.next_opens_at,
        wait_seconds=0 if free > waits else joins,
        mine=mine,
        put_out=mine is None and _put_out(inside, now),
        offer_seconds=rule.offer_seconds,
        band_seconds=line.band_seconds,
    )


def glance(*, inside: Inside) -> Glance | None:
    """One's own place in short, None where nobody waits in line. Three queries at most."""
    if _rule_of(inside) is None:
        return None
    rows = QueuePlace.objects.filter(IN_LINE, person=inside.person)
    found = rows.values_list("number", "state").first()
    return Glance(found[0], found[1] == Stand.OFFERED) if found else Glance(None, False)


def board(*, station_id: UUID, now: datetime) -> Board | None:
    """The line of a station's unit for everybody to see, None where nobody waits in line."""
    rule = queuing.rule_at(station_id=station_id)
    if rule is None:
        return None
    line = queuing.standing(rule, now)
    phones, free = _phones(line)
    waits = [line.rows[one.id].number for one in line.order if not one.phone]
    return Board(
        zone=rule.unit.facility.zone,
        phones=phones,
        free=free,
        waiting=len(waits),
        open_now=line.open_now,
        offers=tuple(offer for one in line.order if (offer := offer_of(line, one))),
        next=tuple(waits[:NEXT_SHOWN]),
    )


def offer_of(line: Standing, place: Place) -> OfferView | None:
    """What a place is offered."""
    if place.offered_until is None:
        return None
    name = line.names.get(place.phone, "")
    return OfferView(line.rows[place.id].number, name, place.offered_until)


def _rule_of(inside: Inside) -> QueueRule | None:
    rule = queuing.newest_rule(unit_id=queuing.unit_of(inside))
    return rule if rule is not None and rule.on else None


def _phones(line: Standing, person: str = "") -> tuple[int, int]:
    """How many phones work, and how many of them nobody uses and nobody is offered."""
    held = {place.phone for place in line.places if place.phone}
    works = [phone for phone in line.phones if phone.works]
    return len(works), sum(_is_free(phone, person, held) for phone in works)


def _is_free(phone: Phone, person: str, held: set[str]) -> bool:
    return phone.id not in held and phone.is_free_for(person)


def _mine(line: Standing, person: str, phones: int, seconds: float) -> MyPlace | None:
    waits = [one for one in line.order if not one.phone]
    mine = next((one for one in line.places if one.person == person), None)
    if mine is None:
        return None
    ahead = 0 if mine.phone else waits.index(mine)
    offer = offer_of(line, mine)
    return MyPlace(
        number=line.rows[mine.id].number,
        ahead=ahead,
        passed=mine.passed,
        offer=offer,
        wait_seconds=0 if offer else likely_wait(ahead=ahead, phones=phones, call_seconds=seconds),
    )


def _put_out(inside: Inside, now: datetime) -> bool:
    """Whether their last place of today ended because they let two offers pass."""
    rows = QueuePlace.objects.filter(person=inside.person, on=day_at(inside.zone, now))
    last = rows.order_by("-joined_at").values_list("state", flat=True).first()
    return last == Stand.OUT


def _call_seconds(rule: QueueRule, now: datetime) -> float:
    """How long calls from this unit have lasted in the last two hours, on average."""
    facility = rule.unit.facility_id
    rows = Call.objects.filter(facility=facility, asked_at__gte=now - LATELY)
    rows = rows.filter(station__unit=rule.unit_id, record__talk_seconds__gt=0)
    found = rows.aggregate(mean=Avg("record__talk_seconds"))["mean"]
    return float(found) if found else USUAL_CALL_SECONDS
