"""A facility's shop, on or off. From then on; what was bought stays usable."""

from datetime import datetime

from django.db import transaction

from kinline.apps.audit.actions import Named
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.shop.access import here
from kinline.apps.shop.models import Turn


@transaction.atomic
def turn(*, staff: Staff, place: str, is_open: bool, now: datetime) -> None:
    """Open or close the shop for the people of a facility. Raises NotFound."""
    found = here(staff=staff, place=place, right=Right.KEEP_SHOP, now=now)
    facility = found.staff.facility
    Turn.objects.create(
        facility_id=facility, is_open=is_open, set_by=str(staff.account), set_at=now
    )
    subject = Named("facility", str(facility))
    if is_open:
        tell(staff, "shop.opened", subject, place, now)
    else:
        tell(staff, "shop.closed", subject, place, now)
