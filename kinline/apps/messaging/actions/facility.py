"""What staff of a facility set: its rule, and legal holds. Each is a line of audit."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.messaging.models import Keep, Rule
from kinline.apps.messaging.offering import LEAST_DAYS, MOST_DAYS, Offer
from kinline.apps.people.access import Staff, access_facility, access_person
from kinline.apps.people.links import links_of_person
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.core.message.limits import MOST
from kinline.core.message.terms import Service
from kinline.core.refusal import Refusal

LONGEST_WHY = 200


@transaction.atomic
def set_rule(*, staff: Staff, place: str, offer: Offer, now: datetime) -> None:
    """Set a facility's rule from now on. Raises NotFound, and Refused: rule.limit_wrong."""
    here = access_facility(staff=staff, place=place, right=Right.CHANGE_FACILITY)
    if mistakes := _mistakes(offer):
        raise Refused(*mistakes)
    columns = asdict(offer)
    Rule.objects.create(facility_id=here.facility, set_by=str(staff.account), set_at=now, **columns)
    tell(staff, "messages.rule_set", Named("facility", str(here.facility)), place, now, columns)


@transaction.atomic
def keep(
    *, staff: Staff, person_id: UUID, why: str, now: datetime, contact_id: UUID | None = None
) -> UUID:
    """Hold everything a person wrote and was written, or with one contact, until it is lifted.

    Raises NotFound, and Refused: keep.why_needed.
    """
    person = access_person(staff=staff, person_id=person_id, right=Right.KEEP_MESSAGES)
    if not (why := typed(why, LONGEST_WHY)):
        raise Refused(wrong("keep.why_needed", "why"))
    if contact_id is not None and not _knows(person_id, contact_id):
        raise NotFound
    row = Keep.objects.create(
        person=person, contact_id=contact_id, why=why, set_by=str(staff.account), set_at=now
    )
    subject = Named("person", str(person.pk))
    facts = {"contact": str(contact_id or "")}
    tell(staff, "messages.hold_set", subject, person.facility.place, now, facts, purpose=why)
    return row.pk


@transaction.atomic
def lift(*, staff: Staff, keep_id: UUID, why: str, now: datetime) -> None:
    """Lift a legal hold, with a reason. Twice is once. Raises NotFound, and Refused."""
    row = Keep.objects.filter(pk=keep_id).first()
    if row is None:
        raise NotFound
    person = access_person(staff=staff, person_id=row.person_id, right=Right.KEEP_MESSAGES)
    if not (why := typed(why, LONGEST_WHY)):
        raise Refused(wrong("keep.why_needed", "why"))
    held = Keep.objects.filter(pk=keep_id, lifted_at=None)
    if held.update(lifted_at=now, lifted_by=str(staff.account)) == 1:
        subject = Named("person", str(person.pk))
        tell(staff, "messages.hold_lifted", subject, person.facility.place, now, purpose=why)


def _knows(person_id: UUID, contact_id: UUID) -> bool:
    links = links_of_person(person_id=person_id, open_only=False)
    return any(link.contact == contact_id for link in links)


def _mistakes(offer: Offer) -> list[Refusal]:
    """Limits outside what they can be, each with its own."""
    most, text = MOST[Service.EMESSAGE], MOST[Service.TEXT]
    bounds = {
        "longest_emessage": (1, most.characters),
        "longest_text": (1, text.characters),
        "photos": (0, most.photos),
        "photo_bytes": (100_000, most.photo_bytes),
        "cards": (0, most.cards),
        "films": (0, most.films),
        "film_seconds": (1, most.film_seconds),
        "keep_emessage_days": (LEAST_DAYS, MOST_DAYS),
        "keep_text_days": (LEAST_DAYS, MOST_DAYS),
        "keep_privileged_days": (LEAST_DAYS, MOST_DAYS),
    }
    return [
        wrong("rule.limit_wrong", name, {"least": str(least), "most": str(greatest)})
        for name, (least, greatest) in bounds.items()
        if not least <= getattr(offer, name) <= greatest
    ]
