"""The state table of the core, stored by compare-and-set: whoever is late changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kinline.apps.calls.models import Call
from kinline.apps.prepared_writes import Update
from kinline.core.call.states import EndReason, Event, Move, State, step

ALWAYS = Q()


def move(
    call: Call,
    event: Event,
    *,
    reason: EndReason | None = None,
    only: Q = ALWAYS,
    columns: Mapping[str, Any],
) -> Move:
    """Apply `event` to the stored call, and to this row of it, and set `columns` with it; the
    Move says if obeyed.

    `only` is one more condition the row must meet at that very moment. The loop ends because a
    call's state only ever goes forward.
    """
    while True:
        before = State(call.state)
        outcome = step(before, event, reason)
        if not outcome.obeyed:
            return outcome
        if _moved(call.pk, before, outcome.state, only, columns):
            call.state = outcome.state
            for name, value in columns.items():
                setattr(call, name, value)
            return outcome
        call.refresh_from_db()
        if call.state == before:  # it is `only` that no longer holds
            return Move(before, obeyed=False)


def _moved(call: UUID, before: State, after: State, only: Q, columns: Mapping[str, Any]) -> bool:
    """Compare and set: whether the row was still as we thought."""
    if only is not ALWAYS:
        rows = Call.objects.filter(only, pk=call, state=before)
        return rows.update(state=after, **columns) == 1
    moments = frozenset(name for name, value in columns.items() if isinstance(value, datetime))
    words = {name: str(value) for name, value in columns.items() if name not in moments}
    moved = _compiled(moments, frozenset(words))
    values = {"before": str(before), "after": str(after), **columns, **words}
    return moved(call=call, **values) == 1


@cache
def _compiled(moments: frozenset[str], words: frozenset[str]) -> Update:
    """Each event sets the same columns every time, so there are a handful of these."""

    def build(
        call: Any, before: Any, after: Any, **columns: Any
    ) -> tuple[QuerySet[Call, Any], Mapping[str, Any]]:
        return Call.objects.filter(pk=call, state=before), {"state": after, **columns}

    kinds: dict[str, type] = {
        **dict.fromkeys(sorted(moments), datetime),
        **dict.fromkeys(sorted(words), str),
    }
    return Update(build, call=UUID, before=str, after=str, **kinds)
