"""Who may listen: staff with the right at the facility of the call."""

from uuid import UUID

from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.recordings.models import Listening, Recording, VisitPlaying, VisitRecording


def access_recording(*, staff: Staff, recording_id: UUID) -> Recording:
    """The recording, if the viewer may listen at its facility. Raises NotFound."""
    rows = Recording.objects.select_related("facility__agency")
    mine = rows.filter(facility__in=staff.facilities_with(Right.LISTEN))
    row = mine.filter(pk=recording_id).first()
    if row is None:
        raise NotFound
    return row


def access_listening(*, staff: Staff, listening_id: UUID) -> Listening:
    """The viewer's own listening, while they hold the right. Raises NotFound."""
    rows = Listening.objects.select_related("recording__facility")
    mine = rows.filter(
        account=staff.account, recording__facility__in=staff.facilities_with(Right.LISTEN)
    )
    row = mine.filter(pk=listening_id).first()
    if row is None:
        raise NotFound
    return row


def access_visit_recording(*, staff: Staff, recording_id: UUID) -> VisitRecording:
    """The recorded visit, if the viewer may listen at its facility. Raises NotFound."""
    rows = VisitRecording.objects.select_related("facility__agency")
    mine = rows.filter(facility__in=staff.facilities_with(Right.LISTEN))
    row = mine.filter(pk=recording_id).first()
    if row is None:
        raise NotFound
    return row


def access_playing(*, staff: Staff, playing_id: UUID) -> VisitPlaying:
    """The viewer's own playing of a visit, while they hold the right. Raises NotFound."""
    rows = VisitPlaying.objects.select_related("recording__facility")
    mine = rows.filter(
        account=staff.account, recording__facility__in=staff.facilities_with(Right.LISTEN)
    )
    row = mine.filter(pk=playing_id).first()
    if row is None:
        raise NotFound
    return row
