"""Does a visit that was booked still stand? What may come between: an order, the end of an approval
or of a link, a block, a stop by staff.

It falls as a whole: who may still come is offered another time, without those who may not.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kinline.core.policy.message import Stop
from kinline.core.policy.visit import VisitorFacts, stopped
from kinline.core.refusal import Refusal


class Because(StrEnum):
    """Why it falls, as far as all who were to meet may know.

    NOT_APPROVED: one of them may not visit now. An order against contact reads like that, too: who
    is kept apart is not told why. PARTED: one of them and the person inside ended their link, or
    one blocked the other. STOPPED: staff stopped visits for that time.
    """

    NOT_APPROVED = "not_approved"
    PARTED = "parted"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class BookedFacts:
    """A visit to come, and how those outside stand now. `visitors` are grown; `unlinked` are those
    whose link with the person inside has ended since they booked."""

    starts_at: datetime
    ends_at: datetime
    visitors: tuple[VisitorFacts, ...]
    unlinked: frozenset[str] = frozenset()
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True)
class Falls:
    """It falls. `others` of its visitors may come to another; nobody while visits are stopped.

    `stop` is what stopped it, with staff's words.
    """

    because: Because
    others: tuple[str, ...] = ()
    stop: Refusal | None = None


def falls(facts: BookedFacts) -> Falls | None:
    """The verdict on a booked visit; None: it stands."""
    unwelcome = {one.id for one in facts.visitors if not _welcome(one, facts.ends_at)}
    parted = facts.unlinked | {one.id for one in facts.visitors if one.blocked is not None}
    stop = next(stopped(facts.visitors, facts.stops, facts.starts_at), None)
    reached = unwelcome | parted
    others = tuple(one.id for one in facts.visitors if one.id not in reached and stop is None)
    if unwelcome:
        return Falls(Because.NOT_APPROVED, others)
    if parted:
        return Falls(Because.PARTED, others)
    return Falls(Because.STOPPED, stop=stop) if stop is not None else None


def _welcome(one: VisitorFacts, until: datetime) -> bool:
    lasts = one.approved_until is None or until <= one.approved_until
    return one.active and one.approved and lasts and not one.no_contact
