"""A message reaches the other side: always in the caller's transaction, and once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from kinline.apps.messaging import told
from kinline.apps.messaging.models import Message, Thread
from kinline.apps.prepared_writes import Update
from kinline.core.message.states import Event, Move, State, step
from kinline.core.review.terms import Side


def move(message: Message, event: Event, **columns: Any) -> Move:
    """Apply an event by compare-and-set; what is not obeyed changes nothing.

    `message.state` is the new one afterwards. The loop ends: a state that changed under our hands
    has gone forward.
    """
    while True:
        before = State(message.state)
        outcome = step(before, event)
        if not outcome.obeyed:
            return outcome
        rows = Message.objects.filter(pk=message.pk, state=before)
        if rows.update(state=outcome.state, **columns) == 1:
            message.state = outcome.state
            return outcome
        message.refresh_from_db(fields=["state"])


def show(thread: Thread, now: datetime, *sides: Side) -> None:
    """Bring a thread to the top of these sides' lists."""
    _SHOWN[frozenset(sides)](thread=thread.pk, now=now)


def _shown(*sides: Side) -> Update:
    def build(thread: Any, now: Any) -> Any:
        columns = {
            f"{side}_last_at": Greatest(Coalesce(F(f"{side}_last_at"), Value(now)), Value(now))
            for side in sides
        }
        return Thread.objects.filter(pk=thread), columns

    return Update(build, thread=UUID, now=datetime)


# Each message asks one of these, so they are compiled once (see apps.prepared).
_SHOWN = {frozenset(sides): _shown(*sides) for sides in [tuple(Side), *((one,) for one in Side)]}


def arrive(message: Message, thread: Thread, now: datetime) -> None:
    """The reader is told; their list has it by `show`, which the caller does for all sides."""
    told.arrived(message, thread, now)
