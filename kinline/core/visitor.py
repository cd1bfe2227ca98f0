"""Becoming a visitor: how far a request is, why one is refused, how long an approval holds.

A contact asks for one person or for a whole facility, with a picture of their ID and one of
themselves; a person of staff compares the two, never a machine.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kinline.core.refusal import Refusal, Whose
from kinline.core.review.states import appeal_until

ADULT_YEARS = 18
MOST_MINORS = 6
# Requests of one contact to one facility within a week: enough for bad pictures, no flood.
MOST_ASKED, ASKED_WITHIN = 5, timedelta(days=7)
# A request should be answered by then; what is later stands out in the queue.
ANSWER_WITHIN = timedelta(hours=72)
# A request nobody finished is forgotten with its pictures.
DRAFT_KEPT = timedelta(days=7)
# So long before its end a visitor is told that an approval runs out.
REMIND_BEFORE = timedelta(days=21)
KEEP_DAYS = 30  # pictures after the last decision; a facility may set another number
LEAST_KEEP, MOST_KEEP = 10, 365  # never less than the time to appeal takes
GOOD_DAYS = 365  # how long an approval holds at most
LEAST_GOOD, MOST_GOOD = 30, 5 * 365


class State(StrEnum):
    """How far a request is. DRAFT: its contact still writes it, and nobody else sees it."""

    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # taken back by the contact, or by staff with a reason
    EXPIRED = "expired"  # its time was over, or a newer approval took its place


class VisitorKind(StrEnum):
    """What staff verified of a visitor. All but ORDINARY may be offered private visits."""

    ORDINARY = "ordinary"
    ATTORNEY = "attorney"
    CLERGY = "clergy"
    OTHER_VERIFIED = "other_verified"


class Event(StrEnum):
    """What happens to a request."""

    SEND = "send"
    APPROVE = "approve"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"  # by the contact
    WITHDRAW = "withdraw"  # by staff
    EXPIRE = "expire"
    REVERSE = "reverse"  # an appeal was right


MOVES: dict[tuple[State, Event], State] = {
    (State.DRAFT, Event.SEND): State.PENDING,
    (State.PENDING, Event.APPROVE): State.APPROVED,
    (State.PENDING, Event.REFUSE): State.REFUSED,
    (State.PENDING, Event.TAKE_BACK): State.WITHDRAWN,
    (State.APPROVED, Event.TAKE_BACK): State.WITHDRAWN,
    (State.APPROVED, Event.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Event.EXPIRE): State.EXPIRED,
    (State.REFUSED, Event.REVERSE): State.APPROVED,
    (State.WITHDRAWN, Event.REVERSE): State.APPROVED,
}


def step(state: State, event: Event) -> State | None:
    """Where an event leads a request; None where it leads nowhere."""
    return MOVES.get((state, event))


class Picture(StrEnum):
    """What a picture of a request shows."""

    DOCUMENT = "document"  # a government ID
    SELFIE = "selfie"


class Reason(StrEnum):
    """Why a request is refused or an approval withdrawn: a closed list, with words at the doors."""

    UNREADABLE = "unreadable"
    NO_MATCH = "no_match"
    EXPIRED = "expired"
    WRONG_KIND = "wrong_kind"
    NAME_DIFFERS = "name_differs"
    MINOR_UNCLEAR = "minor_unclear"
    NOT_WANTED = "not_wanted"
    FACILITY_RULE = "facility_rule"
    BROKE_RULES = "broke_rules"


# What a request may be refused for, and what an approval may be withdrawn for.
TO_REFUSE = tuple(one for one in Reason if one is not Reason.BROKE_RULES)
TO_WITHDRAW = (Reason.BROKE_RULES, Reason.NOT_WANTED, Reason.EXPIRED, Reason.FACILITY_RULE)
NOTE_NEEDED = frozenset({Reason.FACILITY_RULE, Reason.BROKE_RULES, Reason.MINOR_UNCLEAR})


def reason_refusals(reason: str, note: str, allowed: Collection[Reason]) -> tuple[Refusal, ...]:
    """What is wrong with a reason staff gave: not on the list, or without the words it needs."""
    if reason not in allowed:
        return (Refusal("visitor.reason_needed", Whose.KINLINE, facts={"field": "reason"}),)
    if reason in NOTE_NEEDED and not note:
        return (Refusal("visitor.note_needed", Whose.KINLINE, facts={"field": "note"}),)
    return ()


@dataclass(frozen=True, slots=True)
class Asking:
    """What is known of a request about to be sent, or renewed."""

    offered: bool  # the facility takes requests
    pictures: frozenset[Picture]
    pending: bool  # the same is asked already
    asked_lately: int
    person_there: bool = True  # inside at this facility, where one person is meant


def may_send(asking: Asking) -> tuple[Refusal, ...]:
    """Every reason why a request cannot be sent now; none: it can."""
    reasons = []
    if not asking.offered:
        reasons.append(Refusal("visitor.not_offered", Whose.FACILITY))
    if not asking.person_there:
        reasons.append(Refusal("visitor.not_there", Whose.FACILITY))
    if asking.pending:
        reasons.append(Refusal("visitor.asked_already", Whose.FACILITY))
    if asking.asked_lately >= MOST_ASKED:
        reasons.append(Refusal("visitor.too_many", Whose.KINLINE))
    reasons += [
        Refusal(f"visitor.{one}_missing", Whose.KINLINE)
        for one in Picture
        if one not in asking.pictures
    ]
    return tuple(reasons)


def holds_until(
    decided_at: datetime, zone: ZoneInfo, *, id_expires_on: date | None, good_days: int
) -> datetime:
    """The moment, in UTC, at which an approval ends: with the ID's last day, at latest after
    `good_days`; both days count whole on the facility's wall."""
    last = decided_at.astimezone(zone).date() + timedelta(days=good_days)
    if id_expires_on is not None:
        last = min(last, id_expires_on)
    after = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone)
    return after.astimezone(UTC)


def told_until(told_at: datetime, zone: ZoneInfo) -> datetime:
    """The end of the time to appeal, reckoned as for a message that was not let through."""
    return appeal_until(told_at, zone)


def may_appeal(
    *, state: State, by_staff: bool, until: datetime | None, appealed: bool, now: datetime
) -> tuple[Refusal, ...]:
    """Why a decision cannot be appealed; none: it can. `by_staff`: staff withdrew it."""
    against = state is State.REFUSED or (state is State.WITHDRAWN and by_staff)
    if not against or until is None:
        return (Refusal("visitor.nothing_to_appeal", Whose.FACILITY),)
    reasons = []
    if appealed:
        reasons.append(Refusal("visitor.appealed_already", Whose.FACILITY))
    if now >= until:
        reasons.append(Refusal("visitor.appeal_too_late", Whose.FACILITY, until))
    return tuple(reasons)


def is_minor(born_on: date, today: date) -> bool:
    """Whether somebody born then is under 18 on this day. A 29 February birthday counts on 1 March
    in other years."""
    try:
        grown = born_on.replace(year=born_on.year + ADULT_YEARS)
    except ValueError:
        grown = date(born_on.year + ADULT_YEARS, 3, 1)
    return today < grown
