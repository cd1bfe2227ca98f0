"""Legal holds and wishes for copies, as staff see them, and a wish as its owner does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from kinline.apps.messaging.models import CopyWish, Keep
from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff, access_person
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.rights import Right


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold on all messages of a person, or on those with one contact (`contact_name`)."""

    id: UUID
    person: UUID
    person_name: str
    number: str
    facility_name: str
    zone: str
    contact_name: str
    why: str
    set_by: str
    set_at: datetime
    lifted_by: str
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class WishView:
    """A person who asked for a copy. `given_at` with `given_by` empty: they took it back."""

    person: UUID
    person_name: str
    number: str
    facility_name: str
    zone: str
    asked_at: datetime
    given_at: datetime | None
    given_by: str


def holds_of(*, staff: Staff, person_id: UUID) -> list[HoldView]:
    """All holds about a person, those in force first. Raises NotFound."""
    access_person(staff=staff, person_id=person_id, right=Right.KEEP_MESSAGES)
    return [_hold(row) for row in _holds().filter(person=person_id)]


def holds(*, staff: Staff, place: str = "", page: int = 1) -> Page[HoldView]:
    """Holds at the facilities where the viewer may set them, those in force first."""
    rows = _holds().filter(person__facility__in=staff.facilities_with(Right.KEEP_MESSAGES))
    if place:
        rows = rows.filter(person__facility__place=place)
    return paginate(rows, page, lambda found: [_hold(row) for row in found])


def wishes(*, staff: Staff, place: str = "", page: int = 1) -> Page[WishView]:
    """Who waits for a copy where the viewer may hand one out, the longest waiting first."""
    may = staff.facilities_with(Right.HAND_OUT) & staff.facilities_with(Right.READ_MESSAGES)
    rows = _wishes().filter(given_at=None, person__facility__in=may)
    if place:
        rows = rows.filter(person__facility__place=place)
    ordered = rows.order_by("asked_at", "pk")
    return paginate(ordered, page, lambda found: [_wish(row) for row in found])


def wishes_of(*, staff: Staff, person_id: UUID, limit: int = 10) -> list[WishView]:
    """What a person asked for and what was handed out, newest first. Raises NotFound."""
    access_person(staff=staff, person_id=person_id, right=Right.HAND_OUT)
    access_person(staff=staff, person_id=person_id, right=Right.READ_MESSAGES)
    rows = _wishes().filter(person=person_id).order_by("-asked_at")
    return [_wish(row) for row in rows[:limit]]


def own_wish(*, inside: Inside) -> WishView | None:
    """The newest wish of the person who is signed in."""
    row = _wishes().filter(person=inside.person).order_by("-asked_at").first()
    return _wish(row) if row else None


def _holds() -> QuerySet[Keep]:
    rows = Keep.objects.select_related("person__facility", "contact")
    return rows.order_by(F("lifted_at").desc(nulls_first=True), "-set_at", "pk")


def _wishes() -> QuerySet[CopyWish]:
    return CopyWish.objects.select_related("person__facility")


def _hold(row: Keep) -> HoldView:
    return HoldView(
        id=row.pk,
        person=row.person_id,
        person_name=row.person.full_name,
        number=row.person.number,
        facility_name=row.person.facility.name,
        zone=row.person.facility.zone,
        contact_name=row.contact.name if row.contact else "",
        why=row.why,
        set_by=row.set_by,
        set_at=row.set_at,
        lifted_by=row.lifted_by,
        lifted_at=row.lifted_at,
    )


def _wish(row: CopyWish) -> WishView:
    return WishView(
        person=row.person_id,
        person_name=row.person.full_name,
        number=row.person.number,
        facility_name=row.person.facility.name,
        zone=row.person.facility.zone,
        asked_at=row.asked_at,
        given_at=row.given_at,
        given_by=row.given_by,
    )
