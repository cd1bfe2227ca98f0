"""What a person inside is told of their own list, on the tablet. Never who decided."""

from datetime import datetime

from kinline.apps.notices import actions as notices
from kinline.apps.notices.kinds import LIST_APPROVED, LIST_REFUSED, LIST_VERIFIED
from kinline.apps.people.models import AllowedNumber, ListRequest, Person


def approved(row: ListRequest, entry: AllowedNumber, now: datetime) -> None:
    """The number they asked for is on the list; whether whoever answers is still to say yes."""
    waits = entry.key_needed and entry.verified_at is None
    _note(LIST_APPROVED, str(row.pk), row.person, row.name, now, key="yes" if waits else "no")


def refused(row: ListRequest, reason: str, note: str, now: datetime) -> None:
    """The number is not, and why."""
    _note(LIST_REFUSED, str(row.pk), row.person, row.name, now, reason=reason, note=note)


def verified(entry: AllowedNumber, now: datetime) -> None:
    """Whoever answers there said yes to their call, and it was asked of them. `entry` was read with
    person and facility."""
    if entry.key_needed:
        name = entry.label or entry.number.contact.name
        _note(LIST_VERIFIED, str(entry.pk), entry.person, name, now)


def _note(kind: str, about: str, person: Person, name: str, now: datetime, **more: str) -> None:
    facts = {"name": name, "place": person.facility.place, **more}
    notices.note(
        key=f"{kind}:{about}",
        owner_kind="person",
        owner=person.pk,
        kind=kind,
        facts=facts,
        now=now,
    )
