"""Calls without sign-in from intake stations: how many, how long. The newest rule holds."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.errors import Refused, wrong
from kinline.apps.facilities.actions.common import facility_of, tell
from kinline.apps.facilities.models import IntakeRule

SHORTEST_LIMIT_SECONDS = 60
MOST_CALLS = 60


@transaction.atomic
def set_rule(
    *,
    facility_id: UUID,
    calls_an_hour: int,
    max_call_seconds: int,
    by: UUID,
    now: datetime,
    note: str = "",
) -> None:
    """From now on this many calls an hour from each intake station; 0 ends them.

    Raises Refused (intake.too_many, rule.limit_too_short, rule.note_too_long) and NotFound.
    """
    facility = facility_of(facility_id)
    mistakes = []
    if not 0 <= calls_an_hour <= MOST_CALLS:
        mistakes.append(wrong("intake.too_many", "calls_an_hour", {"most": str(MOST_CALLS)}))
    if max_call_seconds < SHORTEST_LIMIT_SECONDS:
        mistakes.append(wrong("rule.limit_too_short", "max_call_seconds"))
    if len(note) > 200:
        mistakes.append(wrong("rule.note_too_long", "note"))
    if mistakes:
        raise Refused(*mistakes)
    IntakeRule.objects.create(
        facility=facility,
        calls_an_hour=calls_an_hour,
        max_call_seconds=max_call_seconds,
        set_by=str(by),
        set_at=now,
        note=note,
    )
    facts = {"calls_an_hour": calls_an_hour, "max_call_seconds": max_call_seconds}
    tell(facility, "facility.intake_set", by, now, facts)
