"""What staff do to a visit under way: say something to everybody, and end it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kinline.apps.audit import actions as audit
from kinline.apps.errors import NotFound, Refused, wrong
from kinline.apps.people.access import Staff
from kinline.apps.people.rights import Right
from kinline.apps.text import typed
from kinline.apps.visits.access import staff_visit
from kinline.apps.visits.models import Meeting, MeetingOrder, Visit
from kinline.apps.visits.queries.staff import under_lockdown
from kinline.core.control import VisitOrder
from kinline.core.refusal import Refusal, Whose
from kinline.core.visit.states import EndReason

LONGEST_MESSAGE = 200


@transaction.atomic
def say(*, staff: Staff, visit_id: UUID, text: str, now: datetime) -> None:
    """Show a sentence to everybody in the visit. What was said stands in the audit log.

    Raises NotFound, of a private visit too, and Refused: visit.say_what, visit.say_shorter,
    visit.over.
    """
    visit = staff_visit(staff, visit_id, Right.WATCH_VISITS)
    if visit.private:
        raise NotFound  # nobody speaks into it
    text = typed(text)
    if not text:
        raise Refused(wrong("visit.say_what", "text"))
    if len(text) > LONGEST_MESSAGE:
        raise Refused(wrong("visit.say_shorter", "text", {"most": str(LONGEST_MESSAGE)}))
    _order(staff, visit, VisitOrder.SAY, now, text=text)
    _tell(staff, visit, "visit.said", text, now)


@transaction.atomic
def end(*, staff: Staff, visit_id: UUID, reason: str, now: datetime) -> None:
    """Order the engine to end the visit; `reason` is in the staff member's words.

    The visit's state changes when the engine tells its end. Raises NotFound, and Refused:
    end.reason_needed, visit.over.
    """
    visit = staff_visit(staff, visit_id, Right.WATCH_VISITS)
    reason = typed(reason)
    if not reason:
        raise Refused(wrong("end.reason_needed", "reason"))
    _order(staff, visit, VisitOrder.END, now, reason=EndReason.STAFF)
    _tell(staff, visit, "visit.end_ordered", reason, now)


def end_under_lockdown(*, now: datetime) -> int:
    """Order the end of visits that go on in a place that is locked down; returns how many."""
    live = Meeting.objects.filter(ended_at=None)
    held_at = set(live.values_list("visit__facility", flat=True))
    locked = {visit for one in held_at for visit in under_lockdown(facility_id=one, now=now)}
    ordered = MeetingOrder.objects.filter(order=VisitOrder.END, done_at=None)
    rows = live.filter(visit__in=locked)
    rows = rows.exclude(visit__in=ordered.values("visit"))
    orders = [
        MeetingOrder(
            visit_id=visit,
            engine=engine,
            order=VisitOrder.END,
            reason=EndReason.LOCKDOWN,
            made_by="lockdown",
            made_at=now,
        )
        for visit, engine in rows.values_list("visit", "engine")
    ]
    MeetingOrder.objects.bulk_create(orders)
    return len(orders)


def _order(staff: Staff, visit: Visit, order: VisitOrder, now: datetime, **more: str) -> None:
    engine = _engine_of(visit)
    if engine is None:
        raise Refused(Refusal("visit.over", Whose.KINLINE))
    MeetingOrder.objects.create(
        visit=visit, engine=engine, order=order, made_by=str(staff.account), made_at=now, **more
    )


def _engine_of(visit: Visit) -> str | None:
    rows = Meeting.objects.filter(visit=visit, ended_at=None)
    return rows.values_list("engine", flat=True).first()


def _tell(staff: Staff, visit: Visit, act: str, purpose: str, now: datetime) -> None:
    audit.write(
        now=now,
        actor=audit.Named("account", str(staff.account)),
        act=act,
        subject=audit.Named("visit", str(visit.pk)),
        facility=visit.facility.place,
        purpose=purpose,
    )
