"""What a visitor is told, on their page; the notices' room takes it further. Never who decided."""

from datetime import datetime

from kinline.apps.notices import actions as notices
from kinline.apps.notices.kinds import (
    VISITOR_APPEAL_DECIDED,
    VISITOR_APPROVED,
    VISITOR_ENDING,
    VISITOR_REFUSED,
    VISITOR_WITHDRAWN,
)
from kinline.apps.people.models import VisitorAccess


def approved(row: VisitorAccess, until: datetime, now: datetime) -> None:
    """They may visit, until that moment."""
    _note(row, VISITOR_APPROVED, now, until=until.isoformat())


def refused(row: VisitorAccess, reason: str, note: str, until: datetime, now: datetime) -> None:
    """They may not, why, and until when they may appeal."""
    _note(row, VISITOR_REFUSED, now, reason=reason, note=note, until=until.isoformat())


def withdrawn(
    row: VisitorAccess, reason: str, note: str, until: datetime | None, now: datetime
) -> None:
    """They may no longer, why, and until when they may appeal."""
    ends = until.isoformat() if until else ""
    _note(row, VISITOR_WITHDRAWN, now, reason=reason, note=note, until=ends)


def appeal_decided(row: VisitorAccess, *, right: bool, note: str, now: datetime) -> None:
    """Somebody else looked again."""
    _note(row, VISITOR_APPEAL_DECIDED, now, right="yes" if right else "no", note=note)


def ending(row: VisitorAccess, now: datetime) -> None:
    """An approval runs out soon, and can be renewed."""
    assert row.until_at is not None
    _note(row, VISITOR_ENDING, now, until=row.until_at.isoformat())


def _note(row: VisitorAccess, kind: str, now: datetime, **more: str) -> None:
    facts = {
        "access": str(row.pk),
        "place": row.facility.place,
        "facility_name": row.facility.name,
        **more,
    }
    notices.note(
        key=f"{kind}:{row.pk}",
        owner_kind="contact",
        owner=row.contact_id,
        kind=kind,
        facts=facts,
        now=now,
    )
