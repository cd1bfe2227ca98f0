"""Whether people of an agency can be found by name from outside."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.facilities.actions.common import facility_of, tell
from kinline.apps.facilities.models import Agency


@transaction.atomic
def set_search_by_name(*, facility_id: UUID, on: bool, by: UUID, now: datetime) -> None:
    """For every facility of the agency. Set twice is told once. Raises NotFound.

    The caller has seen that whoever asks may change all of them (people.access.access_agency).
    """
    facility = facility_of(facility_id)
    changed = Agency.objects.filter(pk=facility.agency_id).exclude(search_by_name=on)
    if changed.update(search_by_name=on) == 1:
        tell(facility, "agency.search_on" if on else "agency.search_off", by, now)
