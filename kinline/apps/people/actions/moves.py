"""A person leaves: for another facility, or released. Their id, list and money stay theirs.

Doors come in through calls.actions.leaving, which ends calls under way in the same transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.models import Facility
from kinline.apps.notices import actions as notices
from kinline.apps.notices.actions import Draft
from kinline.apps.notices.kinds import CONTACT_LEFT, CONTACT_MOVED, PERSON_LEFT, PERSON_MOVED
from kinline.apps.people.access import Staff, access_person
from kinline.apps.people.courtesies import still_open
from kinline.apps.people.models import (
    AllowedNumber,
    Contact,
    InsideSession,
    Move,
    NameTake,
    Person,
    PinTry,
)
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.core.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Left:
    """What a move was. `new_pin`: the person needs one from the new agency."""

    place: str
    to: str = ""
    new_pin: bool = False


@transaction.atomic
def transfer(
    *, staff: Staff, person_id: UUID, to: str, number: str, key: str, now: datetime
) -> Left | None:
    """Move a person to another facility, where their ID number is `number`.

    The allowed list goes with them. What one agency's staff set or its keys seal does not go to
    another one: PIN, spoken name and limits begin anew there; attorneys are private there once
    that agency has verified them. The same key again: None, and nothing is done.

    Raises Refused (person.place_unknown, person.there_already, person.number_missing,
    person.number_too_long, person.number_taken) and NotFound.
    """
    if _done(key, person_id, staff):
        return None
    person = access_person(staff=staff, person_id=person_id, right=Right.CHANGE_PEOPLE)
    here, number = person.facility, number.strip().upper()
    there = Facility.objects.select_related("agency").filter(place=to).first()
    if mistakes := _mistakes(person, there, number):
        raise Refused(*mistakes)
    assert there is not None
    abroad = there.agency_id != here.agency_id
    changes: dict[str, object] = {"facility": there, "unit": None, "number": number}
    if abroad:
        changes |= {"pin_hash": "", "name_folder": "", "name_key": "", "max_call_seconds": None}
    try:
        with transaction.atomic():
            move = _move(person, there, staff, key, now)
            if Person.objects.filter(pk=person.pk, facility=here).update(**changes) != 1:
                raise NotFound
    except IntegrityError:
        if _done(key, person_id, staff):
            return None
        raise Refused(wrong("person.number_taken", "number")) from None
    _leave(person, now)
    if abroad:
        NameTake.objects.filter(person=person, kept_at=None).delete()
        AllowedNumber.objects.filter(person=person).update(max_call_seconds=None)
    PinTry.objects.filter(facility=there, number=number).delete()
    subject = Named("person", str(person.pk))
    tell(staff, "person.transferred", subject, here.place, now, {"to": there.place})
    tell(staff, "person.arrived", subject, there.place, now, {"from": here.place})
    _note(person, there, move, now, abroad=abroad)
    return Left(here.place, there.place, new_pin=abroad)


@transaction.atomic
def release(*, staff: Staff, person_id: UUID, key: str, now: datetime) -> Left | None:
    """A person leaves custody: no sign-in and no calls from now on; what they have stays theirs.

    The same key again: None, and nothing is done. Raises Refused (person.left_already) and
    NotFound.
    """
    if _done(key, person_id, staff):
        return None
    person = access_person(staff=staff, person_id=person_id, right=Right.CHANGE_PEOPLE)
    if released(person_id=person.pk):
        raise Refused(wrong("person.left_already", ""))
    try:
        with transaction.atomic():
            move = _move(person, None, staff, key, now)
    except IntegrityError:
        return None
    Person.objects.filter(pk=person.pk).update(active=False)
    _leave(person, now)
    place = person.facility.place
    tell(staff, "person.released", Named("person", str(person.pk)), place, now)
    _note(person, None, move, now)
    return Left(place)


def released(*, person_id: UUID) -> bool:
    """Whether the last that happened to a person is that they were released."""
    last = Move.objects.filter(person=person_id).order_by("-at").first()
    gone = last is not None and last.to_facility_id is None
    return gone and Person.objects.filter(pk=person_id, active=False).exists()


def _done(key: str, person_id: UUID, staff: Staff) -> bool:
    return Move.objects.filter(key=key, person=person_id, by=str(staff.account)).exists()


def _mistakes(person: Person, there: Facility | None, number: str) -> list[Refusal]:
    found = []
    if there is None:
        found.append(wrong("person.place_unknown", "to"))
    elif there.pk == person.facility_id:
        found.append(wrong("person.there_already", "to"))
    if not number:
        found.append(wrong("person.number_missing", "number"))
    elif len(number) > 20:
        found.append(wrong("person.number_too_long", "number"))
    elif there is not None:
        others = Person.objects.filter(facility=there, number=number).exclude(pk=person.pk)
        if others.exists():
            found.append(wrong("person.number_taken", "number"))
    return found


def _move(person: Person, there: Facility | None, staff: Staff, key: str, now: datetime) -> Move:
    return Move.objects.create(
        key=key,
        person=person,
        from_facility=person.facility,
        to_facility=there,
        by=str(staff.account),
        at=now,
    )


def _leave(person: Person, now: datetime) -> None:
    """What hangs on the place they leave ends with it."""
    InsideSession.objects.filter(person=person, ended_at=None).update(ended_at=now)
    still_open(now).filter(person=person).update(taken_back_at=now)


def _note(
    person: Person, there: Facility | None, move: Move, now: datetime, *, abroad: bool = False
) -> None:
    """Tell the person, and whoever is on their list and signs in here."""
    facts = {
        "person_name": person.full_name,
        "place": (there or person.facility).place,
        "facility_name": (there or person.facility).name,
        "new_agency": "yes" if abroad else "",
    }
    mine = AllowedNumber.objects.filter(person=person, removed_at=None)
    contacts = Contact.objects.filter(Q(numbers__allowed_by__in=mine), account__isnull=False)
    told, kind = (PERSON_MOVED, CONTACT_MOVED) if there else (PERSON_LEFT, CONTACT_LEFT)
    drafts = [
        Draft(key=f"move:{move.pk}:{pk}", owner_kind="contact", owner=pk, kind=kind, facts=facts)
        for pk in contacts.values_list("pk", flat=True).distinct()
    ]
    theirs = Draft(
        key=f"move:{move.pk}", owner_kind="person", owner=person.pk, kind=told, facts=facts
    )
    notices.notes([theirs, *drafts], now=now)
