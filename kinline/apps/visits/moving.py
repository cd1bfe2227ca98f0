"""A visit's moves: what core.visit.states says of an event, stored by compare-and-set.

Doubled and late events are normal: a move that is not in the table is not obeyed, and nothing of
it happens twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kinline.apps.visits import claiming, price, told
from kinline.apps.visits.models import Visit, VisitStep
from kinline.core.visit.price import Fate
from kinline.core.visit.states import (
    COUNTED,
    By,
    Effect,
    EndReason,
    Event,
    Missing,
    Move,
    State,
    step,
)
from kinline.core.visit.terms import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event, and who did it: a side ("contact", "person", "staff"; empty: nobody) and an id.

    `by` and `late` go with CANCELLED. `reason`, `came` and `held_seconds` go with ENDED: why, which
    sides were ever there, and how long both were. `why` is a code both sides read in words, `note`
    what staff wrote.
    """

    event: Event
    at: datetime
    side: str = ""
    who: str = ""
    by: By | None = None
    late: bool = False
    reason: EndReason | None = None
    came: frozenset[Side] = frozenset()
    held_seconds: int = 0
    why: str = ""
    note: str = ""


def move(visit: Visit, happened: Happened, **fields: object) -> Move:
    """Obey one event, with all that follows from it, in the caller's transaction.

    `visit` was read by `access.full`, and is up to date afterwards. `fields` are stored with the
    new state. Not obeyed: it was in another state, or has been moved by somebody else.
    """
    old = State(visit.state)
    found = step(old, happened.event, by=happened.by, reason=happened.reason, came=happened.came)
    if not found.obeyed:
        return found
    stored = {**_told(happened, found), **fields, "changed_at": happened.at, "state": found.state}
    mine = Visit.objects.filter(pk=visit.pk, state=old)
    if mine.update(**stored) != 1:
        visit.refresh_from_db(fields=["state"])
        return Move(State(visit.state), obeyed=False)
    for name, value in stored.items():
        setattr(visit, name, value)
    _follow(visit, happened, found)
    return found


def note_step(
    visit: Visit, what: str, at: datetime, side: str, who: str, facts: Mapping[str, str]
) -> None:
    """Write one line of a visit's history."""
    VisitStep.objects.create(visit=visit, what=what, at=at, side=side, by=who, facts=dict(facts))


def _told(happened: Happened, found: Move) -> dict[str, object]:
    """What the row keeps of the event."""
    fields: dict[str, object] = {}
    if happened.event in (Event.APPROVED, Event.REFUSED):
        fields |= {"decided_at": happened.at, "decided_by": happened.who}
    if found.state is State.CANCELLED:
        fields |= {"cancelled_at": happened.at, "cancelled_by": happened.by or By.FACILITY}
        fields["late"] = happened.late
    if happened.why or happened.note:
        fields |= {"reason": happened.why, "note": happened.note}
    if found.missing is not None:
        fields["missing"] = found.missing
    return fields


def _follow(visit: Visit, happened: Happened, found: Move) -> None:
    note_step(
        visit, happened.event, happened.at, happened.side, happened.who, _facts(happened, found)
    )
    if Effect.SETTLE_PRICE in found.effects:
        _settle(visit, happened)
    if not (found.state in COUNTED or (happened.late and happened.by is not By.FACILITY)):
        claiming.give_back(visit)
    if Effect.TELL_BOTH in found.effects:
        more = {"by": str(visit.cancelled_by), "why": visit.reason, "note": visit.note}
        told.both(visit, told.OF_STATE[found.state], happened.at, missing=visit.missing, **more)


def _settle(visit: Visit, happened: Happened) -> None:
    fate = Fate(
        state=State(visit.state),
        by=By(visit.cancelled_by) if visit.cancelled_by else None,
        late=visit.late,
        missing=Missing(visit.missing) if visit.missing else None,
        reason=happened.reason,
    )
    back = price.settle(visit=visit, fate=fate, held_seconds=happened.held_seconds, now=happened.at)
    visit.returned_cents, visit.returned_because = back.cents, back.because
    Visit.objects.filter(pk=visit.pk).update(
        returned_cents=back.cents, returned_because=back.because
    )


def _facts(happened: Happened, found: Move) -> dict[str, str]:
    facts = {
        "state": str(found.state),
        "reason": str(happened.reason or ""),
        "missing": str(found.missing or ""),
        "why": happened.why,
        "note": happened.note,
        "late": "1" if happened.late else "",
    }
    return {name: value for name, value in facts.items() if value}
