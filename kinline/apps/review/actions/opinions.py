"""Second opinions: a reviewer asks, a colleague answers, and then the item is decided."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.review.access import access_item
from kinline.apps.review.actions.claim import claimable, named, why_not
from kinline.apps.review.models import Item, Opinion
from kinline.apps.text import typed
from kinline.core.refusal import Refusal, Whose
from kinline.core.review.states import State, decider_refusal

LONGEST = 600


@transaction.atomic
def ask(*, staff: Staff, item_id: UUID, question: str, now: datetime) -> UUID:
    """Ask a colleague about an item one has, or nobody has; until then nobody decides it.

    Raises NotFound, and Refused: review.question_needed, or why the item is not to be had.
    """
    item = access_item(staff=staff, item_id=item_id, right=Right.DECIDE_MESSAGES)
    if not (question := typed(question, LONGEST)):
        raise Refused(wrong("review.question_needed", "question"))
    rows = Item.objects.filter(claimable(staff.account, now), pk=item.pk)
    if rows.update(state=State.ASKED, claimed_by=None, claimed_until=None) != 1:
        raise Refused(why_not(item.pk))
    try:
        with transaction.atomic():
            made = Opinion.objects.create(
                item=item, question=question, asked_by=staff.account, asked_at=now
            )
    except IntegrityError:
        raise Refused(why_not(item.pk)) from None
    tell(staff, "review.opinion_asked", named(item), item.facility.place, now)
    return made.pk


@transaction.atomic
def answer(*, staff: Staff, item_id: UUID, words: str, now: datetime) -> None:
    """Answer a colleague's question; the item waits again, for anybody.

    Raises NotFound, and Refused: review.own_decision to who asked, review.answer_needed.
    """
    item, row = _open(staff, item_id)
    if no := decider_refusal(str(staff.account), {str(row.asked_by)}):
        raise Refused(no)
    if not (words := typed(words, LONGEST)):
        raise Refused(wrong("review.answer_needed", "answer"))
    _end(item, row, now, answer=words, answered_by=staff.account)
    tell(staff, "review.opinion_given", named(item), item.facility.place, now)


@transaction.atomic
def take_back(*, staff: Staff, item_id: UUID, now: datetime) -> None:
    """Who asked needs no answer any more; the item waits again. Raises NotFound, also to others."""
    item, row = _open(staff, item_id)
    if row.asked_by != staff.account:
        raise NotFound
    _end(item, row, now)
    tell(staff, "review.opinion_taken_back", named(item), item.facility.place, now)


def _open(staff: Staff, item_id: UUID) -> tuple[Item, Opinion]:
    item = access_item(staff=staff, item_id=item_id, right=Right.DECIDE_MESSAGES)
    row = Opinion.objects.filter(item=item, ended_at=None).first()
    if row is None:
        raise Refused(Refusal("review.no_question", Whose.FACILITY))
    return item, row


def _end(item: Item, row: Opinion, now: datetime, **answered: object) -> None:
    still = Opinion.objects.filter(pk=row.pk, ended_at=None)
    if still.update(ended_at=now, **answered) != 1:
        raise Refused(Refusal("review.no_question", Whose.FACILITY))
    Item.objects.filter(pk=item.pk, state=State.ASKED).update(state=State.WAITING)
