"""What an attorney is told on their page; notices take it further. Never who decided."""

from datetime import datetime
from uuid import UUID

from kinline.apps.notices import actions as notices
from kinline.apps.notices.kinds import (
    ATTORNEY_APPEAL_DECIDED,
    ATTORNEY_APPROVED,
    ATTORNEY_ENDED,
    ATTORNEY_ENDED_HERE,
    ATTORNEY_ENDING,
    ATTORNEY_REFUSED,
    ATTORNEY_TAPE_DESTROYED,
    ATTORNEY_TAPE_FOUND,
)
from kinline.apps.people.models import AttorneyRequest


def approved(row: AttorneyRequest, now: datetime) -> None:
    """They are verified in the state, until the day on which they ask again."""
    _of(row, ATTORNEY_APPROVED, now)


def refused(row: AttorneyRequest, now: datetime) -> None:
    """They are not, why, and until when they may appeal."""
    _of(row, ATTORNEY_REFUSED, now)


def ended(row: AttorneyRequest, now: datetime) -> None:
    """They no longer are, why, and until when they may appeal."""
    _of(row, ATTORNEY_ENDED, now)


def ended_at_one(
    row: AttorneyRequest, agency_name: str, reason: str, note: str, now: datetime
) -> None:
    """One agency ended it for itself."""
    _of(row, ATTORNEY_ENDED_HERE, now, agency_name=agency_name, reason=reason, note=note)


def appeal_decided(row: AttorneyRequest, now: datetime) -> None:
    """Somebody else looked again."""
    right = "yes" if row.appeal_right else "no"
    _of(row, ATTORNEY_APPEAL_DECIDED, now, right=right, note=row.appeal_note)


def ending(row: AttorneyRequest, now: datetime) -> None:
    """It ends soon, and can be renewed."""
    _of(row, ATTORNEY_ENDING, now)


def tape_found(
    *,
    contact_id: UUID,
    recording: UUID,
    place: str,
    facility_name: str,
    at: datetime,
    now: datetime,
) -> None:
    """A call of theirs was recorded that should not have been; nobody can play it any more."""
    facts = {"place": place, "facility_name": facility_name, "at": at.isoformat()}
    _note(contact_id, f"{ATTORNEY_TAPE_FOUND}:{recording}", ATTORNEY_TAPE_FOUND, facts, now)


def tape_destroyed(
    *,
    contact_id: UUID,
    recording: UUID,
    place: str,
    facility_name: str,
    at: datetime,
    now: datetime,
) -> None:
    """It is destroyed; the proof is on their page."""
    facts = {"place": place, "facility_name": facility_name, "at": at.isoformat()}
    kind = ATTORNEY_TAPE_DESTROYED
    _note(contact_id, f"{kind}:{recording}", kind, facts, now)


def _of(row: AttorneyRequest, kind: str, now: datetime, **more: str) -> None:
    facts = {
        "request": str(row.pk),
        "state": row.jurisdiction,
        "until_on": row.until_on.isoformat() if row.until_on else "",
        "appeal_until": row.appeal_until.isoformat() if row.appeal_until else "",
        "reason": row.reason,
        "note": row.note,
        **more,
    }
    # The moment is part of the key: an agency may end, resume and end again.
    _note(row.contact_id, f"{kind}:{row.pk}:{now.isoformat()}", kind, facts, now)


def _note(contact_id: UUID, key: str, kind: str, facts: dict[str, str], now: datetime) -> None:
    notices.note(key=key, owner_kind="contact", owner=contact_id, kind=kind, facts=facts, now=now)
