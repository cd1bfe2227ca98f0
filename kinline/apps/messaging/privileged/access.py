"""Gates of privileged mail: the two people of a thread, and nobody else."""

from datetime import datetime
from uuid import UUID

from kinline.apps.days import day_at
from kinline.apps.errors import NotFound
from kinline.apps.messaging.access import Writer
from kinline.apps.messaging.models import Draft, Rule, Thread
from kinline.apps.messaging.rules import limits
from kinline.apps.messaging.standing import blocked, is_here
from kinline.apps.people.links import kept_apart, linked
from kinline.apps.people.models import AttorneyVerification
from kinline.apps.people.queries import verified_on
from kinline.core.message.limits import Limits
from kinline.core.message.terms import Service
from kinline.core.policy.message import Made, PrivilegedFacts


def thread_of(by: Writer, thread_id: UUID) -> Thread:
    """A privileged thread of theirs. Raises NotFound."""
    rows = Thread.objects.select_related("person__facility__agency", "contact__account")
    row = rows.filter(by.mine, pk=thread_id, privileged=True).first()
    if row is None:
        raise NotFound
    return row


def draft_of(by: Writer, key: UUID) -> Draft:
    """A privileged draft of theirs. Raises NotFound."""
    rows = Draft.objects.select_related(
        "thread__person__facility__agency", "thread__contact__account"
    )
    row = rows.filter(key=key, side=by.side, privileged=True).first()
    if row is None or by.id not in (row.thread.person_id, row.thread.contact_id):
        raise NotFound
    return row


def verified(*, contact_id: UUID, agency_id: UUID, zone: str, now: datetime) -> bool:
    """Whether the agency verified today that the contact is an attorney."""
    rows = AttorneyVerification.objects.filter(contact=contact_id, agency=agency_id)
    return rows.filter(verified_on(day_at(zone, now))).exists()


def most(rule: Rule) -> Limits:
    """What one letter may hold: as an eMessage there, with photos and nothing else."""
    return limits(rule, Service.EMESSAGE).lowered({"cards": 0, "films": 0})


def facts(thread: Thread, rule: Rule, made: Made, now: datetime) -> PrivilegedFacts:
    """All that decides. Nothing of it is content."""
    person, facility = thread.person, thread.person.facility
    contact = thread.contact_id
    return PrivilegedFacts(
        made=made,
        limits=most(rule),
        offered=rule.privileged,
        verified=verified(
            contact_id=contact, agency_id=facility.agency_id, zone=facility.zone, now=now
        ),
        linked=linked(person_id=person.pk, contact_id=contact),
        no_contact=kept_apart(person_id=person.pk, contact_id=contact, now=now),
        blocked=blocked(person.pk, facility.pk, contact),
        person_active=person.active,
        contact_active=is_here(thread),
    )
