"""May this visit be booked; is it approved by staff first, private, recorded?

All reasons are given, not the first. One is careful: who is not an approved visitor, or may have
no contact, hears that and what anybody may read of the facility's rules, and nothing of the person.
For recording one "do not record" is enough: a private visit that was recorded cannot be taken back.
"""

from dataclasses import dataclass
from datetime import datetime

from kinline.core.policy.call import BlockOf
from kinline.core.policy.message import Stop
from kinline.core.refusal import Refusal
from kinline.core.schedule.slots import Asking
from kinline.core.visit.terms import VisitKind


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
        "visit.private_not_offered",
    }
)


def decide(facts: VisitFacts, now: datetime) -> Bookable | Refused:
    """The verdict on one visit at the moment `now` (aware)."""
    raise NotImplementedError
