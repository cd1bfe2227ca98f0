"""Who may listen or watch: staff with the right at the facility of the call or visit."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.recordings.models import Listening, Recording, VisitPlaying, VisitRecording

Row = TypeVar("Row", bound=Model)


def access_recording(*, staff: Staff, recording_id: UUID) -> Recording:
    """The recording, if the viewer may listen at its facility. Raises NotFound.

    What is in quarantine is there for nobody, whatever rights they hold.
    """
    return _at_theirs(Recording.objects.filter(quarantine=None), staff, recording_id)


def access_visit_recording(*, staff: Staff, recording_id: UUID) -> VisitRecording:
    """The recorded visit, if the viewer may listen at its facility. Raises NotFound."""
    return _at_theirs(VisitRecording.objects.all(), staff, recording_id)


def access_listening(*, staff: Staff, listening_id: UUID) -> Listening:
    """The viewer's own listening, while they hold the right and it is not in quarantine.

    Raises NotFound.
    """
    rows = Listening.objects.filter(recording__quarantine=None)
    return _own(rows, staff, listening_id)


def access_playing(*, staff: Staff, playing_id: UUID) -> VisitPlaying:
    """The viewer's own playing of a visit, while they hold the right. Raises NotFound."""
    return _own(VisitPlaying.objects.all(), staff, playing_id)


def _at_theirs(rows: QuerySet[Row], staff: Staff, row_id: UUID) -> Row:
    mine = rows.filter(facility__in=staff.facilities_with(Right.LISTEN))
    return _one(mine.select_related("facility__agency"), row_id)


def _own(rows: QuerySet[Row], staff: Staff, row_id: UUID) -> Row:
    here = staff.facilities_with(Right.LISTEN)
    mine = rows.filter(account=staff.account, recording__facility__in=here)
    return _one(mine.select_related("recording__facility"), row_id)


def _one(rows: QuerySet[Row], row_id: UUID) -> Row:
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound
    return row
