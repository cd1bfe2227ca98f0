"""Claims: one reviewer has an item for a while, gives it back, or a colleague takes it over."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from kinline.apps.audit.actions import Named
from kinline.apps.errors import Refused
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.review.access import access_item
from kinline.apps.review.models import Item
from kinline.core.refusal import Refusal, Whose
from kinline.core.review.states import State, claim_until


def free(now: datetime) -> Q:
    """A condition on items: anybody may claim it. A claim that ran out counts as given back."""
    return Q(state=State.WAITING) | Q(state=State.CLAIMED, claimed_until__lte=now)


def claimable(account: UUID, now: datetime) -> Q:
    """A condition on items: this reviewer may claim it, or has it."""
    return free(now) | Q(state=State.CLAIMED, claimed_by=account)


@transaction.atomic
def claim(*, staff: Staff, item_id: UUID, now: datetime) -> datetime:
    """Have an item for oneself, up to the moment answered; claimed again it is renewed.

    Raises NotFound, and Refused: review.claimed while a colleague has it, review.asked while a
    second opinion is awaited, review.decided when it is decided or closed.
    """
    item = access_item(staff=staff, item_id=item_id, right=Right.DECIDE_MESSAGES)
    until = claim_until(now)
    rows = Item.objects.filter(claimable(staff.account, now), pk=item.pk)
    if not _set(rows, staff, until):
        raise Refused(why_not(item_id))
    return until


@transaction.atomic
def take_over(*, staff: Staff, item_id: UUID, now: datetime) -> datetime:
    """Take an item from the colleague who has it, openly: both are named in the audit log.

    Raises NotFound, and Refused where nobody has it any more.
    """
    item = access_item(staff=staff, item_id=item_id, right=Right.DECIDE_MESSAGES)
    holder, until = item.claimed_by, claim_until(now)
    rows = Item.objects.filter(pk=item.pk, state=State.CLAIMED, claimed_by=holder)
    if not _set(rows, staff, until):
        raise Refused(why_not(item_id))
    if holder != staff.account:
        facts = {"from": str(holder)}
        tell(staff, "review.taken_over", named(item), item.facility.place, now, facts)
    return until


@transaction.atomic
def release(*, staff: Staff, item_id: UUID, now: datetime) -> None:
    """Give an item back to the queue. One that is not the viewer's stays as it is."""
    item = access_item(staff=staff, item_id=item_id, right=Right.DECIDE_MESSAGES)
    mine = Item.objects.filter(pk=item.pk, state=State.CLAIMED, claimed_by=staff.account)
    mine.update(state=State.WAITING, claimed_by=None, claimed_until=None)


def named(item: Item) -> Named:
    """The item in an audit line: by the message it is about."""
    return Named("message", item.subject)


def why_not(item_id: UUID) -> Refusal:
    """Why an item cannot be had just now, as it stands."""
    state = Item.objects.values_list("state", flat=True).get(pk=item_id)
    code = {State.CLAIMED: "claimed", State.ASKED: "asked", State.WAITING: "free"}
    return Refusal(f"review.{code.get(State(state), 'decided')}", Whose.FACILITY)


def _set(rows: "QuerySet[Item]", staff: Staff, until: datetime) -> bool:
    changed = rows.update(state=State.CLAIMED, claimed_by=staff.account, claimed_until=until)
    return changed == 1
