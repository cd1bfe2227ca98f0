"""Whose figures may be seen. A scope is a list of facilities; every query takes one."""

from dataclasses import dataclass

from kinline.apps.errors import NotFound
from kinline.apps.facilities.models import Facility
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.core.ids import PlaceCode
from kinline.laws.loader import places


@dataclass(frozen=True, slots=True)
class Here:
    """A facility in a report. Days are those on the wall of `zone`."""

    place: str
    name: str
    agency_name: str
    zone: str


Scope = tuple[Here, ...]


def of_staff(*, staff: Staff, place: str = "") -> Scope:
    """The facilities whose reports the viewer may read; only `place` where one is named.

    Raises NotFound: another county's facility and none are one answer.
    """
    found = tuple(
        Here(one.place, one.name, one.agency_name, _zone(one.place, one.zone))
        for one in staff.places_with(Right.SEE_REPORTS)
        if place in {"", one.place}
    )
    if not found:
        raise NotFound
    return found


def everywhere(*, place: str = "") -> Scope:
    """Every facility, by name: for what is published, and for whoever runs Kinline.

    Raises NotFound for a `place` that is none of them.
    """
    rows = Facility.objects.select_related("agency").order_by("name")
    found = tuple(
        Here(row.place, row.name, row.agency.name, _zone(row.place, row.zone))
        for row in (rows.filter(place=place) if place else rows)
    )
    if place and not found:
        raise NotFound
    return found


def _zone(place: str, copied: str) -> str:
    """The zone of the law book's place; the facility's copy where the book has none."""
    found = places().get(PlaceCode(place))
    return found.zone.key if found else copied
