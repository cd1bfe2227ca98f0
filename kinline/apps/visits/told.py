"""What both sides are told of a visit, as notes on their pages, each once.

By which other ways a contact is told, the room of notices knows: there in general words.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from kinline.apps.notices import kinds
from kinline.apps.notices.actions import Draft, notes
from kinline.apps.visits.models import Visit, WaitingPlace
from kinline.core.visit.states import State

# What is told when a visit has come to this state.
OF_STATE = {
    State.BOOKED: kinds.VISIT_APPROVED,
    State.REFUSED: kinds.VISIT_REFUSED,
    State.LAPSED: kinds.VISIT_CANCELLED,
    State.CANCELLED: kinds.VISIT_CANCELLED,
    State.FAILED: kinds.VISIT_CANCELLED,
    State.MISSED: kinds.VISIT_MISSED,
}


def both(visit: Visit, kind: str, now: datetime, *, occasion: str = "", **more: str) -> None:
    """Tell the person inside and every contact who comes. `occasion`: what may happen again to
    one visit, so that each is told. `visit` was read with both sides and the facility."""
    notes(_drafts(visit, kind, occasion, more), now=now)


def offered(place: WaitingPlace, now: datetime) -> None:
    """Tell whoever waits that a slot is held for them, and until when."""
    person = place.person
    facts = {
        "waiting": str(place.pk),
        "name": person.full_name,
        "facility": person.facility.name,
        "zone": person.facility.zone,
        "starts_at": place.offered_starts_at.isoformat() if place.offered_starts_at else "",
        "until": place.offer_until.isoformat() if place.offer_until else "",
    }
    inside = place.asked_by == "person"
    owner = place.person_id if inside else place.contact_id
    facts["name"] = place.contact.name if inside else person.full_name
    key = f"{kinds.VISIT_OFFERED}:{place.pk}:{place.passed}"
    kind = "person" if inside else "contact"
    draft = Draft(key=key, owner_kind=kind, owner=owner, kind=kinds.VISIT_OFFERED, facts=facts)
    notes([draft], now=now)


def _drafts(visit: Visit, kind: str, occasion: str, more: Mapping[str, str]) -> Iterator[Draft]:
    contacts = {row.contact_id: row.contact.name for row in visit.visitors.all()}
    names = ", ".join(contacts.values())
    yield _draft(visit, kind, occasion, "person", visit.person_id, names, more)
    for contact in contacts:
        name = visit.person.full_name
        yield _draft(visit, kind, occasion, "contact", contact, name, more)


def _draft(
    visit: Visit,
    kind: str,
    occasion: str,
    side: str,
    owner: UUID,
    name: str,
    more: Mapping[str, str],
) -> Draft:
    facts = {
        "visit": str(visit.pk),
        "name": name,
        "facility": visit.facility.name,
        "place": visit.facility.place,
        "zone": visit.facility.zone,
        "starts_at": visit.starts_at.isoformat(),
        "minutes": str(int((visit.ends_at - visit.starts_at).total_seconds()) // 60),
        **more,
    }
    key = f"{kind}:{visit.pk}:{owner.hex}{':' if occasion else ''}{occasion}"[:120]
    return Draft(key=key, owner_kind=side, owner=owner, kind=kind, facts=facts)
