"""What every message asks of the database, compiled once (see apps.prepared)."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from kinline.apps.facilities.models import Agency, Facility
from kinline.apps.messaging.models import Message, Rule, Thread
from kinline.apps.people.models import Account, Block, Contact, Person
from kinline.apps.prepared import Prepared
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


def _any(thread: Any) -> Any:
    return Message.objects.filter(thread=thread).values_list("pk")[:1]


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


def _thread(thread: Any, **whose: Any) -> Any:
    names = [f"{before}{column}" for before, model in _WITH for column in _columns(model)]
    return Thread.objects.filter(pk=thread, privileged=False, **whose).values_list(*names)


def _thread_of_person(thread: Any, person: Any) -> Any:
    return _thread(thread, person=person)


def _thread_of_contact(thread: Any, contact: Any) -> Any:
    return _thread(thread, contact=contact)


SENT_BEFORE = Prepared(_before, key=UUID)
BLOCKS = Prepared(_blocks, contact=UUID)
ANY_IN = Prepared(_any, thread=UUID)
_OF_PERSON = Prepared(_thread_of_person, thread=UUID, person=UUID)
_OF_CONTACT = Prepared(_thread_of_contact, thread=UUID, contact=UUID)
_NEWEST = Prepared(_rule, facility=UUID)


def newest_rule(facility_id: UUID) -> Rule | None:
    """The facility's newest rule; None where it never had one."""
    found = _NEWEST(facility=facility_id)
    return Rule(**dict(zip(_RULE, found[0], strict=True))) if found else None


def ordinary_thread(thread_id: UUID, side: Side, owner: UUID) -> Thread | None:
    """An ordinary thread of this person or contact, with both people, facility and agency."""
    if side is Side.PERSON:
        found = _OF_PERSON(thread=thread_id, person=owner)
    else:
        found = _OF_CONTACT(thread=thread_id, contact=owner)
    return _built(found[0]) if found else None


def _built(row: list[Any]) -> Thread:
    made: dict[str, Any] = {}
    for before, model in _WITH:
        columns = _columns(model)
        some, row = row[: len(columns)], row[len(columns) :]
        made[before] = model.from_db(connection.alias, columns, some)
    thread: Thread = made[""]
    thread.person, thread.contact = made["person__"], made["contact__"]
    thread.person.facility = made["person__facility__"]
    thread.person.facility.agency = made["person__facility__agency__"]
    thread.contact.account = made["contact__account__"] if thread.contact.account_id else None
    return thread
