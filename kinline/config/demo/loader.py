"""From the town's file to rows. The only writer besides the actions, and of invented people."""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.db import transaction

from kinline.apps import tokens
from kinline.apps.facilities.models import (
    Agency,
    CallingRule,
    EnrolmentCode,
    Facility,
    OpenLine,
    Station,
    Unit,
)
from kinline.apps.people import pins
from kinline.apps.people.models import (
    Account,
    AllowedNumber,
    AttorneyVerification,
    Contact,
    ContactNumber,
    Grant,
    Person,
)
from kinline.apps.people.rights import ROLES
from kinline.core.ids import PlaceCode
from kinline.laws.loader import places

BY = "demo"
FROM = date(2024, 1, 1)
ALL_DAY = (time(0, 0), time(23, 59, 59))
OPEN_NOTE = "Open all day, so that the demo can be tried at any hour."
CODE_LIFE = timedelta(days=365)
Entry = dict[str, Any]


@transaction.atomic
def load(town: Entry, *, now: datetime, open_hours: bool) -> None:
    """Add what is missing; see kinline.config.demo."""
    for entry in town["agencies"]:
        Agency.objects.get_or_create(code=entry["code"], defaults={"name": entry["name"]})
    for entry in town["facilities"]:
        _facility(entry, now=now, open_hours=open_hours)
    for entry in town["inside"]:
        _person(entry)
    for entry in town["outside"]:
        _contact(entry, town["password"], now)
    for entry in town["staff"]:
        _staff(entry, town["password"], now)


def _facility(entry: Entry, *, now: datetime, open_hours: bool) -> None:
    place = places()[PlaceCode(entry["place"])]
    made = {
        "agency": Agency.objects.get(code=entry["agency"]),
        "name": place.name,
        "zone": place.zone.key,
        "fictional_limits": True,
    }
    facility, _ = Facility.objects.get_or_create(place=place.code, defaults=made)
    for name in entry["units"]:
        Unit.objects.get_or_create(facility=facility, name=name)
    _hours(facility, entry, now=now, open_hours=open_hours)
    for tablet in entry["tablets"]:
        _tablet(facility, tablet, now)
    for line in entry.get("lines", ()):
        _line(facility, line, now)
    if "intake" in entry and not facility.intake_rules.exists():
        facility.intake_rules.create(
            calls_an_hour=entry["intake"]["calls_an_hour"],
            max_call_seconds=entry["intake"]["max_call_minutes"] * 60,
            set_by=BY,
            set_at=now,
            note="Invented for the demo.",
        )


def _hours(facility: Facility, entry: Entry, *, now: datetime, open_hours: bool) -> None:
    opens, closes = ALL_DAY if open_hours else map(time.fromisoformat, entry["hours"])
    rule = {
        "opens_at": opens,
        "closes_at": closes,
        "max_call_seconds": entry["max_call_minutes"] * 60,
        "set_by": BY,
        "set_at": now,
        "note": OPEN_NOTE if open_hours else "Invented for the demo.",
    }
    found, fresh = CallingRule.objects.get_or_create(facility=facility, from_on=FROM, defaults=rule)
    if not fresh and found.set_by == BY:
        CallingRule.objects.filter(pk=found.pk).update(opens_at=opens, closes_at=closes)


def _tablet(facility: Facility, entry: Entry, now: datetime) -> None:
    unit = Unit.objects.get(facility=facility, name=entry["unit"])
    station, _ = Station.objects.get_or_create(
        unit=unit,
        name=entry["name"],
        defaults={"kind": "tablet", "intake": entry.get("intake", False)},
    )
    code = {
        "station": station,
        "made_by": BY,
        "made_at": now,
        "expires_at": now + CODE_LIFE,
        "used_at": None,
    }
    EnrolmentCode.objects.update_or_create(code_hash=tokens.hashed(entry["code"]), defaults=code)


def _line(facility: Facility, entry: Entry, now: datetime) -> None:
    flags = ("with_pin", "anonymous", "direct")
    made = {name: entry.get(name, False) for name in flags} | {
        "kind": entry["kind"],
        "names": {code: entry[code] for code in ("en", "es")},
        "digits": entry["digits"],
        "private": entry.get("private", True),
        "from_on": FROM,
        "set_by": BY,
        "set_at": now,
        "note": "Invented for the demo.",
    }
    # Also where it was ended since: what somebody ended stays ended.
    OpenLine.objects.get_or_create(facility=facility, e164=entry["number"], defaults=made)


def _person(entry: Entry) -> None:
    facility = Facility.objects.get(place=entry["place"])
    if Person.objects.filter(facility=facility, number=entry["number"]).exists():
        return
    Person.objects.create(
        facility=facility,
        unit=Unit.objects.get(facility=facility, name=entry["unit"]),
        number=entry["number"],
        given_name=entry["given"],
        family_name=entry["family"],
        language=entry.get("language", "en"),
        pin_hash=pins.hashed(entry["pin"]),
    )


def _contact(entry: Entry, password: str, now: datetime) -> None:
    account = _account(entry, password)
    made = {"name": entry["name"], "language": account.language}
    contact, _ = Contact.objects.get_or_create(account=account, defaults=made)
    number, _ = ContactNumber.objects.get_or_create(
        e164=entry["number"], defaults={"contact": contact}
    )
    for listed in entry["lists"]:
        added = {"label": listed["label"], "added_by": BY, "added_at": now}
        # Also where it was removed since: what somebody took off the list stays off.
        AllowedNumber.objects.get_or_create(
            person=Person.objects.get(number=listed["of"]), number=number, defaults=added
        )
    if attorney := entry.get("attorney"):
        verified = {
            "bar_number": attorney["bar_number"],
            "from_on": FROM,
            "verified_by": BY,
            "verified_at": now,
        }
        AttorneyVerification.objects.get_or_create(
            contact=contact,
            agency=Agency.objects.get(code=attorney["agency"]),
            defaults=verified,
        )


def _staff(entry: Entry, password: str, now: datetime) -> None:
    account = _account(entry, password)
    scope: Entry = {}
    if "place" in entry:
        scope["facility"] = Facility.objects.get(place=entry["place"])
    else:
        scope["agency"] = Agency.objects.get(code=entry["agency"])
    for right in sorted({right for role in entry["roles"] for right in ROLES[role]}):
        given = {"given_by": BY, "given_at": now}
        Grant.objects.get_or_create(account=account, right=right, **scope, defaults=given)
    if not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(account, entry["totp_secret"])


def _account(entry: Entry, password: str) -> Account:
    found = Account.objects.filter(email=entry["email"]).first()
    if found is not None:
        return found
    account = Account.objects.create_user(
        entry["email"], None, name=entry["name"], language=entry.get("language", "en")
    )
    account.password = _hashed(password)
    account.save(update_fields=["password"])
    return account


@cache
def _hashed(password: str) -> str:
    # The whole town has one password; hashing it takes a third of a second.
    return make_password(password)
