"""May this visit be booked; is it approved by staff first, private, recorded?

All reasons are given, not the first. One is careful: who is not an approved visitor, or may have
no contact, hears that and what anybody may read of the facility's rules, and nothing of the person.
For recording one "do not record" is enough: a private visit that was recorded cannot be taken back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from kinline.core.policy import visit_controls
from kinline.core.policy.call import BlockOf
from kinline.core.policy.message import Stop
from kinline.core.refusal import Refusal, Whose
from kinline.core.schedule.claims import Needs, end_of
from kinline.core.schedule.rules import Rules, in_force
from kinline.core.schedule.slots import Asking, choose, of_facility, of_people
from kinline.core.visit.terms import MAX_VISITORS, VisitKind


@dataclass(frozen=True, slots=True)
class VisitorFacts:
    """One visitor. `id` as in Asking.visitors. `approved`: staff approved them for this person,
    and until `approved_until` (None: no end set). `minor`: not yet of age on the visit's day.

    `no_contact`: an order keeps the two apart.
    """

    id: str
    approved: bool
    approved_until: datetime | None = None
    kind: VisitKind = VisitKind.ORDINARY
    minor: bool = False
    no_contact: bool = False
    blocked: BlockOf | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """Everything the decision rests on; times and places are in `asking`.

    `separated`: two of the people of this visit must not meet. `wants_private` is the visitor's
    wish; an attorney's visit is private without it. `private_ready`: private visits can be held.
    `person_unrecorded`: staff marked that this person is never recorded.
    """

    asking: Asking
    starts_at: datetime
    visitors: tuple[VisitorFacts, ...]
    person_active: bool = True
    person_here: bool = True
    person_unrecorded: bool = False
    separated: bool = False
    stops: tuple[Stop, ...] = ()
    wants_private: bool = False
    private_ready: bool = False


@dataclass(frozen=True, slots=True)
class Bookable:
    """It may be booked. `approval`: as a request that staff decide. A private one is not recorded.

    `private_because` says what made it private, None for a visit that is not.
    """

    approval: bool
    private: bool
    recorded: bool
    private_because: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It may not be booked, for all of these reasons."""

    reasons: tuple[Refusal, ...]


# Every code a refusal of this decision, or of the calendar, can have: each needs its words.
CODES = frozenset(
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
        "visit.no_station",
        "visit.person_busy",
        "visit.visitor_busy",
        "visit.person_quota",
        "visit.visitor_quota",
        "visit.too_many_visitors",
        "visit.no_visitor",
        "visit.minor_alone",
        "visit.visitor_not_approved",
        "visit.visitor_gone",
        "visit.blocked",
        "visit.separated",
        "visit.stopped",
        "visit.person_inactive",
        "visit.person_elsewhere",
        "visit.private_not_verified",
        "visit.private_mixed",
        "visit.private_one_home",
        "visit.private_not_offered",
        "control.closed",
        "control.hours",
        "control.longest",
        "control.visits_day",
        "control.visits_week",
        "control.gap",
    }
)


def decide(facts: VisitFacts, now: datetime) -> Bookable | Refused:
    """The verdict on one visit at the moment `now` (aware)."""
    reasons = tuple(_reasons(facts, now))
    if reasons:
        return Refused(reasons)
    rules = _rules(facts)
    assert rules is not None, "without rules there is a reason"
    because = private_because(facts)
    private = because is not None
    recorded = rules.recorded and not private and not _unrecorded(facts)
    return Bookable(rules.approval, private, recorded, because)


def private_because(facts: VisitFacts) -> str | None:
    """What makes the visit private, None if nothing does. Any one mark is enough.

    An attorney's visit is private everywhere; others' that staff verified where the facility's
    rules say so, or where they wish it.
    """
    rules = _rules(facts)
    kinds = {one.kind for one in facts.visitors}
    here = rules.private_kinds if rules is not None else frozenset()
    marks = (
        ("attorney", VisitKind.ATTORNEY in kinds),
        ("clergy", VisitKind.CLERGY in kinds & here),
        ("other_verified", VisitKind.OTHER_VERIFIED in kinds & here),
        ("person", facts.person_unrecorded),
        ("wish", facts.wants_private and bool(kinds - {VisitKind.ORDINARY})),
    )
    return next((name for name, marked in marks if marked), None)


