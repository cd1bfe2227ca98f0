"""The controls that staff set on messages, and what the writer has sent that they count."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q

from kinline.apps.messaging.models import Message, Thread
from kinline.apps.people import held
from kinline.apps.people.turns import wait_for_turn
from kinline.core.message.states import State
from kinline.core.message.terms import Direction
from kinline.core.policy.controls import Controls, Spent, Talk, counted_from

_LONGEST_GAP = timedelta(days=1)
# What never arrived has used up nothing.
_NOT_COUNTED = (State.REJECTED, State.TAKEN_BACK, State.WITHDRAWN)


def controls_on(
    thread: Thread, direction: Direction, now: datetime, *, in_turn: bool = False
) -> Controls:
    """What holds for a message in this thread now. One query; one more where it counts messages.

    `thread` was read with person and facility. Private mail comes nowhere near: it is neither
    controlled nor counted. `in_turn`: it is about to be sent in the caller's transaction, so
    whoever else sends what counts here is waited for, and counted.
    """
    person = thread.person
    bearing = held.on(
        Talk.MESSAGES,
        held.Subjects(
            agency=person.facility.agency_id,
            facility=person.facility_id,
            unit=person.unit_id,
            person=person.pk,
            other=str(thread.contact_id),
        ),
        now,
    )
    found = Controls(bearing)
    if not found.count:
        return found
    if in_turn:
        wait_for_turn(person.pk)
    return Controls(bearing, *_sent(thread, direction, ZoneInfo(person.facility.zone), now))


def _sent(
    thread: Thread, direction: Direction, zone: ZoneInfo, now: datetime
) -> tuple[Spent, Spent]:
    """What the writer sent: a person inside to anybody, a contact to this person; and what of it
    went between these two. One query."""
    day, week = counted_from(zone, now)
    rows = Message.objects.filter(
        thread__person=thread.person_id,
        direction=direction,
        privileged=False,
        sent_at__gte=min(week, now - _LONGEST_GAP),
    ).exclude(state__in=_NOT_COUNTED)
    if direction is Direction.IN:
        rows = rows.filter(thread=thread)
    here = Q(thread=thread)
    told = rows.aggregate(
        day=Count("pk", filter=Q(sent_at__gte=day)),
        week=Count("pk", filter=Q(sent_at__gte=week)),
        last=Max("sent_at"),
        day_here=Count("pk", filter=here & Q(sent_at__gte=day)),
        week_here=Count("pk", filter=here & Q(sent_at__gte=week)),
        last_here=Max("sent_at", filter=here),
    )
    return (
        Spent(count_day=told["day"], count_week=told["week"], last_ended_at=told["last"]),
        Spent(
            count_day=told["day_here"],
            count_week=told["week_here"],
            last_ended_at=told["last_here"],
        ),
    )
