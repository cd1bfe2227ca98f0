"""The state table of the core, stored by compare-and-set: whoever is late changes nothing."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from kinline.apps.calls.models import Call
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
    """Apply `event` to the stored call and set `columns` with it; the Move says if obeyed.

    `only` is one more condition the row must meet at that very moment. The loop ends because a
    call's state only ever goes forward.
    """
    while True:
        before = State(call.state)
        outcome = step(before, event, reason)
        if not outcome.obeyed:
            return outcome
        rows = Call.objects.filter(only, pk=call.pk, state=before)
        if rows.update(state=outcome.state, **columns) == 1:
            call.state = outcome.state
            return outcome
        call.refresh_from_db()
        if call.state == before:  # it is `only` that no longer holds
            return Move(before, obeyed=False)
