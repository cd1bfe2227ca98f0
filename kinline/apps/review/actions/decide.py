"""Deciding: deliver, not, or in part; from then 30 seconds to undo it before it takes effect."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.errors import Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.review.access import access_item, own_decision
from kinline.apps.review.actions.claim import claimable, named, why_not
from kinline.apps.review.models import Appeal, Decision, Item
from kinline.apps.review.parts import parts_of
from kinline.apps.review.rules import may_reject_for
from kinline.apps.text import typed
from kinline.core.message.terms import Direction, PartKind
from kinline.core.refusal import Refusal, Whose
from kinline.core.review.states import AppealState, State, claim_until, may_undo, undo_until
from kinline.core.review.terms import Outcome, Reason

LONGEST_NOTE = 1000
MOST_AT_ONCE = 50
# What goes out only if somebody has looked at it, marks or not.
LOOKED_AT = frozenset({PartKind.PHOTO, PartKind.FILM})


@dataclass(frozen=True, slots=True)
class Said:
    """What a reviewer says: which parts do not go out (none: all go), and why not."""

    rejected: frozenset[str] = frozenset()
    reason: Reason | None = None
    note: str = ""


@transaction.atomic
def decide(*, staff: Staff, item_id: UUID, said: Said, now: datetime) -> UUID:
    """Decide an item one has, or that nobody has. The decision's id, to undo it by.

    Raises NotFound, and Refused: review.reason_needed, review.note_needed, review.part_unknown,
    review.reason_not_here where the place's list has no such rule, review.claimed, review.asked,
    review.decided.
    """
    item = access_item(staff=staff, item_id=item_id, right=Right.DECIDE_MESSAGES)
    names = [part.name for part in parts_of(item.parts)]
    said = checked(said, names, _reasons(item, now))
    # Whoever was away longer than the claim loses nothing, unless a colleague has come.
    rows = Item.objects.filter(claimable(staff.account, now), pk=item.pk)
    taken = rows.update(
        state=State.DECIDED, claimed_by=staff.account, claimed_until=claim_until(now)
    )
    if taken != 1:
        raise Refused(why_not(item.pk))
    return _write(staff, item, said, names, now).pk


@transaction.atomic
def approve_clean(*, staff: Staff, items: Collection[UUID], now: datetime) -> list[UUID]:
    """Deliver several that nothing stands out in, unread; the decisions' ids.

    Left out without a word, because the list one saw may be old: what has findings, photos or
    films, what a colleague has, what is decided, what is not the viewer's. At most MOST_AT_ONCE.
    """
    there = staff.facilities_with(Right.DECIDE_MESSAGES)
    rows = Item.objects.select_related("facility").filter(
        claimable(staff.account, now), pk__in=list(items)[:MOST_AT_ONCE], marks=0
    )
    made = []
    for item in rows.filter(facility__in=there).order_by("due_at", "pk"):
        if any(part.kind in LOOKED_AT for part in parts_of(item.parts)):
            continue  # no program of ours looks at pictures
        mine = Item.objects.filter(claimable(staff.account, now), pk=item.pk, marks=0)
        until = claim_until(now)
        if mine.update(state=State.DECIDED, claimed_by=staff.account, claimed_until=until) == 1:
            made.append(_write(staff, item, Said(), [], now, in_bulk=True).pk)
    return made


@transaction.atomic
def undo(*, staff: Staff, decision_id: UUID, now: datetime) -> UUID:
    """Take one's own decision back while it has no effect; the item's id. Undone twice is once.

    The item is the viewer's again; appeals are open again. Raises NotFound, and Refused:
    review.too_late once the 30 seconds are over.
    """
    row = own_decision(staff=staff, decision_id=decision_id)
    if row.undone_at is not None:
        return row.item_id
    late = Refusal("review.too_late", Whose.FACILITY)
    if not may_undo(row.decided_at, now):
        raise Refused(late)
    pending = Decision.objects.filter(pk=row.pk, undone_at=None, taken_up_at=None)
    if pending.update(undone_at=now) != 1:
        raise Refused(late)
    if row.appealed_id is None:
        decided = Item.objects.filter(pk=row.item_id, state=State.DECIDED)
        if decided.update(state=State.CLAIMED, claimed_until=claim_until(now)) != 1:
            raise Refused(late)  # the sender withdrew the message meanwhile
    else:
        answered = Appeal.objects.filter(answer=row.pk, state=AppealState.DECIDED)
        answered.update(state=AppealState.OPEN, answer=None)
    facts = {"decision": str(row.pk)}
    tell(staff, "review.undone", named(row.item), row.item.facility.place, now, facts)
    return row.item_id


def checked(said: Said, names: Sequence[str], reasons: Collection[Reason]) -> Said:
    """What was said, tidied; of these parts and reasons. Raises Refused with every mistake."""
    note, mistakes = typed(said.note, LONGEST_NOTE), []
    if not said.rejected:
        return Said()
    if said.rejected - set(names):
        mistakes.append(wrong("review.part_unknown", "rejected"))
    if said.reason is None:
        mistakes.append(wrong("review.reason_needed", "reason"))
    elif said.reason not in reasons:
        mistakes.append(wrong("review.reason_not_here", "reason"))
    if not note:
        mistakes.append(wrong("review.note_needed", "note"))
    if mistakes:
        raise Refused(*mistakes)
    return Said(said.rejected, said.reason, note)


def outcome_of(rejected: Collection[str], names: Sequence[str]) -> Outcome:
    """What it comes to if these of the parts do not go out."""
    if not rejected:
        return Outcome.APPROVED
    return Outcome.REJECTED if len(rejected) == len(names) else Outcome.IN_PART


def _reasons(item: Item, now: datetime) -> tuple[Reason, ...]:
    return may_reject_for(item.facility.place, Direction(item.direction), now)


def _write(
    staff: Staff,
    item: Item,
    said: Said,
    names: Sequence[str],
    now: datetime,
    *,
    in_bulk: bool = False,
) -> Decision:
    outcome = outcome_of(said.rejected, names)
    try:
        with transaction.atomic():
            row = Decision.objects.create(
                item=item,
                outcome=outcome,
                rejected=[name for name in names if name in said.rejected],
                reason=said.reason or "",
                note=said.note,
                in_bulk=in_bulk,
                decided_by=staff.account,
                decided_at=now,
                effective_at=undo_until(now),
            )
    except IntegrityError:
        raise Refused(Refusal("review.decided", Whose.FACILITY)) from None
    facts: dict[str, object] = {"outcome": outcome.value, "decision": str(row.pk)}
    if said.reason:
        facts["reason"] = said.reason.value
    if in_bulk:
        facts["unread"] = True
    tell(staff, "review.decided", named(item), item.facility.place, now, facts)
    return row
