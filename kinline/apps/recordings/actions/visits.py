"""The right to record a visit, what was recorded, and its deletion."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.days import day_at
from kinline.apps.errors import NotFound
from kinline.apps.facilities.models import Facility
from kinline.apps.recordings import files, keys, visit_files
from kinline.apps.recordings.models import VisitRecording, VisitTrack
from kinline.core.ids import RecordingId
from kinline.core.visit import kept
from kinline.sealed.keys import new_key


def grant(*, visit_id: UUID, facility_id: UUID, agency: str, now: datetime) -> kept.VisitGrant:
    """Allow one visit to be recorded; asked again, the same grant, so that it goes on.

    `agency` is the code of the facility's agency. A trigger refuses this for a visit that is
    private, is not to be recorded, or that nobody knows.
    """
    before = VisitRecording.objects.filter(visit=visit_id, deleted_at=None).first()
    if before is not None:
        # It was opened before: that engine may not have lived to tell what it wrote.
        VisitRecording.objects.filter(pk=before.pk).update(to_measure=True)
        return _grant(before, data_key(before))
    new, recording_id = new_key(), uuid4()
    name = keys.key_name(agency)
    row = VisitRecording.objects.create(
        id=recording_id,
        visit=visit_id,
        facility_id=facility_id,
        folder=recording_id.hex,
        wrapped_key=keys.wrap(new, name=name, bound_to=str(recording_id)),
        key_name=name,
        granted_at=now,
    )
    return _grant(row, new)


def unkept() -> kept.VisitGrant:
    """For a visit that is not recorded: a room needs a grant, and this one's key is kept nowhere.

    Whatever were written under it could never be read.
    """
    return kept.VisitGrant(
        RecordingId(str(uuid4())), folder=uuid4().hex, data_key=keys.as_text(new_key())
    )


def book(
    *, visit_id: UUID, tracks: Iterable[kept.VisitTrack] | None, ended_at: datetime, until: date
) -> None:
    """Write down the tracks of an ended visit, kept until a day. Twice is once.

    `tracks` None: no engine lived to tell, `measure_left` will look.
    """
    rows = VisitRecording.objects.filter(visit=visit_id)
    rows.filter(ended_at=None).update(ended_at=ended_at, keep_until=until)
    if tracks is None:
        rows.update(to_measure=True)
    elif (row := rows.first()) is not None:
        _add_tracks(row, tracks)


def measure_left(*, limit: int = 20) -> int:
    """Measure and book what dead engines left on disk; returns how many recordings."""
    left = VisitRecording.objects.filter(to_measure=True, deleted_at=None, ended_at__isnull=False)[
        :limit
    ]
    for row in left:
        tracks = visit_files.measure(row.folder, data_key(row), str(row.pk))
        with transaction.atomic():
            VisitRecording.objects.filter(pk=row.pk).update(to_measure=False)
            _add_tracks(row, tracks)
    return len(left)


def data_key(row: VisitRecording) -> bytes:
    """The recording's own key. Raises kinline.sealed.keys.KeyRefused."""
    return keys.unwrap(row.wrapped_key, name=row.key_name, bound_to=str(row.pk))


def destroy(*, recording_id: UUID, by: audit.Named, why: str, now: datetime) -> None:
    """Make the recording unreadable for ever; see actions.destroy. Raises NotFound."""
    rows = VisitRecording.objects.select_related("facility").filter(pk=recording_id)
    with transaction.atomic():
        row = rows.first()
        if row is None:
            raise NotFound
        if rows.filter(deleted_at=None).update(wrapped_key="", deleted_at=now) == 1:
            audit.write(
                now=now,
                actor=by,
                act="recording.destroyed",
                subject=audit.Named("visit_recording", str(row.pk)),
                facility=row.facility.place,
                purpose=why,
                facts={"visit": str(row.visit)},
            )
    files.remove(row.folder)


def destroy_due(*, now: datetime, limit: int = 50) -> int:
    """Destroy what is past its keep-until day at its facility; returns how many."""
    count = 0
    for zone in set(Facility.objects.values_list("zone", flat=True)):
        due = VisitRecording.objects.filter(
            facility__zone=zone, deleted_at=None, keep_until__lte=day_at(zone, now)
        )
        for recording_id in list(due.values_list("pk", flat=True)[: limit - count]):
            destroy(recording_id=recording_id, by=audit.KINLINE, why="kept long enough", now=now)
            count += 1
    return count


def _add_tracks(row: VisitRecording, tracks: Iterable[kept.VisitTrack]) -> None:
    VisitTrack.objects.bulk_create(
        (
            VisitTrack(
                recording=row,
                seat=fact.seat,
                kind=fact.kind,
                path=fact.path,
                seconds=fact.seconds,
                chunks=fact.chunks,
                sha256=fact.sha256,
                starts_ms=fact.starts_ms,
            )
            for fact in tracks
        ),
        ignore_conflicts=True,
    )


def _grant(row: VisitRecording, key: bytes) -> kept.VisitGrant:
    recording = RecordingId(str(row.pk))
    return kept.VisitGrant(recording, folder=row.folder, data_key=keys.as_text(key))
