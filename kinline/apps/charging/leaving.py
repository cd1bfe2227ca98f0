"""A contact closes their account for good. Money goes back first, by the way there is for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.charging.models import Refund
from kinline.apps.errors import Refused
from kinline.apps.ledger import queries as ledger
from kinline.apps.people.actions import closing
from kinline.core.refund.states import State
from kinline.core.refusal import Refusal, Whose
from kinline.core.transition.words import AccountKind

PAID_BACK = frozenset({AccountKind.PREPAID_COLLECT})
OVER = (State.PAID, State.FAILED, State.WITHDRAWN, State.REFUSED)


def against(*, contact_id: UUID) -> list[Refusal]:
    """Why the account can’t be closed yet: leave.money, leave.refund_under_way; else nothing."""
    reasons = []
    held = ledger.held(holders=[str(contact_id)]).get(str(contact_id), ())
    money = sum(one.balance.free + one.on_calls for one in held if one.kind in PAID_BACK)
    if money > 0:
        reasons.append(Refusal("leave.money", Whose.KINLINE, facts={"cents": str(money)}))
    if Refund.objects.filter(holder=str(contact_id)).exclude(state__in=OVER).exists():
        reasons.append(Refusal("leave.refund_under_way", Whose.KINLINE))
    return reasons


@transaction.atomic
def close(*, contact_id: UUID, now: datetime) -> None:
    """Close it. Raises Refused (see `against`; contact.is_staff) and NotFound."""
    if reasons := against(contact_id=contact_id):
        raise Refused(*reasons)
    closing.close(contact_id=contact_id, now=now)
