"""Paying back: staff undo a purchase with a reason, and the thing leaves the library."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit.actions import Named
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.ledger.actions.post import reverse
from kinline.apps.ledger.errors import NotEnough
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.shop.access import here
from kinline.apps.shop.actions.buying import entry_key
from kinline.apps.shop.models import Purchase
from kinline.apps.text import typed

LONGEST_WHY = 200


@transaction.atomic
def pay_back(*, staff: Staff, place: str, purchase_id: UUID, why: str, now: datetime) -> None:
    """Reverse a purchase made at a facility: all of it, once. Twice is once.

    Raises NotFound, and Refused: shop.why_needed, shop.pieces_spent where pieces were used since.
    """
    found = here(staff=staff, place=place, right=Right.PAY_BACK, now=now)
    rows = Purchase.objects.filter(item__facility=found.staff.facility, pk=purchase_id)
    row = rows.first()
    if row is None:
        raise NotFound
    if not (why := typed(why, LONGEST_WHY)):
        raise Refused(wrong("shop.why_needed", "why"))
    by = str(staff.account)
    first = rows.filter(paid_back_at=None).update(paid_back_at=now, paid_back_by=by, why=why) == 1
    if not first:
        return
    if row.cents or row.pieces:
        try:
            reverse(key=f"shop-back:{row.pk}", of=entry_key(row.pk), why=why, now=now, by=by)
        except NotEnough:
            raise Refused(wrong("shop.pieces_spent", "why")) from None
    subject = Named("purchase", str(row.pk))
    facts = {"cents": row.cents}
    tell(staff, "shop.paid_back", subject, place, now, facts, purpose=why)
