"""What the two sides of a message may know of its appeals. The caller has seen it is theirs."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from kinline.apps.review.models import Appeal
from kinline.core.review.states import AppealState
from kinline.core.review.terms import Outcome, Side


@dataclass(frozen=True, slots=True)
class AppealTold:
    """An appeal of one side. Its answer is told from the moment it is in effect; `note` says why.

    `outcome` None: not answered yet, as far as anybody is told.
    """

    side: Side
    made_at: datetime
    outcome: Outcome | None
    note: str
    answered_at: datetime | None


def appeals_of(*, subjects: Collection[str]) -> Mapping[str, list[AppealTold]]:
    """The appeals of these messages, the oldest first. One query."""
    rows = Appeal.objects.filter(decision__item__subject__in=subjects)
    rows = rows.exclude(state=AppealState.WITHDRAWN).select_related("decision__item", "answer")
    found: dict[str, list[AppealTold]] = defaultdict(list)
    for row in rows.order_by("made_at", "pk"):
        found[row.decision.item.subject].append(_told(row))
    return found


def _told(row: Appeal) -> AppealTold:
    answer = row.answer if row.state == AppealState.IN_EFFECT else None
    return AppealTold(
        side=Side(row.side),
        made_at=row.made_at,
        outcome=Outcome(answer.outcome) if answer else None,
        note=answer.note if answer else "",
        answered_at=answer.decided_at if answer else None,
    )
