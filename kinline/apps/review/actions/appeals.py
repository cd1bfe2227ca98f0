"""Appeals: either side of a message asks for another look; somebody else decides."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.tell import tell
from kinline.apps.review.access import access_appealed
from kinline.apps.review.actions.claim import named
from kinline.apps.review.actions.decide import Said, checked
from kinline.apps.review.models import Appeal, Decision, Item, Opinion
from kinline.apps.review.rules import may_reject_for
from kinline.apps.text import typed
from kinline.core.message.terms import Direction
from kinline.core.refusal import Refusal, Whose
from kinline.core.review.states import (
    AppealState,
    appeal_refusals,
    decider_refusal,
    undo_until,
)
from kinline.core.review.terms import Outcome, Side

LONGEST_WORDS = 2000


@transaction.atomic
def appeal(*, subject: str, side: Side | str, words: str, now: datetime) -> UUID:
    """Appeal the rejection of a message, for one of its sides; the caller has seen that it is
    theirs. Once a side: again it is the same appeal.

    Raises NotFound where nothing was reviewed, and Refused with every reason:
    appeal.nothing_rejected, appeal.too_late.
    """
    side = Side(side)
    item = Item.objects.select_related("facility").filter(subject=subject).first()
    if item is None:
        raise NotFound
    row = Decision.objects.filter(item=item, appealed=None).exclude(taken_up_at=None).first()
    if row is None:
        raise Refused(*appeal_refusals(until=None, appealed=False, now=now))
    found = Appeal.objects.filter(decision=row, side=side).first()
    if found is not None:
        return found.pk
    until = row.appeal_until if rejected_now(row) else None
    if no := appeal_refusals(until=until, appealed=False, now=now):
        raise Refused(*no)
    try:
        with transaction.atomic():
            made = Appeal.objects.create(
                decision=row,
                facility=item.facility,
                side=side,
                words=typed(words, LONGEST_WORDS),
                made_at=now,
            )
    except IntegrityError:  # pressed twice
        return Appeal.objects.get(decision=row, side=side).pk
    by = item.person_id if side is Side.PERSON else item.contact_id
    audit.write(
        now=now,
        actor=audit.Named(side.value, str(by)),
        act="review.appealed",
        subject=named(item),
        facility=item.facility.place,
        facts={"decision": str(made.decision_id)},
    )
    return made.pk


@transaction.atomic
def decide_appeal(*, staff: Staff, decision_id: UUID, said: Said, now: datetime) -> UUID:
    """Answer the open appeals against a decision; the answer's id, to undo it by.

    `said.rejected` are the parts that still do not go out: all of before upholds, none reverses.
    Raises NotFound, and Refused: review.own_decision for who decided or advised before,
    review.no_open_appeal, review.reason_needed, review.note_needed, review.part_unknown.
    """
    row = access_appealed(staff=staff, decision_id=decision_id)
    if no := decider_refusal(str(staff.account), took_part(row)):
        raise Refused(no)
    before = rejected_now(row)
    if not (note := typed(said.note)):
        # Whoever appealed reads why, also where it goes out after all.
        raise Refused(wrong("review.note_needed", "note"))
    if said.rejected:
        place, way = row.item.facility.place, Direction(row.item.direction)
        said = checked(said, before, may_reject_for(place, way, now))
    nothing_open = Refused(Refusal("review.no_open_appeal", Whose.FACILITY))
    try:
        with transaction.atomic():
            answer = Decision.objects.create(
                item=row.item,
                appealed=row,
                outcome=_outcome(said.rejected, before),
                rejected=[name for name in before if name in said.rejected],
                reason=said.reason if said.rejected and said.reason else "",
                note=note,
                decided_by=staff.account,
                decided_at=now,
                effective_at=undo_until(now),
            )
    except IntegrityError:  # a colleague answered just now
        raise nothing_open from None
    open_ones = Appeal.objects.filter(decision=row, state=AppealState.OPEN)
    if not open_ones.update(state=AppealState.DECIDED, answer=answer):
        raise nothing_open
    facts = {"outcome": answer.outcome, "decision": str(answer.pk), "appealed": str(row.pk)}
    tell(staff, "review.appeal_decided", named(row.item), row.item.facility.place, now, facts)
    return answer.pk


def rejected_now(row: Decision) -> list[str]:
    """The parts that do not go out as things stand: after the newest answer to appeals."""
    answers = row.answers.exclude(taken_up_at=None).order_by("-taken_up_at", "-decided_at")
    newest = answers.first() or row
    return list(newest.rejected)


def took_part(row: Decision) -> set[str]:
    """Who decided the item or an appeal before, or gave an opinion on it."""
    who = {row.decided_by, *row.answers.filter(undone_at=None).values_list("decided_by", flat=True)}
    advised = Opinion.objects.filter(item=row.item_id).exclude(answered_by=None)
    return {str(one) for one in who | set(advised.values_list("answered_by", flat=True))}


def _outcome(rejected: frozenset[str], before: list[str]) -> Outcome:
    if not rejected:
        return Outcome.APPROVED
    return Outcome.REJECTED if len(rejected) == len(before) else Outcome.IN_PART
