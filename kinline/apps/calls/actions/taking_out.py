"""Lists of calls that leave the house as files: who took out what is in the audit log."""

from datetime import datetime

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.calls.queries import hot
from kinline.apps.calls.queries.hot import HotFilter, HotNumber
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right


@transaction.atomic
def hot_numbers(*, staff: Staff, filter: HotFilter, now: datetime) -> list[HotNumber]:
    """The list of hot numbers, with a line in the log of each facility it is about."""
    found = hot.all_of_them(staff=staff, filter=filter)
    facts = {
        "since": filter.since.isoformat(),
        "until": filter.until.isoformat(),
        "more_than": filter.more_than,
        "numbers": len(found),
    }
    for one in staff.places_with(Right.SEE_CALLS):
        if filter.place in ("", one.place):
            audit.write(
                now=now,
                actor=audit.Named("account", str(staff.account)),
                act="calls.hot_exported",
                subject=audit.Named("facility", str(one.facility)),
                facility=one.place,
                facts=facts,
            )
    return found
