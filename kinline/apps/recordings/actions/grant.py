"""A recording's beginning and its booked end, both in the caller's transaction."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from kinline.apps.prepared_writes import Insert
from kinline.apps.recordings import files, keys
from kinline.apps.recordings.models import Recording, Track
from kinline.core.control import RecordingGrant, TrackFact
from kinline.core.ids import RecordingId
from kinline.sealed.keys import new_key

_RECORDING = Insert(Recording)


def grant(*, call_id: UUID, facility_id: UUID, agency: str, now: datetime) -> RecordingGrant:
    """Allow one call to be recorded: a new data key, stored wrapped by the agency's key.

    `agency` is the code of the facility's agency. A trigger refuses this for a private or
    unknown call.
    """
    data_key, recording_id = new_key(), uuid4()
    name = keys.key_name(agency)
    row = Recording(
        id=recording_id,
        call=call_id,
        facility_id=facility_id,
        folder=recording_id.hex,
        wrapped_key=keys.wrap(data_key, name=name, bound_to=str(recording_id)),
        key_name=name,
        granted_at=now,
    )
    _RECORDING(row)
    return _grant(row, data_key)


def granted(*, call_id: UUID) -> RecordingGrant | None:
    """The grant of this call again, from its wrapped key; None for a call without one."""
    row = Recording.objects.filter(call=call_id, deleted_at=None).first()
    return _grant(row, data_key(row)) if row else None


def book(
    *, call_id: UUID, tracks: Iterable[TrackFact] | None, ended_at: datetime, keep_until: date
) -> None:
    """Write down the tracks of an ended call and how long they are kept. Twice is once.

    `tracks` None: the engine did not live to tell, `measure_left` will look. A private call has
    no recording, so there is nothing to write.
    """
    rows = Recording.objects.filter(call=call_id)
    rows.filter(ended_at=None).update(
        ended_at=ended_at, keep_until=keep_until, to_measure=tracks is None
    )
    if tracks and (row := rows.first()):
        _add_tracks(row, tracks)


def measure_left(*, limit: int = 20) -> int:
    """Measure and book what dead engines left on disk; returns how many recordings."""
    left = Recording.objects.filter(to_measure=True, deleted_at=None)[:limit]
    for row in left:
        tracks = files.measure(row.folder, data_key(row), str(row.pk))
        with transaction.atomic():
            Recording.objects.filter(pk=row.pk).update(to_measure=False)
            _add_tracks(row, tracks)
    return len(left)


def _add_tracks(row: Recording, tracks: Iterable[TrackFact]) -> None:
    rows = [
        Track(
            recording=row,
            side=fact.side,
            path=fact.path,
            seconds=fact.seconds,
            chunks=fact.chunks,
            sha256=fact.sha256,
        )
        for fact in tracks
    ]
    Track.objects.bulk_create(rows, ignore_conflicts=True)


def data_key(row: Recording) -> bytes:
    """The recording's own key. Raises kinline.sealed.keys.KeyRefused."""
    return keys.unwrap(row.wrapped_key, name=row.key_name, bound_to=str(row.pk))


def _grant(row: Recording, data_key: bytes) -> RecordingGrant:
    recording = RecordingId(str(row.pk))
    return RecordingGrant(recording, folder=row.folder, data_key=keys.as_text(data_key))
