"""What every message asks of the database, compiled once (see apps.prepared)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Subquery

from kinline.apps.facilities.models import Agency, Facility
from kinline.apps.messaging.models import Message, Rule, Thread
from kinline.apps.people.links import are_linked, may_be_kept_apart
from kinline.apps.people.models import Account, Block, Contact, Person
from kinline.apps.prepared import Prepared, row_of
from kinline.apps.review.queries.stops import may_be_stopped
from kinline.apps.review.queries.triage import mark_of
from kinline.core.review.terms import Side

_RULE = [field.attname for field in Rule._meta.concrete_fields]


def _before(key: Any) -> Any:
    rows = Message.objects.filter(key=key)
    return rows.values_list(
        "pk", "direction", "privileged", "state", "thread", "thread__person", "thread__contact"
    )


def _rule(facility: Any) -> Any:
    rows = Rule.objects.filter(facility=facility).order_by("-set_at")
    return rows.values_list(*_RULE)[:1]


def _blocks(contact: Any) -> Any:
    rows = Block.objects.filter(contact=contact, lifted_at=None)
    return rows.values_list("person", "facility")


# A thread with both people, the facility and its agency: what stands before each column's name.
_WITH: tuple[tuple[str, type[Model]], ...] = (
    ("", Thread),
    ("person__", Person),
    ("person__facility__", Facility),
    ("person__facility__agency__", Agency),
    ("contact__", Contact),
    ("contact__account__", Account),
)


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


_COLUMNS = {model: _columns(model) for _, model in _WITH}
_NAMES = [f"{before}{column}" for before, model in _WITH for column in _columns(model)]


def _thread(thread: Any, **whose: Any) -> Any:
    return Thread.objects.filter(pk=thread, privileged=False, **whose).values_list(*_NAMES)


def _thread_of_person(thread: Any, person: Any) -> Any:
    return _thread(thread, person=person)


def _thread_of_contact(thread: Any, contact: Any) -> Any:
    return _thread(thread, contact=contact)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a thread's two people besides, as it was read with them.

    `sent`: there is a message under the key asked about. `may_be_...`: there is some row about it,
    which whoever knows of such rows then looks at; mostly there is none. `mark` is that of the
    facility's word lists, None where it has none.
    """

    sent: bool
    written: bool
    linked: bool
    may_be_apart: bool
    may_be_blocked: bool
    may_be_stopped: bool
    mark: UUID | None


def _with_known(rows: Any, key: Any) -> Any:
    two = {"person": "person", "contact": "contact"}
    facility = "person__facility"
    known = {
        "sent": Exists(Message.objects.filter(key=key)),
        "written": Exists(Message.objects.filter(thread=OuterRef("pk"))),
        "linked": are_linked(**two),
        "may_be_apart": may_be_kept_apart(person="person"),
        "may_be_blocked": Exists(Block.objects.filter(contact=OuterRef("contact"), lifted_at=None)),
        "may_be_stopped": may_be_stopped(**two, facility=facility),
        "mark": Subquery(mark_of(facility)[:1]),
    }
    return rows.annotate(**known).values_list(*_NAMES, *known)


def _known_to_person(thread: Any, person: Any, key: Any) -> Any:
    return _with_known(_thread_of_person(thread, person), key)


def _known_to_contact(thread: Any, contact: Any, key: Any) -> Any:
    return _with_known(_thread_of_contact(thread, contact), key)


SENT_BEFORE = Prepared(_before, key=UUID)
BLOCKS = Prepared(_blocks, contact=UUID)
_OF_PERSON = Prepared(_thread_of_person, thread=UUID, person=UUID)
_OF_CONTACT = Prepared(_thread_of_contact, thread=UUID, contact=UUID)
_KNOWN_TO_PERSON = Prepared(_known_to_person, thread=UUID, person=UUID, key=UUID)
_KNOWN_TO_CONTACT = Prepared(_known_to_contact, thread=UUID, contact=UUID, key=UUID)
_NEWEST = Prepared(_rule, facility=UUID)


def newest_rule(facility_id: UUID) -> Rule | None:
    """The facility's newest rule; None where it never had one."""
    found = _NEWEST(facility=facility_id)
    return row_of(Rule, _RULE, found[0]) if found else None


def ordinary_thread(thread_id: UUID, side: Side, owner: UUID) -> Thread | None:
    """An ordinary thread of this person or contact, with both people, facility and agency."""
    if side is Side.PERSON:
        found = _OF_PERSON(thread=thread_id, person=owner)
    else:
        found = _OF_CONTACT(thread=thread_id, contact=owner)
    return _built(found[0]) if found else None


def known_thread(
    thread_id: UUID, side: Side, owner: UUID, key: UUID
) -> tuple[Thread, Known] | None:
    """The same, and what else a message under this key wants to know, in one question."""
    if side is Side.PERSON:
        found = _KNOWN_TO_PERSON(thread=thread_id, person=owner, key=key)
    else:
        found = _KNOWN_TO_CONTACT(thread=thread_id, contact=owner, key=key)
    if not found:
        return None
    return _built(found[0]), Known(*found[0][len(_NAMES) :])


def _built(row: list[Any]) -> Thread:
    made: dict[str, Any] = {}
    begin = 0
    for before, model in _WITH:
        columns = _COLUMNS[model]
        end = begin + len(columns)
        made[before] = row_of(model, columns, row[begin:end])
        begin = end
    thread: Thread = made[""]
    thread.person, thread.contact = made["person__"], made["contact__"]
    thread.person.facility = made["person__facility__"]
    thread.person.facility.agency = made["person__facility__agency__"]
    thread.contact.account = made["contact__account__"] if thread.contact.account_id else None
    return thread
