"""Listening to a recording: a purpose first, then sound, and every second in the audit log."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from kinline.apps.people.access import Staff
from kinline.apps.recordings import files
from kinline.apps.recordings.access import access_listening, access_recording
from kinline.apps.recordings.actions.grant import data_key
from kinline.apps.recordings.models import Listening
from kinline.apps.recordings.opened import LONGEST_REPORT_SECONDS as LONGEST_REPORT_SECONDS
from kinline.apps.recordings.opened import checked, purpose_of, still_open, tell
from kinline.core.call.states import Side
from kinline.sealed.join import Joined, join


@transaction.atomic
def listen(*, staff: Staff, recording_id: UUID, purpose: str, now: datetime) -> UUID:
    """Open a listening and write its purpose to the audit log, before any sound.

    Raises Refused (listen.purpose_needed, recording.deleted) and NotFound.
    """
    recording = access_recording(staff=staff, recording_id=recording_id)
    purpose = purpose_of(purpose, recording, needed="listen.purpose_needed")
    opened = Listening.objects.create(
        recording=recording, account=staff.account, purpose=purpose, began_at=now
    )
    tell(staff, "recording.opened", recording, now, purpose)
    return opened.pk


@transaction.atomic
def heard(*, staff: Staff, listening_id: UUID, seconds: int, now: datetime) -> None:
    """Add seconds that were played. Raises ValueError for a senseless figure, and NotFound."""
    listening = access_listening(staff=staff, listening_id=listening_id)
    more = F("heard_seconds") + checked(seconds)
    Listening.objects.filter(pk=listening.pk).update(heard_seconds=more)
    facts = {"seconds": seconds, "listening": str(listening.pk)}
    tell(staff, "recording.heard", listening.recording, now, listening.purpose, facts)


def audio(*, staff: Staff, listening_id: UUID, now: datetime) -> Joined:
    """The sound as one file with two channels: left the side inside, right the side outside.

    Raises NotFound when the listening is not the viewer's, too old, or the recording deleted.
    """
    listening = access_listening(staff=staff, listening_id=listening_id)
    still_open(listening, now)
    recording = listening.recording
    key, name = data_key(recording), str(recording.pk)
    inside, outside = (files.frames(recording.folder, side, key, name) for side in Side)
    return join(inside, outside, files.codec(recording.folder, key, name))
