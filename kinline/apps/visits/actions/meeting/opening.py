"""May a visit be held now? Asked by an engine as the first page comes, or comes back."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from kinline.apps.audit import actions as audit
from kinline.apps.ids import as_uuid
from kinline.apps.recordings.actions import visits as recording
from kinline.apps.visits import controlled, private
from kinline.apps.visits.models import Meeting, Visit
from kinline.core.control import (
    PrivateVisitPermit,
    RefusalFact,
    VisitOpen,
    VisitPermit,
    VisitReply,
)
from kinline.core.ids import VisitId
from kinline.core.refusal import Whose
from kinline.core.visit.states import State
from kinline.core.visit.terms import LOBBY, Seat

# An engine that gave no sign for so long holds a visit no more.
LEASE = timedelta(seconds=20)
_OVER = (State.ENDED, State.MISSED, State.FAILED, State.CANCELLED, State.REFUSED, State.LAPSED)


def open_visit(request: VisitOpen, *, now: datetime) -> VisitReply:
    """Permit the visit to be held by this engine, or say why not.

    The same engine in the same life gets the same answer; another life, or another engine once
    the first has fallen silent, goes on with the visit, under the same grant.
    """
    visit_id = as_uuid(request.visit)
    try:
        with transaction.atomic():
            return _open(visit_id, request, now)
    except IntegrityError:
        # Two engines at once: the other one has it, whole, and it is alive.
        with transaction.atomic():
            return _open(visit_id, request, now)


def _open(visit_id: UUID | None, request: VisitOpen, now: datetime) -> VisitReply:
    visits = Visit.objects.select_related("facility__agency", "meeting", "person", "station")
    visit = visits.filter(pk=visit_id).first() if visit_id else None
    if visit is None:
        return _refused("visit.unknown")
    if (why := _why_not(visit, now)) is not None:
        return _refused(*why)
    if visit.recorded and not hasattr(visit, "meeting") and _unrecorded_now(visit, now):
        Visit.objects.filter(pk=visit.pk).update(recorded=False)
        visit.recorded = False
    if not _taken_over(visit, request, now):
        return _refused("visit.elsewhere")
    if visit.private:
        return VisitReply(private=_private(visit))
    grant = recording.unkept()
    if visit.recorded:
        agency = visit.facility.agency.code
        grant = recording.grant(
            visit_id=visit.pk, facility_id=visit.facility_id, agency=agency, now=now
        )
    seats = {Seat(row.seat) for row in visit.visitors.all()}
    permit = VisitPermit(
        visit=VisitId(str(visit.pk)),
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        seats=(Seat.INSIDE, *sorted(seats)),
        grant=grant,
        recorded=visit.recorded,
    )
    return VisitReply(permit)


def _unrecorded_now(visit: Visit, now: datetime) -> bool:
    """Whether a control that was set since it was booked says "do not record". It is asked as the
    room opens: a visit that has a recording cannot be called unrecorded any more."""
    return controlled.forbids_recording(visit, now)


def _private(visit: Visit) -> PrivateVisitPermit:
    """A permit that holds no key: two pages carry the visit between themselves."""
    home = _home(visit)
    assert home is not None, "without one home it is refused"
    return PrivateVisitPermit(
        visit=VisitId(str(visit.pk)),
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        home=home,
        because=visit.kind,
        turn=private.servers(visit, (Seat.INSIDE, home)),
    )


def _home(visit: Visit) -> Seat | None:
    """The one home of a private visit; None where there is not exactly one."""
    homes = {Seat(row.seat) for row in visit.visitors.all()}
    return homes.pop() if len(homes) == 1 else None


def _why_not(visit: Visit, now: datetime) -> tuple[str, datetime | None] | None:
    if visit.private and (not private.ready() or _home(visit) is None):
        return "visit.private", None
    if visit.state in _OVER or now >= visit.ends_at or _ended(visit):
        return "visit.over", None
    if visit.state == State.REQUESTED:
        return "visit.not_agreed_yet", None
    if now < visit.starts_at - LOBBY:
        return "visit.too_early", visit.starts_at - LOBBY
    return None


def _ended(visit: Visit) -> bool:
    return hasattr(visit, "meeting") and visit.meeting.ended_at is not None


def _taken_over(visit: Visit, request: VisitOpen, now: datetime) -> bool:
    """Note that this engine has the visit; False while another one, alive, has it."""
    if not hasattr(visit, "meeting"):
        Meeting.objects.create(
            visit=visit,
            engine=request.engine,
            boot=request.boot,
            opened_at=now,
            life_began_at=now,
            alive_at=now,
        )
        _tell(visit, request, now)
        return True
    before = visit.meeting
    if (before.engine, before.boot) == (request.engine, request.boot):
        return True
    if before.engine != request.engine and before.alive_at > now - LEASE:
        return False
    mine = Meeting.objects.filter(
        visit=visit, engine=before.engine, boot=before.boot, ended_at=None
    )
    moved = mine.update(
        engine=request.engine,
        boot=request.boot,
        lives=before.lives + 1,
        life_began_at=now,
        alive_at=now,
        earlier_seconds=seconds_so_far(before),
    )
    if moved == 1:
        _tell(visit, request, now)
    return moved == 1


def seconds_so_far(meeting: Meeting) -> int:
    """For how long both sides were there until the engine's last sign of life, at most."""
    if meeting.met_at is None:
        return meeting.earlier_seconds
    began = max(meeting.met_at, meeting.life_began_at)
    return meeting.earlier_seconds + max(0, int((meeting.alive_at - began).total_seconds()))


def _tell(visit: Visit, request: VisitOpen, now: datetime) -> None:
    audit.write(
        now=now,
        actor=audit.Named("engine", request.engine),
        act="visit.opened_private" if visit.private else "visit.room_opened",
        subject=audit.Named("visit", str(visit.pk)),
        facility=visit.facility.place,
        facts=_how(visit),
    )


def _how(visit: Visit) -> dict[str, object]:
    """Of a private visit the line says that there is nothing to record or to watch it with."""
    if not visit.private:
        return {"recorded": visit.recorded}
    return {"recorder": False, "room": False, "relayed": private.relayed()}


def _refused(code: str, until: datetime | None = None) -> VisitReply:
    return VisitReply(refusals=(RefusalFact(code, Whose.KINLINE, until),))