def _reasons(facts: VisitFacts, now: datetime) -> Iterator[Refusal]:
    yield from of_facility(facts.asking, facts.starts_at, now)
    yield from _party(facts)
    yield from _private(facts)
    unknown = tuple(_not_approved(facts))
    if unknown:
        yield from unknown
        return  # controls tell of the person, too
    yield from _people(facts)
    yield from of_people(facts.asking, facts.starts_at)


def _unrecorded(facts: VisitFacts) -> bool:
    """Whether a control says "do not record", at the station that the visit would have, too."""
    asking = facts.asking
    needs = choose(asking, facts.starts_at)
    station = needs.station if isinstance(needs, Needs) else None
    end = end_of(facts.starts_at, asking.length_minutes)
    return visit_controls.unrecorded(asking.controls, station, facts.starts_at, end)


def _rules(facts: VisitFacts) -> Rules | None:
    return in_force(facts.asking.rules, facts.starts_at.astimezone(facts.asking.zone).date())


def _party(facts: VisitFacts) -> Iterator[Refusal]:
    """Who comes along, as the request says it."""
    rules = _rules(facts)
    most = rules.max_visitors if rules is not None else MAX_VISITORS
    has = len(facts.visitors)
    if not has:
        yield Refusal("visit.no_visitor", Whose.KINLINE)
    if has > most:
        told = {"limit": str(most), "has": str(has)}
        yield Refusal("visit.too_many_visitors", Whose.FACILITY, facts=told)
    if has and all(one.minor for one in facts.visitors):
        yield Refusal("visit.minor_alone", Whose.FACILITY)


def _private(facts: VisitFacts) -> Iterator[Refusal]:
    because = private_because(facts)
    kinds = {one.kind for one in facts.visitors}
    if because is None:
        if facts.wants_private:
            yield Refusal("visit.private_not_verified", Whose.FACILITY)
        return
    # Of a person who is never recorded, everybody's visit is private.
    if not facts.person_unrecorded and VisitKind.ORDINARY in kinds:
        yield Refusal("visit.private_mixed", Whose.FACILITY)
    # Two pages talk to each other, and to no third.
    elif sum(not one.minor for one in facts.visitors) > 1:
        yield Refusal("visit.private_one_home", Whose.KINLINE)
    if not facts.private_ready:
        yield Refusal("visit.private_not_offered", Whose.KINLINE)


def _not_approved(facts: VisitFacts) -> Iterator[Refusal]:
    """An order against contact reads like no approval: who is kept apart is not told why."""
    end = end_of(facts.starts_at, facts.asking.length_minutes)
    for one in facts.visitors:
        lasts = one.approved_until is None or end <= one.approved_until
        if one.no_contact or not one.approved or not lasts:
            told = {"visitor": one.id}
            yield Refusal("visit.visitor_not_approved", Whose.FACILITY, facts=told)


def _people(facts: VisitFacts) -> Iterator[Refusal]:
    """What the people themselves are: here, active, willing, and not stopped."""
    if not facts.person_active:
        yield Refusal("visit.person_inactive", Whose.FACILITY)
    elif not facts.person_here:
        yield Refusal("visit.person_elsewhere", Whose.FACILITY)
    for one in facts.visitors:
        if not one.active:
            yield Refusal("visit.visitor_gone", Whose.CONTACT, facts={"visitor": one.id})
        if one.blocked is not None:
            told = {"visitor": one.id, "block": one.blocked}
            yield Refusal("visit.blocked", Whose.CONTACT, facts=told)
    if facts.separated:
        yield Refusal("visit.separated", Whose.FACILITY)
    yield from stopped(facts.visitors, facts.stops, facts.starts_at)


def stopped(
    visitors: Iterable[VisitorFacts], stops: Iterable[Stop], starts_at: datetime
) -> Iterator[Refusal]:
    """Stops that last until the visit. Counsel is not taken away with ordinary visits."""
    if any(one.kind is VisitKind.ATTORNEY for one in visitors):
        return
    for stop in stops:
        if stop.until is None or starts_at < stop.until:
            told = {"of": stop.of, "reason": stop.reason}
            yield Refusal("visit.stopped", Whose.FACILITY, stop.until, told)
