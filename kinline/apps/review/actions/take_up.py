"""Decisions whose 30 seconds are over, for the room the message is of: each taken up once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from kinline.apps.review.models import Appeal, Decision, Item
from kinline.apps.review.rules import appeals_until
from kinline.core.message.terms import Direction
from kinline.core.review.states import AppealState, State
from kinline.core.review.terms import Outcome, Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision that is to take effect.

    `rejected_parts` do not go out. `appeal_until` is the end of the clock of those who are told
    now, None where there is nothing to appeal. `of_appeal`: on appeals against an earlier one,
    where `outcome` REJECTED says that it stays, in whole or in part, as it was.
    """

    decision_id: UUID
    item_id: UUID
    subject: str
    outcome: Outcome
    rejected_parts: tuple[str, ...]
    reason: Reason | None
    note: str
    decided_at: datetime
    appeal_until: datetime | None
    of_appeal: bool


def due(*, now: datetime, limit: int = 100) -> list[Verdict]:
    """What is to take effect, the oldest first. Read only: see `taken_up`."""
    rows = _pending(now).select_related("item__facility").order_by("effective_at", "pk")
    return [_verdict(row, now) for row in rows[:limit]]


def taken_up(*, decision_id: UUID, now: datetime) -> bool:
    """Mark a decision as taken up, in the caller's transaction that does what it says.

    Compare-and-set: True for one caller ever, and never before its time, after it was undone or
    after the message was withdrawn. From False nothing may follow.
    """
    row = _pending(now).select_related("item__facility").filter(pk=decision_id).first()
    if row is None:
        return False
    try:
        with transaction.atomic():
            _mark(row, now)
    except _LostError:
        return False
    return True


class _LostError(Exception):
    """Somebody else was quicker; nothing of ours may stay."""


def _mark(row: Decision, now: datetime) -> None:
    # Decision before item, as in undoing: two that lock in two orders may wait for each other.
    pending = Decision.objects.filter(pk=row.pk, undone_at=None, taken_up_at=None)
    if pending.update(taken_up_at=now, appeal_until=_appeal_until(row, now)) != 1:
        raise _LostError
    if row.appealed_id is not None:
        _end_appeals(row)
        return
    decided = Item.objects.filter(pk=row.item_id, state=State.DECIDED)
    if decided.update(state=State.IN_EFFECT, outcome=row.outcome) != 1:
        raise _LostError


def _pending(now: datetime) -> QuerySet[Decision]:
    rows = Decision.objects.filter(undone_at=None, taken_up_at=None, effective_at__lte=now)
    return rows.filter(Q(appealed__isnull=False) | Q(item__state=State.DECIDED))


def _end_appeals(row: Decision) -> None:
    answered = Appeal.objects.filter(answer=row.pk, state=AppealState.DECIDED)
    answered.update(state=AppealState.IN_EFFECT)
    if row.outcome == Outcome.APPROVED:
        # Everything goes out: an appeal of the other side, made meanwhile, has its answer too.
        still_open = Appeal.objects.filter(decision=row.appealed_id, state=AppealState.OPEN)
        still_open.update(state=AppealState.IN_EFFECT, answer=row.pk)


def _appeal_until(row: Decision, told_at: datetime) -> datetime | None:
    if row.appealed_id is not None or row.outcome == Outcome.APPROVED:
        return None
    way = Direction(row.item.direction)
    return appeals_until(row.item.facility.place, way, told_at)


def _verdict(row: Decision, now: datetime) -> Verdict:
    return Verdict(
        decision_id=row.pk,
        item_id=row.item_id,
        subject=row.item.subject,
        outcome=Outcome(row.outcome),
        rejected_parts=tuple(row.rejected),
        reason=Reason(row.reason) if row.reason else None,
        note=row.note,
        decided_at=row.decided_at,
        appeal_until=_appeal_until(row, now),
        of_appeal=row.appealed_id is not None,
    )
