"""A person leaves a facility: their calls under way end, and the rest is the people's room."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.calls.actions.command import EngineSilent
from kinline.apps.calls.actions.staff import order
from kinline.apps.calls.models import LIVE, Call
from kinline.apps.people.access import Staff
from kinline.apps.people.actions import moves
from kinline.apps.people.actions.moves import Left


@transaction.atomic
def transfer(
    *, staff: Staff, person_id: UUID, to: str, number: str, key: str, now: datetime
) -> Left | None:
    """See people.actions.moves.transfer. Calls, recordings and charges stay where they were."""
    left = moves.transfer(staff=staff, person_id=person_id, to=to, number=number, key=key, now=now)
    if left is not None:
        _end_calls(staff, person_id, now, note="transferred")
    return left


@transaction.atomic
def release(*, staff: Staff, person_id: UUID, key: str, now: datetime) -> Left | None:
    """See people.actions.moves.release."""
    left = moves.release(staff=staff, person_id=person_id, key=key, now=now)
    if left is not None:
        _end_calls(staff, person_id, now, note="released")
    return left


def _end_calls(staff: Staff, person_id: UUID, now: datetime, *, note: str) -> None:
    """Order the end of what is under way. A help line is outside the facility's locks: it stays."""
    under_way = Call.objects.filter(LIVE, person=person_id, line=None).select_related("facility")
    for call in under_way:
        try:
            with transaction.atomic():
                order(staff=staff, call=call, note=note, now=now)
        except EngineSilent:
            continue  # nobody carries it: its lease runs out, and the sweep ends it
