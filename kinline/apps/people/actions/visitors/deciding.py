"""Staff decide who may visit. A decision is one transaction: the state, why, the note to the
visitor and the audit line, or nothing; and it stands. An appeal is decided by somebody else.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from kinline.apps.audit.actions import KINLINE, Named
from kinline.apps.audit.actions import write as audit
from kinline.apps.days import day_at
from kinline.apps.errors import Refused, wrong
from kinline.apps.people import visitor_notes
from kinline.apps.people.access import Staff, access_facility
from kinline.apps.people.actions import attorneys
from kinline.apps.people.models import Minor, VisitorAccess, VisitorRule
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.people.visitor_desk import access_visitor
from kinline.apps.people.visitors import rule_of, verified
from kinline.apps.text import typed
from kinline.core import visitor as core
from kinline.core.refusal import Refusal, Whose
from kinline.core.visitor import Event, State, VisitorKind

LONGEST_NOTE = 600
BY_KINLINE = "kinline"


@transaction.atomic
def approve(
    *,
    staff: Staff,
    access_id: UUID,
    kind: VisitorKind,
    id_expires_on: date | None,
    minors: Collection[UUID] = (),
    bar_number: str = "",
    now: datetime,
) -> None:
    """Let them visit, until the ID expires, at latest for the facility's days; `minors` of theirs
    may come along. An approval of before for the same ends with this one.

    Raises NotFound, and Refused: visitor.decided_meanwhile, visitor.id_expired, visitor.not_there,
    and for an attorney visitor.bar_number_needed, visitor.attorney_right.
    """
    row = access_visitor(staff=staff, access_id=access_id, rights=(Right.DECIDE_VISITORS,))
    _open(row, State.PENDING)
    _still_there(row)
    today = day_at(row.facility.zone, now)
    if id_expires_on is not None and id_expires_on < today:
        raise Refused(wrong("visitor.id_expired", "id_expires_on"))
    _verify(staff, row, kind, bar_number, now)
    until = _until(row, id_expires_on, now)
    _replace(row, now)
    _move(
        row,
        Event.APPROVE,
        kind=kind,
        decided_by=str(staff.account),
        decided_at=now,
        id_expires_on=id_expires_on,
        until_at=until,
        settled_at=now,
    )
    Minor.objects.filter(access=row, pk__in=list(minors)).update(allowed=True)
    visitor_notes.approved(row, until, now)
    _tell(staff, "visitor.approved", row, now, kind=kind, until=until.isoformat())


@transaction.atomic
def refuse(*, staff: Staff, access_id: UUID, reason: str, note: str, now: datetime) -> None:
    """Refuse with a reason of the list, which the visitor reads, with the note.

    Raises NotFound, and Refused: visitor.decided_meanwhile, visitor.reason_needed,
    visitor.note_needed.
    """
    row = access_visitor(staff=staff, access_id=access_id, rights=(Right.DECIDE_VISITORS,))
    _open(row, State.PENDING)
    note = typed(note, LONGEST_NOTE)
    if no := core.reason_refusals(reason, note, core.TO_REFUSE):
        raise Refused(*no)
    until = _appeal_until(row, now)
    _move(
        row,
        Event.REFUSE,
        decided_by=str(staff.account),
        decided_at=now,
        reason=reason,
        note=note,
        appeal_until=until,
        settled_at=now,
    )
    visitor_notes.refused(row, reason, note, until, now)
    _tell(staff, "visitor.refused", row, now, reason=reason)


@transaction.atomic
def withdraw(*, staff: Staff, access_id: UUID, reason: str, note: str, now: datetime) -> None:
    """End an approval from now on, with a reason the visitor reads and may appeal against.

    Raises NotFound, and Refused: visitor.decided_meanwhile, visitor.reason_needed,
    visitor.note_needed.
    """
    row = access_visitor(staff=staff, access_id=access_id, rights=(Right.DECIDE_VISITORS,))
    _open(row, State.APPROVED)
    note = typed(note, LONGEST_NOTE)
    if no := core.reason_refusals(reason, note, core.TO_WITHDRAW):
        raise Refused(*no)
    if row.appealed_at is not None:
        # An appeal set it right once; what happens since is decided anew, not appealed twice.
        until = None
    else:
        until = _appeal_until(row, now)
    _move(
        row,
        Event.WITHDRAW,
        reason=reason,
        note=note,
        ended_by=str(staff.account),
        ended_at=now,
        appeal_until=until,
        settled_at=now,
    )
    visitor_notes.withdrawn(row, reason, note, until, now)
    _tell(staff, "visitor.withdrawn", row, now, reason=reason)


@transaction.atomic
def mark(
    *, staff: Staff, access_id: UUID, kind: VisitorKind, bar_number: str = "", now: datetime
) -> None:
    """Say of an approved visitor what was verified of them. The same again changes nothing.

    Raises NotFound, and Refused: visitor.decided_meanwhile, visitor.bar_number_needed,
    visitor.attorney_right.
    """
    row = access_visitor(staff=staff, access_id=access_id, rights=(Right.DECIDE_VISITORS,))
    _open(row, State.APPROVED)
    _verify(staff, row, kind, bar_number, now)
    if row.kind == kind:
        return
    VisitorAccess.objects.filter(pk=row.pk, state=State.APPROVED).update(kind=kind)
    _tell(staff, "visitor.marked", row, now, kind=kind, before=row.kind)


@transaction.atomic
def decide_appeal(*, staff: Staff, access_id: UUID, right: bool, note: str, now: datetime) -> None:
    """Answer an appeal: `right` lets them visit after all. Whoever decided before may not.

    Raises NotFound, and Refused: visitor.own_decision, visitor.no_open_appeal,
    visitor.note_needed, visitor.not_there.
    """
    row = access_visitor(staff=staff, access_id=access_id, rights=(Right.VISITOR_APPEALS,))
    if str(staff.account) in (row.decided_by, row.ended_by):
        raise Refused(Refusal("visitor.own_decision", Whose.KINLINE))
    if row.appealed_at is None or row.appeal_decided_at is not None:
        raise Refused(Refusal("visitor.no_open_appeal", Whose.FACILITY))
    if not (note := typed(note, LONGEST_NOTE)):
        raise Refused(wrong("visitor.note_needed", "note"))
    answer: dict[str, Any] = {
        "appeal_decided_by": str(staff.account),
        "appeal_decided_at": now,
        "appeal_right": right,
        "appeal_note": note,
        "settled_at": now,
    }
    if right:
        _still_there(row)
        _replace(row, now)
        until = row.until_at if row.until_at and row.until_at > now else None
        answer["until_at"] = until or _until(row, row.id_expires_on, now)
        _move(row, Event.REVERSE, **answer)
        row.minors.update(allowed=True)
    else:
        waits = VisitorAccess.objects.filter(pk=row.pk, appeal_decided_at=None)
        if waits.update(**answer) != 1:
            raise Refused(Refusal("visitor.no_open_appeal", Whose.FACILITY))
    visitor_notes.appeal_decided(row, right=right, note=note, now=now)
    _tell(staff, "visitor.appeal_decided", row, now, right=right)


@transaction.atomic
def set_rule(
    *,
    staff: Staff,
    place: str,
    offered: bool,
    keep_days: int,
    good_days: int,
    note: str,
    now: datetime,
) -> None:
    """Set how a facility takes visitors from now on.

    Raises NotFound, and Refused: rule.limit_wrong.
    """
    here = access_facility(staff=staff, place=place, right=Right.CHANGE_FACILITY)
    bounds = {
        "keep_days": (keep_days, core.LEAST_KEEP, core.MOST_KEEP),
        "good_days": (good_days, core.LEAST_GOOD, core.MOST_GOOD),
    }
    mistakes = [
        wrong("rule.limit_wrong", name, {"least": str(least), "most": str(most)})
        for name, (days, least, most) in bounds.items()
        if not least <= days <= most
    ]
    if mistakes:
        raise Refused(*mistakes)
    facts = {"offered": offered, "keep_days": keep_days, "good_days": good_days}
    VisitorRule.objects.create(
        facility_id=here.facility,
        note=typed(note, 300),
        set_by=str(staff.account),
        set_at=now,
        **facts,
    )
    subject = Named("facility", str(here.facility))
    tell(staff, "visitors.rule_set", subject, place, now, facts)


def expire_due(*, now: datetime, limit: int = 200) -> int:
    """Mark approvals whose time is over; returns how many. They held until then, and not longer."""
    over = VisitorAccess.objects.filter(state=State.APPROVED, until_at__lte=now)
    rows = list(over.select_related("facility").order_by("until_at")[:limit])
    for row in rows:
        with transaction.atomic():
            _expire(row, now)
    return len(rows)


def remind_due(*, now: datetime, limit: int = 200) -> int:
    """Tell visitors whose approval runs out soon, once each; returns how many."""
    soon = VisitorAccess.objects.filter(
        state=State.APPROVED,
        until_at__gt=now,
        until_at__lte=now + core.REMIND_BEFORE,
        reminded_at=None,
    )
    count = 0
    for row in soon.select_related("facility").order_by("until_at")[:limit]:
        with transaction.atomic():
            if soon.filter(pk=row.pk).update(reminded_at=now) == 1:
                visitor_notes.ending(row, now)
                count += 1
    return count


def _open(row: VisitorAccess, state: State) -> None:
    if row.state != state:
        raise Refused(Refusal("visitor.decided_meanwhile", Whose.FACILITY))


def _still_there(row: VisitorAccess) -> None:
    person = row.person
    if person is not None and not (person.active and person.facility_id == row.facility_id):
        raise Refused(Refusal("visitor.not_there", Whose.FACILITY))


def _move(row: VisitorAccess, event: Event, **facts: Any) -> None:
    """The move by compare-and-set. Raises Refused where a colleague was quicker."""
    after = core.step(State(row.state), event)
    rows = VisitorAccess.objects.filter(pk=row.pk, state=row.state)
    if event is Event.REVERSE:
        rows = rows.filter(appeal_decided_at=None)
    if after is None or rows.update(state=after, **facts) != 1:
        raise Refused(Refusal("visitor.decided_meanwhile", Whose.FACILITY))


def _replace(row: VisitorAccess, now: datetime) -> None:
    """An approval of before for the same ends: one of a kind holds at a time."""
    before = VisitorAccess.objects.filter(
        contact=row.contact_id, facility=row.facility_id, person=row.person_id, state=State.APPROVED
    )
    for old in before.exclude(pk=row.pk).select_related("facility"):
        _expire(old, now)


def _expire(row: VisitorAccess, now: datetime) -> None:
    rows = VisitorAccess.objects.filter(pk=row.pk, state=State.APPROVED)
    if rows.update(state=State.EXPIRED, ended_by=BY_KINLINE, ended_at=now) == 1:
        audit(
            now=now,
            actor=KINLINE,
            act="visitor.expired",
            subject=Named("visitor", str(row.pk)),
            facility=row.facility.place,
        )


def _until(row: VisitorAccess, id_expires_on: date | None, now: datetime) -> datetime:
    return core.holds_until(
        now,
        ZoneInfo(row.facility.zone),
        id_expires_on=id_expires_on,
        good_days=rule_of(row.facility_id).good_days,
    )


def _appeal_until(row: VisitorAccess, now: datetime) -> datetime:
    return core.told_until(now, ZoneInfo(row.facility.zone))


def _verify(
    staff: Staff, row: VisitorAccess, kind: VisitorKind, bar_number: str, now: datetime
) -> None:
    """An attorney needs the agency's verification: one in force, or one made now."""
    if kind is not VisitorKind.ATTORNEY:
        return
    today = day_at(row.facility.zone, now)
    if verified(row.contact_id, row.facility.agency_id, today):
        return
    if not staff.may(Right.CHANGE_PEOPLE, row.facility_id):
        raise Refused(Refusal("visitor.attorney_right", Whose.FACILITY, facts={"field": "kind"}))
    if not bar_number.strip():
        raise Refused(wrong("visitor.bar_number_needed", "bar_number"))
    attorneys.verify_contact(
        staff=staff,
        contact_id=row.contact_id,
        facility=row.facility,
        bar_number=bar_number,
        from_on=today,
        until_on=None,
        now=now,
    )


def _tell(staff: Staff, act: str, row: VisitorAccess, now: datetime, **facts: object) -> None:
    subject = Named("visitor", str(row.pk))
    tell(staff, act, subject, row.facility.place, now, facts | {"contact": str(row.contact_id)})
