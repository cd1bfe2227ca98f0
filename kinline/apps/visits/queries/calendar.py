"""The calendar of a visit one would like to book: days, slots, and why there are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from kinline.apps.visits import standing
from kinline.apps.visits.access import Asker, visit_of
from kinline.apps.visits.actions.booking import Wish, party_of
from kinline.apps.visits.actions.changing import party_of_visit
from kinline.apps.visits.models import Visit, VisitRules
from kinline.apps.visits.price import place_of
from kinline.apps.visits.standing import Party
from kinline.core.link import By
from kinline.core.policy import visit_controls
from kinline.core.policy.visit import Bookable, decide, private_because
from kinline.core.rating.book import NoRuleInForce
from kinline.core.refusal import Refusal, Whose
from kinline.core.schedule.slots import Days, open_slots
from kinline.core.visit import price
from kinline.laws.loader import book

# Of a time, and so of no use where no time is chosen yet: the days themselves say them.
OF_A_TIME = frozenset(
    {
        "visit.not_offered",
        "visit.length_not_offered",
        "visit.past",
        "visit.too_soon",
        "visit.too_far",
        "visit.outside_hours",
        "visit.no_such_time",
        "visit.closed",
        "visit.holiday",
        "visit.lockdown",
        "visit.full",
        "visit.person_busy",
        "visit.visitor_busy",
        "visit.person_quota",
        "visit.visitor_quota",
        "control.longest",
    }
    | visit_controls.OF_A_TIME
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that the page of booking shows. `refusals`: why nothing can be booked at all.

    `cents` is what a visit on the first day that can be booked costs, by `citation` (None: the book
    does not say); `approval`: staff agree to it first; `private`: what these people book is.
    `cancel_minutes`: later is late.
    """

    facility: UUID
    facility_name: str
    place: str
    zone: str
    lengths: tuple[int, ...]
    minutes: int
    days: Days
    refusals: tuple[Refusal, ...]
    approval: bool
    private: bool
    recorded: bool
    from_inside: bool
    max_visitors: int
    cancel_minutes: int
    cents: int | None
    citation: str


def calendar(
    *,
    by: Asker,
    person_id: UUID,
    contact_ids: Sequence[UUID],
    now: datetime,
    length_minutes: int | None = None,
    minor_ids: Sequence[UUID] = (),
    private: bool = False,
) -> Calendar:
    """Which slots these people could book now, in a number of queries that depends on nobody's
    visits. Raises NotFound where the asker is not one of them, or the facility offers no visits."""
    who = party_of(by, person_id, contact_ids, minor_ids, now)
    return _calendar(by, who, length_minutes, private, now)


def calendar_to_move(*, by: Asker, visit_id: UUID, now: datetime) -> Calendar:
    """Where a visit of theirs could be moved: the same people and length, and what it takes now is
    free to it. Raises NotFound."""
    visit = visit_of(by, visit_id)
    who = party_of_visit(by, visit, now)
    minutes = (visit.ends_at - visit.starts_at) // timedelta(minutes=1)
    return _calendar(by, who, minutes, visit.private, now, besides=visit)


def _calendar(
    by: Asker,
    who: Party,
    length_minutes: int | None,
    private: bool,
    now: datetime,
    besides: Visit | None = None,
) -> Calendar:
    zone = who.zone
    row = who.row_at(now) or who.rows[0]
    lengths = tuple(row.lengths)
    minutes: int = lengths[0] if length_minutes not in lengths else length_minutes or lengths[0]
    asked = standing.asking(who=who, length_minutes=minutes, days=None, now=now, besides=besides)
    days = open_slots(asked, now)
    first = next((slot.starts_at for day in days for slot in day.free), None)
    at = first or now + timedelta(minutes=row.notice_minutes)
    wish = Wish(who, at, minutes, private)
    facts = standing.facts(who=who, asked=asked, starts_at=at, private=private, now=now)
    verdict = decide(facts, now)
    is_private = private or private_because(facts) is not None
    reasons = () if isinstance(verdict, Bookable) else verdict.reasons
    refusals = [one for one in reasons if one.code not in OF_A_TIME]
    if by.side is By.PERSON and not row.from_inside:
        refusals.append(Refusal("visit.not_from_inside", Whose.FACILITY))
    cents, citation = _price(wish)
    return Calendar(
        facility=who.person.facility_id,
        facility_name=who.person.facility.name,
        place=who.person.facility.place,
        zone=zone.key,
        lengths=lengths,
        minutes=minutes,
        days=days,
        refusals=tuple(refusals),
        approval=row.approval,
        private=is_private,
        recorded=row.recorded and not is_private,
        from_inside=row.from_inside,
        max_visitors=row.max_visitors,
        cancel_minutes=row.cancel_minutes,
        cents=cents,
        citation=citation,
    )


def offers(*, facility_id: UUID, on: date) -> bool:
    """Whether a facility offers video visits: rules of its own hold on this day, or later."""
    rows = VisitRules.objects.filter(facility=facility_id)
    return any(row.until_on is None or row.until_on > on for row in rows)


def price_at(
    *,
    by: Asker,
    person_id: UUID,
    contact_ids: Sequence[UUID],
    starts_at: datetime,
    length_minutes: int,
    now: datetime,
) -> tuple[int | None, str]:
    """What one visit costs, in cents, and by which rules; None where the book does not say."""
    who = party_of(by, person_id, contact_ids, (), now)
    return _price(Wish(who, starts_at, length_minutes))


def _price(wish: Wish) -> tuple[int | None, str]:
    place = place_of(wish.who.person.facility)
    try:
        cost = price.price(place, wish.starts_at, wish.minutes, book())
    except NoRuleInForce:
        return None, ""
    citations = dict.fromkeys(line.citation for line in cost.lines)
    return cost.consumer_cents, "; ".join(citations)
