"""What listening to a call and watching a visit have in common: the purpose comes first, it stays
open for two hours, and every second is in the audit log."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.recordings.models import Listening, Recording, VisitPlaying, VisitRecording
from kinline.apps.text import typed
from kinline.core.refusal import Refusal, Whose

OPEN_FOR = timedelta(hours=2)
LONGEST_REPORT_SECONDS = 3600
AnyRecording = Recording | VisitRecording


def purpose_of(words: str, recording: AnyRecording, *, needed: str) -> str:
    """The purpose as it is kept. Raises Refused: `needed` where there is none, and
    recording.deleted."""
    purpose = typed(words)
    if not purpose:
        raise Refused(wrong(needed, "purpose"))
    if recording.deleted_at is not None:
        raise Refused(Refusal("recording.deleted", Whose.FACILITY))
    return purpose


def checked(seconds: int) -> int:
    """Seconds since the last report. Raises ValueError for a senseless figure."""
    if not 0 < seconds <= LONGEST_REPORT_SECONDS:
        raise ValueError(f"{seconds} seconds cannot have been heard or seen since the last report")
    return seconds


def still_open(one: Listening | VisitPlaying, now: datetime) -> None:
    """Raises NotFound for what was opened too long ago, and where the recording was deleted."""
    if now >= one.began_at + OPEN_FOR or one.recording.deleted_at is not None:
        raise NotFound


def tell(
    staff: Staff,
    act: str,
    recording: AnyRecording,
    now: datetime,
    purpose: str,
    facts: Mapping[str, object] | None = None,
) -> None:
    """The audit line of it, which names what was recorded."""
    if isinstance(recording, Recording):
        kind, of = "recording", {"call": str(recording.call)}
    else:
        kind, of = "visit_recording", {"visit": str(recording.visit)}
    audit.write(
        now=now,
        actor=audit.Named("account", str(staff.account)),
        act=act,
        subject=audit.Named(kind, str(recording.pk)),
        facility=recording.facility.place,
        purpose=purpose,
        facts={**of, **(facts or {})},
    )
