"""All that decides whether a message may be sent, asked of the rooms that know.

`facts` is for ordinary mail. What is privileged asks less, and asks in `privileged/`.
"""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kinline.apps.messaging.asking import BLOCKS, Known
from kinline.apps.messaging.controlled import controls_on
from kinline.apps.messaging.models import Rule, Thread
from kinline.apps.messaging.rules import limits, offered
from kinline.apps.notices.sms import consents
from kinline.apps.people.links import kept_apart
from kinline.apps.review.queries.policies import Policy
from kinline.apps.review.queries.stops import stops
from kinline.core.message.terms import Direction, Service
from kinline.core.policy.call import BlockOf
from kinline.core.policy.message import Made, MessageFacts, Need, Stop
from kinline.core.review.terms import Side


def facts(
    *,
    thread: Thread,
    known: Known,
    rule: Rule,
    policy: Policy,
    service: Service,
    direction: Direction,
    made: Made,
    now: datetime,
    needs: tuple[Need, ...] = (),
    citation: str = "",
    in_turn: bool = False,
) -> MessageFacts:
    """Everything the core wants to know; `thread` was read with person, facility and contact.
    `in_turn`: as for `controls_on`."""
    person, contact = thread.person, thread.contact
    apart, block = False, None
    if known.may_be_apart:
        apart = kept_apart(person_id=person.pk, contact_id=contact.pk, now=now)
    if known.may_be_blocked:
        block = blocked(person.pk, person.facility_id, contact.pk)
    return MessageFacts(
        service=service,
        direction=direction,
        zone=ZoneInfo(person.facility.zone),
        mode=policy.mode,
        made=made,
        limits=limits(rule, service),
        offered=offered(rule, service),
        linked=known.linked,
        no_contact=apart,
        blocked=block,
        stops=_stops(thread, service, direction, now) if known.may_be_stopped else (),
        person_active=person.active,
        contact_active=is_here(thread) or (service is Service.TEXT and _by_sms(thread)),
        needs=needs,
        citation=citation,
        controls=controls_on(thread, direction, now, in_turn=in_turn),
    )


def _stops(
    thread: Thread, service: Service, direction: Direction, now: datetime
) -> tuple[Stop, ...]:
    """Stops by staff. One of the two together is told to each writer as their own."""
    found = stops(
        person_id=thread.person_id,
        contact_id=thread.contact_id,
        facility_id=thread.person.facility_id,
        service=service,
        now=now,
    )
    writer = Side.PERSON if direction is Direction.OUT else Side.CONTACT
    return tuple(
        Stop(writer if one.whom == "both" else Side(one.whom), one.reason, one.until)
        for one in found
    )


def blocked(person: UUID, facility: UUID, contact: UUID) -> BlockOf | None:
    """Whether the contact wished to hear nothing from this person, or from the facility."""
    for whom, where in BLOCKS(contact=contact):
        if whom == person:
            return BlockOf.PERSON
        if where == facility:
            return BlockOf.FACILITY
    return None


def _by_sms(thread: Thread) -> bool:
    """Whether a contact without the portal takes part by telephone."""
    return bool(consents.agreed(owner=thread.contact_id, purpose=consents.TEXTS))


def is_here(thread: Thread) -> bool:
    """Whether the contact can read what is sent: they have a sign-in that was not closed."""
    account = thread.contact.account
    return account is not None and account.is_active
