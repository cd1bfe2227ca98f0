"""Deleting a recording: its wrapped key is destroyed, then its files are taken away."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.days import day_at
from kinline.apps.errors import NotFound
from kinline.apps.facilities.models import Facility
from kinline.apps.recordings import files
from kinline.apps.recordings.models import Recording


def destroy(*, recording_id: UUID, by: audit.Named, why: str, now: datetime) -> None:
    """Make the recording unreadable for ever. Destroyed twice is destroyed once.

    The key goes first, in the transaction; a file that outlives it is noise. Raises NotFound.
    """
    rows = Recording.objects.select_related("facility").filter(pk=recording_id)
    with transaction.atomic():
        row = rows.first()
        if row is None:
            raise NotFound
        first = rows.filter(deleted_at=None).update(wrapped_key="", deleted_at=now) == 1
        if first:
            _tell(row, by, why, now)
    files.remove(row.folder)


def destroy_due(*, now: datetime, limit: int = 50) -> int:
    """Destroy what is past its keep-until day at its facility; returns how many."""
    count = 0
    for zone in set(Facility.objects.values_list("zone", flat=True)):
        due = Recording.objects.filter(
            facility__zone=zone, deleted_at=None, keep_until__lte=day_at(zone, now)
        ).filter(quarantine=None)  # that is destroyed with proof: actions.quarantine
        for recording_id in list(due.values_list("pk", flat=True)[: limit - count]):
            destroy(recording_id=recording_id, by=audit.KINLINE, why="kept long enough", now=now)
            count += 1
    return count


def _tell(row: Recording, by: audit.Named, why: str, now: datetime) -> None:
    audit.write(
        now=now,
        actor=by,
        act="recording.destroyed",
        subject=audit.Named("recording", str(row.pk)),
        facility=row.facility.place,
        purpose=why,
        facts={"call": str(row.call)},
    )
