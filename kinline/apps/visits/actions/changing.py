"""Another time: new claims and the old ones freed, in one transaction."""

from datetime import datetime
from uuid import UUID

from kinline.apps.visits.access import Asker
from kinline.apps.visits.actions.booking import Booked


def change(
    *, by: Asker, visit_id: UUID, starts_at: datetime, length_minutes: int, now: datetime
) -> Booked:
    """Move a visit that is to come; who comes stays. It is asked of the facility anew where it
    agrees to each visit. The same time again changes nothing.

    Raises NotFound, SlotTaken, and Refused with every reason: the visit stays where it was.
    """
    raise NotImplementedError
