"""The line for a unit's phones: join, leave, and what becomes of it with time and with calls.

Two who join at once, two phones that come free at once: each step is a compare-and-set, and the
database has the last word (one place a person, one offer a phone).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet

from kinline.apps.audit import actions as audit
from kinline.apps.calls import queuing
from kinline.apps.calls.callers import Caller
from kinline.apps.calls.models import IN_LINE, Call, QueuePlace
from kinline.apps.calls.queuing import Standing
from kinline.apps.calls.spent import ATTORNEY
from kinline.apps.days import day_at
from kinline.apps.errors import NotFound, Refused
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.prepared import Prepared
from kinline.core.queue import turns
from kinline.core.queue.turns import Stand
from kinline.core.refusal import Refusal, Whose

_TRIES = 5  # for a number in line that somebody else took a moment before
_NOTHING_HELD = {"station": None, "offered_until": None}


def join(*, inside: Inside, now: datetime) -> UUID:
    """A place in line for the phones of somebody's unit, until today's calls end.

    Whoever has one keeps it. Raises NotFound where nobody waits in line, and Refused
    (call.not_offered, call.outside_hours) while there are no calls.
    """
    rule = queuing.newest_rule(unit_id=queuing.unit_of(inside))
    if rule is None or not rule.on:
        raise NotFound
    line = queuing.standing(rule, now)
    if not line.hours.open_now:
        raise Refused(_not_now(line))
    with transaction.atomic():
        place = _joined(inside.person, line, now)
        settle(unit_id=rule.unit_id, now=now)
    return place


@transaction.atomic
def leave(*, inside: Inside, now: datetime) -> bool:
    """Out of line, by their own wish. False where they were in none.

    Who leaves while a phone is offered to them has let it pass.
    """
    rows = QueuePlace.objects.filter(IN_LINE, person=inside.person)
    row = rows.select_related("unit__facility").first()
    if row is None:
        return False
    passed = F("passed") + (1 if row.state == Stand.OFFERED else 0)
    if not _ends(row, Stand.LEFT, now, passed=passed):
        return False
    _tell(row, "queue.left", now, actor=audit.Named("person", str(inside.person)))
    settle(unit_id=row.unit_id, now=now)
    return True


@transaction.atomic
def settle(*, unit_id: UUID, now: datetime) -> int:
    """Do all that has to become of a unit's line now; how many places changed."""
    rule = queuing.newest_rule(unit_id=unit_id)
    if rule is None:
        return 0
    line = queuing.standing(rule, now)
    return sum(_do(line, move, now) for move in line.moves(now))


def settle_all(*, now: datetime) -> int:
    """The same for every unit where somebody is in line. One query where nobody is."""
    units = QueuePlace.objects.filter(IN_LINE).values_list("unit", flat=True).distinct()
    return sum(settle(unit_id=unit, now=now) for unit in list(units))


def _in_line_for(station: Any) -> QuerySet[Any, Any]:
    places = QueuePlace.objects.filter(IN_LINE, unit__stations=station)
    return places.order_by().values_list("unit")[:1]


_IN_LINE_FOR = Prepared(_in_line_for, station=UUID)


def freed(*, station_id: UUID | None, now: datetime) -> None:
    """A call from this station is over: whoever is next is offered it at once."""
    if station_id is None:
        return
    for (unit,) in _IN_LINE_FOR(station=station_id):
        settle(unit_id=unit, now=now)


def begun(call: Call, who: Caller, now: datetime) -> None:
    """A call goes out: whoever waited for a phone has one.

    A call to an attorney costs nobody their place, nor the offer of whoever the phone was held
    for: both wait on where they were. Open lines have nothing to do with it.
    """
    if call.line_id is not None or (who.in_line is None and who.hold is None):
        return
    if call.private_because != ATTORNEY and who.in_line is not None:
        rows = QueuePlace.objects.select_related("unit__facility")
        row = rows.filter(pk=who.in_line, unit=who.station_unit).first()
        if row is not None and _ends(row, Stand.TAKEN, now, call=call):
            _tell(row, "queue.taken", now, actor=audit.Named("person", str(who.person)))
    if who.station_unit is not None:
        settle(unit_id=who.station_unit, now=now)


