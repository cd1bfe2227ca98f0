"""Gates of review: staff reach the items, decisions and appeals of their own facilities."""

from uuid import UUID

from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.review.models import Appeal, Decision, Item, Policy, Stop, WordList


def access_item(*, staff: Staff, item_id: UUID, right: Right = Right.READ_MESSAGES) -> Item:
    """The item, if the right is held at its facility. Raises NotFound."""
    rows = Item.objects.select_related("facility", "person__unit", "contact")
    row = rows.filter(facility__in=staff.facilities_with(right), pk=item_id).first()
    if row is None:
        raise NotFound
    return row


def access_appealed(*, staff: Staff, decision_id: UUID) -> Decision:
    """A decision that was appealed, if the viewer decides appeals there. Raises NotFound."""
    rows = Decision.objects.select_related("item__facility", "item__person", "item__contact")
    mine = rows.filter(item__facility__in=staff.facilities_with(Right.DECIDE_APPEALS))
    row = mine.filter(pk=decision_id, appeals__isnull=False).first()
    if row is None:
        raise NotFound
    return row


def own_decision(*, staff: Staff, decision_id: UUID) -> Decision:
    """A decision the viewer made, while they may still read there. Raises NotFound."""
    rows = Decision.objects.select_related("item__facility")
    mine = rows.filter(
        decided_by=staff.account, item__facility__in=staff.facilities_with(Right.READ_MESSAGES)
    )
    row = mine.filter(pk=decision_id).first()
    if row is None:
        raise NotFound
    return row


def access_policy(*, staff: Staff, facility: UUID, policy_id: UUID) -> Policy:
    """A policy in force, if the viewer sets them at this facility. Raises NotFound."""
    if not staff.may(Right.SET_REVIEW, facility):
        raise NotFound
    row = Policy.objects.filter(facility=facility, pk=policy_id, ended_at=None).first()
    if row is None:
        raise NotFound
    return row


def access_stop(*, staff: Staff, facility: UUID, stop_id: UUID) -> Stop:
    """A stop that was not ended, if the viewer sets them at this facility. Raises NotFound."""
    if not staff.may(Right.SET_REVIEW, facility):
        raise NotFound
    row = Stop.objects.filter(facility=facility, pk=stop_id, ended_at=None).first()
    if row is None:
        raise NotFound
    return row


def access_list(*, staff: Staff, facility: UUID, list_id: UUID) -> WordList:
    """A word list in use, if the viewer keeps those of this facility. Raises NotFound."""
    if not staff.may(Right.SET_REVIEW, facility):
        raise NotFound
    row = WordList.objects.filter(facility=facility, pk=list_id, ended_at=None).first()
    if row is None:
        raise NotFound
    return row


def open_appeals(decision: Decision) -> "list[Appeal]":
    """The appeals against a decision that nobody answered yet, the oldest first."""
    return list(decision.appeals.filter(answer=None).order_by("made_at"))
