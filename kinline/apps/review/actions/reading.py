"""Staff are about to read a message: a line in the audit log before a word of it is shown."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.review.access import access_item
from kinline.apps.review.actions.claim import named


@transaction.atomic
def read(*, staff: Staff, item_id: UUID, now: datetime, ahead: bool = False, part: str = "") -> str:
    """Write the line and answer with the subject whose content may be shown. Raises NotFound.

    `ahead`: a browser fetches the item before its reviewer comes to it. `part`: one file of it.
    """
    item = access_item(staff=staff, item_id=item_id, right=Right.READ_MESSAGES)
    facts: dict[str, object] = {"item": str(item.pk)}
    if ahead:
        facts["ahead"] = True
    if part:
        facts["part"] = part
    tell(staff, "review.read", named(item), item.facility.place, now, facts)
    return item.subject
