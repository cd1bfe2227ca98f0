"""A person's own list: they ask for a number, take one off, and whoever answers there says yes.

Each is one transaction. A wish that is sent twice is one wish.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people import list_notes, numbers
from kinline.apps.people.actions import lists
from kinline.apps.people.listing import BY_PERSON, BY_RULE, facts_of, is_apart, rule_of, rules_in
from kinline.apps.people.models import AllowedNumber, ContactNumber, ListRequest, Person
from kinline.apps.people.turns import wait_for_turn
from kinline.apps.prepared_writes import Update
from kinline.apps.text import typed
from kinline.core.policy import listing as core
from kinline.core.policy.listing import Relation, State
from kinline.core.refusal import Refusal

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a wish: it waits for staff, or the number is on the list already."""

    request: UUID
    waits: bool


def ask(*, person_id: UUID, number: str, name: str, relation: str, now: datetime) -> Asked:
    """Ask for a number on one's own list; the same number again while it waits is the same wish.

    Raises NotFound, and Refused: number.not_a_number, name.missing, name.too_long,
    list.relation_missing, what would be refused at every call, and the codes of
    core.policy.listing.may_add.
    """
    person = Person.objects.select_related("facility").filter(pk=person_id, active=True).first()
    if person is None:
        raise NotFound
    found, name = numbers.e164(number), typed(name, 200)
    mistakes = lists.leads_of(person, found, number) or (
        [] if found else [wrong("number.not_a_number", "number")]
    )
    mistakes = [*mistakes, *_mistakes(name, relation)]
    if found is None or mistakes:
        raise Refused(*mistakes)
    try:
        return _ask(person, found, name, Relation(relation), now)
    except IntegrityError:
        # The number came into being elsewhere just now, or it was asked for twice: look again.
        return _ask(person, found, name, Relation(relation), now)


@transaction.atomic
def take_back(*, person_id: UUID, request_id: UUID, now: datetime) -> None:
    """Take back what waits for staff. Taken back twice is once. Raises NotFound, and Refused:
    list.decided_meanwhile."""
    row = ListRequest.objects.select_related("person__facility").filter(
        pk=request_id, person=person_id
    )
    request = row.first()
    if request is None:
        raise NotFound
    if row.filter(state=State.ASKED).update(state=State.WITHDRAWN, decided_at=now) == 1:
        tell_of(request.person, "list.taken_back", now, {"request": str(request.pk)})
    elif request.state != State.WITHDRAWN:
        raise Refused(wrong("list.decided_meanwhile", ""))


@transaction.atomic
def take_off(*, person_id: UUID, allowed_id: UUID, now: datetime) -> None:
    """Take a number off one's own list, from now on; twice is once. Raises NotFound, and Refused:
    list.kept_by_staff."""
    rows = AllowedNumber.objects.filter(pk=allowed_id, person=person_id)
    entry = rows.select_related("person__facility", "number").first()
    if entry is None:
        raise NotFound
    if no := core.may_take_off(rules_in(rule_of(entry.person.facility_id))):
        raise Refused(*no)
    if rows.filter(removed_at=None).update(removed_at=now) == 1:
        facts = {"entry": str(entry.pk), "contact": str(entry.number.contact_id)}
        tell_of(entry.person, "list.taken_off", now, facts)


def said_yes(*, person_id: UUID, e164: str, call_id: UUID, at: datetime, now: datetime) -> None:
    """Whoever answers at this number accepted a call of this person: the entry is verified, from
    the first time on. In the caller's transaction."""
    if not _SAID_YES(person=person_id, e164=e164, at=at):
        return
    entry = (
        AllowedNumber.objects.select_related("person__facility", "number")
        .filter(person=person_id, number__e164=e164, removed_at=None)
        .get()
    )
    facts = {"entry": str(entry.pk), "call": str(call_id)}
    actor = audit.Named("contact", str(entry.number.contact_id))
    tell_of(entry.person, "list.verified", now, facts, actor)
    list_notes.verified(entry, now)


def listed_by_wish(request: ListRequest, *, key_needed: bool, now: datetime) -> AllowedNumber:
    """The entry that a wish becomes, in the caller's transaction."""
    return lists.put(
        request.person,
        request.e164,
        name=request.name,
        label=request.name,
        by=BY_PERSON,
        now=now,
        key_needed=key_needed and not request.counsel,
    )


def tell_of(
    person: Person,
    act: str,
    now: datetime,
    facts: Mapping[str, object],
    actor: audit.Named | None = None,
) -> None:
    """The audit line about somebody's list, by themselves unless an `actor` is named."""
    themselves = audit.Named("person", str(person.pk))
    audit.write(
        now=now,
        actor=actor or themselves,
        act=act,
        subject=themselves,
        facility=person.facility.place,
        facts=facts,
    )


def _said_yes(person: Any, e164: Any, at: Any) -> tuple[QuerySet[AllowedNumber], dict[str, Any]]:
    number = ContactNumber.objects.filter(e164=e164).values("pk")
    rows = AllowedNumber.objects.filter(
        person=person, number__in=number, removed_at=None, verified_at=None
    )
    return rows, {"verified_at": at}


# Each call that is accepted comes by here, so it is compiled once (see apps.prepared).
_SAID_YES = Update(_said_yes, person=UUID, e164=str, at=datetime)


def _mistakes(name: str, relation: str) -> list[Refusal]:
    mistakes = []
    if not name:
        mistakes.append(wrong("name.missing", "name"))
    elif len(name) > LONGEST_NAME:
        mistakes.append(wrong("name.too_long", "name"))
    if relation not in set(Relation):
        mistakes.append(wrong("list.relation_missing", "relation"))
    return mistakes


@transaction.atomic
def _ask(person: Person, e164: str, name: str, relation: Relation, now: datetime) -> Asked:
    wait_for_turn(person.pk)
    rows = ListRequest.objects.filter(person=person, e164=e164, state=State.ASKED)
    if (before := rows.first()) is not None:
        return Asked(before.pk, waits=True)
    rules = rules_in(rule_of(person.facility_id))
    facts = facts_of(person, e164, rules, now)
    no = core.may_add(facts, now)
    if rules is None or no:
        raise Refused(*no)
    apart = is_apart(person, e164, now)
    waits = core.waits_for_staff(rules, counsel=facts.counsel, kept_apart=apart)
    request = ListRequest(
        person=person,
        e164=e164,
        name=name,
        relation=relation,
        counsel=facts.counsel,
        asked_at=now,
    )
    if not waits:  # the rule itself says yes
        request.entry = listed_by_wish(request, key_needed=rules.owner_key, now=now)
        request.state, request.decided_by, request.decided_at = State.APPROVED, BY_RULE, now
    request.save(force_insert=True)
    tell_of(person, "list.asked", now, {"request": str(request.pk), "waits": waits})
    return Asked(request.pk, waits=waits)
