"""Another time: new claims and the old ones freed, in one transaction."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import Refused
from kinline.apps.notices import kinds
from kinline.apps.people.turns import wait_for_turn
from kinline.apps.visits import claiming, moving, price, told
from kinline.apps.visits.access import Asker, full, visit_of
from kinline.apps.visits.actions.booking import (
    Booked,
    SlotTaken,
    Wish,
    as_booked,
    claim,
    granted_for,
    near,
    outrun,
    party_of,
    set_aside,
)
from kinline.apps.visits.models import Visit
from kinline.apps.visits.standing import Party
from kinline.core.link import By
from kinline.core.refusal import Refusal, Whose
from kinline.core.schedule.claims import end_of
from kinline.core.visit.price import is_late
from kinline.core.visit.states import TO_COME, begin


def change(
    *, by: Asker, visit_id: UUID, starts_at: datetime, length_minutes: int, now: datetime
) -> Booked:
    """Move a visit that is to come; who comes stays. It is asked of the facility anew where it
    agrees to each visit. The same time again changes nothing.

    Raises NotFound, SlotTaken, and Refused with every reason: visit.over, visit.too_late_to_change
    where a cancellation would be late, not_the_booker, and those of booking. Then the visit stays
    where it was.
    """

    @transaction.atomic
    def attempt() -> Booked:
        return _change(by, visit_id, starts_at, length_minutes, now)

    found = outrun(attempt)
    if found is not None:
        return found
    who = party_of_visit(by, visit_of(by, visit_id), now)
    raise SlotTaken(near(Wish(who, starts_at, length_minutes), now))


def _change(
    by: Asker, visit_id: UUID, starts_at: datetime, length_minutes: int, now: datetime
) -> Booked:
    visit = visit_of(by, visit_id)
    if (visit.starts_at, visit.ends_at) == (starts_at, end_of(starts_at, length_minutes)):
        return as_booked(visit, fresh=False)
    _may_change(by, visit, now)
    # Whoever is second here finds the row moved, and begins anew with what the first has left.
    taken = Visit.objects.filter(pk=visit.pk, state=visit.state, sequence=visit.sequence)
    if taken.update(sequence=visit.sequence + 1, changed_at=now) != 1:
        raise claiming.Lost
    wait_for_turn(visit.person_id)  # before the money, as a booking does
    who = party_of_visit(by, visit, now)
    wish = Wish(who, starts_at, length_minutes)
    price.let_go(visit, now)
    granted = granted_for(_payer(visit), wish, now, besides=visit)
    visit.claims.all().delete()
    claiming.give_back(visit)
    before = visit.starts_at
    visit.sequence += 1
    visit.starts_at, visit.ends_at = starts_at, end_of(starts_at, length_minutes)
    visit.station_id = UUID(granted.needs.station)
    visit.state = begin(approval=granted.verdict.approval)
    visit.private, visit.recorded = granted.verdict.private, granted.verdict.recorded
    visit.buffer_minutes = granted.rules.buffer_minutes
    visit.cancel_minutes = granted.rules.cancel_minutes
    visit.price_cents, visit.citation = granted.price.cents, granted.price.citation
    visit.paid, visit.reminded, visit.changed_at = [], 0, now
    visit.save()
    claim(visit, wish, granted)
    visit.paid = set_aside(visit, granted.price, now)
    Visit.objects.filter(pk=visit.pk).update(paid=visit.paid)
    _record(by, visit, before, now)
    return as_booked(visit, fresh=True)


def _may_change(by: Asker, visit: Visit, now: datetime) -> None:
    if visit.state not in TO_COME or visit.starts_at <= now:
        raise Refused(Refusal("visit.over", Whose.KINLINE))
    if by.side is By.CONTACT and by.id != visit.booked_by_id:
        raise Refused(Refusal("visit.not_the_booker", Whose.CONTACT))
    if is_late(visit.starts_at, visit.cancel_minutes, now):
        minutes = {"minutes": str(visit.cancel_minutes)}
        raise Refused(Refusal("visit.too_late_to_change", Whose.FACILITY, facts=minutes))


def party_of_visit(by: Asker, visit: Visit, now: datetime) -> Party:
    """Who meets in a visit that is booked already."""
    rows = list(visit.visitors.all())
    contacts = [visit.booked_by_id, *(row.contact_id for row in rows if row.minor is None)]
    minors = [row.minor for row in rows if row.minor is not None]
    asker = by if by.side is By.PERSON else Asker(By.CONTACT, visit.booked_by_id, by.language)
    return party_of(asker, visit.person_id, contacts, minors, now)


def _payer(visit: Visit) -> Asker:
    """Who booked it pays for it still, whoever moves it."""
    if visit.asked_by == By.PERSON:
        return Asker(By.PERSON, visit.person_id)
    return Asker(By.CONTACT, visit.booked_by_id)


def _record(by: Asker, visit: Visit, before: datetime, now: datetime) -> None:
    facts = {"from": before.isoformat(), "to": visit.starts_at.isoformat()}
    moving.note_step(visit, "changed", now, by.side, str(by.id), facts)
    audit.write(
        now=now,
        actor=audit.Named(by.side, str(by.id)),
        act="visit.changed",
        subject=audit.Named("visit", str(visit.pk)),
        facility=visit.facility.place,
        facts=facts,
    )
    row = full(Visit.objects.filter(pk=visit.pk)).get()
    occasion = str(visit.sequence)
    told.both(row, kinds.VISIT_CHANGED, now, occasion=occasion, before=before.isoformat())
