"""Another time is looked for, for who lost a visit by no fault of theirs: once for each visit."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kinline.apps.visits.models import Visit, WaitingPlace

AGAIN_DAYS = 14  # so long another time is looked for


def look(
    visit: Visit, now: datetime, *, from_on: date | None = None, who: Collection[UUID] | None = None
) -> None:
    """Let them wait for a visit of the same length, with the turn of the day they booked.

    `from_on`: not before this day of the facility's. `who`: which contacts may still come, with
    the minors they bring; None: all of them. `visit` was read by `access.full`.
    """
    first = max(now.astimezone(ZoneInfo(visit.facility.zone)).date(), from_on or date.min)
    rows = [row for row in visit.visitors.all() if who is None or row.contact_id in who]
    adults = list(dict.fromkeys(row.contact_id for row in rows if row.minor is None))
    minors = [str(row.minor) for row in rows if row.minor is not None]
    asks = visit.booked_by_id if visit.booked_by_id in adults else adults[0]
    WaitingPlace.objects.get_or_create(
        key=f"again:{visit.pk.hex}",
        defaults={
            "facility": visit.facility,
            "person": visit.person,
            "contact_id": asks,
            "asked_by": visit.asked_by,
            "private": visit.private,
            "contacts": [str(pk) for pk in adults],
            "minors": minors,
            "length_minutes": int((visit.ends_at - visit.starts_at).total_seconds()) // 60,
            "from_on": first,
            "until_on": first + timedelta(days=AGAIN_DAYS),
            "asked_at": now,
            "since": visit.booked_at,
        },
    )
