"""What every message asks of the database, compiled once (see apps.prepared)."""

from typing import Any
from uuid import UUID

from kinline.apps.messaging.models import Message, Rule
from kinline.apps.people.models import Block
from kinline.apps.prepared import Prepared

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


SENT_BEFORE = Prepared(_before, key=UUID)
BLOCKS = Prepared(_blocks, contact=UUID)
ANY_IN = Prepared(_any, thread=UUID)
_NEWEST = Prepared(_rule, facility=UUID)


def newest_rule(facility_id: UUID) -> Rule | None:
    """The facility's newest rule; None where it never had one."""
    found = _NEWEST(facility=facility_id)
    return Rule(**dict(zip(_RULE, found[0], strict=True))) if found else None
