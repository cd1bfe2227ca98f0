"""Close a country to calls and open it again; let people call toll-free numbers, or not."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.facilities.actions.common import facility_of, tell
from kinline.apps.facilities.destinations import closable
from kinline.apps.facilities.models import ClosedCountry, Facility
from kinline.apps.text import typed

LONGEST_WHY = 200


@transaction.atomic
def close(*, facility_id: UUID, country: str, why: str, by: UUID, now: datetime) -> None:
    """From now on no call from here goes to this country, told with `why`.

    Raises Refused (country.unknown, country.why_needed, country.why_too_long,
    country.closed_already) and NotFound.
    """
    facility = facility_of(facility_id)
    told = typed(why, LONGEST_WHY + 1).replace("\n", " ")
    mistakes = []
    if country not in closable():
        mistakes.append(wrong("country.unknown", "country"))
    if not told:
        mistakes.append(wrong("country.why_needed", "why"))
    if len(told) > LONGEST_WHY:
        mistakes.append(wrong("country.why_too_long", "why"))
    if mistakes:
        raise Refused(*mistakes)
    try:
        with transaction.atomic():
            ClosedCountry.objects.create(
                facility=facility, country=country, why=told, closed_by=str(by), closed_at=now
            )
    except IntegrityError:
        raise Refused(wrong("country.closed_already", "country")) from None
    tell(facility, "country.closed", by, now, {"country": country, "why": told})


@transaction.atomic
def open_again(*, facility_id: UUID, country: str, by: UUID, now: datetime) -> None:
    """Calls to this country go out again. Raises NotFound, also where it is not closed."""
    facility = facility_of(facility_id)
    rows = ClosedCountry.objects.filter(facility=facility, country=country, opened_at=None)
    if rows.update(opened_at=now, opened_by=str(by)) != 1:
        raise NotFound
    tell(facility, "country.opened", by, now, {"country": country})


@transaction.atomic
def set_toll_free(*, facility_id: UUID, on: bool, by: UUID, now: datetime) -> None:
    """Whether people may call toll-free numbers. Open lines never ask. Raises NotFound."""
    facility = facility_of(facility_id)
    Facility.objects.filter(pk=facility.pk).update(toll_free=on)
    tell(facility, "facility.toll_free_on" if on else "facility.toll_free_off", by, now)
