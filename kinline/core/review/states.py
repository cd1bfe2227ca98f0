"""The state tables of what waits for review and of an appeal, with their clocks.

A move that is not in the table is recorded, not obeyed: two reviewers press at once, and a
worker killed at the wrong moment takes a decision up twice.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kinline.core.refusal import Refusal, Whose
from kinline.core.review.terms import APPEAL_DAYS, UNDO

CLAIM = timedelta(minutes=10)  # so long one reviewer has an item before it is anybody's again


class State(StrEnum):
    """An item's."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ASKED = "asked"  # for a second opinion, by another than who asks
    DECIDED = "decided"  # and can be undone
    IN_EFFECT = "in_effect"
    CLOSED = "closed"  # the sender withdrew it before a decision took effect


class Event(StrEnum):
    CLAIM = "claim"
    RELEASE = "release"  # by the reviewer, or because the claim ran out
    ASK = "ask"
    ADVISE = "advise"  # the second opinion is given; it goes back to be decided
    DECIDE = "decide"
    UNDO = "undo"
    TAKE_EFFECT = "take_effect"
    WITHDRAW = "withdraw"


MOVES: dict[tuple[State, Event], State] = {
    (State.WAITING, Event.CLAIM): State.CLAIMED,
    (State.CLAIMED, Event.RELEASE): State.WAITING,
    (State.CLAIMED, Event.ASK): State.ASKED,
    (State.ASKED, Event.ADVISE): State.WAITING,
    (State.CLAIMED, Event.DECIDE): State.DECIDED,
    (State.DECIDED, Event.UNDO): State.CLAIMED,  # of who undid it
    (State.DECIDED, Event.TAKE_EFFECT): State.IN_EFFECT,
    (State.WAITING, Event.WITHDRAW): State.CLOSED,
    (State.CLAIMED, Event.WITHDRAW): State.CLOSED,
    (State.ASKED, Event.WITHDRAW): State.CLOSED,
    (State.DECIDED, Event.WITHDRAW): State.CLOSED,
}
OPEN = frozenset({State.WAITING, State.CLAIMED, State.ASKED})


def step(state: State, event: Event) -> State | None:
    """Where an event leads an item; None where it leads nowhere."""
    return MOVES.get((state, event))


class AppealState(StrEnum):
    OPEN = "open"
    DECIDED = "decided"  # and can be undone
    IN_EFFECT = "in_effect"
    WITHDRAWN = "withdrawn"


class AppealEvent(StrEnum):
    DECIDE = "decide"
    UNDO = "undo"
    TAKE_EFFECT = "take_effect"
    WITHDRAW = "withdraw"


APPEAL_MOVES: dict[tuple[AppealState, AppealEvent], AppealState] = {
    (AppealState.OPEN, AppealEvent.DECIDE): AppealState.DECIDED,
    (AppealState.DECIDED, AppealEvent.UNDO): AppealState.OPEN,
    (AppealState.DECIDED, AppealEvent.TAKE_EFFECT): AppealState.IN_EFFECT,
    (AppealState.OPEN, AppealEvent.WITHDRAW): AppealState.WITHDRAWN,
}


def appeal_step(state: AppealState, event: AppealEvent) -> AppealState | None:
    """Where an event leads an appeal; None where it leads nowhere."""
    return APPEAL_MOVES.get((state, event))


def undo_until(decided_at: datetime) -> datetime:
    """Until this moment a decision can be undone; from it on it takes effect."""
    return decided_at + UNDO


def may_undo(decided_at: datetime, now: datetime) -> bool:
    """Whether a decision can still be undone. It is so exactly as long as it has no effect."""
    return now < undo_until(decided_at)


def claim_until(claimed_at: datetime) -> datetime:
    """A claim made at `claimed_at` holds up to this moment, and can be renewed."""
    return claimed_at + CLAIM


def last_appeal_day(told_at: datetime, zone: ZoneInfo, days: int = APPEAL_DAYS) -> date:
    """The last day on which one may appeal, on the facility's calendar.

    The day of being told does not count (103 CMR 481.15: within seven calendar days).
    """
    return told_at.astimezone(zone).date() + timedelta(days=days)


def appeal_until(told_at: datetime, zone: ZoneInfo, days: int = APPEAL_DAYS) -> datetime:
    """The moment, in UTC, at which the last day is over; up to it an appeal is in time."""
    after = last_appeal_day(told_at, zone, days) + timedelta(days=1)
    return datetime.combine(after, time(), tzinfo=zone).astimezone(UTC)


def appeal_refusals(
    *, until: datetime | None, appealed: bool, now: datetime
) -> tuple[Refusal, ...]:
    """Why a rejection cannot be appealed. `until` is its clock, None where nothing is rejected."""
    if until is None:
        return (Refusal("appeal.nothing_rejected", Whose.KINLINE),)
    reasons = []
    if appealed:
        reasons.append(Refusal("appeal.already_made", Whose.FACILITY))
    if now >= until:
        reasons.append(Refusal("appeal.too_late", Whose.LAW, until))
    return tuple(reasons)


def decider_refusal(who: str, took_part: Collection[str]) -> Refusal | None:
    """Why `who` may not decide an appeal: they decided what it is against, or advised on it.

    Also said of a second opinion, which must come from another than who asks for it.
    """
    if who in took_part:
        return Refusal("review.own_decision", Whose.FACILITY)
    return None