@transaction.atomic
def end_all(*, unit_id: UUID, now: datetime) -> int:
    """End every place of a unit where people wait in line no longer."""
    rows = QueuePlace.objects.filter(IN_LINE, unit=unit_id)
    return rows.update(state=Stand.OVER, ended_at=now, **_NOTHING_HELD)


def _not_now(line: Standing) -> Refusal:
    """Why nobody can join: there are no calls now, and so no phone to wait for."""
    found = line.hours
    if not found.offered or found.opens_at is None or found.closes_at is None:
        return Refusal("call.not_offered", Whose.FACILITY)
    walls = {"opens": f"{found.opens_at:%H:%M}", "closes": f"{found.closes_at:%H:%M}"}
    return Refusal("call.outside_hours", Whose.FACILITY, found.next_opens_at, walls)


def _joined(person: UUID, line: Standing, now: datetime) -> UUID:
    for _ in range(_TRIES):
        mine = QueuePlace.objects.filter(IN_LINE, person=person).first()
        if mine is not None:
            return mine.pk
        try:
            with transaction.atomic():
                row = _new_place(person, line, now)
        except IntegrityError:
            continue  # their other tablet was faster, or somebody else took the number
        _tell(row, "queue.joined", now, actor=audit.Named("person", str(person)))
        return row.pk
    raise IntegrityError("no number in line")


def _new_place(person: UUID, line: Standing, now: datetime) -> QueuePlace:
    rule = line.rule
    zone = rule.unit.facility.zone
    today = day_at(zone, now)
    given = QueuePlace.objects.filter(unit=rule.unit_id, on=today).aggregate(last=Max("number"))
    before = QueuePlace.objects.filter(person=person, on=today).order_by("-joined_at").first()
    return QueuePlace.objects.create(
        unit=rule.unit,
        person_id=person,
        on=today,
        number=(given["last"] or 0) + 1,
        joined_at=now,
        since=now,
        until_at=queuing.closes_at(line.hours, zone, now),
        passed=turns.begins_with(Stand(before.state), before.passed) if before else 0,
    )


def _do(line: Standing, move: turns.Move, now: datetime) -> bool:
    """One move, unless somebody else made it, or another one, a moment before."""
    row = line.rows[move.place]
    match move:
        case turns.Over():
            act, done = "queue.over", _ends(row, Stand.OVER, now)
        case turns.Passed(out=True):
            act, done = "queue.put_out", _lapses(row, Stand.OUT, now, ended_at=now)
        case turns.Passed():
            act, done = "queue.passed", _lapses(row, Stand.WAITING, now, since=now)
        case turns.Withdrawn():
            act, done = "queue.withdrawn", _back(row)
        case turns.Offered():
            act, done = "queue.offered", _offers(row, move)
    if done:
        _tell(row, act, now)
    return done


def _ends(row: QueuePlace, stand: Stand, now: datetime, **columns: object) -> bool:
    rows = QueuePlace.objects.filter(IN_LINE, pk=row.pk)
    return rows.update(state=stand, ended_at=now, **_NOTHING_HELD, **columns) == 1


def _lapses(row: QueuePlace, stand: Stand, now: datetime, **columns: object) -> bool:
    passed = F("passed") + 1
    return _same_offer(row).update(state=stand, passed=passed, **_NOTHING_HELD, **columns) == 1


def _back(row: QueuePlace) -> bool:
    return _same_offer(row).update(state=Stand.WAITING, **_NOTHING_HELD) == 1


def _same_offer(row: QueuePlace) -> QuerySet[QueuePlace]:
    """The place, as long as it is offered what it was when we looked."""
    offer = {"station": row.station_id, "offered_until": row.offered_until}
    return QueuePlace.objects.filter(pk=row.pk, state=Stand.OFFERED, **offer)


def _offers(row: QueuePlace, move: turns.Offered) -> bool:
    waits = QueuePlace.objects.filter(pk=row.pk, state=Stand.WAITING)
    try:
        with transaction.atomic():
            changed = waits.update(
                state=Stand.OFFERED, station=move.phone, offered_until=move.until
            )
    except IntegrityError:
        return False  # the phone was offered to somebody else meanwhile
    return changed == 1


def _tell(row: QueuePlace, act: str, now: datetime, *, actor: audit.Named = audit.KINLINE) -> None:
    audit.write(
        now=now,
        actor=actor,
        act=act,
        subject=audit.Named("person", str(row.person_id)),
        facility=row.unit.facility.place,
        facts={"number": row.number},
    )
