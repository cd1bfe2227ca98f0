"""What review decided takes effect: delivered, rejected, in part, taken back, or reversed.

One transaction takes a decision up and does what it says: killed in between, neither happened,
and the worker finds it again. Both sides are told by keys, once.
"""

import logging
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.messaging import told
from kinline.apps.messaging.delivering import arrive, move, show
from kinline.apps.messaging.models import Attachment, Message
from kinline.apps.messaging.price import give_back
from kinline.apps.review.actions import take_up
from kinline.apps.review.actions.take_up import Verdict
from kinline.core.message.states import Effect, Event, State, event_of
from kinline.core.review.terms import TEXT_PART, Side

log = logging.getLogger(__name__)
WHOLLY = {State.REJECTED, State.TAKEN_BACK}


def settle_due(*, now: datetime, limit: int = 100) -> int:
    """Everything whose 30 seconds are over, the oldest first; returns how many took effect.

    One that fails is left for the next time and does not stop the others.
    """
    count = 0
    for verdict in take_up.due(now=now, limit=limit):
        try:
            count += settle(verdict, now=now)
        except Exception:
            log.exception("a decision did not take effect", extra={"item": verdict.item_id})
    return count


@transaction.atomic
def settle(verdict: Verdict, *, now: datetime) -> bool:
    """Do what one decision says; False where somebody else was quicker."""
    if not take_up.taken_up(decision_id=verdict.decision_id, now=now):
        return False
    rows = Message.objects.select_related(
        "thread__person__facility", "thread__contact", "facility__agency"
    )
    message = rows.get(pk=UUID(verdict.subject))
    before = State(message.state)
    event = event_of(verdict.outcome, of_appeal=verdict.of_appeal)
    outcome = move(message, event, **_columns(message, verdict, event, now))
    if not outcome.obeyed:
        return True  # withdrawn meanwhile: the decision is kept, and changes nothing
    _mark_parts(message, verdict)
    if Effect.GIVE_BACK in outcome.effects:
        give_back(
            message=message,
            rejected=_rejected(message, verdict.rejected_parts),
            delivered=before is not State.WAITING,
            now=now,
        )
    if Effect.DELIVER in outcome.effects:
        show(message.thread, now, told.reader_of(message))
        arrive(message, message.thread, now)
    if Effect.TELL_BOTH in outcome.effects:
        _tell(message, verdict, now)
    return True


def _columns(message: Message, verdict: Verdict, event: Event, now: datetime) -> dict[str, object]:
    """What stands on the message afterwards. An appeal leaves the first decision's clock."""
    columns: dict[str, object] = {"text_rejected": TEXT_PART in verdict.rejected_parts}
    if event in {Event.APPROVED, Event.REJECTED_IN_PART, Event.REVERSED, Event.REVERSED_IN_PART}:
        columns["delivered_at"] = message.delivered_at or now
    if event in {Event.REJECTED}:
        columns["ended_at"] = now
    if verdict.of_appeal:
        return columns
    reason = str(verdict.reason or "")
    columns |= {"reason": reason, "note": verdict.note, "appeal_until": verdict.appeal_until}
    return columns | {"decided_at": verdict.decided_at}


def _mark_parts(message: Message, verdict: Verdict) -> None:
    """Each attachment says whether it was let through; those of before may be free again."""
    ids = {UUID(name) for name in verdict.rejected_parts if name != TEXT_PART}
    parts = Attachment.objects.filter(message=message)
    parts.exclude(pk__in=ids).exclude(rejected_at=None).update(rejected_at=None)
    parts.filter(pk__in=ids, rejected_at=None).update(rejected_at=verdict.decided_at)


def _rejected(message: Message, named: Collection[str]) -> Collection[str]:
    """The parts that never arrive: those that were named, or all of a message that was rejected."""
    if message.state != State.REJECTED:
        return named
    return {TEXT_PART, *(str(pk) for pk in message.parts.values_list("pk", flat=True))}


def _tell(message: Message, verdict: Verdict, now: datetime) -> None:
    thread = message.thread
    show(thread, now, *Side)
    if verdict.of_appeal:
        kind, facts = told.APPEAL_DECIDED, {"outcome": str(verdict.outcome)}
    else:
        kind = told.REJECTED if State(message.state) in WHOLLY else told.PART_REJECTED
        facts = {"reason": str(verdict.reason or ""), "state": str(message.state)}
    told.decided(message, thread, kind, verdict.decision_id, now, **facts)
