"""Staff add and change incarcerated people."""

from collections.abc import Iterator
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.models import Unit
from kinline.apps.people import pins
from kinline.apps.people.access import Staff, access_facility, access_person
from kinline.apps.people.models import InsideSession, Person, PinTry
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.core.refusal import Refusal

NAME_LENGTH = 60


class PersonChange(TypedDict, total=False):
    """What may change about a person; only what is given changes."""

    unit_id: UUID | None
    given_name: str
    family_name: str
    language: str
    active: bool
    max_call_seconds: int | None
    do_not_record: bool


def add(
    *,
    staff: Staff,
    place: str,
    unit_id: UUID | None,
    number: str,
    given_name: str,
    family_name: str,
    language: str,
    pin: str,
    now: datetime,
) -> UUID:
    """Add a person with a first PIN. Raises Refused (all mistakes at once) and NotFound."""
    facility = access_facility(staff=staff, place=place, right=Right.CHANGE_PEOPLE)
    number = number.strip().upper()
    mistakes = [*_bad_number(number), *_bad_names(given_name, family_name), *_bad_pin(pin)]
    if mistakes:
        raise Refused(*mistakes)
    _check_unit(unit_id, facility.facility)
    person = Person(
        facility_id=facility.facility,
        unit_id=unit_id,
        number=number,
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        language=language,
        pin_hash=pins.hashed(pin),
    )
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            tell(staff, "person.added", _subject(person), place, now)
    except IntegrityError:
        raise Refused(wrong("person.number_taken", "number")) from None
    return person.pk


@transaction.atomic
def change(
    *, staff: Staff, person_id: UUID, now: datetime, **changes: Unpack[PersonChange]
) -> None:
    """Change what is given; someone turned inactive is signed out at once.

    Raises Refused and NotFound.
    """
    person = access_person(staff=staff, person_id=person_id, right=Right.CHANGE_PEOPLE)
    given = changes.get("given_name", person.given_name)
    family = changes.get("family_name", person.family_name)
    if mistakes := [*_bad_names(given, family), *_bad_limit(changes.get("max_call_seconds"))]:
        raise Refused(*mistakes)
    _check_unit(changes.get("unit_id"), person.facility_id)
    Person.objects.filter(pk=person.pk).update(**changes)
    if changes.get("active") is False:
        InsideSession.objects.filter(person=person, ended_at=None).update(ended_at=now)
    # Names are about a person; the audit log keeps that they changed, not what they are.
    facts = {k: str(v) for k, v in changes.items() if k not in {"given_name", "family_name"}}
    renamed = {"renamed": True} if len(facts) < len(changes) else {}
    place = person.facility.place
    tell(staff, "person.changed", _subject(person), place, now, {**facts, **renamed})


@transaction.atomic
def reset_pin(*, staff: Staff, person_id: UUID, pin: str, now: datetime) -> None:
    """Give a new PIN; waiting times from wrong tries end. Raises Refused and NotFound."""
    person = access_person(staff=staff, person_id=person_id, right=Right.CHANGE_PEOPLE)
    if mistakes := list(_bad_pin(pin)):
        raise Refused(*mistakes)
    Person.objects.filter(pk=person.pk).update(pin_hash=pins.hashed(pin))
    PinTry.objects.filter(facility=person.facility_id, number=person.number).delete()
    tell(staff, "person.pin_reset", _subject(person), person.facility.place, now)


def _bad_number(number: str) -> Iterator[Refusal]:
    if not number:
        yield wrong("person.number_missing", "number")
    elif len(number) > 20:
        yield wrong("person.number_too_long", "number")


def _bad_names(given: str, family: str) -> Iterator[Refusal]:
    for field, name in (("given_name", given), ("family_name", family)):
        if not name.strip():
            yield wrong("name.missing", field)
        elif len(name.strip()) > NAME_LENGTH:
            yield wrong("name.too_long", field)


def _bad_pin(pin: str) -> Iterator[Refusal]:
    if not (pin.isascii() and pin.isdigit()):
        yield wrong("person.pin_not_digits", "pin")
    elif len(pin) < pins.SHORTEST:
        yield wrong("person.pin_too_short", "pin", {"digits": str(pins.SHORTEST)})
    elif len(pin) > pins.LONGEST:
        yield wrong("person.pin_too_long", "pin", {"digits": str(pins.LONGEST)})
    elif len(set(pin)) == 1:
        yield wrong("person.pin_too_simple", "pin")


def _bad_limit(seconds: int | None) -> Iterator[Refusal]:
    if seconds is not None and seconds < 60:
        yield wrong("limit.too_short", "max_call_seconds")


def _check_unit(unit_id: UUID | None, facility_id: UUID) -> None:
    if unit_id and not Unit.objects.filter(pk=unit_id, facility=facility_id).exists():
        raise NotFound


def _subject(person: Person) -> Named:
    return Named("person", str(person.pk))
