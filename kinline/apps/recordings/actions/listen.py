"""Listening to a recording: a purpose first, then sound, and every second in the audit log."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.recordings import files
from kinline.apps.recordings.access import access_listening, access_recording
from kinline.apps.recordings.actions.grant import data_key
from kinline.apps.recordings.models import Listening, Recording
from kinline.apps.text import typed
from kinline.core.call.states import Side
from kinline.core.refusal import Refusal, Whose
from kinline.sealed.join import Joined, join

OPEN_FOR = timedelta(hours=2)
LONGEST_REPORT_SECONDS = 3600


@transaction.atomic
def listen(*, staff: Staff, recording_id: UUID, purpose: str, now: datetime) -> UUID:
    """Open a listening and write its purpose to the audit log, before any sound.

    Raises Refused (listen.purpose_needed, recording.deleted) and NotFound.
    """
    recording = access_recording(staff=staff, recording_id=recording_id)
    purpose = typed(purpose)
    if not purpose:
        raise Refused(wrong("listen.purpose_needed", "purpose"))
    if recording.deleted_at is not None:
        raise Refused(Refusal("recording.deleted", Whose.FACILITY))
    opened = Listening.objects.create(
        recording=recording, account=staff.account, purpose=purpose, began_at=now
    )
    _tell(staff, "recording.opened", recording, now, purpose)
    return opened.pk


@transaction.atomic
def heard(*, staff: Staff, listening_id: UUID, seconds: int, now: datetime) -> None:
    """Add seconds that were played. Raises ValueError for a senseless figure, and NotFound."""
    if not 0 < seconds <= LONGEST_REPORT_SECONDS:
        raise ValueError(f"{seconds} seconds cannot have been heard since the last report")
    listening = access_listening(staff=staff, listening_id=listening_id)
    more = F("heard_seconds") + seconds
    Listening.objects.filter(pk=listening.pk).update(heard_seconds=more)
    facts = {"seconds": seconds, "listening": str(listening.pk)}
    _tell(staff, "recording.heard", listening.recording, now, listening.purpose, facts)


def audio(*, staff: Staff, listening_id: UUID, now: datetime) -> Joined:
    """The sound as one file with two channels: left the side inside, right the side outside.

    Raises NotFound when the listening is not the viewer's, too old, or the recording deleted.
    """
    listening = access_listening(staff=staff, listening_id=listening_id)
    recording = listening.recording
    if now >= listening.began_at + OPEN_FOR or recording.deleted_at is not None:
        raise NotFound
    key, name = data_key(recording), str(recording.pk)
    inside, outside = (files.frames(recording.folder, side, key, name) for side in Side)
    return join(inside, outside, files.codec(recording.folder, key, name))


def _tell(
    staff: Staff,
    act: str,
    recording: Recording,
    now: datetime,
    purpose: str,
    facts: dict[str, object] | None = None,
) -> None:
    audit.write(
        now=now,
        actor=audit.Named("account", str(staff.account)),
        act=act,
        subject=audit.Named("recording", str(recording.pk)),
        facility=recording.facility.place,
        purpose=purpose,
        facts={"call": str(recording.call), **(facts or {})},
    )
