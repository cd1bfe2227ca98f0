"""Booking: the only way a visit is born. One transaction, under a key: twice is once."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused
from kinline.apps.ledger.errors import NotEnough
from kinline.apps.notices import kinds
from kinline.apps.people.turns import wait_for_turn
from kinline.apps.prepared import Prepared
from kinline.apps.visits import claiming, controlled, moving, price, standing, told
from kinline.apps.visits.access import Asker, full
from kinline.apps.visits.claiming import Full, Lost
from kinline.apps.visits.models import Visit, VisitVisitor, WaitingPlace
from kinline.apps.visits.standing import Party
from kinline.core.link import By
from kinline.core.policy import visit_controls
from kinline.core.policy.visit import Bookable, decide
from kinline.core.rating.book import NoRuleInForce
from kinline.core.refusal import Refusal, Whose
from kinline.core.schedule.claims import Needs, end_of
from kinline.core.schedule.rules import Rules
from kinline.core.schedule.slots import Asking, choose, open_slots
from kinline.core.visit.states import State, begin
from kinline.core.visit.terms import VisitKind

log = logging.getLogger(__name__)
# How often somebody who was outrun looks again before hearing that the slot is taken.
TRIES = 3
NEAR = 4  # other slots that are named then
FULL = "visit.full"


@dataclass(frozen=True, slots=True)
class Booked:
    """A visit that was booked. `state` REQUESTED: staff agree to it first. `fresh` False: it had
    been booked before under this key, and nothing was taken now."""

    id: UUID
    state: State
    starts_at: datetime
    ends_at: datetime
    price_cents: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Near:
    """Another slot that is free now."""

    starts_at: datetime
    minutes: int


class SlotTaken(Refused):
    """Somebody was quicker. `near` are other free slots, the nearest first."""

    def __init__(self, near: Sequence[Near]) -> None:
        super().__init__(Refusal("visit.slot_taken", Whose.FACILITY))
        self.near = tuple(near)


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit that somebody wants: who comes, when, how long, and whether private."""

    who: Party
    starts_at: datetime
    minutes: int
    private: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """What policy allowed: under which rules, on which station and places, at which price. `asked`
    is what it looked at."""

    asked: Asking
    rules: Rules
    verdict: Bookable
    needs: Needs
    price: price.Price


def book(
    *,
    by: Asker,
    key: str,
    person_id: UUID,
    contact_ids: Sequence[UUID],
    starts_at: datetime,
    length_minutes: int,
    now: datetime,
    minor_ids: Sequence[UUID] = (),
    private: bool = False,
) -> Booked:
    """Book a visit of these contacts (the first of them is asked about it) and minors with them.

    `key` is the form's. Takes a station, the person, each visitor and a place of the staff's for
    every five minutes of it, and sets aside what it costs, together or not at all. Raises NotFound
    where the asker is not of this visit or the facility offers none; SlotTaken; and Refused with
    every reason (core.policy.visit).
    """
    if found := booked_before(by, key):
        return found
    who = party_of(by, person_id, contact_ids, minor_ids, now)
    wish = Wish(who, starts_at, length_minutes, private)

    def attempt() -> Booked:
        # Decided before the transaction, so that it is short, and who is too late holds nobody up:
        # what must not be taken twice, the database sees to.
        try:
            granted = granted_for(by, wish, now)
        except (Refused, Lost):
            # The same form, sent twice at once: what stands in its way is its own visit.
            if found := booked_before(by, key):
                return found
            raise
        with transaction.atomic():
            return born(by, key, wish, granted, now)

    made = outrun(attempt)
    if made is not None:
        return made
    raise SlotTaken(near(wish, now))


def outrun(attempt: Callable[[], Booked]) -> Booked | None:
    """Look again where somebody was quicker; None where they always were, or it is taken."""
    for _ in range(TRIES):
        try:
            return attempt()
        except Full:
            return None
        except Lost:
            continue
    return None


def party_of(
    by: Asker,
    person_id: UUID,
    contact_ids: Sequence[UUID],
    minor_ids: Sequence[UUID],
    now: datetime,
) -> Party:
    """Who would meet. Raises NotFound where the asker is not one of them, or the facility has no
    rules for visits."""
    mine = by.id == person_id if by.side is By.PERSON else by.id in contact_ids
    if not mine:
        raise NotFound
    who = standing.party(person_id=person_id, contact_ids=contact_ids, minor_ids=minor_ids, now=now)
    if not who.rows:
        raise NotFound
    return who


