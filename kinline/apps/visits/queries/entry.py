"""May somebody enter a visit now, and where do they sit?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kinline.apps.errors import Refused
from kinline.apps.people.links import kept_apart
from kinline.apps.people.visitors import approved
from kinline.apps.visits import controlled, rules
from kinline.apps.visits.access import Asker, visit_of
from kinline.apps.visits.models import Visit
from kinline.core.link import By
from kinline.core.refusal import Refusal, Whose
from kinline.core.visit.states import State
from kinline.core.visit.terms import LOBBY, Seat

OPEN = (State.BOOKED, State.HELD)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where somebody sits in a visit, and its times. `names` of all who sit there."""

    visit: UUID
    seat: Seat
    names: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    private: bool
    recorded: bool


def may_enter(
    *, visit_id: UUID, side: By, who: UUID, now: datetime, device: UUID | None = None
) -> Entry:
    """The seat of a person inside or a contact, from 15 minutes before until the end. `device` is
    what somebody inside comes with.

    Raises NotFound where they are not of it, and Refused with every reason: visit.too_early
    (`until` is when the lobby opens), visit.over, visit.not_agreed_yet, visit.booked_for_others,
    visit.person_elsewhere, visit.lockdown, control.closed, visit.visitor_not_approved (by
    now).
    """
    visit = visit_of(Asker(side, who), visit_id)
    rows = [row for row in visit.visitors.all() if row.contact_id == who]
    reasons = list(_reasons(visit, now, device))
    if side is By.CONTACT:
        if not rows:
            reasons.append(Refusal("visit.booked_for_others", Whose.CONTACT))
        elif not _welcome(visit, who, now):
            reasons.append(Refusal("visit.visitor_not_approved", Whose.FACILITY))
    if reasons:
        raise Refused(*reasons)
    names = (
        (visit.person.full_name,)
        if side is By.PERSON
        else tuple(row.minor_name or row.contact.name for row in rows)
    )
    seat = Seat.INSIDE if side is By.PERSON else Seat(rows[0].seat)
    return Entry(
        visit=visit.pk,
        seat=seat,
        names=names,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        private=visit.private,
        recorded=visit.recorded,
    )


def _welcome(visit: Visit, contact_id: UUID, now: datetime) -> bool:
    """Whether they are still a visitor of this person, and no order keeps them apart."""
    person = visit.person_id
    if kept_apart(person_id=person, contact_id=contact_id, now=now):
        return False
    found = approved(
        contact_id=contact_id, facility_id=visit.facility_id, person_id=person, now=now
    )
    return found.approved


def _reasons(visit: Visit, now: datetime, device: UUID | None) -> Iterator[Refusal]:
    opens = visit.starts_at - LOBBY
    if visit.state == State.REQUESTED:
        yield Refusal("visit.not_agreed_yet", Whose.FACILITY)
    elif visit.state not in OPEN or now >= visit.ends_at:
        yield Refusal("visit.over", Whose.KINLINE)
        return
    if now < opens:
        yield Refusal("visit.too_early", Whose.KINLINE, until=opens)
    person, facility = visit.person, visit.facility
    if not person.active or person.facility_id != facility.pk:
        yield Refusal("visit.person_elsewhere", Whose.FACILITY)
    closed, _ = rules.closures(facility.pk, person.unit_id, ZoneInfo(facility.zone), now)
    for one in closed:
        if one.lockdown and one.touches(now, visit.ends_at):
            yield Refusal("visit.lockdown", Whose.FACILITY, one.until, {"why": one.why})
    yield from controlled.closings_on(visit, now, device)
