"""One item for its reviewer: what stands out, who the two are, what was decided and asked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from kinline.apps.people.access import Staff
from kinline.apps.people.models import Account
from kinline.apps.people.rights import Right
from kinline.apps.review.access import access_item, own_decision
from kinline.apps.review.models import Decision, Item, Opinion
from kinline.apps.review.parts import Part, findings_of, parts_of
from kinline.core.message.terms import Direction, Service
from kinline.core.review.states import State
from kinline.core.review.terms import Finding, Mode, Outcome, Reason


@dataclass(frozen=True, slots=True)
class History:
    """How many messages of these two were looked at, and with what outcome; never what they say."""

    reviewed: int
    rejected: int
    in_part: int
    first_at: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision; `undo_until` None once it cannot be undone by the viewer."""

    id: UUID
    item: UUID
    outcome: Outcome
    rejected: tuple[str, ...]
    reason: Reason | None
    note: str
    by: str
    decided_at: datetime
    effective_at: datetime
    undone_at: datetime | None
    taken_up_at: datetime | None
    in_bulk: bool
    of_appeal: bool
    mine: bool

    def may_undo(self, now: datetime) -> bool:
        return self.mine and self.undone_at is None and now < self.effective_at


@dataclass(frozen=True, slots=True)
class OpinionView:
    question: str
    asked_by: str
    asked_at: datetime
    answer: str
    answered_by: str
    ended_at: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item. `state` is as of now: a claim that ran out is WAITING. `holder`: who has it."""

    id: UUID
    subject: str
    place: str
    facility: UUID
    facility_name: str
    zone: str
    service: Service
    direction: Direction
    mode: Mode
    before_delivery: bool
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    person: UUID
    person_name: str
    person_number: str
    unit_name: str
    contact: UUID
    contact_name: str
    submitted_at: datetime
    due_at: datetime
    state: State
    mine: bool
    holder: str
    claimed_until: datetime | None
    may_decide: bool
    history: History
    decisions: tuple[DecisionView, ...]
    opinions: tuple[OpinionView, ...]

    @property
    def question(self) -> OpinionView | None:
        """The question that waits for an answer."""
        return next((one for one in self.opinions if one.ended_at is None), None)


def item(*, staff: Staff, item_id: UUID, now: datetime) -> ItemView:
    """One item, without its content. Raises NotFound."""
    row = access_item(staff=staff, item_id=item_id)
    decisions = list(row.decisions.order_by("-decided_at"))
    opinions = list(row.opinions.order_by("-asked_at"))
    names = _names(row, decisions, opinions)
    running = row.claimed_until is not None and row.claimed_until > now
    held = row.state == State.CLAIMED and running
    return ItemView(
        id=row.pk,
        subject=row.subject,
        place=row.facility.place,
        facility=row.facility_id,
        facility_name=row.facility.name,
        zone=row.facility.zone,
        service=Service(row.service),
        direction=Direction(row.direction),
        mode=Mode(row.mode),
        before_delivery=row.before_delivery,
        parts=parts_of(row.parts),
        findings=findings_of(row.findings),
        person=row.person_id,
        person_name=row.person.full_name,
        person_number=row.person.number,
        unit_name=row.person.unit.name if row.person.unit else "",
        contact=row.contact_id,
        contact_name=row.contact.name,
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        state=State.WAITING if row.state == State.CLAIMED and not held else State(row.state),
        mine=held and row.claimed_by == staff.account,
        holder=_name(names, row.claimed_by) if held else "",
        claimed_until=row.claimed_until if held else None,
        may_decide=staff.may(Right.DECIDE_MESSAGES, row.facility_id),
        history=history(person=row.person_id, contact=row.contact_id, facility=row.facility_id),
        decisions=tuple(decision_view(one, names, staff.account) for one in decisions),
        opinions=tuple(_opinion(one, names, staff.account) for one in opinions),
    )


def decision(*, staff: Staff, decision_id: UUID) -> DecisionView:
    """A decision of the viewer's own, to be undone. Raises NotFound."""
    row = own_decision(staff=staff, decision_id=decision_id)
    return decision_view(row, {staff.account: staff.name}, staff.account)


def history(*, person: UUID, contact: UUID, facility: UUID) -> History:
    """What became of these two people's messages at this facility. Figures only, one query."""
    rows = Item.objects.filter(person=person, contact=contact, facility=facility)
    found = rows.aggregate(
        reviewed=Count("pk", filter=Q(state=State.IN_EFFECT)),
        rejected=Count("pk", filter=Q(outcome=Outcome.REJECTED)),
        in_part=Count("pk", filter=Q(outcome=Outcome.IN_PART)),
    )
    first = rows.order_by("submitted_at").values_list("submitted_at", flat=True).first()
    return History(found["reviewed"], found["rejected"], found["in_part"], first)


def decision_view(row: Decision, names: dict[UUID, str], account: UUID) -> DecisionView:
    return DecisionView(
        id=row.pk,
        item=row.item_id,
        outcome=Outcome(row.outcome),
        rejected=tuple(row.rejected),
        reason=Reason(row.reason) if row.reason else None,
        note=row.note,
        by=_name(names, row.decided_by),
        decided_at=row.decided_at,
        effective_at=row.effective_at,
        undone_at=row.undone_at,
        taken_up_at=row.taken_up_at,
        in_bulk=row.in_bulk,
        of_appeal=row.appealed_id is not None,
        mine=row.decided_by == account,
    )


def account_names(ids: "set[UUID]") -> dict[UUID, str]:
    """The names of members of staff, in one query."""
    return dict(Account.objects.filter(pk__in=ids).values_list("pk", "name"))


def _names(row: Item, decisions: list[Decision], opinions: list[Opinion]) -> dict[UUID, str]:
    ids = {one.decided_by for one in decisions} | {one.asked_by for one in opinions}
    ids |= {one.answered_by for one in opinions if one.answered_by is not None}
    if row.claimed_by is not None:
        ids.add(row.claimed_by)
    return account_names(ids)


def _name(names: dict[UUID, str], account: UUID | None) -> str:
    return names.get(account, "") if account is not None else ""


def _opinion(row: Opinion, names: dict[UUID, str], account: UUID) -> OpinionView:
    return OpinionView(
        question=row.question,
        asked_by=_name(names, row.asked_by),
        asked_at=row.asked_at,
        answer=row.answer,
        answered_by=_name(names, row.answered_by),
        ended_at=row.ended_at,
        mine=row.asked_by == account,
    )