def born(
    by: Asker,
    key: str,
    wish: Wish,
    granted: Granted,
    now: datetime,
    *,
    besides: WaitingPlace | None = None,
) -> Booked:
    """Write a visit and all it takes, in the caller's transaction. Raises Lost and Refused.

    `besides`: an offer whose slot it is; its claims are given up for the visit's.
    """
    if found := booked_before(by, key):
        return found
    if granted.asked.controls.count:
        wait_for_turn(wish.who.person.pk)
    visit = _row(by, key, wish, granted, now)
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError:
        if found := booked_before(by, key):
            return found
        raise
    VisitVisitor.objects.bulk_create(_visitors(visit, wish.who))
    if besides is not None:
        besides.claims.all().delete()
    claim(visit, wish, granted)
    visit.paid = set_aside(visit, granted.price, now)
    Visit.objects.filter(pk=visit.pk).update(paid=visit.paid)
    _record(by, visit, now)
    return as_booked(visit, fresh=True)


def granted_for(
    by: Asker, wish: Wish, now: datetime, *, besides: Visit | WaitingPlace | None = None
) -> Granted:
    """The core's word on it, and its price. Raises Refused with all reasons, and Lost where the
    only one is that the slot is taken."""
    who = wish.who
    asked = asking_for(wish, now, besides=besides)
    facts = standing.facts(
        who=who, asked=asked, starts_at=wish.starts_at, private=wish.private, now=now
    )
    verdict = decide(facts, now)
    reasons = list(() if isinstance(verdict, Bookable) else verdict.reasons)
    rules, row = who.rules_at(wish.starts_at), who.row_at(wish.starts_at)
    if by.side is By.PERSON and row is not None and not row.from_inside:
        reasons.append(Refusal("visit.not_from_inside", Whose.FACILITY))
    cost = _price(by, wish) if rules is not None else None
    reasons += cost.reasons if cost is not None else ()
    if [one.code for one in reasons] == [FULL]:
        raise Full
    if reasons or rules is None or cost is None or not isinstance(verdict, Bookable):
        raise Refused(*reasons)
    needs = choose(asked, wish.starts_at)
    if isinstance(needs, Refusal):
        raise Full
    return Granted(asked, rules, verdict, needs, cost)


def asking_for(wish: Wish, now: datetime, *, besides: Visit | WaitingPlace | None = None) -> Asking:
    """What the core wants to know of the day of this wish."""
    on = wish.starts_at.astimezone(wish.who.zone).date()
    return standing.asking(
        who=wish.who,
        length_minutes=wish.minutes,
        days=(on, on + timedelta(days=1)),
        now=now,
        besides=besides,
    )


def claim(visit: Visit, wish: Wish, granted: Granted) -> None:
    """Take the slots and the places of the week, in the person's turn where controls count visits.
    Raises Lost."""
    claiming.count(visit=visit, who=wish.who, rules=granted.rules)
    claiming.take(
        of=visit,
        needs=granted.needs,
        starts_at=wish.starts_at,
        length_minutes=wish.minutes,
        buffer_minutes=granted.rules.buffer_minutes,
    )
    _fits_still(visit, wish, granted)


def _fits_still(visit: Visit, wish: Wish, granted: Granted) -> None:
    """Whoever else booked for this person had their turn before, and is seen by now: so what
    controls count is counted once more. Raises Lost."""
    controls = granted.asked.controls
    if not controls.count:
        return
    ends_at = end_of(wish.starts_at, wish.minutes)
    others = controlled.had(visit.person_id, wish.starts_at, ends_at, visit)
    again = replace(controls, had=others)
    if any(visit_controls.against(again, wish.starts_at, ends_at, wish.who.zone)):
        raise Lost


def set_aside(visit: Visit, cost: price.Price, now: datetime) -> list[list[str | int]]:
    """Set aside what it costs. Raises Refused where somebody took from it since the look."""
    try:
        return price.take(
            price=cost, visit=visit.pk, sequence=visit.sequence, ends_at=visit.ends_at, now=now
        )
    except NotEnough as no:
        facts = {"cents": str(no.wanted), "free": str(no.free)}
        raise Refused(Refusal("visit.no_money", Whose.FACILITY, facts=facts)) from None


