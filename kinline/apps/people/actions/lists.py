"""Allowed lists (PAN): which numbers a person may call, and marks that a call is private."""

from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import Refused, wrong
from kinline.apps.facilities import destinations
from kinline.apps.people import numbers
from kinline.apps.people.access import Staff, access_allowed, access_person
from kinline.apps.people.models import (
    AllowedNumber,
    Contact,
    ContactNumber,
    Person,
    PrivacyMark,
)
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.core.policy.destinations import refusals
from kinline.core.refusal import Refusal


class EntryChange(TypedDict, total=False):
    """What may change about an entry; only what is given changes."""

    label: str
    max_call_seconds: int | None


def allow(
    *,
    staff: Staff,
    person_id: UUID,
    number: str,
    name: str,
    label: str = "",
    max_call_seconds: int | None = None,
    now: datetime,
) -> UUID:
    """Put a number on a person's list. `name` is used when the number is new to Kinline.

    Raises Refused: number.not_a_number, name.missing, number.listed_already, and what would be
    refused at every call (a closed country, a premium number); and NotFound.
    """
    person = access_person(staff=staff, person_id=person_id, right=Right.CHANGE_PEOPLE)
    found = numbers.e164(number)
    leads = leads_of(person, found, number)
    mistakes = [*leads, *_mistakes(found, name, label, max_call_seconds)]
    if leads:  # what is wrong with the number was said, and better
        mistakes = [one for one in mistakes if one.code != "number.not_a_number"]
    if found is None or mistakes:
        raise Refused(*mistakes)
    for attempt in (1, 2):
        try:
            with transaction.atomic():
                entry = put(
                    person,
                    found,
                    name=name,
                    label=label,
                    by=str(staff.account),
                    now=now,
                    max_call_seconds=max_call_seconds,
                )
                _tell(staff, "list.added", entry, now)
                return entry.pk
        except IntegrityError:
            # Listed already; or the number came into being elsewhere just now: then look again.
            listed = AllowedNumber.objects.filter(
                person=person, number__e164=found, removed_at=None
            )
            if listed.exists() or attempt == 2:
                break
    raise Refused(wrong("number.listed_already", "number"))


def put(
    person: Person,
    e164: str,
    *,
    name: str,
    label: str,
    by: str,
    now: datetime,
    max_call_seconds: int | None = None,
    key_needed: bool = False,
) -> AllowedNumber:
    """The new entry, in the caller's transaction; `by` is an account, or "person" themselves.

    Raises IntegrityError where it is listed already, or the number came into being just now.
    """
    number = ContactNumber.objects.filter(e164=e164).first()
    if number is None:
        contact = Contact.objects.create(name=name.strip()[:120])
        number = ContactNumber.objects.create(contact=contact, e164=e164)
    return AllowedNumber.objects.create(
        person=person,
        number=number,
        label=label.strip(),
        max_call_seconds=max_call_seconds,
        added_by=by,
        added_at=now,
        key_needed=key_needed,
    )


@transaction.atomic
def remove(*, staff: Staff, allowed_id: UUID, now: datetime) -> None:
    """Take a number off a list, from now on. Raises NotFound, also when it is off already."""
    entry = access_allowed(staff=staff, allowed_id=allowed_id, right=Right.CHANGE_PEOPLE)
    AllowedNumber.objects.filter(pk=entry.pk, removed_at=None).update(removed_at=now)
    _tell(staff, "list.removed", entry, now)


@transaction.atomic
def change(
    *, staff: Staff, allowed_id: UUID, now: datetime, **changes: Unpack[EntryChange]
) -> None:
    """Change the label or the longest call of one entry. Raises Refused and NotFound."""
    entry = access_allowed(staff=staff, allowed_id=allowed_id, right=Right.CHANGE_PEOPLE)
    label, limit = changes.get("label", entry.label), changes.get("max_call_seconds")
    if mistakes := _mistakes(entry.number.e164, "-", label, limit):
        raise Refused(*mistakes)
    AllowedNumber.objects.filter(pk=entry.pk).update(**changes)
    _tell(staff, "list.changed", entry, now)


@transaction.atomic
def mark_do_not_record(*, staff: Staff, allowed_id: UUID, on: bool, now: datetime) -> None:
    """Set or lift this agency's mark that calls to the number are private.

    Another agency's mark stays: one mark is enough. Done twice is done once. Raises NotFound.
    """
    entry = access_allowed(staff=staff, allowed_id=allowed_id, right=Right.CHANGE_PEOPLE)
    agency = entry.person.facility.agency_id
    marks = PrivacyMark.objects.filter(number=entry.number, agency=agency, lifted_at=None)
    if on:
        defaults = {"made_by": str(staff.account), "made_at": now}
        PrivacyMark.objects.get_or_create(
            number=entry.number, agency_id=agency, lifted_at=None, defaults=defaults
        )
    else:
        marks.update(lifted_at=now)
    _tell(staff, "number.private_on" if on else "number.private_off", entry, now)


def leads_of(person: Person, found: str | None, typed: str) -> list[Refusal]:
    """Why no call to this number could ever go out, beside the number."""
    if found is None:
        leads = destinations.of_short_code(typed)
    else:
        leads = destinations.rules(facility_id=person.facility_id).of(found)
    if leads is None:
        return []
    return [replace(no, facts={"field": "number", **no.facts}) for no in refusals(leads)]


def _mistakes(
    found: str | None, name: str, label: str, max_call_seconds: int | None
) -> list[Refusal]:
    mistakes = []
    if found is None:
        mistakes.append(wrong("number.not_a_number", "number"))
    if not name.strip():
        mistakes.append(wrong("name.missing", "name"))
    if len(label) > 60:
        mistakes.append(wrong("name.too_long", "label"))
    if max_call_seconds is not None and max_call_seconds < 60:
        mistakes.append(wrong("limit.too_short", "max_call_seconds"))
    return mistakes


def _tell(staff: Staff, act: str, entry: AllowedNumber, now: datetime) -> None:
    facts = {"entry": str(entry.pk), "contact": str(entry.number.contact_id)}
    subject = Named("person", str(entry.person_id))
    tell(staff, act, subject, entry.person.facility.place, now, facts)
