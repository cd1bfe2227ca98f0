"""What this room has of a contact, for the contact themselves."""

from datetime import datetime
from uuid import UUID

from kinline.apps.errors import NotFound
from kinline.apps.people.attorneys import requests_of as attorney_requests
from kinline.apps.people.models import AllowedNumber, AttorneyNumber, Contact
from kinline.apps.people.visitors import requests_of


def about(*, contact_id: UUID) -> dict[str, object]:
    """Name, sign-in, numbers. Raises NotFound."""
    rows = Contact.objects.select_related("account").prefetch_related("numbers")
    contact = rows.filter(pk=contact_id).first()
    if contact is None or contact.account is None:
        raise NotFound
    account = contact.account
    return {
        "name": contact.name,
        "language": contact.language,
        "email": account.email or "",
        "phone_to_sign_in": account.phone if account.phone_proven else "",
        "numbers": sorted(number.e164 for number in contact.numbers.all()),
        "since": account.joined_at.isoformat(timespec="seconds"),
        "signed_up_themselves": account.own,
    }


def lists(*, contact_id: UUID) -> list[tuple[str, str, str, datetime, datetime | None]]:
    """On whose lists the contact's numbers stand or stood: number, name, facility, from, until."""
    rows = AllowedNumber.objects.filter(number__contact=contact_id).order_by("added_at")
    return [
        (
            row.number.e164,
            row.person.full_name,
            row.person.facility.name,
            row.added_at,
            row.removed_at,
        )
        for row in rows.select_related("person__facility", "number")
    ]


def visits(*, contact_id: UUID) -> list[dict[str, object]]:
    """Their requests to visit: for whom, how far, why not, with which children."""
    return [
        {
            "for": one.whom,
            "facility": one.facility_name,
            "state": one.state.value,
            "asked_at": one.asked_at.isoformat(timespec="seconds") if one.asked_at else "",
            "decided_at": one.decided_at.isoformat(timespec="seconds") if one.decided_at else "",
            "until": one.until.isoformat(timespec="seconds") if one.until else "",
            "reason": one.reason.value if one.reason else "",
            "note": one.note,
            "pictures_kept": sorted(one.pictures),
            "children": [
                {"name": child.name, "born_on": child.born_on.isoformat()} for child in one.minors
            ],
        }
        for one in requests_of(contact_id=contact_id)
    ]


def attorney(*, contact_id: UUID) -> dict[str, object]:
    """Their requests to be verified as an attorney, and the numbers they named for it."""
    rows = AttorneyNumber.objects.filter(contact=contact_id).order_by("added_at")
    return {
        "requests": [
            {
                "state": one.jurisdiction,
                "bar_number": one.bar_number,
                "how_far": one.state.value,
                "asked_at": one.asked_at.isoformat(timespec="seconds"),
                "decided_at": one.decided_at.isoformat(timespec="seconds")
                if one.decided_at
                else "",
                "until": one.until_on.isoformat() if one.until_on else "",
                "reason": one.reason.value if one.reason else "",
                "note": one.note,
                "photo_kept": one.document,
            }
            for one in attorney_requests(contact_id=contact_id)
        ],
        "numbers": [
            {
                "number": row.e164,
                "proven_at": _at(row.proven_at),
                "dropped_at": row.dropped_at.isoformat(timespec="seconds")
                if row.dropped_at
                else "",
            }
            for row in rows
        ],
    }


def _at(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