def near(wish: Wish, now: datetime) -> list[Near]:
    """Other free slots of the days to come, the nearest to what was wanted first."""
    asked = standing.asking(who=wish.who, length_minutes=wish.minutes, days=None, now=now)
    free = [slot.starts_at for day in open_slots(asked, now) for slot in day.free]
    free.sort(key=lambda at: abs(at - wish.starts_at))
    return [Near(at, wish.minutes) for at in free[:NEAR]]


def booked_before(by: Asker, key: str) -> Booked | None:
    """The visit under this form's key."""
    rows = _BEFORE(key=own(by, key))
    if not rows:
        return None
    pk, state, starts_at, ends_at, cents = rows[0]
    return Booked(pk, State(state), starts_at, ends_at, cents, fresh=False)


def as_booked(row: Visit, *, fresh: bool) -> Booked:
    state = State(row.state)
    return Booked(row.pk, state, row.starts_at, row.ends_at, row.price_cents, fresh)


def own(by: Asker, key: str) -> str:
    """A form's key, which may come from anybody, as one of this asker alone."""
    return f"{by.id.hex}:{key}"[:100]


def _price(by: Asker, wish: Wish) -> price.Price:
    """A gap in the book is our fault and never free: refused, and logged."""
    facility = wish.who.person.facility
    try:
        return price.price_of(
            by=by, facility=facility, starts_at=wish.starts_at, minutes=wish.minutes
        )
    except NoRuleInForce:
        log.error("no price for a visit", extra={"place": facility.place})
        raise Refused(Refusal("visit.no_price_known", Whose.KINLINE)) from None


def _row(by: Asker, key: str, wish: Wish, granted: Granted, now: datetime) -> Visit:
    who, verdict = wish.who, granted.verdict
    kinds = [VisitKind(row.standing.kind) for row in who.coming]
    special = [kind for kind in kinds if kind is not VisitKind.ORDINARY]
    return Visit(
        pk=uuid4(),
        key=own(by, key),
        facility=who.person.facility,
        person=who.person,
        booked_by_id=by.id if by.side is By.CONTACT else who.coming[0].contact.pk,
        asked_by=by.side,
        kind=special[0] if special else VisitKind.ORDINARY,
        private=verdict.private,
        recorded=verdict.recorded,
        state=begin(approval=verdict.approval),
        starts_at=wish.starts_at,
        ends_at=end_of(wish.starts_at, wish.minutes),
        station_id=UUID(granted.needs.station),
        buffer_minutes=granted.rules.buffer_minutes,
        cancel_minutes=granted.rules.cancel_minutes,
        booked_at=now,
        changed_at=now,
        price_cents=granted.price.cents,
        citation=granted.price.citation,
    )


def _visitors(visit: Visit, who: Party) -> list[VisitVisitor]:
    rows = []
    for one in who.coming:
        rows.append(VisitVisitor(visit=visit, contact=one.contact, seat=one.seat))
        rows += [
            VisitVisitor(
                visit=visit,
                contact=one.contact,
                seat=one.seat,
                minor=minor.id,
                minor_name=minor.name,
            )
            for minor in one.minors
        ]
    return rows


def _record(by: Asker, visit: Visit, now: datetime) -> None:
    """History, audit, and what both sides are told."""
    requested = visit.state == State.REQUESTED
    facts = {"state": str(visit.state)}
    moving.note_step(visit, "booked", now, by.side, str(by.id), facts)
    audit.write(
        now=now,
        actor=audit.Named(by.side, str(by.id)),
        act="visit.requested" if requested else "visit.booked",
        subject=audit.Named("visit", str(visit.pk)),
        facility=visit.facility.place,
        facts={"starts_at": visit.starts_at.isoformat(), "cents": visit.price_cents},
    )
    row = full(Visit.objects.filter(pk=visit.pk)).get()
    told.both(row, kinds.VISIT_REQUESTED if requested else kinds.VISIT_BOOKED, now)


# Each booking asks it twice, so it is compiled once (see apps.prepared).
def _before(key: Any) -> Any:
    rows = Visit.objects.filter(key=key)
    return rows.values_list("pk", "state", "starts_at", "ends_at", "price_cents")


_BEFORE = Prepared(_before, key=str)
