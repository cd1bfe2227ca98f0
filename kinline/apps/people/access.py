"""Gates: what a viewer's own grants open. Not yours and not there are one answer, NotFound."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from kinline.apps.errors import NotFound
from kinline.apps.facilities.models import Facility, Station
from kinline.apps.people.models import Account, AllowedNumber, Grant, Person
from kinline.apps.people.rights import Right

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class StaffPlace:
    """A facility where someone holds rights, and which; `agency_wide` are held by agency."""

    facility: UUID
    place: str
    name: str
    zone: str
    agency: UUID
    agency_name: str
    rights: frozenset[Right]
    agency_wide: frozenset[Right]

    def holds(self, grant: Grant, right: Right) -> bool:
        """Whether `right` as held here reaches all the places where the grant is in force."""
        if grant.facility_id is not None:
            return grant.facility_id == self.facility and right in self.rights
        return grant.agency_id == self.agency and right in self.agency_wide


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff as of one request, with the rights in force then."""

    account: UUID
    email: str
    name: str
    language: str
    places: tuple[StaffPlace, ...]

    def facilities_with(self, right: Right) -> frozenset[UUID]:
        return frozenset(place.facility for place in self.places_with(right))

    def places_with(self, right: Right) -> tuple[StaffPlace, ...]:
        return tuple(place for place in self.places if right in place.rights)

    def may(self, right: Right, facility: UUID) -> bool:
        return facility in self.facilities_with(right)

    def has(self, right: Right) -> bool:
        """Whether the right is held anywhere."""
        return any(right in place.rights for place in self.places)


def staff(*, account_id: UUID, now: datetime) -> Staff:
    """The rights of an account now. Raises NotFound for anyone without a grant in force."""
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    grants = _grants(account_id, now) if account else []
    if account is None or not grants:
        raise NotFound
    places = tuple(_places(grants))
    return Staff(account.pk, account.email or "", account.name, account.language, places)


def is_staff(*, account_id: UUID, now: datetime) -> bool:
    """Whether the account holds any grant now."""
    return _in_force(now).filter(account=account_id, account__is_active=True).exists()


def had_rights(*, account_id: UUID) -> bool:
    """Whether the account is or was one of staff."""
    return Grant.objects.filter(account=account_id).exists()


def access_facility(*, staff: Staff, place: str, right: Right) -> StaffPlace:
    """The facility with this place code, if the right is held there. Raises NotFound."""
    for found in staff.places_with(right):
        if found.place == place:
            return found
    raise NotFound


def access_agency(*, staff: Staff, place: str, right: Right) -> StaffPlace:
    """The facility, if the right reaches all of its agency: for what all facilities share.

    Held for the agency, or at each of its facilities. Raises NotFound.
    """
    found = access_facility(staff=staff, place=place, right=right)
    if right not in found.agency_wide:
        all_of_it = Facility.objects.filter(agency=found.agency)
        if all_of_it.exclude(pk__in=staff.facilities_with(right)).exists():
            raise NotFound
    return found


def may_for_agency(*, staff: Staff, place: str, right: Right) -> bool:
    """Whether `access_agency` would open it."""
    try:
        access_agency(staff=staff, place=place, right=right)
    except NotFound:
        return False
    return True


def access_person(*, staff: Staff, person_id: UUID, right: Right) -> Person:
    """The incarcerated person, if the right is held at their facility. Raises NotFound."""
    rows = Person.objects.select_related("facility__agency", "unit")
    return _one(rows.filter(facility__in=staff.facilities_with(right), pk=person_id))


def access_station(*, staff: Staff, station_id: UUID, right: Right) -> Station:
    """The station, if the right is held at its facility. Raises NotFound."""
    rows = Station.objects.select_related("unit__facility")
    return _one(rows.filter(unit__facility__in=staff.facilities_with(right), pk=station_id))


def access_allowed(*, staff: Staff, allowed_id: UUID, right: Right) -> AllowedNumber:
    """The entry of an allowed list in force, by the same rule as its person. Raises NotFound."""
    rows = AllowedNumber.objects.select_related("person__facility__agency", "number__contact")
    mine = rows.filter(person__facility__in=staff.facilities_with(right), removed_at=None)
    return _one(mine.filter(pk=allowed_id))


def _one(rows: "QuerySet[Row]") -> Row:
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def not_ended(now: datetime) -> Q:
    """A condition on Grant rows: in force now or one day, unless someone ends it before."""
    return Q(ended_at=None) | Q(ended_at__gt=now)


def _in_force(now: datetime) -> QuerySet[Grant]:
    return Grant.objects.filter(not_ended(now), given_at__lte=now)


def _grants(account_id: UUID, now: datetime) -> list[Grant]:
    return list(_in_force(now).filter(account=account_id))


def _places(grants: list[Grant]) -> Iterator[StaffPlace]:
    facilities = {grant.facility_id for grant in grants if grant.facility_id}
    agencies = {grant.agency_id for grant in grants if grant.agency_id}
    rows = Facility.objects.filter(Q(pk__in=facilities) | Q(agency__in=agencies))
    for row in rows.select_related("agency").order_by("name"):
        here = {Right(grant.right) for grant in grants if grant.facility_id == row.pk}
        wide = {Right(grant.right) for grant in grants if grant.agency_id == row.agency_id}
        yield StaffPlace(
            facility=row.pk,
            place=row.place,
            name=row.name,
            zone=row.zone,
            agency=row.agency_id,
            agency_name=row.agency.name,
            rights=frozenset(here | wide),
            agency_wide=frozenset(wide),
        )
