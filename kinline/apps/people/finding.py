"""Looking for somebody inside, from outside. By name only where the agency allows it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from kinline.apps.errors import Refused, wrong
from kinline.apps.facilities.models import Facility
from kinline.apps.people.actions.links import count_look_up
from kinline.apps.people.links import orders_against
from kinline.apps.people.models import Person, Unwanted
from kinline.apps.text import typed

MOST = 20
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A facility one can look at. `by_name`: the agency lets people be found by name."""

    place: str
    name: str
    by_name: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody inside, as the agency lets everybody see them."""

    number: str
    name: str


def places() -> list[PlaceChoice]:
    """Every facility set up here, by name. Facilities are public."""
    rows = Facility.objects.select_related("agency").order_by("name")
    return [PlaceChoice(row.place, row.name, row.agency.search_by_name) for row in rows]


def by_name(*, contact_id: UUID, place: str, name: str, now: datetime) -> list[Found]:
    """People at a facility whose names hold every word typed; each search is counted.

    Without those an order or their own wish keeps away from this contact: they look as if they
    were not there. Raises Refused: link.name_needed, link.no_search, link.look_ups.
    """
    words = typed(name, 100).split()
    if sum(map(len, words)) < SHORTEST:
        raise Refused(wrong("link.name_needed", "name"))
    searchable = Facility.objects.filter(place=place, agency__search_by_name=True)
    if not searchable.exists():
        raise Refused(wrong("link.no_search", "name"))
    count_look_up(contact_id=contact_id, now=now)
    rows = Person.objects.filter(facility__place=place, active=True)
    for word in words:
        rows = rows.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word))
    rows = rows.exclude(pk__in=_kept_away(contact_id, now))
    found = rows.order_by("family_name", "given_name", "number")[:MOST]
    return [Found(row.number, row.full_name) for row in found]


def _kept_away(contact_id: UUID, now: datetime) -> set[UUID]:
    unwanted = Unwanted.objects.filter(contact=contact_id, lifted_at=None)
    kept = set(unwanted.values_list("person", flat=True))
    return kept | set(orders_against(contact_id, now).values_list("person", flat=True))
