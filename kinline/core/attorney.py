"""Verifying an attorney, once for a whole state: how far a request is, why not, how long it holds.

An attorney asks with a bar number and a photo of the bar card; staff of any agency of the state
look at the bar's own list, and decide. A request goes the steps of a visitor's (`visitor.step`),
but is never a draft: it is sent whole, or not at all. The numbers are proven one by one.

Facilities approve an attorney each by itself elsewhere (securustech.net/ca-attorney), and some ask
every year; one check by bar number follows Massachusetts' Attorney Control Number of 2023.
"""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from kinline.core.refusal import Refusal, Whose

# Requests of one contact for one state within a week: enough for bad photos, no flood.
MOST_ASKED, ASKED_WITHIN = 5, timedelta(days=7)
ANSWER_WITHIN = timedelta(hours=72)  # what waits longer stands out in the queue
REMIND_BEFORE = timedelta(days=30)
KEEP = timedelta(days=30)  # the photo, after the last decision
GOOD_DAYS, MOST_GOOD_DAYS = 365, 2 * 365
MOST_NUMBERS = 6


class Reason(StrEnum):
    """Why a request is refused or a verification ended: a closed list, with words at the doors."""

    UNREADABLE = "unreadable"
    NOT_LISTED = "not_listed"  # the bar's list does not have the number, or not as active
    NAME_DIFFERS = "name_differs"
    ELSEWHERE = "elsewhere"  # admitted, but not in this state
    LEFT_THE_BAR = "left_the_bar"
    MISUSED = "misused"  # somebody else used the private line
    OTHER = "other"


TO_REFUSE = (
    Reason.UNREADABLE,
    Reason.NOT_LISTED,
    Reason.NAME_DIFFERS,
    Reason.ELSEWHERE,
    Reason.OTHER,
)
TO_END = (Reason.LEFT_THE_BAR, Reason.NOT_LISTED, Reason.MISUSED, Reason.OTHER)
NOTE_NEEDED = frozenset({Reason.MISUSED, Reason.OTHER})


def reason_refusals(reason: str, note: str, allowed: Collection[Reason]) -> tuple[Refusal, ...]:
    """What is wrong with a reason staff gave: not on the list, or without the words it needs."""
    if reason not in allowed:
        return (Refusal("attorney.reason_needed", Whose.KINLINE, facts={"field": "reason"}),)
    if reason in NOTE_NEEDED and not note:
        return (Refusal("attorney.note_needed", Whose.KINLINE, facts={"field": "note"}),)
    return ()


def may_ask(
    *, bar_number: str, known_state: bool, pending: bool, asked_lately: int
) -> tuple[Refusal, ...]:
    """Every reason why a request cannot be sent now; none: it can."""
    reasons = []
    if not known_state:
        reasons.append(Refusal("attorney.no_such_state", Whose.KINLINE, facts={"field": "state"}))
    if not bar_number:
        facts = {"field": "bar_number"}
        reasons.append(Refusal("attorney.bar_number_missing", Whose.KINLINE, facts=facts))
    if pending:
        reasons.append(Refusal("attorney.asked_already", Whose.FACILITY))
    if asked_lately >= MOST_ASKED:
        reasons.append(Refusal("attorney.too_many", Whose.KINLINE))
    return tuple(reasons)


def until_refusals(until_on: date, today: date) -> tuple[Refusal, ...]:
    """What is wrong with the day on which it is asked again; that day is no longer in it."""
    if today < until_on <= today + timedelta(days=MOST_GOOD_DAYS):
        return ()
    facts = {"field": "until_on", "days": str(MOST_GOOD_DAYS)}
    return (Refusal("attorney.until_wrong", Whose.KINLINE, facts=facts),)


def may_appeal(*, decided_against: bool, open_until: bool, appealed: bool) -> tuple[Refusal, ...]:
    """Why a decision cannot be appealed; none: it can."""
    if not decided_against:
        return (Refusal("attorney.nothing_to_appeal", Whose.FACILITY),)
    if appealed:
        return (Refusal("attorney.appealed_already", Whose.FACILITY),)
    if not open_until:
        return (Refusal("attorney.appeal_too_late", Whose.FACILITY),)
    return ()


class NotPrivate(StrEnum):
    """Why a call to a number of an attorney is not private at an agency, the first that holds."""

    NUMBER_NOT_PROVEN = "number_not_proven"
    NOT_VERIFIED = "not_verified"
    ENDED_HERE = "ended_here"  # this agency ended it for itself


def not_private(*, proven: bool, verified: bool, ended_here: bool) -> NotPrivate | None:
    """Why a call there would be recorded; None: it is private."""
    if not verified:
        return NotPrivate.ENDED_HERE if ended_here else NotPrivate.NOT_VERIFIED
    return None if proven else NotPrivate.NUMBER_NOT_PROVEN
