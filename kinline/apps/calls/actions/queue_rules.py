"""Whether people of a unit wait in line for its phones. The newest rule holds."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.calls.actions import queue
from kinline.apps.calls.models import QueueRule
from kinline.apps.calls.queuing import DEVICES
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.actions.common import tell
from kinline.apps.facilities.models import Unit

SHORTEST_OFFER, LONGEST_OFFER = 15, 600
USUAL_OFFER = 90  # seconds
LONGEST_NOTE = 200


@transaction.atomic
def set_rule(
    *,
    facility_id: UUID,
    unit_id: UUID,
    on: bool,
    devices: Iterable[str],
    offer_seconds: int,
    by: UUID,
    now: datetime,
    note: str = "",
) -> None:
    """From now on people of a unit wait in line for these devices, or do so no longer.

    Who is in line keeps their place; where the line ends, it ends. Raises Refused
    (queue.no_devices, queue.offer_length, rule.note_too_long) and NotFound.
    """
    unit = Unit.objects.select_related("facility").filter(pk=unit_id, facility=facility_id).first()
    if unit is None:
        raise NotFound
    counted = sorted(set(devices) & set(DEVICES))
    mistakes = []
    if not counted:
        mistakes.append(wrong("queue.no_devices", "devices"))
    if not SHORTEST_OFFER <= offer_seconds <= LONGEST_OFFER:
        most = {"least": str(SHORTEST_OFFER), "most": str(LONGEST_OFFER)}
        mistakes.append(wrong("queue.offer_length", "offer_seconds", most))
    if len(note) > LONGEST_NOTE:
        mistakes.append(wrong("rule.note_too_long", "note"))
    if mistakes:
        raise Refused(*mistakes)
    QueueRule.objects.create(
        unit=unit,
        on=on,
        devices=",".join(counted),
        offer_seconds=offer_seconds,
        set_by=str(by),
        set_at=now,
        note=note,
    )
    facts = {"on": on, "devices": counted, "offer_seconds": offer_seconds}
    tell(unit.facility, "queue.rule_set", by, now, facts, subject=audit.Named("unit", str(unit.pk)))
    if on:
        queue.settle(unit_id=unit.pk, now=now)
    else:
        queue.end_all(unit_id=unit.pk, now=now)
