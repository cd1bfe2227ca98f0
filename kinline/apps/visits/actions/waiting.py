"""Waiting for a slot that is not free: offered fairly, held for a while, taken or let go."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from kinline.apps.errors import Refused, wrong
from kinline.apps.facilities.models import Facility
from kinline.apps.visits import claiming, rules, standing, told
from kinline.apps.visits.access import Asker, waiting_of
from kinline.apps.visits.actions.booking import (
    Booked,
    Granted,
    Wish,
    as_booked,
    born,
    granted_for,
    outrun,
    own,
    party_of,
)
from kinline.apps.visits.claiming import Lost
from kinline.apps.visits.models import QuotaPlace, VisitRules, VisitStation, WaitingPlace
from kinline.core.link import By
from kinline.core.policy import visit_controls
from kinline.core.policy.visit import Bookable, decide
from kinline.core.refusal import Refusal, Whose
from kinline.core.schedule import claims
from kinline.core.schedule.slots import Asking, open_slots
from kinline.core.schedule.waiting import Freed, Place, in_order, offer_until

State = WaitingPlace.State
# Of who cannot have a slot now, these reasons may be gone when one comes free.
LIFTED = frozenset(
    {
        "visit.full",
        "visit.too_soon",
        "visit.past",
        "visit.too_far",
        "visit.closed",
        "visit.holiday",
        "visit.lockdown",
        "visit.outside_hours",
        "visit.no_such_time",
        "visit.person_busy",
        "visit.visitor_busy",
        "visit.person_quota",
        "visit.visitor_quota",
    }
    | visit_controls.OF_A_TIME
)
MOST_DAYS = 60  # so long somebody waits at most
MOST_LOOKED_AT = 50  # places of a facility, in one round of the worker


def wait(
    *,
    by: Asker,
    key: str,
    person_id: UUID,
    contact_ids: Sequence[UUID],
    length_minutes: int,
    from_on: date,
    until_on: date,
    now: datetime,
    from_time: time | None = None,
    until_time: time | None = None,
    minor_ids: Sequence[UUID] = (),
    private: bool = False,
) -> UUID:
    """Wait for a slot on [from_on, until_on], days included, that begins in [from_time, until_time)
    on the facility's wall; `key` makes it once.

    Raises NotFound, and Refused with every reason that no free slot would lift.
    """
    if found := WaitingPlace.objects.filter(key=own(by, key)).first():
        return found.pk
    who = party_of(by, person_id, contact_ids, minor_ids, now)
    today = now.astimezone(who.zone).date()
    from_on = max(from_on, today)
    if mistakes := list(_mistakes(from_on, until_on, today, from_time, until_time)):
        raise Refused(*mistakes)
    at = datetime.combine(from_on, time(12), tzinfo=who.zone)
    if reasons := _never(by, Wish(who, at, length_minutes, private), now):
        raise Refused(*reasons)
    place = WaitingPlace(
        key=own(by, key),
        facility=who.person.facility,
        person=who.person,
        contact=who.coming[0].contact,
        asked_by=by.side,
        private=private,
        contacts=[str(row.contact.pk) for row in who.coming],
        minors=[str(one.id) for row in who.coming for one in row.minors],
        length_minutes=length_minutes,
        from_on=from_on,
        until_on=until_on,
        from_time=from_time,
        until_time=until_time,
        asked_at=now,
        since=now,
    )
    if by.side is By.CONTACT:
        place.contact_id = by.id
    try:
        with transaction.atomic():
            place.save(force_insert=True)
    except IntegrityError:
        return WaitingPlace.objects.get(key=own(by, key)).pk
    return place.pk


@transaction.atomic
def leave(*, by: Asker, waiting_id: UUID, now: datetime) -> None:
    """Wait no longer, and let an offer go. Twice is once. Raises NotFound."""
    place = waiting_of(by, waiting_id)
    open_ones = WaitingPlace.objects.filter(pk=place.pk, state__in=[State.WAITING, State.OFFERED])
    open_ones.update(state=State.LEFT)


def take(*, by: Asker, waiting_id: UUID, now: datetime) -> Booked:
    """Take the slot that is offered: it becomes a visit. Twice is once.

    Raises NotFound, and Refused: visit.offer_over, and every reason of booking.
    """
    place = waiting_of(by, waiting_id)
    if place.visit is not None:
        return as_booked(place.visit, fresh=False)

    @transaction.atomic
    def attempt() -> Booked:
        # Whoever is first has it: a second press, or the worker that lets it go.
        mine = WaitingPlace.objects.filter(pk=place.pk, state=State.OFFERED, offer_until__gt=now)
        if mine.update(passed=place.passed) != 1 or place.offered_starts_at is None:
            raise Refused(Refusal("visit.offer_over", Whose.FACILITY))
        contacts, minors = _ids(place.contacts), _ids(place.minors)
        who = party_of(by, place.person_id, contacts, minors, now)
        wish = Wish(who, place.offered_starts_at, place.length_minutes, place.private)
        granted = granted_for(by, wish, now, besides=place)
        key = f"offer:{place.pk.hex}:{place.passed}"
        made = born(by, key, wish, granted, now, besides=place)
        WaitingPlace.objects.filter(pk=place.pk).update(state=State.TAKEN, visit=made.id)
        return made

    found = outrun(attempt)
    if found is None:
        raise Refused(Refusal("visit.offer_over", Whose.FACILITY))
    return found


@transaction.atomic
def decline(*, by: Asker, waiting_id: UUID, now: datetime) -> None:
    """Let the offered slot go to the next, and wait on. Twice is once. Raises NotFound."""
    _let_go(waiting_of(by, waiting_id))


def expire_offers(*, now: datetime) -> int:
    """Let offers go whose time is over, and close what waited for days gone by. Returns how many
    offers it were."""
    late = WaitingPlace.objects.filter(state=State.OFFERED, offer_until__lte=now)
    gone = 0
    for place in late:
        with transaction.atomic():
            gone += _let_go(place)
    waits = WaitingPlace.objects.filter(state=State.WAITING).select_related("facility")
    for place in waits.filter(until_on__lte=now.date()):
        if place.until_on < now.astimezone(ZoneInfo(place.facility.zone)).date():
            mine = WaitingPlace.objects.filter(pk=place.pk, state=State.WAITING)
            mine.update(state=State.OVER)
    return gone


def offer_freed(*, now: datetime, facility_id: UUID | None = None) -> int:
    """Offer free slots to who waits, in a fair order (core.schedule.waiting), and hold them for a
    while. Returns how many offers were made. The worker does it every few seconds."""
    waits = WaitingPlace.objects.filter(state=State.WAITING)
    if facility_id is not None:
        waits = waits.filter(facility=facility_id)
    where = waits.values_list("facility", flat=True).distinct()
    return sum(_offer_at(facility, now) for facility in Facility.objects.filter(pk__in=where))


def _offer_at(facility: Facility, now: datetime) -> int:
    rows = WaitingPlace.objects.filter(facility=facility, state=State.WAITING)
    waits = list(rows.select_related("person", "contact").order_by("since")[:MOST_LOOKED_AT])
    made = 0
    for freed in _freed(facility, waits, now):
        places = [_place(one, freed) for one in waits if one.state == State.WAITING]
        for place in in_order(places, freed):
            row = next(one for one in waits if str(one.pk) == place.id)
            if _offered(row, freed.starts_at, now):
                made += 1
                break
    return made


def _freed(facility: Facility, waits: Sequence[WaitingPlace], now: datetime) -> Iterator[Freed]:
    """Slots for which a station and staff are free, the soonest first, whoever may use them."""
    zone = ZoneInfo(facility.zone)
    first = max(min(one.from_on for one in waits), now.astimezone(zone).date())
    last = max(one.until_on for one in waits) + timedelta(days=1)
    if first >= last:
        return
    found: set[tuple[datetime, int]] = set()
    for unit in {one.person.unit_id for one in waits}:
        rows = rules.rule_rows(facility.pk, unit)
        for length in {one.length_minutes for one in waits if one.person.unit_id == unit}:
            asked = _of_anybody(facility, unit, rows, length, (first, last), now)
            days = open_slots(asked, now)
            found |= {(slot.starts_at, length) for day in days for slot in day.free}
    for starts_at, length in sorted(found):
        yield Freed(starts_at, length, zone)


def _of_anybody(
    facility: Facility,
    unit: UUID | None,
    rows: Sequence[VisitRules],
    length: int,
    days: tuple[date, date],
    now: datetime,
) -> Asking:
    zone = ZoneInfo(facility.zone)
    closed, holidays = rules.closures(facility.pk, unit, zone, now)
    stations = VisitStation.objects.filter(
        rules.of_unit(unit), facility=facility, closed_at=None
    ).values_list("pk", flat=True)
    asked = Asking(
        facility=str(facility.pk),
        zone=zone,
        rules=tuple(rules.core_rules(row) for row in rows),
        length_minutes=length,
        person="",
        visitors=(),
        stations=tuple(str(pk) for pk in stations),
        closures=closed,
        holidays=holidays,
        days=days,
    )
    return replace(asked, taken=standing.taken_in(asked, days))


def _place(row: WaitingPlace, freed: Freed) -> Place:
    on = freed.starts_at.astimezone(freed.zone).date()
    holder = claims.person(str(row.person_id))
    had = QuotaPlace.objects.filter(
        facility=row.facility_id,
        holder=holder,
        week_on__lte=on,
        week_on__gt=on - timedelta(days=7),
    )
    return Place(
        id=str(row.pk),
        since=row.since,
        length_minutes=row.length_minutes,
        from_on=row.from_on,
        until_on=row.until_on,
        from_=row.from_time,
        until=row.until_time,
        visits_in_week=had.count(),
        passed=row.passed,
    )


def _offered(row: WaitingPlace, starts_at: datetime, now: datetime) -> bool:
    """Hold the slot for one who waits, if they could book it now."""
    by = Asker(By(row.asked_by), row.person_id if row.asked_by == By.PERSON else row.contact_id)
    contacts, minors = _ids(row.contacts), _ids(row.minors)
    try:
        with transaction.atomic():
            who = party_of(by, row.person_id, contacts, minors, now)
            wish = Wish(who, starts_at, row.length_minutes, row.private)
            return _hold(row, wish, granted_for(by, wish, now), now)
    except (Refused, Lost):
        return False


def _hold(row: WaitingPlace, wish: Wish, granted: Granted, now: datetime) -> bool:
    freed = Freed(wish.starts_at, wish.minutes, wish.who.zone)
    until = offer_until(freed, granted.rules.notice_minutes, now)
    if until is None:
        return False
    offer = {
        "state": State.OFFERED,
        "offered_starts_at": wish.starts_at,
        "offered_station": UUID(granted.needs.station),
        "offer_until": until,
    }
    if WaitingPlace.objects.filter(pk=row.pk, state=State.WAITING).update(**offer) != 1:
        return False
    claiming.take(
        of=row,
        needs=granted.needs,
        starts_at=wish.starts_at,
        length_minutes=wish.minutes,
        buffer_minutes=granted.rules.buffer_minutes,
    )
    row.refresh_from_db()
    told.offered(row, now)
    return True


def _let_go(row: WaitingPlace) -> bool:
    offered = WaitingPlace.objects.filter(pk=row.pk, state=State.OFFERED, passed=row.passed)
    return offered.update(state=State.WAITING, passed=row.passed + 1) == 1


def _never(by: Asker, wish: Wish, now: datetime) -> list[Refusal]:
    """Why no free slot would help."""
    who = wish.who
    on = wish.starts_at.date()
    asked = standing.asking(
        who=who,
        length_minutes=wish.minutes,
        days=(on, on + timedelta(days=1)),
        now=now,
    )
    facts = standing.facts(
        who=who, asked=asked, starts_at=wish.starts_at, private=wish.private, now=now
    )
    verdict = decide(facts, now)
    reasons = [] if isinstance(verdict, Bookable) else list(verdict.reasons)
    row = who.row_at(wish.starts_at)
    if by.side is By.PERSON and row is not None and not row.from_inside:
        reasons.append(Refusal("visit.not_from_inside", Whose.FACILITY))
    return [one for one in reasons if one.code not in LIFTED]


def _mistakes(
    from_on: date, until_on: date, today: date, opens: time | None, closes: time | None
) -> Iterator[Refusal]:
    if until_on < from_on:
        yield wrong("visit.waits_for_no_day", "until_on")
    if until_on > today + timedelta(days=MOST_DAYS):
        yield wrong("visit.waits_too_long", "until_on", {"days": str(MOST_DAYS)})
    if opens is not None and closes is not None and closes <= opens:
        yield wrong("visit.waits_for_no_hour", "until_time")


def _ids(texts: Iterable[str]) -> list[UUID]:
    return [UUID(one) for one in texts]
