"""Appeals: those that wait, the oldest first, and one with what it is against."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min, Q

from kinline.apps.paging import Page, paginate
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.review.access import access_appealed
from kinline.apps.review.actions.appeals import rejected_now, took_part
from kinline.apps.review.models import Appeal, Decision
from kinline.apps.review.queries.item import (
    DecisionView,
    ItemView,
    account_names,
    decision_view,
    item,
)
from kinline.core.review.states import AppealState
from kinline.core.review.terms import Reason, Side


@dataclass(frozen=True, slots=True)
class AppealRow:
    """A decision with open appeals, as the queue shows it. `own`: the viewer decided it."""

    decision: UUID
    person_name: str
    contact_name: str
    facility_name: str
    zone: str
    reason: Reason
    sides: tuple[Side, ...]
    made_at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class AppealWords:
    """One appeal in the words of who made it."""

    side: Side
    words: str
    made_at: datetime
    state: AppealState


@dataclass(frozen=True, slots=True)
class Appealed:
    """A decision that was appealed. `rejected` are the parts that still do not go out.

    `own`: the viewer took part in what it is against, and may not answer. `pending` is an answer
    that can still be undone.
    """

    decision: DecisionView
    item: ItemView
    appeals: tuple[AppealWords, ...]
    answers: tuple[DecisionView, ...]
    rejected: tuple[str, ...]
    own: bool

    @property
    def is_open(self) -> bool:
        return any(one.state is AppealState.OPEN for one in self.appeals)


def appeals(*, staff: Staff, place: str, page: int) -> Page[AppealRow]:
    """Decisions with open appeals at the viewer's facilities, who waits longest first."""
    there = staff.places_with(Right.DECIDE_APPEALS)
    here = [one.facility for one in there if not place or one.place == place]
    open_ones = Q(appeals__state=AppealState.OPEN)
    rows = Decision.objects.filter(open_ones, appeals__facility__in=here)
    rows = rows.annotate(since=Min("appeals__made_at", filter=open_ones))
    rows = rows.select_related("item__person", "item__contact", "item__facility")
    rows = rows.prefetch_related("appeals").order_by("since", "pk")

    def build(found: list[Decision]) -> list[AppealRow]:
        return [_row(row, staff.account) for row in found]

    return paginate(rows, page, build)


def appealed(*, staff: Staff, decision_id: UUID, now: datetime) -> Appealed:
    """One of them. Raises NotFound."""
    row = access_appealed(staff=staff, decision_id=decision_id)
    answers = list(row.answers.order_by("-decided_at"))
    names = account_names({row.decided_by, *(one.decided_by for one in answers)})
    made = row.appeals.order_by("made_at")
    return Appealed(
        decision=decision_view(row, names, staff.account),
        item=item(staff=staff, item_id=row.item_id, now=now),
        appeals=tuple(
            AppealWords(Side(one.side), one.words, one.made_at, AppealState(one.state))
            for one in made
        ),
        answers=tuple(decision_view(one, names, staff.account) for one in answers),
        rejected=tuple(rejected_now(row)),
        own=str(staff.account) in took_part(row),
    )


def _row(row: Decision, account: UUID) -> AppealRow:
    open_ones = [one for one in row.appeals.all() if one.state == AppealState.OPEN]
    return AppealRow(
        decision=row.pk,
        person_name=row.item.person.full_name,
        contact_name=row.item.contact.name,
        facility_name=row.item.facility.name,
        zone=row.item.facility.zone,
        reason=Reason(row.reason),
        sides=tuple(Side(one.side) for one in sorted(open_ones, key=_made_at)),
        made_at=min(one.made_at for one in open_ones),
        own=row.decided_by == account,
    )


def _made_at(appeal: Appeal) -> datetime:
    return appeal.made_at
