"""Ending calls that go on where a control has just closed calls."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from kinline.apps.calls.access import loaded
from kinline.apps.calls.actions.command import EngineSilent
from kinline.apps.calls.actions.staff import order
from kinline.apps.calls.models import LIVE_STATES, Call
from kinline.apps.calls.spent import ATTORNEY
from kinline.apps.people import controls
from kinline.apps.people.access import Staff
from kinline.apps.people.controls import ControlView
from kinline.apps.people.rights import Right
from kinline.core.policy.controls import Kind, Level, Talk


@transaction.atomic
def end_under(*, staff: Staff, control_id: UUID, note: str, now: datetime) -> int:
    """Order an end to every call that a closing in force stops; how many were ordered.

    Open lines go on, and calls with an attorney where the control spares them. Only calls at
    places where `staff` may end calls. Nothing for a control that does not close calls now.
    """
    row = controls.row_of(control_id=control_id)
    if row is None:
        return 0
    view = controls.control_view(row, now)
    if (view.talk, view.kind, view.state) != (Talk.CALLS, Kind.CLOSED, "now"):
        return 0
    ordered = 0
    for call in _going_on(staff, view, row.subject, row.agency_id, row.facility_id):
        try:
            order(staff=staff, call=call, note=note, now=now)
        except EngineSilent:
            continue  # its lease runs out, and ends it
        ordered += 1
    return ordered


def _going_on(
    staff: Staff, view: ControlView, subject: str, agency: UUID, facility: UUID | None
) -> QuerySet[Call]:
    mine = staff.facilities_with(Right.END_CALLS)
    rows = loaded().filter(state__in=LIVE_STATES, line=None, facility__in=mine)
    rows = rows.filter(facility__agency=agency)
    if facility is not None:
        rows = rows.filter(facility=facility)
    if not view.attorneys:
        rows = rows.exclude(private_because=ATTORNEY)
    return rows.filter(_under(view.level, subject))


def _under(level: Level, subject: str) -> Q:
    match level:
        case Level.UNIT:
            return Q(person__unit=subject) | Q(station__unit=subject)
        case Level.STATION:
            return Q(station=subject)
        case Level.PERSON:
            return Q(person=subject)
        case Level.NUMBER:
            return Q(number=subject)
    return Q()
