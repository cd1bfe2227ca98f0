"""Trying a message before anybody is refused: the same question as sending's, nothing written."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinline.apps.errors import NotFound
from kinline.apps.messaging.asking import Known
from kinline.apps.messaging.models import Thread
from kinline.apps.messaging.rules import rule_of
from kinline.apps.messaging.standing import facts
from kinline.apps.people.access import Staff, access_person
from kinline.apps.people.links import linked
from kinline.apps.people.models import Contact
from kinline.apps.people.rights import Right
from kinline.apps.review.queries.policies import policy_of
from kinline.core.message.limits import Limits
from kinline.core.message.terms import Direction, Service
from kinline.core.policy.controls import left
from kinline.core.policy.limit import Left
from kinline.core.policy.message import Made, may_write
from kinline.core.refusal import Refusal
from kinline.core.review.terms import Mode


@dataclass(frozen=True, slots=True)
class Trial:
    """What every rule and control says of a message, whatever it says: why not, how many are left
    (the strictest first), how much it may hold, and what is looked at."""

    refusals: tuple[Refusal, ...]
    quotas: tuple[Left, ...]
    limits: Limits
    mode: Mode


def try_message(
    *, staff: Staff, person_id: UUID, contact_id: UUID, direction: Direction, at: datetime
) -> Trial:
    """A message between these two, sent at a moment. Raises NotFound."""
    person = access_person(staff=staff, person_id=person_id, right=Right.SEE_PEOPLE)
    contact = Contact.objects.select_related("account").filter(pk=contact_id).first()
    if contact is None:
        raise NotFound
    begun = Thread.objects.filter(person=person, contact=contact, privileged=False)
    thread = begun.first() or Thread()
    thread.person, thread.contact = person, contact
    policy = policy_of(
        facility_id=person.facility_id,
        service=Service.EMESSAGE,
        direction=direction,
        person_id=person_id,
        contact_id=contact_id,
        now=at,
    )
    asked = facts(
        thread=thread,
        known=_known(person_id, contact_id),
        rule=rule_of(person.facility_id),
        policy=policy,
        service=Service.EMESSAGE,
        direction=direction,
        made=Made(),
        now=at,
    )
    quotas = sorted(left(asked.controls, now=at), key=lambda one: one.left)
    return Trial(may_write(asked, at), tuple(quotas), asked.limits, policy.mode)


def _known(person_id: UUID, contact_id: UUID) -> Known:
    """Whether they are linked; for the rest, that it has to be looked at."""
    return Known(
        sent=False,
        written=False,
        linked=linked(person_id=person_id, contact_id=contact_id),
        may_be_apart=True,
        may_be_blocked=True,
        may_be_stopped=True,
        mark=None,
    )
