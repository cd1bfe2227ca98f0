"""Closures, lockdowns and controls that close: visits in them are cancelled, told of, and other
times offered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.models import Unit
from kinline.apps.people import held
from kinline.apps.people.access import Staff, StaffPlace, access_facility
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.apps.visits import again
from kinline.apps.visits.access import full
from kinline.apps.visits.controlled import under
from kinline.apps.visits.models import Closure, Visit
from kinline.apps.visits.models import ClosureKind as ClosureKind
from kinline.apps.visits.moving import Happened, move
from kinline.core.link import By as Side
from kinline.core.visit.states import TO_COME, By, Event

LONGEST_WHY = 200
AT_ONCE = 200  # visits read at a time; each is cancelled in a transaction of its own


@dataclass(frozen=True, slots=True)
class Closed:
    """A closure, and how many visits it cancelled."""

    closure: UUID
    cancelled: int


@dataclass(frozen=True, slots=True)
class _Shut:
    """A time without visits, and whose word it is: a closure's or a control's."""

    kind: str
    from_at: datetime
    until_at: datetime | None
    why: str
    set_by: str


def would_cancel(
    *,
    staff: Staff,
    place: str,
    unit_id: UUID | None,
    from_at: datetime,
    until_at: datetime | None,
    now: datetime,
) -> int:
    """How many visits a closure would cancel: told before staff confirm it. Raises NotFound."""
    here = _here(staff, place, unit_id)
    return _within(here.facility, unit_id, from_at, until_at, now).count()


def close(
    *,
    staff: Staff,
    place: str,
    unit_id: UUID | None,
    kind: ClosureKind,
    from_at: datetime,
    until_at: datetime | None,
    why: str,
    now: datetime,
) -> Closed:
    """Close a facility or a unit for a time, by a rule that holds from this moment on. Whoever had
    a visit in it has all of it back, is told why, and waits for another time in the fortnight
    after, with the turn of the day on which they booked.

    Raises NotFound, and Refused: visit.why_needed, visit.closure_has_no_time.
    """
    here = _here(staff, place, unit_id)
    said = typed(why, LONGEST_WHY)
    mistakes = [] if said else [wrong("visit.why_needed", "why")]
    endless = until_at is None and kind is not ClosureKind.LOCKDOWN
    if endless or (until_at is not None and until_at <= max(from_at, now)):
        mistakes.append(wrong("visit.closure_has_no_time", "until_at"))
    if mistakes:
        raise Refused(*mistakes)
    with transaction.atomic():
        row = Closure.objects.create(
            facility_id=here.facility,
            unit_id=unit_id,
            kind=kind,
            from_at=from_at,
            until_at=until_at,
            why=said,
            set_by=str(staff.account),
            set_at=now,
        )
        facts = {"kind": str(kind), "unit": str(unit_id or "")}
        tell(staff, "visit.closed", Named("closure", str(row.pk)), place, now, facts, purpose=said)
    return Closed(row.pk, enforce(closure_id=row.pk, now=now))


def lockdown(
    *,
    staff: Staff,
    place: str,
    unit_id: UUID | None,
    why: str,
    now: datetime,
    until_at: datetime | None = None,
) -> Closed:
    """Close at once, until lifted or `until_at`. What is to come of it is cancelled; without an
    end, what begins within a day, and more with each day it goes on (the worker). A visit that is
    being held is for the engine to end: `queries.staff.under_lockdown` tells which.

    Raises as `close` does.
    """
    return close(
        staff=staff,
        place=place,
        unit_id=unit_id,
        kind=ClosureKind.LOCKDOWN,
        from_at=now,
        until_at=until_at,
        why=why,
        now=now,
    )


@transaction.atomic
def lift(*, staff: Staff, closure_id: UUID, now: datetime) -> None:
    """End a closure from now on. What it cancelled stays cancelled. Twice is once.

    Raises NotFound.
    """
    rows = Closure.objects.filter(
        pk=closure_id, facility__in=staff.facilities_with(Right.SET_VISITS)
    )
    row = rows.select_related("facility").first()
    if row is None:
        raise NotFound
    if rows.filter(lifted_at=None).update(lifted_at=now, lifted_by=str(staff.account)) == 1:
        subject = Named("closure", str(row.pk))
        tell(staff, "visit.opened", subject, row.facility.place, now)


def enforce(*, closure_id: UUID, now: datetime) -> int:
    """Cancel what lies in a closure, each visit whole and once; how many it were.

    The worker asks again for each that is in force: for a visit that was booked while the closure
    was being written, and for days that a lockdown without an end has reached.
    """
    row = Closure.objects.select_related("facility").get(pk=closure_id)
    if row.lifted_at is not None:
        return 0
    found = _within(row.facility_id, row.unit_id, row.from_at, row.until_at, now)
    return _cancel(found, _Shut(row.kind, row.from_at, row.until_at, row.why, row.set_by), now)


def enforce_controls(*, now: datetime) -> int:
    """The same for each control that closes visits, of whatever level; how many it cancelled. Those
    with an attorney stay, unless the control says otherwise."""
    return sum(_controlled(one, now) for one in held.closings_of_visits(now=now))


def enforce_control(*, control_id: UUID, now: datetime) -> int:
    """The same for one control; nothing for one that closes no visits, or waits."""
    mine = [one for one in held.closings_of_visits(now=now) if one.id == control_id]
    return sum(_controlled(one, now) for one in mine)


def _controlled(one: held.Closing, now: datetime) -> int:
    shut = _Shut(ClosureKind.CLOSED, one.from_at, one.until_at, one.why, one.set_by)
    found = _to_come(one.from_at, one.until_at, now).filter(under(one))
    return _cancel(found.distinct(), shut, now)


def _cancel(found: "QuerySet[Visit]", shut: _Shut, now: datetime) -> int:
    count = 0
    while visits := list(full(found.order_by("starts_at"))[:AT_ONCE]):
        done = sum(_cancelled(visit, shut, now) for visit in visits)
        count += done
        if not done:
            break  # somebody else moves the same ones
    return count


def enforce_all(*, now: datetime) -> int:
    """`enforce` for each closure and control in force or to come."""
    rows = Closure.objects.filter(Q(until_at=None) | Q(until_at__gt=now), lifted_at=None)
    closed = sum(enforce(closure_id=pk, now=now) for pk in rows.values_list("pk", flat=True))
    return closed + enforce_controls(now=now)


@transaction.atomic
def _cancelled(visit: Visit, shut: _Shut, now: datetime) -> bool:
    happened = Happened(
        event=Event.CANCELLED,
        at=now,
        side=Side.STAFF,
        who=shut.set_by,
        by=By.FACILITY,
        why=shut.kind,
        note=shut.why,
    )
    if not move(visit, happened).obeyed:
        return False
    _look_again(visit, shut, now)
    return True


def _look_again(visit: Visit, shut: _Shut, now: datetime) -> None:
    until = shut.until_at
    day = until.astimezone(ZoneInfo(visit.facility.zone)).date() if until is not None else None
    again.look(visit, now, from_on=day)


def _within(
    facility: UUID,
    unit_id: UUID | None,
    from_at: datetime,
    until_at: datetime | None,
    now: datetime,
) -> "QuerySet[Visit]":
    """Visits to come that touch [from_at, until_at); without an end, up to a day from now."""
    rows = _to_come(from_at, until_at, now).filter(facility=facility)
    return rows.filter(person__unit=unit_id) if unit_id else rows


def _to_come(from_at: datetime, until_at: datetime | None, now: datetime) -> "QuerySet[Visit]":
    ends = until_at or max(now, from_at) + timedelta(days=1)
    return Visit.objects.filter(
        state__in=TO_COME, starts_at__lt=ends, ends_at__gt=max(from_at, now)
    )


def _here(staff: Staff, place: str, unit_id: UUID | None) -> StaffPlace:
    here = access_facility(staff=staff, place=place, right=Right.SET_VISITS)
    if unit_id and not Unit.objects.filter(pk=unit_id, facility=here.facility).exists():
        raise NotFound
    return here
