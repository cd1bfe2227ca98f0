"""Figures over what was decided: outcomes, reasons, appeals, and how long people waited."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kinline.apps.days import moments_of
from kinline.apps.people.access import Staff, access_facility
from kinline.apps.people.rights import Right
from kinline.apps.review.models import Appeal, Decision
from kinline.core.review.terms import Outcome, Reason


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """How often a reason was given, appealed, and taken back in whole or part on appeal."""

    reason: Reason
    given: int
    appealed: int
    reversed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Decisions that took effect on days [from_on, to_on] of the facility's calendar.

    Waits are minutes from sending to the decision, over everything that was decided: the half
    of it and nine in ten were no longer; None where nothing was. `in_time` is how many were
    decided by their target.
    """

    from_on: date
    to_on: date
    decided: int
    approved: int
    in_part: int
    rejected: int
    in_bulk: int
    undone: int
    in_time: int
    wait_half_minutes: int | None
    wait_most_minutes: int | None
    appealed: int
    open_appeals: int
    upheld: int
    reversed: int
    reasons: tuple[ReasonLine, ...]


def figures(*, staff: Staff, place: str, from_on: date, to_on: date) -> Figures:
    """The figures of one facility, for staff with the right. Raises NotFound. Five queries."""
    here = access_facility(staff=staff, place=place, right=Right.SEE_REVIEW)
    begin, _ = moments_of(from_on, here.zone)
    _, end = moments_of(to_on, here.zone)
    made = Decision.objects.filter(item__facility=here.facility)
    taken = made.filter(taken_up_at__gte=begin, taken_up_at__lt=end)
    first = list(
        taken.filter(appealed=None).values_list(
            "pk", "outcome", "reason", "in_bulk", "decided_at", "item__submitted_at", "item__due_at"
        )
    )
    ids = {row[0] for row in first}
    answered = _answers(here.facility, begin, end)
    outcomes = Counter(row[1] for row in first)
    waits = sorted(int((row[4] - row[5]).total_seconds() // 60) for row in first)
    appeals = Appeal.objects.filter(decision__item__facility=here.facility)
    against = set(
        appeals.filter(decision__taken_up_at__gte=begin, decision__taken_up_at__lt=end).values_list(
            "decision", flat=True
        )
    )
    undone = made.filter(undone_at__gte=begin, undone_at__lt=end)
    return Figures(
        from_on=from_on,
        to_on=to_on,
        decided=len(first),
        approved=outcomes[Outcome.APPROVED],
        in_part=outcomes[Outcome.IN_PART],
        rejected=outcomes[Outcome.REJECTED],
        in_bulk=sum(row[3] for row in first),
        undone=undone.count(),
        in_time=sum(row[4] <= row[6] for row in first),
        wait_half_minutes=_at(waits, 0.5),
        wait_most_minutes=_at(waits, 0.9),
        appealed=len(against & ids),
        open_appeals=appeals.filter(answer=None).values("decision").distinct().count(),
        upheld=sum(outcome == Outcome.REJECTED for outcome in answered.values()),
        reversed=sum(outcome != Outcome.REJECTED for outcome in answered.values()),
        reasons=_reasons([(row[0], row[2]) for row in first if row[2]], against, answered),
    )


def _answers(facility: UUID, begin: datetime, end: datetime) -> dict[UUID, str]:
    """What appeals came to, by the decision they were against; of several answers the newest."""
    rows = Decision.objects.filter(item__facility=facility, appealed__taken_up_at__gte=begin)
    rows = rows.filter(appealed__taken_up_at__lt=end).exclude(taken_up_at=None)
    pairs = rows.order_by("taken_up_at").values_list("appealed", "outcome")
    return {key: outcome for key, outcome in pairs if key is not None}


def _reasons(
    given: Sequence[tuple[UUID, str]], against: set[UUID], answered: dict[UUID, str]
) -> tuple[ReasonLine, ...]:
    lines = []
    for reason in Reason:
        mine = [key for key, code in given if code == reason]
        if mine:
            won = sum(answered.get(key, Outcome.REJECTED) != Outcome.REJECTED for key in mine)
            lines.append(ReasonLine(reason, len(mine), len(against & set(mine)), won))
    return tuple(sorted(lines, key=lambda line: -line.given))


def _at(ordered: Sequence[int], share: float) -> int | None:
    """The value that `share` of an ordered row do not pass."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
