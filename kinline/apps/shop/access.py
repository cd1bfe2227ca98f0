"""Gates of the shop: a facility's things for its own staff, a person's things for that person."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kinline.apps.errors import NotFound
from kinline.apps.people.access import Staff, StaffPlace, access_facility
from kinline.apps.people.actions.sign_in import Inside
from kinline.apps.people.rights import Right
from kinline.apps.shop.models import Item, Purchase, Turn
from kinline.core.ids import PlaceCode
from kinline.core.place import Place
from kinline.laws.loader import places


@dataclass(frozen=True, slots=True)
class Here:
    """A facility of the viewer's, as the law knows it, and its day."""

    staff: StaffPlace
    place: Place
    today: date


def here(*, staff: Staff, place: str, right: Right, now: datetime) -> Here:
    """The facility, if the right is held there. Raises NotFound."""
    found = access_facility(staff=staff, place=place, right=right)
    law = law_of(found.place)
    return Here(found, law, law.day(now))


def item_of(facility: UUID, item_id: UUID) -> Item:
    """An item of this facility. Raises NotFound."""
    row = Item.objects.filter(facility=facility, pk=item_id).first()
    if row is None:
        raise NotFound
    return row


def purchase_of(inside: Inside, purchase_id: UUID) -> Purchase:
    """A purchase of the signed-in person's that was not paid back. Raises NotFound."""
    rows = Purchase.objects.select_related("item").filter(paid_back_at=None, pieces=0)
    row = rows.filter(person=inside.person, pk=purchase_id).first()
    if row is None:
        raise NotFound
    return row


def is_open(facility: UUID) -> bool:
    """Whether a facility's shop is on."""
    rows = Turn.objects.filter(facility=facility).order_by("-set_at")
    return bool(rows.values_list("is_open", flat=True).first())


def law_of(place: str) -> Place:
    """The place as the law book knows it; every facility is copied from there."""
    return places()[PlaceCode(place)]
