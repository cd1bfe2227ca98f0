"""Telling everybody of a facility that a law makes things free: those inside, and their contacts.

What is told is kept as the law's id and the place's code; pages and letters make the words from the
law book, in the reader's language, with the answers for the reader's own accounts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.queries import facility_id
from kinline.apps.notices import actions as notices
from kinline.apps.notices.actions import Draft
from kinline.apps.notices.kinds import LAW_BEGINS
from kinline.apps.people import audience
from kinline.apps.people.access import Staff, access_facility
from kinline.apps.people.audience import Hearer
from kinline.apps.people.rights import Right
from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.core.rating.book import Law
from kinline.laws.loader import book, places


@dataclass(frozen=True, slots=True)
class Heard:
    """How many were told, at this time or before: notes are put up once, however often asked."""

    people: int
    contacts: int
    letters: int


def laws_at(place: Place, on: date) -> tuple[Law, ...]:
    """Laws that make something free at a place, on a day or later: what can be told there."""
    found = [
        law
        for law in book().laws
        if law.share == 100
        and law.covers(place)
        and (law.period.until_on is None or on < law.period.until_on)
    ]
    return tuple(sorted(found, key=lambda law: (law.period.from_on, law.id)))


def about(law: str, place: str) -> str:
    """Under which words the notes of one telling are found together."""
    return f"law:{law}:{place}"


def tell(*, staff: Staff, place: str, law: str, now: datetime) -> Heard:
    """Tell everybody of a facility. Safe to do again: only who is new is told then.

    Raises Refused (law.not_here) and NotFound.
    """
    access_facility(staff=staff, place=place, right=Right.CHANGE_FACILITY)
    return tell_place(place=place, law=law, by=Named("account", str(staff.account)), now=now)


def tell_place(*, place: str, law: str, by: Named, now: datetime) -> Heard:
    """The same for whoever runs Kinline. Each part of the people is a transaction of its own.

    A crash leaves the parts that were told, and the next time the others are.
    """
    known = places().get(PlaceCode(place))
    facility = facility_id(place=place)
    if known is None or facility is None:
        raise NotFound
    if law not in {one.id for one in laws_at(known, known.day(now))}:
        raise Refused(wrong("law.not_here", "law"))
    facts = {"law": law, "place": place}
    told = Heard(
        people=sum(
            _note("person", part, facts, now) for part in audience.people_in_parts(facility)
        ),
        **_contacts(facility, facts, now),
    )
    audit.write(
        now=now,
        actor=by,
        act="law.told",
        subject=Named("facility", str(facility)),
        facility=place,
        facts={"law": law, "people": told.people, "contacts": told.contacts},
    )
    return told


def _contacts(facility: UUID, facts: dict[str, str], now: datetime) -> dict[str, int]:
    contacts = letters = 0
    for part in audience.contacts_in_parts(facility):
        contacts += _note("contact", part, facts, now)
        letters += sum(1 for one in part if one.email)
    return {"contacts": contacts, "letters": letters}


@transaction.atomic
def _note(kind: str, hearers: Iterable[Hearer], facts: dict[str, str], now: datetime) -> int:
    """One part: a note each, and a letter where there is an address."""
    occasion = about(facts["law"], facts["place"])
    drafts = [
        Draft(
            key=f"{occasion}:{one.id}",
            owner_kind=kind,
            owner=one.id,
            kind=LAW_BEGINS,
            facts=facts,
            about=occasion,
        )
        for one in hearers
    ]
    notices.notes(drafts, now=now)
    letters = {
        f"{occasion}:{one.id}": {
            **facts,
            "contact": str(one.id),
            "name": one.name,
            "email": one.email,
            "language": one.language,
        }
        for one in hearers
        if one.email
    }
    if letters:
        notices.post_all(kind=LAW_BEGINS, letters=letters, now=now)
    return len(drafts)
