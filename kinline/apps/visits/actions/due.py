"""What the worker does by the clock: reminders, and the end of what nobody decided or came to."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from kinline.apps.notices import kinds
from kinline.apps.visits import told
from kinline.apps.visits.access import full
from kinline.apps.visits.models import Visit
from kinline.apps.visits.moving import Happened, move
from kinline.core.visit.states import TO_COME, By, EndReason, Event, State

A_DAY_BEFORE, AN_HOUR_BEFORE = 1, 2
BEFORE = {A_DAY_BEFORE: timedelta(hours=24), AN_HOUR_BEFORE: timedelta(hours=1)}
# The engine tells how a visit ended. Where it does not, nobody came: but it has so long.
TELLS_WITHIN = timedelta(minutes=15)
AT_ONCE = 200
PERSON_LEFT = "person_left"  # why a visit of somebody who was moved or released is cancelled


def remind_due(*, now: datetime) -> int:
    """Remind both sides a day and an hour before, each once; how many visits that were.

    Who booked later than that is not reminded of what they have just done.
    """
    return sum(_remind(step, now) for step in (AN_HOUR_BEFORE, A_DAY_BEFORE))


def _remind(step: int, now: datetime) -> int:
    rows = Visit.objects.filter(state=State.BOOKED, reminded__lt=step, starts_at__gt=now)
    due = full(rows.filter(starts_at__lte=now + BEFORE[step]).order_by("starts_at"))
    return sum(_reminded(visit, step, now) for visit in due[:AT_ONCE])


@transaction.atomic
def _reminded(visit: Visit, step: int, now: datetime) -> bool:
    mine = Visit.objects.filter(pk=visit.pk, state=State.BOOKED, reminded__lt=step)
    if mine.filter(sequence=visit.sequence).update(reminded=step) != 1:
        return False
    if visit.changed_at > visit.starts_at - BEFORE[step]:
        return False
    told.both(visit, kinds.VISIT_REMINDER, now, occasion=f"{visit.sequence}.{step}", step=str(step))
    return True


def lapse_due(*, now: datetime) -> int:
    """End requests on which nobody decided before they would have begun; how many that were."""
    rows = Visit.objects.filter(state=State.REQUESTED, starts_at__lte=now)
    return _each(rows, Happened(event=Event.LAPSED, at=now))


def miss_due(*, now: datetime) -> int:
    """End visits whose time is over and of which no engine ever told; how many that were."""
    rows = Visit.objects.filter(state=State.BOOKED, ends_at__lte=now - TELLS_WITHIN)
    return _each(rows, Happened(event=Event.ENDED, at=now, reason=EndReason.TIME_UP))


def end_of_who_left(*, now: datetime) -> int:
    """Cancel what is to come of somebody who was moved or released; how many visits that were."""
    gone = Q(person__active=False) | ~Q(person__facility=F("facility"))
    rows = Visit.objects.filter(gone, state__in=TO_COME, starts_at__gt=now)
    return _each(rows, Happened(event=Event.CANCELLED, at=now, by=By.FACILITY, why=PERSON_LEFT))


def _each(rows: "QuerySet[Visit]", happened: Happened) -> int:
    count = 0
    for visit in full(rows.order_by("starts_at"))[:AT_ONCE]:
        with transaction.atomic():
            count += move(visit, happened).obeyed
    return count
