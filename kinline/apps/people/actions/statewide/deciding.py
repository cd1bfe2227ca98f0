"""Staff decide about attorneys, each decision for the whole state; an agency may end its own part.

A decision is one transaction: the state, why, every agency's row, the note to the attorney and the
audit line, or nothing. An appeal is decided by somebody else.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from kinline.apps.audit.actions import KINLINE, Named
from kinline.apps.audit.actions import write as audit
from kinline.apps.days import day_at
from kinline.apps.errors import Refused, wrong
from kinline.apps.people import attorney_notes
from kinline.apps.people.access import Staff, StaffPlace
from kinline.apps.people.actions.statewide import effect
from kinline.apps.people.attorney_desk import access_attorney
from kinline.apps.people.attorneys import agencies_by_state
from kinline.apps.people.models import AttorneyRequest, AttorneyVerification
from kinline.apps.people.rights import Right
from kinline.apps.people.tell import tell
from kinline.apps.text import typed
from kinline.core import attorney as core
from kinline.core import visitor
from kinline.core.refusal import Refusal, Whose
from kinline.core.visitor import Event, State

LONGEST_NOTE = 600
BY_KINLINE = "kinline"
DECIDE, APPEALS = (Right.VERIFY_ATTORNEYS,), (Right.ATTORNEY_APPEALS,)


@transaction.atomic
def approve(*, staff: Staff, request_id: UUID, until_on: date, now: datetime) -> None:
    """They are an attorney, at every agency of the state, from now to `until_on`.

    Raises NotFound, and Refused: attorney.decided_meanwhile, attorney.until_wrong.
    """
    row, here = access_attorney(staff=staff, request_id=request_id, rights=DECIDE)
    _open(row, State.PENDING)
    if no := core.until_refusals(until_on, day_at(here.zone, now)):
        raise Refused(*no)
    _replace(row, now)
    row = _move(
        row,
        Event.APPROVE,
        agency_id=here.agency,
        decided_by=str(staff.account),
        decided_at=now,
        until_on=until_on,
        settled_at=now,
    )
    effect.spread(row, now, decided_for=here.agency)
    attorney_notes.approved(row, now)
    _tell(staff, "attorney.approved", row, here, now, until=until_on.isoformat())


@transaction.atomic
def refuse(*, staff: Staff, request_id: UUID, reason: str, note: str, now: datetime) -> None:
    """Refuse with a reason of the list, which the attorney reads, with the note.

    Raises NotFound, and Refused: attorney.decided_meanwhile, attorney.reason_needed,
    attorney.note_needed.
    """
    row, here = access_attorney(staff=staff, request_id=request_id, rights=DECIDE)
    _open(row, State.PENDING)
    note = _words(reason, note, core.TO_REFUSE)
    row = _move(
        row,
        Event.REFUSE,
        agency_id=here.agency,
        decided_by=str(staff.account),
        decided_at=now,
        reason=reason,
        note=note,
        appeal_until=visitor.told_until(now, ZoneInfo(here.zone)),
        settled_at=now,
    )
    attorney_notes.refused(row, now)
    _tell(staff, "attorney.refused", row, here, now, reason=reason)


@transaction.atomic
def end(*, staff: Staff, request_id: UUID, reason: str, note: str, now: datetime) -> None:
    """End it for the whole state, from today on; only the agency that decided may.

    Raises NotFound, and Refused: attorney.not_yours_to_end, attorney.decided_meanwhile,
    attorney.reason_needed, attorney.note_needed.
    """
    row, here = access_attorney(staff=staff, request_id=request_id, rights=DECIDE)
    if row.agency_id != here.agency:
        raise Refused(Refusal("attorney.not_yours_to_end", Whose.FACILITY))
    _open(row, State.APPROVED)
    note = _words(reason, note, core.TO_END)
    # An appeal set it right once; what happens since is decided anew, not appealed twice.
    appeal_until = visitor.told_until(now, ZoneInfo(here.zone)) if row.appealed_at is None else None
    row = _move(
        row,
        Event.WITHDRAW,
        reason=reason,
        note=note,
        ended_by=str(staff.account),
        ended_at=now,
        appeal_until=appeal_until,
        settled_at=now,
    )
    effect.end_everywhere(row, now)
    attorney_notes.ended(row, now)
    _tell(staff, "attorney.withdrawn", row, here, now, reason=reason)


@transaction.atomic
def end_here(*, staff: Staff, request_id: UUID, reason: str, note: str, now: datetime) -> None:
    """End it for one's own agency alone, from today on, with a reason the attorney reads.

    Raises NotFound, and Refused: attorney.ended_already, attorney.reason_needed,
    attorney.note_needed.
    """
    row, here = access_attorney(staff=staff, request_id=request_id, rights=DECIDE)
    note = _words(reason, note, core.TO_END)
    part = _part(row, here).filter(ended_at=None)
    if row.state != State.APPROVED or not part.exists():
        raise Refused(Refusal("attorney.ended_already", Whose.FACILITY))
    effect.end_rows(part, day_at(here.zone, now))
    part.update(ended_at=now, ended_by=str(staff.account), ended_because=reason, ended_note=note)
    attorney_notes.ended_at_one(row, here.agency_name, reason, note, now)
    _tell(staff, "attorney.ended_here", row, here, now, reason=reason)


@transaction.atomic
def resume_here(*, staff: Staff, request_id: UUID, now: datetime) -> None:
    """Take back the ending of one's own agency: it holds here again from today on.

    Raises NotFound, and Refused: attorney.decided_meanwhile.
    """
    row, here = access_attorney(staff=staff, request_id=request_id, rights=DECIDE)
    _open(row, State.APPROVED)
    today = day_at(here.zone, now)
    again = {"from_on": today, "until_on": row.until_on, "verified_at": now}
    cleared = {"ended_at": None, "ended_by": "", "ended_because": "", "ended_note": ""}
    part = _part(row, here).exclude(ended_at=None)
    if (
        part.update(**again, **cleared) == 0
        and effect.spread(row, now, decided_for=here.agency) == 0
    ):
        raise Refused(Refusal("attorney.decided_meanwhile", Whose.FACILITY))
    attorney_notes.approved(row, now)
    _tell(staff, "attorney.resumed_here", row, here, now)


@transaction.atomic
def decide_appeal(*, staff: Staff, request_id: UUID, right: bool, note: str, now: datetime) -> None:
    """Answer an appeal: `right` verifies them after all. Whoever decided before may not.

    Raises NotFound, and Refused: attorney.own_decision, attorney.no_open_appeal,
    attorney.note_needed.
    """
    row, here = access_attorney(
        staff=staff, request_id=request_id, rights=(Right.ATTORNEY_APPEALS,)
    )
    if str(staff.account) in (row.decided_by, row.ended_by):
        raise Refused(Refusal("attorney.own_decision", Whose.KINLINE))
    if row.appealed_at is None or row.appeal_decided_at is not None:
        raise Refused(Refusal("attorney.no_open_appeal", Whose.FACILITY))
    if not (note := typed(note, LONGEST_NOTE)):
        raise Refused(wrong("attorney.note_needed", "note"))
    answer: dict[str, Any] = {
        "appeal_decided_by": str(staff.account),
        "appeal_decided_at": now,
        "appeal_right": right,
        "appeal_note": note,
        "settled_at": now,
    }
    if right:
        today = day_at(here.zone, now)
        still = row.until_on is not None and row.until_on > today
        until = row.until_on if still else today + timedelta(days=core.GOOD_DAYS)
        _replace(row, now)
        row = _move(row, Event.REVERSE, **answer, until_on=until)
        effect.revive(row, now)
    else:
        waits = AttorneyRequest.objects.filter(pk=row.pk, appeal_decided_at=None)
        if waits.update(**answer) != 1:
            raise Refused(Refusal("attorney.no_open_appeal", Whose.FACILITY))
        row.refresh_from_db()
    attorney_notes.appeal_decided(row, now)
    _tell(staff, "attorney.appeal_decided", row, here, now, right=right)


def expire_due(*, now: datetime, limit: int = 200) -> int:
    """Mark verifications whose renewal day has come; returns how many. They held until then."""
    count = 0
    over = AttorneyRequest.objects.filter(state=State.APPROVED, until_on__lte=now.date())
    for row in over.order_by("until_on")[:limit]:
        if _is_over(row, now):
            with transaction.atomic():
                _expire(row, now)
            count += 1
    return count


def remind_due(*, now: datetime, limit: int = 200) -> int:
    """Tell attorneys 30 days before they must ask again, once each; returns how many."""
    soon = AttorneyRequest.objects.filter(
        state=State.APPROVED,
        until_on__gt=now.date(),
        until_on__lte=(now + core.REMIND_BEFORE).date(),
        reminded_at=None,
    )
    count = 0
    for row in soon.order_by("until_on")[:limit]:
        with transaction.atomic():
            if soon.filter(pk=row.pk).update(reminded_at=now) == 1:
                attorney_notes.ending(row, now)
                count += 1
    return count


def _is_over(row: AttorneyRequest, now: datetime) -> bool:
    zones = agencies_by_state().get(row.jurisdiction, {}).values()
    return all(row.until_on is not None and row.until_on <= day_at(zone, now) for zone in zones)


def _open(row: AttorneyRequest, state: State) -> None:
    if row.state != state:
        raise Refused(Refusal("attorney.decided_meanwhile", Whose.FACILITY))


def _words(reason: str, note: str, allowed: tuple[core.Reason, ...]) -> str:
    note = typed(note, LONGEST_NOTE)
    if no := core.reason_refusals(reason, note, allowed):
        raise Refused(*no)
    return note


def _move(row: AttorneyRequest, event: Event, **facts: Any) -> AttorneyRequest:
    """The move by compare-and-set, and the row after it. Raises Refused where a colleague was
    quicker."""
    after = visitor.step(State(row.state), event)
    rows = AttorneyRequest.objects.filter(pk=row.pk, state=row.state)
    if event is Event.REVERSE:
        rows = rows.filter(appeal_decided_at=None)
    if after is None or rows.update(state=after, **facts) != 1:
        raise Refused(Refusal("attorney.decided_meanwhile", Whose.FACILITY))
    row.refresh_from_db()
    return row


def _replace(row: AttorneyRequest, now: datetime) -> None:
    """A verification of before ends with the new one: it was renewed."""
    before = AttorneyRequest.objects.filter(
        contact=row.contact_id, jurisdiction=row.jurisdiction, state=State.APPROVED
    )
    for old in before.exclude(pk=row.pk):
        _expire(old, now)
        effect.end_everywhere(old, now)


def _expire(row: AttorneyRequest, now: datetime) -> None:
    rows = AttorneyRequest.objects.filter(pk=row.pk, state=State.APPROVED)
    if rows.update(state=State.EXPIRED, ended_by=BY_KINLINE, ended_at=now) == 1:
        subject = Named("attorney_request", str(row.pk))
        audit(now=now, actor=KINLINE, act="attorney.expired", subject=subject)


def _part(row: AttorneyRequest, here: StaffPlace) -> Any:
    return AttorneyVerification.objects.filter(request=row, agency=here.agency)


def _tell(
    staff: Staff, act: str, row: AttorneyRequest, here: StaffPlace, now: datetime, **facts: object
) -> None:
    subject = Named("attorney_request", str(row.pk))
    tell(staff, act, subject, here.place, now, facts | {"contact": str(row.contact_id)})
